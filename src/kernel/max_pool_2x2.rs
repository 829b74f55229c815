//! The largest number of each 2×2 window, side by side: what nearly every pooling is, in plain loops of
//! which the compiler makes vector instructions.
//!
//! It computes what `pool.rs` computes, number for number.

use super::pool::{Windows, is_larger};
use crate::element::Element;

impl Windows {
    /// Whether the windows are of 2×2 pixels, side by side, without padding.
    #[inline(always)]
    pub(super) fn halves(&self) -> bool {
        self.kernel == [2; 2] && self.stride == [2; 2] && self.padding == [0; 2]
    }

    /// The first row of pixels that a row of windows meets, and the pixels of both that it meets.
    #[inline(always)]
    fn two_rows(&self, out_y: usize) -> (usize, usize) {
        (2 * out_y * self.image[1], 2 * self.out[1])
    }
}

/// Windows that are computed side by side: enough for a vector, few enough for a small image's row.
const SIDE: usize = 4;

/// Calls the function with the number of the first window of each group of a row: groups of [`SIDE`], then
/// single ones.
macro_rules! groups {
    ($count:expr, $function:ident($($argument:expr),*)) => {{
        let (count, mut window) = ($count, 0);
        while count - window >= SIDE {
            $function::<T, SIDE>(window, $($argument),*);
            window += SIDE;
        }
        while window < count {
            $function::<T, 1>(window, $($argument),*);
            window += 1;
        }
    }};
}

/// The largest number of each window.
#[inline(always)]
pub(super) fn max<T: Element>(windows: &Windows, pixels: &[T], largest: &mut [T]) {
    for (y, largest) in largest.chunks_exact_mut(windows.out[1]).enumerate() {
        let rows = rows_of(windows, pixels, y);
        groups!(largest.len(), max_of(rows, largest));
    }
}

/// The largest number of each window, and which of the four it is.
#[inline(always)]
pub(super) fn max_with_taps<T: Element>(windows: &Windows, pixels: &[T], largest: &mut [T], taps: &mut [T]) {
    let rows = largest.chunks_exact_mut(windows.out[1]).zip(taps.chunks_exact_mut(windows.out[1]));
    for (y, (largest, taps)) in rows.enumerate() {
        let rows = rows_of(windows, pixels, y);
        groups!(largest.len(), max_with_taps_of(rows, largest, taps));
    }
}

/// Gives each window's gradient to the number that was the largest.
#[inline(always)]
pub(super) fn max_gradient<T: Element>(windows: &Windows, taps: &[T], grads: &[T], grad_pixels: &mut [T]) {
    let ([height, width], [out_height, out_width]) = (windows.image, windows.out);
    // What no window meets: at most one column and one row.
    if 2 * out_width < width || 2 * out_height < height {
        grad_pixels.fill(T::ZERO);
    }
    for (y, (taps, grads)) in taps.chunks_exact(out_width).zip(grads.chunks_exact(out_width)).enumerate() {
        let (first, len) = windows.two_rows(y);
        let (upper, lower) = grad_pixels[first..].split_at_mut(width);
        let (upper, lower) = (upper[..len].as_chunks_mut().0, lower[..len].as_chunks_mut().0);
        groups!(out_width, max_gradient_of(taps, grads, upper, lower));
    }
}

/// The two rows of pixels that a row of windows meets, in pairs.
#[inline(always)]
fn rows_of<'p, T>(windows: &Windows, pixels: &'p [T], out_y: usize) -> [&'p [[T; 2]]; 2] {
    let (first, len) = windows.two_rows(out_y);
    [first, first + windows.image[1]].map(|first| pixels[first..][..len].as_chunks().0)
}

/// `N` of them.
#[inline(always)]
fn some<T: Copy, const N: usize>(numbers: &[T], first: usize) -> [T; N] {
    *numbers[first..].first_chunk().expect("as many numbers")
}

/// Of each two the larger one with its number; of equals, the first.
#[inline(always)]
fn larger<T: Element, const N: usize>(
    (mut largest, mut taps): ([T; N], [T; N]),
    (others, their_taps): ([T; N], [T; N]),
) -> ([T; N], [T; N]) {
    for window in 0..N {
        let takes = is_larger(others[window], largest[window]);
        largest[window] = if takes { others[window] } else { largest[window] };
        taps[window] = if takes { their_taps[window] } else { taps[window] };
    }
    (largest, taps)
}

#[inline(always)]
fn max_of<T: Element, const N: usize>(window: usize, rows: [&[[T; 2]]; 2], largest: &mut [T]) {
    let (found, _) = largest_of::<T, N>(rows.map(|row| some(row, window)));
    largest[window..][..N].copy_from_slice(&found);
}

#[inline(always)]
fn max_with_taps_of<T: Element, const N: usize>(
    window: usize,
    rows: [&[[T; 2]]; 2],
    largest: &mut [T],
    taps: &mut [T],
) {
    let (found, places) = largest_of::<T, N>(rows.map(|row| some(row, window)));
    largest[window..][..N].copy_from_slice(&found);
    taps[window..][..N].copy_from_slice(&places);
}

#[inline(always)]
fn largest_of<T: Element, const N: usize>([upper, lower]: [[[T; 2]; N]; 2]) -> ([T; N], [T; N]) {
    let column =
        |row: [[T; 2]; N], side: usize, tap: f64| (row.map(|pair| pair[side]), [T::from_f64(tap); N]);
    let upper = larger(column(upper, 0, 0.0), column(upper, 1, 1.0));
    let lower = larger(column(lower, 0, 2.0), column(lower, 1, 3.0));
    larger(upper, lower)
}

#[inline(always)]
fn max_gradient_of<T: Element, const N: usize>(
    window: usize,
    taps: &[T],
    grads: &[T],
    upper: &mut [[T; 2]],
    lower: &mut [[T; 2]],
) {
    let (taps, grads): ([T; N], [T; N]) = (some(taps, window), some(grads, window));
    let mut given = [[T::ZERO; N]; 4];
    for (tap, given) in given.iter_mut().enumerate() {
        let tap = T::from_f64(tap as f64);
        for window in 0..N {
            given[window] = if taps[window] == tap { grads[window] } else { T::ZERO };
        }
    }
    for (index, (upper, lower)) in upper[window..][..N].iter_mut().zip(&mut lower[window..][..N]).enumerate()
    {
        *upper = [given[0][index], given[1][index]];
        *lower = [given[2][index], given[3][index]];
    }
}
