//! The three products of a convolution, each for one image.
//!
//! With `patches` as in [`Patches`], and the kernels of all filters as the rows of `weight`:
//!
//! ```text
//! output      = weight · patches(input) + bias          [F, K] · [K, P]
//! grad_weight = grad_output · patches(input)ᵀ           [F, P] · [P, K]
//! grad_input  = turned weight · patches(grad_output)    [C, F·h·w] · [F·h·w, H·W]
//! ```
//!
//! The last is a convolution again: of `grad_output` with its pixels `stride` apart and the kernels
//! turned by half a turn. In groups, each is done group by group.

use super::dispatch::{InstructionSet, Kernel};
use super::patches::Patches;
use super::product::{FirstTerm, Product, Right};

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
    /// Rows and columns of zeros around the input.
    pub padding: [usize; 2],
    /// Pixels from one number of the kernel to the next.
    pub dilation: [usize; 2],
}

const fn area(sides: [usize; 2]) -> usize {
    sides[0] * sides[1]
}

impl ConvolutionSizes {
    /// Numbers of the input.
    pub const fn input_len(&self) -> usize {
        self.channels * area(self.image)
    }

    /// Numbers of the output.
    pub const fn output_len(&self) -> usize {
        self.filters * area(self.out)
    }

    /// Numbers of all kernels.
    pub const fn weight_len(&self) -> usize {
        self.filters * self.taps()
    }

    /// Numbers of one filter's kernel: what an output sums over.
    pub const fn taps(&self) -> usize {
        self.channels / self.groups * area(self.kernel)
    }

    /// The rows or columns that a kernel covers, 0 where it has none.
    pub const fn reach(&self, axis: usize) -> usize {
        if self.kernel[axis] == 0 { 0 } else { self.dilation[axis] * (self.kernel[axis] - 1) + 1 }
    }

    /// The rows or columns of an image with its padding.
    pub const fn padded(&self, axis: usize) -> usize {
        self.image[axis] + 2 * self.padding[axis]
    }

    /// Whether the kernel lies inside of the padded image.
    pub const fn fits(&self) -> bool {
        self.reach(0) <= self.padded(0) && self.reach(1) <= self.padded(1)
    }

    /// Whether kernel, stride and dilation are at least 1.
    pub const fn moves(&self) -> bool {
        area(self.kernel) * area(self.stride) * area(self.dilation) > 0
    }

    /// Whether there are channels, filters and groups, and the groups are equal.
    pub const fn divides(&self) -> bool {
        let (channels, filters, groups) = (self.channels, self.filters, self.groups);
        channels * filters * groups > 0 && channels % groups == 0 && filters % groups == 0
    }

    /// Whether there can be such a convolution.
    pub const fn possible(&self) -> bool {
        self.fits() && self.moves() && self.divides()
    }

    fn patches(&self) -> Patches {
        Patches {
            image: self.image,
            kernel: self.kernel,
            out: self.out,
            stride: self.stride,
            padding: self.padding.map(|padding| padding as isize),
            dilation: self.dilation,
            spread: [1; 2],
        }
    }

    /// The patches of `grad_output` that the turned kernels go over.
    fn turned_patches(&self) -> Patches {
        let reach = |axis: usize| (self.dilation[axis] * (self.kernel[axis] - 1)) as isize;
        Patches {
            image: self.out,
            kernel: self.kernel,
            out: self.image,
            stride: [1; 2],
            padding: [0, 1].map(|axis| reach(axis) - self.padding[axis] as isize),
            dilation: self.dilation,
            spread: self.stride,
        }
    }

    /// Channels, filters, and numbers of input, output and kernels, of one group.
    fn group(&self) -> [usize; 2] {
        [self.channels / self.groups, self.filters / self.groups]
    }
}

/// `output = weight * input + bias`: `[F, C/g, h, w]` over `[C, H, W]`, plus `[F]` or nothing.
///
/// # Panics
///
/// Where a length is not that of its matrix; so do the others.
pub fn convolve<T: Kernel>(
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
    for group in 0..sizes.groups {
        let first = group * filters;
        let product = Product {
            rows: filters,
            depth: taps,
            cols: positions,
            left: &weight[first * taps..][..filters * taps],
            left_stride: taps,
            right: Right::Patches(&input[group * channels * pixels..], sizes.patches()),
            first_term: first_term(bias, first, filters),
            out: &mut output[first * positions..][..filters * positions],
        };
        T::product(set, product);
    }
}

/// Adds `grad_output · patches(input)ᵀ` to `grad_weight`, the kernels from filter `first` on: as many
/// as it has room for.
pub fn add_weight_gradient<T: Kernel>(
    set: InstructionSet,
    sizes: &ConvolutionSizes,
    first: usize,
    input: &[T],
    grad_output: &[T],
    grad_weight: &mut [T],
) {
    let ([channels, filters], taps) = (sizes.group(), sizes.taps());
    let (pixels, positions) = (area(sizes.image), area(sizes.out));
    let end = first + grad_weight.len() / taps.max(1);
    assert!(end <= sizes.filters, "filters {first} to {end} of {}", sizes.filters);
    check(sizes, input.len(), sizes.weight_len(), grad_output.len());
    let (mut from, mut rest) = (first, grad_weight);
    while from < end {
        let group = from / filters;
        let until = end.min((group + 1) * filters);
        let (out, after) = rest.split_at_mut((until - from) * taps);
        let product = Product {
            rows: until - from,
            depth: positions,
            cols: taps,
            left: &grad_output[from * positions..until * positions],
            left_stride: positions,
            right: Right::PatchesTransposed(&input[group * channels * pixels..], sizes.patches()),
            first_term: FirstTerm::Output,
            out,
        };
        T::product(set, product);
        (from, rest) = (until, after);
    }
}

/// Turns the kernels by half a turn and lays those of a channel together, as
/// [`convolution_input_gradient`] takes them: from `[F, C/g, h, w]` to `[g, C/g, F/g, h, w]`.
pub fn turn_kernels<T: Kernel>(sizes: &ConvolutionSizes, weight: &[T], turned: &mut [T]) {
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

/// The gradient by the input, from kernels that [`turn_kernels`] has turned; plus `[C]` or nothing, since
/// it is the transposed convolution, too.
pub fn convolution_input_gradient<T: Kernel>(
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
    for group in 0..sizes.groups {
        let first = group * channels;
        let product = Product {
            rows: channels,
            depth: taps,
            cols: pixels,
            left: &turned[first * taps..][..channels * taps],
            left_stride: taps,
            right: Right::Patches(&grad_output[group * filters * positions..], sizes.turned_patches()),
            first_term: first_term(bias, first, channels),
            out: &mut grad_input[first * pixels..][..channels * pixels],
        };
        T::product(set, product);
    }
}

/// A bias for each of `rows` rows from `first` on.
fn first_term<T>(bias: Option<&[T]>, first: usize, rows: usize) -> FirstTerm<'_, T> {
    match bias {
        Some(bias) => FirstTerm::OfRow(&bias[first..first + rows]),
        None => FirstTerm::Zero,
    }
}

fn check(sizes: &ConvolutionSizes, input: usize, weight: usize, output: usize) {
    let expected = (sizes.input_len(), sizes.weight_len(), sizes.output_len());
    assert_eq!((input, weight, output), expected, "sizes of input, weight and output");
}
