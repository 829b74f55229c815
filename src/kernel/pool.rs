//! The largest or the mean of each patch of an image, for one channel.

use super::instruction_set::InstructionSet;
use super::max_pool_2x2;
use super::operation::{Compiled, Operation, compiled};
use super::vector::Set;
use crate::element::Element;

/// How a window goes over a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    /// Height and width of the channel.
    pub(crate) image: [usize; 2],
    /// Height and width of the window.
    pub(crate) kernel: [usize; 2],
    /// Height and width of the output.
    pub(crate) out: [usize; 2],
    /// Pixels from one window to the next.
    pub(crate) stride: [usize; 2],
    /// Rows and columns around the channel.
    pub(crate) padding: [usize; 2],
}

impl Windows {
    /// How many pixels of an axis a window covers that lie in the channel, at this position.
    pub(crate) fn pixels(&self, axis: usize, position: usize) -> usize {
        let (start, padding) = (position * self.stride[axis], self.padding[axis]);
        (start + self.kernel[axis]).min(padding + self.image[axis]) - start.max(padding)
    }

    /// Calls `visit` with each number of the window and the pixels that it meets in a row of windows:
    /// `(tap, first window, windows, first pixel)`. What lies in the padding is left out.
    #[inline(always)]
    fn taps(&self, out_y: usize, mut visit: impl FnMut(usize, core::ops::Range<usize>, usize)) {
        let Self { image: [height, width], kernel: [rows, cols], out: [_, out_width], .. } = *self;
        let ([stride_y, stride], [padding_y, padding]) = (self.stride, self.padding);
        for tap_y in 0..rows {
            let Some(y) = (out_y * stride_y + tap_y).checked_sub(padding_y).filter(|y| *y < height) else {
                continue;
            };
            for tap_x in 0..cols {
                let first = padding.saturating_sub(tap_x).div_ceil(stride);
                let end = (width + padding).saturating_sub(tap_x).div_ceil(stride).min(out_width);
                if first < end {
                    let pixel = y * width + first * stride + tap_x - padding;
                    visit(tap_y * cols + tap_x, first..end, pixel);
                }
            }
        }
    }
}

/// Calls `visit` with the number of each window of a row and the pixel it meets, `stride` apart.
#[inline(always)]
fn each_pixel<T: Element>(stride: usize, count: usize, pixels: &[T], visit: impl FnMut(usize, T)) {
    #[inline(always)]
    fn go<T: Element>(stride: usize, count: usize, pixels: &[T], mut visit: impl FnMut(usize, T)) {
        let pixels = &pixels[..(count - 1) * stride + 1];
        (0..count).for_each(|window| visit(window, pixels[window * stride]));
    }
    // With the stride as a constant the compiler makes vectors of it.
    match stride {
        1 => go(1, count, pixels, visit),
        2 => go(2, count, pixels, visit),
        _ => go(stride, count, pixels, visit),
    }
}

/// Adds a number for each window of a row to the pixel it meets, `stride` apart.
#[inline(always)]
fn add_to_each_pixel<T: Element>(stride: usize, count: usize, pixels: &mut [T], grad: impl Fn(usize) -> T) {
    #[inline(always)]
    fn go<T: Element>(stride: usize, count: usize, pixels: &mut [T], grad: impl Fn(usize) -> T) {
        let pixels = &mut pixels[..(count - 1) * stride + 1];
        (0..count).for_each(|window| pixels[window * stride] += grad(window));
    }
    match stride {
        1 => go(1, count, pixels, grad),
        2 => go(2, count, pixels, grad),
        _ => go(stride, count, pixels, grad),
    }
}

/// Whether a pixel takes the place of the largest so far. What is not a number does, and keeps it.
#[allow(clippy::eq_op)] // only what is not a number differs from itself
#[inline(always)]
pub(super) fn is_larger<T: Element>(pixel: T, largest: T) -> bool {
    (pixel > largest) | (pixel != pixel)
}

/// The largest number of each window.
pub(crate) fn max_pool<T: Element>(set: InstructionSet, windows: &Windows, pixels: &[T], largest: &mut [T]) {
    MaxPool { windows, pixels, largest }.compute_on(set);
}

struct MaxPool<'a, T> {
    windows: &'a Windows,
    pixels: &'a [T],
    largest: &'a mut [T],
}

compiled!(MaxPool);

impl<T: Element> Operation<T> for MaxPool<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { windows, pixels, largest } = self;
        if windows.halves() {
            return max_pool_2x2::max(windows, pixels, largest);
        }
        for (y, largest) in largest.chunks_exact_mut(windows.out[1]).enumerate() {
            largest.fill(T::from_f64(f64::NEG_INFINITY));
            windows.taps(y, |_, range, pixel| {
                let largest = &mut largest[range];
                each_pixel(windows.stride[1], largest.len(), &pixels[pixel..], |window, pixel| {
                    let so_far = largest[window];
                    largest[window] = if is_larger(pixel, so_far) { pixel } else { so_far };
                });
            });
        }
    }
}

/// The largest number of each window, and which of the window's numbers it is: the first one where
/// several are.
pub(crate) fn max_pool_with_taps<T: Element>(
    set: InstructionSet,
    windows: &Windows,
    pixels: &[T],
    largest: &mut [T],
    taps: &mut [T],
) {
    MaxPoolWithTaps { windows, pixels, largest, taps }.compute_on(set);
}

struct MaxPoolWithTaps<'a, T> {
    windows: &'a Windows,
    pixels: &'a [T],
    largest: &'a mut [T],
    taps: &'a mut [T],
}

compiled!(MaxPoolWithTaps);

impl<T: Element> Operation<T> for MaxPoolWithTaps<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { windows, pixels, largest, taps } = self;
        if windows.halves() {
            return max_pool_2x2::max_with_taps(windows, pixels, largest, taps);
        }
        let [_, out_width] = windows.out;
        let rows = largest.chunks_exact_mut(out_width).zip(taps.chunks_exact_mut(out_width));
        for (y, (largest, taps)) in rows.enumerate() {
            largest.fill(T::from_f64(f64::NEG_INFINITY));
            taps.fill(T::ZERO);
            windows.taps(y, |tap, range, pixel| {
                let tap = T::from_f64(tap as f64);
                let (largest, taps) = (&mut largest[range.clone()], &mut taps[range]);
                each_pixel(windows.stride[1], largest.len(), &pixels[pixel..], |window, pixel| {
                    let (so_far, place) = (largest[window], taps[window]);
                    let larger = is_larger(pixel, so_far);
                    largest[window] = if larger { pixel } else { so_far };
                    taps[window] = if larger { tap } else { place };
                });
            });
        }
    }
}

/// Gives each window's gradient to the number that was the largest.
pub(crate) fn max_pool_gradient<T: Element>(
    set: InstructionSet,
    windows: &Windows,
    taps: &[T],
    grads: &[T],
    grad_pixels: &mut [T],
) {
    MaxPoolGradient { windows, taps, grads, grad_pixels }.compute_on(set);
}

struct MaxPoolGradient<'a, T> {
    windows: &'a Windows,
    taps: &'a [T],
    grads: &'a [T],
    grad_pixels: &'a mut [T],
}

compiled!(MaxPoolGradient);

impl<T: Element> Operation<T> for MaxPoolGradient<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { windows, taps, grads, grad_pixels } = self;
        if windows.halves() {
            return max_pool_2x2::max_gradient(windows, taps, grads, grad_pixels);
        }
        let [_, out_width] = windows.out;
        grad_pixels.fill(T::ZERO);
        for (y, (taps, grads)) in taps.chunks_exact(out_width).zip(grads.chunks_exact(out_width)).enumerate()
        {
            windows.taps(y, |tap, range, pixel| {
                let tap = T::from_f64(tap as f64);
                let (grads, taps) = (&grads[range.clone()], &taps[range]);
                add_to_each_pixel(windows.stride[1], taps.len(), &mut grad_pixels[pixel..], |window| {
                    if taps[window] == tap { grads[window] } else { T::ZERO }
                });
            });
        }
    }
}

/// The sum of each window times `factor`.
pub(crate) fn sum_pool<T: Element>(
    set: InstructionSet,
    windows: &Windows,
    factor: T,
    pixels: &[T],
    sums: &mut [T],
) {
    SumPool { windows, factor, pixels, sums }.compute_on(set);
}

struct SumPool<'a, T> {
    windows: &'a Windows,
    factor: T,
    pixels: &'a [T],
    sums: &'a mut [T],
}

compiled!(SumPool);

impl<T: Element> Operation<T> for SumPool<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { windows, factor, pixels, sums } = self;
        for (y, sums) in sums.chunks_exact_mut(windows.out[1]).enumerate() {
            sums.fill(T::ZERO);
            windows.taps(y, |_, range, pixel| {
                let sums = &mut sums[range];
                let stride = windows.stride[1];
                each_pixel(stride, sums.len(), &pixels[pixel..], |window, pixel| sums[window] += pixel);
            });
            sums.iter_mut().for_each(|sum| *sum *= factor);
        }
    }
}

/// Gives each window's gradient, times `factor`, to all of its numbers.
pub(crate) fn sum_pool_gradient<T: Element>(
    set: InstructionSet,
    windows: &Windows,
    factor: T,
    grads: &[T],
    grad_pixels: &mut [T],
) {
    SumPoolGradient { windows, factor, grads, grad_pixels }.compute_on(set);
}

struct SumPoolGradient<'a, T> {
    windows: &'a Windows,
    factor: T,
    grads: &'a [T],
    grad_pixels: &'a mut [T],
}

compiled!(SumPoolGradient);

impl<T: Element> Operation<T> for SumPoolGradient<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { windows, factor, grads, grad_pixels } = self;
        grad_pixels.fill(T::ZERO);
        for (y, grads) in grads.chunks_exact(windows.out[1]).enumerate() {
            windows.taps(y, |_, range, pixel| {
                let (grads, pixels) = (&grads[range], &mut grad_pixels[pixel..]);
                add_to_each_pixel(windows.stride[1], grads.len(), pixels, |window| grads[window] * factor);
            });
        }
    }
}
