//! The three products of a convolution, each for one image.
//!
//! With `im2col` as in [`Im2col`], and the kernels of all filters as the rows of `weight`:
//!
//! ```text
//! output       = weight · im2col(input) + bias           [F, K] · [K, P]
//! grad_weightᵀ = im2col(input) · grad_outputᵀ            [K, P] · [P, F]
//! grad_input   = turned weight · im2col(grad_output)     [C, F·h·w] · [F·h·w, H·W]
//! ```
//!
//! The last is a convolution again, of `grad_output` by the kernels turned by half a turn. With a stride it is several of
//! them, each by a part of the kernels: see `sub_grid.rs`. In groups, each is done group by group.

use super::im2col::Im2col;
use super::implicit_gemm::{ImplicitGemm, SCATTERED_FILTERS};
use super::instruction_set::InstructionSet;
use super::kernel_gradient::KernelGradient;
use super::operation::Compiled;
use super::scattered_gemm::{ScatteredGemm, Scattering};
use super::sub_grid::SubGrid;
use crate::element::Element;
use crate::shape::product;

/// The sizes of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvolutionSizes {
    /// Channels of the input.
    pub channels: usize,
    /// Channels of the output.
    pub filters: usize,
    /// Groups of channels, and of filters that see no others; divides both.
    pub groups: usize,
    /// Height and width of the input.
    pub image: [usize; 2],
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Height and width of the output.
    pub out: [usize; 2],
    /// Pixels from one position of the kernel to the next.
    pub stride: [usize; 2],
    /// RowSlices and columns of zeros around the input.
    pub padding: [usize; 2],
    /// Pixels from one number of the kernel to the next.
    pub dilation: [usize; 2],
}

const fn area(sides: [usize; 2]) -> usize {
    product(&sides)
}

impl ConvolutionSizes {
    /// Numbers of the input.
    pub const fn input_len(&self) -> usize {
        product(&[self.channels, area(self.image)])
    }

    /// Numbers of the output.
    pub const fn output_len(&self) -> usize {
        product(&[self.filters, area(self.out)])
    }

    /// Numbers of all kernels.
    pub const fn weight_len(&self) -> usize {
        product(&[self.filters, self.taps()])
    }

    /// Numbers of one filter's kernel: what an output sums over.
    pub const fn taps(&self) -> usize {
        product(&[self.channels / self.groups, area(self.kernel)])
    }

    /// The rows or columns that a kernel covers, 0 where it has none.
    pub const fn reach(&self, axis: usize) -> usize {
        if self.kernel[axis] == 0 {
            return 0;
        }
        let reach = product(&[self.dilation[axis], self.kernel[axis] - 1]).checked_add(1);
        reach.expect("what a kernel covers is beyond usize")
    }

    /// The rows or columns of an image with its padding.
    pub const fn padded(&self, axis: usize) -> usize {
        let padded = self.image[axis].checked_add(product(&[2, self.padding[axis]]));
        padded.expect("an image with its padding is beyond usize")
    }

    /// Whether the kernel lies inside of the padded image.
    pub const fn fits(&self) -> bool {
        self.reach(0) <= self.padded(0) && self.reach(1) <= self.padded(1)
    }

    /// Whether kernel, stride and dilation are at least 1.
    pub const fn moves(&self) -> bool {
        area(self.kernel) > 0 && area(self.stride) > 0 && area(self.dilation) > 0
    }

    /// Whether there are channels, filters and groups, and the groups are equal.
    pub const fn divides(&self) -> bool {
        let (channels, filters, groups) = (self.channels, self.filters, self.groups);
        channels > 0 && filters > 0 && groups > 0 && channels % groups == 0 && filters % groups == 0
    }

    /// Whether there can be such a convolution.
    pub const fn possible(&self) -> bool {
        self.fits() && self.moves() && self.divides()
    }

    pub(super) fn im2col(&self) -> Im2col {
        Im2col {
            image: self.image,
            kernel: self.kernel,
            out: self.out,
            stride: self.stride,
            padding: self.padding.map(|padding| padding as isize),
            dilation: self.dilation,
            spaced: false,
        }
    }

    /// How each output is scattered over the input, in the gradient by the input; nothing where that takes longer.
    pub(super) fn scattering(&self) -> Option<Scattering> {
        let Self { image, kernel, out, stride, padding, dilation, .. } = *self;
        let [channels, filters] = self.group();
        let scattering = Scattering { image: out, kernel, out: image, stride, padding, dilation };
        scattering.is_faster(filters, channels).then_some(scattering)
    }

    /// How each pixel is scattered over the output; nothing where that takes longer, or where a stride or too large a
    /// padding leaves pixels out.
    pub(super) fn forward_scattering(&self) -> Option<Scattering> {
        let Self { image, kernel, out, stride, dilation, .. } = *self;
        let [channels, filters] = self.group();
        let before = [0, 1].map(|axis| (dilation[axis] * (kernel[axis] - 1)).checked_sub(self.padding[axis]));
        let [Some(top), Some(left)] = before else { return None };
        let scattering = Scattering { image, kernel, out, stride: [1; 2], padding: [top, left], dilation };
        (stride == [1; 2] && scattering.is_faster(channels, filters)).then_some(scattering)
    }

    /// The convolutions of `grad_output` that make up the gradient by the input: how the turned kernels go over it, which
    /// of their numbers do, and whose pixels' gradients that gives.
    fn turned(&self) -> impl Iterator<Item = (Im2col, SubGrid, SubGrid)> {
        let [rows, cols] = [0, 1].map(|axis| self.stride[axis].min(self.image[axis]));
        (0..rows).flat_map(move |y| (0..cols).map(move |x| self.turned_to([y, x])))
    }

    /// The one that leads to every `stride`th pixel from `first` on.
    fn turned_to(&self, first: [usize; 2]) -> (Im2col, SubGrid, SubGrid) {
        let Self { image, kernel, stride, dilation, .. } = *self;
        // Number `at` of a turned kernel, and the pixel that it meets: `reach` pixels before the one that the kernel's
        // last number meets.
        let reach = |axis: usize, at: usize| dilation[axis] * (kernel[axis] - 1 - at);
        let offset = |axis: usize| first[axis] + self.padding[axis];
        let meets = |axis: usize, at: &usize| reach(axis, *at) % stride[axis] == offset(axis) % stride[axis];
        let step = [0, 1].map(|axis| {
            let again = |step: &usize| (step * dilation[axis]).is_multiple_of(stride[axis]);
            (1..=stride[axis]).find(again).expect("a stride divides itself")
        });
        let first_number =
            [0, 1].map(|axis| (0..kernel[axis]).find(|at| meets(axis, at)).unwrap_or(kernel[axis]));
        let kernel = SubGrid { whole: kernel, first: first_number, step };
        let pixels = SubGrid { whole: image, first, step: stride };
        let im2col = Im2col {
            image: self.out,
            kernel: kernel.sides(),
            out: pixels.sides(),
            stride: [1; 2],
            padding: [0, 1].map(|axis| {
                let reach = if kernel.sides()[axis] > 0 { reach(axis, first_number[axis]) } else { 0 };
                (reach as isize - offset(axis) as isize) / stride[axis] as isize
            }),
            dilation: [0, 1].map(|axis| step[axis] * dilation[axis] / stride[axis]),
            spaced: false,
        };
        (im2col, kernel, pixels)
    }

    /// Channels, filters, and numbers of input, output and kernels, of one group.
    pub(super) fn group(&self) -> [usize; 2] {
        [self.channels / self.groups, self.filters / self.groups]
    }
}

/// `output = weight * input + bias`: `[F, C/g, h, w]` over `[C, H, W]`, plus `[F]` or nothing.
///
/// # Panics
///
/// Panics if a length is not that of its matrix; so do the others.
pub(crate) fn convolve<T: Element>(
    set: InstructionSet,
    sizes: &ConvolutionSizes,
    input: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    output: &mut [T],
) {
    check(sizes, input.len(), weight.len(), output.len());
    let ([channels, filters], taps) = (sizes.group(), sizes.taps());
    let (pixels, positions) = (area(sizes.image), area(sizes.out));
    let scattering = sizes.forward_scattering();
    for group in 0..sizes.groups {
        let first = group * filters;
        if let Some(scattering) = scattering {
            let gemm = ScatteredGemm {
                scattering,
                channels,
                image: &input[group * channels * pixels..][..channels * pixels],
                weight: &weight[first * taps..][..filters * taps],
                bias: bias.map(|bias| &bias[first..first + filters]),
                out: &mut output[first * positions..][..filters * positions],
            };
            gemm.compute_on(set);
            continue;
        }
        let gemm = ImplicitGemm {
            im2col: sizes.im2col(),
            channels,
            filters,
            image: &input[group * channels * pixels..][..channels * pixels],
            weight: &weight[first * taps..][..filters * taps],
            kernel: SubGrid::all(sizes.kernel),
            bias: bias.map(|bias| &bias[first..first + filters]),
            out: &mut output[first * positions..][..filters * positions],
            pixels: SubGrid::all(sizes.out),
        };
        gemm.compute_on(set);
    }
}

/// Adds `im2col(input) · grad_outputᵀ` to `grad_kernels`: the kernels' gradient as `[g, K, F/g]`, some of
/// its rows from row `first` on.
pub(crate) fn add_kernel_gradient<T: Element>(
    set: InstructionSet,
    sizes: &ConvolutionSizes,
    first: usize,
    input: &[T],
    grad_output: &[T],
    grad_kernels: &mut [T],
) {
    let ([channels, filters], taps) = (sizes.group(), sizes.taps());
    let (pixels, positions) = (area(sizes.image), area(sizes.out));
    let end = first + grad_kernels.len() / filters;
    assert!(end <= sizes.groups * taps, "rows {first} to {end} of {}", sizes.groups * taps);
    check(sizes, input.len(), sizes.weight_len(), grad_output.len());
    let (mut from, mut rest) = (first, grad_kernels);
    while from < end {
        let group = from / taps;
        let until = end.min((group + 1) * taps);
        let (out, after) = rest.split_at_mut((until - from) * filters);
        let gradient = KernelGradient {
            im2col: sizes.im2col(),
            channels,
            filters,
            first: from - group * taps,
            image: &input[group * channels * pixels..][..channels * pixels],
            grad_output: &grad_output[group * filters * positions..][..filters * positions],
            out,
        };
        gradient.compute_on(set);
        (from, rest) = (until, after);
    }
}

/// Adds what [`add_kernel_gradient`] has summed up, `[g, K, F/g]`, to what lies as the kernels do, `[F, K]`.
pub(crate) fn add_laid_out<T: Element>(sizes: &ConvolutionSizes, grad_kernels: &[T], grad_weight: &mut [T]) {
    let ([_, filters], taps) = (sizes.group(), sizes.taps());
    assert!(grad_kernels.len() == sizes.weight_len() && grad_weight.len() == grad_kernels.len(), "as many");
    for (filter, kernel) in grad_weight.chunks_exact_mut(taps).enumerate() {
        let group = &grad_kernels[filter / filters * filters * taps..];
        for (tap, grad) in kernel.iter_mut().enumerate() {
            *grad += group[tap * filters + filter % filters];
        }
    }
}

/// Turns the kernels by half a turn and lays those of a channel together, as
/// [`convolution_input_gradient`] takes them: from `[F, C/g, h, w]` to `[g, C/g, F/g, h, w]`.
pub(crate) fn turn_kernels<T: Element>(sizes: &ConvolutionSizes, weight: &[T], turned: &mut [T]) {
    let ([channels, filters], area) = (sizes.group(), area(sizes.kernel));
    assert!(weight.len() == sizes.weight_len() && turned.len() == weight.len(), "as many kernels");
    for (index, kernel) in weight.chunks_exact(area.max(1)).enumerate() {
        let (filter, channel) = (index / channels, index % channels);
        let (group, filter) = (filter / filters, filter % filters);
        let place = ((group * channels + channel) * filters + filter) * area;
        for (turned, value) in turned[place..][..area].iter_mut().zip(kernel.iter().rev()) {
            *turned = *value;
        }
    }
}

/// Adds what [`add_kernel_gradient`] has summed up, `[g, K, F/g]`, to what lies as [`turn_kernels`] lays it,
/// `[g, C/g, F/g, h, w]`.
pub(crate) fn add_turned<T: Element>(sizes: &ConvolutionSizes, grad_kernels: &[T], grad_turned: &mut [T]) {
    let ([channels, filters], taps, area) = (sizes.group(), sizes.taps(), area(sizes.kernel));
    assert!(grad_kernels.len() == sizes.weight_len() && grad_turned.len() == grad_kernels.len(), "as many");
    for (index, kernel) in grad_turned.chunks_exact_mut(area.max(1)).enumerate() {
        let (channel, filter) = (index / filters, index % filters);
        let (group, channel) = (channel / channels, channel % channels);
        let group = &grad_kernels[group * filters * taps..];
        for (place, grad) in kernel.iter_mut().rev().enumerate() {
            *grad += group[(channel * area + place) * filters + filter];
        }
    }
}

/// The gradient by the input, from kernels that [`turn_kernels`] has turned; plus `[C]` or nothing, since
/// it is the transposed convolution, too.
pub(crate) fn convolution_input_gradient<T: Element>(
    set: InstructionSet,
    sizes: &ConvolutionSizes,
    grad_output: &[T],
    turned: &[T],
    bias: Option<&[T]>,
    grad_input: &mut [T],
) {
    check(sizes, grad_input.len(), turned.len(), grad_output.len());
    let [channels, filters] = sizes.group();
    let (pixels, positions) = (area(sizes.image), area(sizes.out));
    let taps = filters * area(sizes.kernel);
    if let Some(scattering) = sizes.scattering() {
        for group in 0..sizes.groups {
            let first = group * channels;
            let gemm = ScatteredGemm {
                scattering,
                channels: filters,
                image: &grad_output[group * filters * positions..][..filters * positions],
                weight: &turned[first * taps..][..channels * taps],
                bias: bias.map(|bias| &bias[first..first + channels]),
                out: &mut grad_input[first * pixels..][..channels * pixels],
            };
            gemm.compute_on(set);
        }
        return;
    }
    // Where a stride is larger than the kernel, there are pixels that no output depends on.
    if sizes.turned().any(|(im2col, ..)| area(im2col.kernel) == 0) {
        for (channel, grads) in grad_input.chunks_exact_mut(pixels.max(1)).enumerate() {
            grads.fill(bias.map_or(T::ZERO, |bias| bias[channel]));
        }
    }
    let at_once = if sizes.stride == [1; 2] { channels } else { SCATTERED_FILTERS };
    for first in (0..sizes.groups).flat_map(|group| (0..channels).step_by(at_once).map(move |at| [group, at]))
    {
        let [group, at] = first;
        let (first, count) = (group * channels + at, at_once.min(channels - at));
        for (im2col, kernel, sub_pixels) in sizes.turned().filter(|(im2col, ..)| area(im2col.kernel) > 0) {
            let gemm = ImplicitGemm {
                im2col,
                channels: filters,
                filters: count,
                image: &grad_output[group * filters * positions..][..filters * positions],
                weight: &turned[first * taps..][..count * taps],
                kernel,
                bias: bias.map(|bias| &bias[first..first + count]),
                out: &mut grad_input[first * pixels..][..count * pixels],
                pixels: sub_pixels,
            };
            gemm.compute_on(set);
        }
    }
}

fn check(sizes: &ConvolutionSizes, input: usize, weight: usize, output: usize) {
    let expected = (sizes.input_len(), sizes.weight_len(), sizes.output_len());
    assert_eq!((input, weight, output), expected, "sizes of input, weight and output");
}
