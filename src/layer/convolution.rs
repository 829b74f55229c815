//! [`Conv2d`] and [`Conv1d`]: kernels that go over images, and over sequences.

use core::slice::from_mut;

use super::options::{ElementOf, OptionsOf};
use super::window::{Geometry, Line, Plane, Window, checked, fault};
use super::{Cached, Fused, Fusing, Input, Layer, Output, PerBatch};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::kernel::{
    ConvolutionSizes, InstructionSet, add_kernel_gradient, add_laid_out, convolution_input_gradient,
    convolve, sum, turn_kernels,
};
use crate::parameters::Kind;
use crate::plain::{Plain, flat};
use crate::shape::product;
use crate::tensor::Tensor;
use crate::threads::{Work, split};

/// `output[f, y, x] = Σ weight[f, c, i, j] · input[c, y·S + i·D - P, x·S + j·D - P] + bias[f]`, the sum
/// over the channels `c` of the filter's group and the kernel's rows `i` and columns `j`; what lies
/// outside of the image is 0.
///
/// # Shapes
///
/// `input` `(C, H, W)`, `weight` `(F, C / G, h, w)`, `bias` `[F]`, `output` `(F, H', W')` with
/// `H' = floor((H + 2P - D(h - 1) - 1) / S) + 1` and `W'` likewise. The kernel is one size, `U5`, or one for
/// height and one for width, `(U5, U3)`.
///
/// # Options
///
/// [`Stride<S>`](super::Stride), [`Padding<P>`](super::Padding), [`Dilation<D>`](super::Dilation) and
/// [`Groups<G>`](super::Groups): one, or a tuple of them in any order. What is not said is 1, 0, 1, 1.
///
/// # Memory
///
/// A training step keeps one copy of `weight`, turned, for the gradient by the input. The matrix of
/// patches (*im2col*) is never made.
///
/// Saito, *Deep Learning from Scratch*, 7.2 and 7.4.
///
/// ```
/// use dimwise::prelude::*;
///
/// type Conv = Conv2d<(U3, U28, U28), U30, U5, (Stride<U2>, Padding<U1>)>;
/// assert_eq!(<Conv as Layer>::Out::DIMS, [30, 13, 13]);
///
/// // A kernel of ones sums the pixels below it.
/// let mut layer = Conv2d::<(U1, U3, U3), U1, U2>::zeroed();
/// layer.weight.as_mut_slice().fill(1.0);
/// let image = Tensor::from([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]);
/// assert_eq!(layer.predict(&image), Tensor::from([[[12.0, 16.0], [24.0, 28.0]]]));
/// ```
pub type Conv2d<In, Filters, Kernel, Options = (), T = f32> =
    Convolution<Window<Plane, In, Filters, Kernel, OptionsOf<Options, T>>, ElementOf<Options, T>>;

/// `output[f, x] = Σ weight[f, c, j] · input[c, x·S + j·D - P] + bias[f]`: a [`Conv2d`] over sequences.
///
/// # Shapes
///
/// `input` `(C, L)`, `weight` `(F, C / G, l)`, `bias` `[F]`, `output` `(F, L')` with
/// `L' = floor((L + 2P - D(l - 1) - 1) / S) + 1`.
///
/// # Options
///
/// Those of [`Conv2d`], each of one size.
///
/// Waibel et al., *Phoneme recognition using time-delay neural networks*, 1989.
///
/// ```
/// use dimwise::prelude::*;
///
/// type Conv = Conv1d<(U2, U100), U16, U5, (Stride<U2>, Padding<U2>)>;
/// assert_eq!(<Conv as Layer>::Out::DIMS, [16, 50]);
///
/// let mut layer = Conv1d::<(U1, U4), U1, U2>::zeroed();
/// layer.weight = Tensor::from([[[-1.0, 1.0]]]);
/// let steps = layer.predict(&Tensor::from([[1.0, 3.0, 3.0, 7.0]]));
/// assert_eq!(steps, Tensor::from([[2.0, 0.0, 4.0]]));
/// ```
pub type Conv1d<In, Filters, Kernel, Options = (), T = f32> =
    Convolution<Window<Line, In, Filters, Kernel, OptionsOf<Options, T>>, ElementOf<Options, T>>;

/// What [`Conv2d`] and [`Conv1d`] name by their sizes.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Convolution<G: Geometry, T: Element = f32> {
    /// The kernels, `(filters, channels of a group, height, width)` or `(filters, channels of a group, length)`.
    pub weight: Tensor<G::Weight, T>,
    /// What each output of a filter starts from, `[filters]`.
    pub bias: Tensor<G::Filters, T>,
}

crate::parameters!(Convolution<G: Geometry, T: Element>: T {
    weight: Kind::Weight {
        fan_in: G::SIZES.taps(),
        fan_out: G::SIZES.weight_len() / G::SIZES.channels,
    },
    bias: Kind::Bias { start: 0.0 },
} fault fault::<G>(Fault::of_window(G::SIZES)));

impl<G: Geometry, T: Element> Layer for Convolution<G, T> {
    type In = G::In;
    type Out = G::Out;
    /// Scratch memory: the kernels' gradient, transposed; then the turned kernels.
    type Cache = PerBatch<Tensor<G::Weight, T>>;
    type Placement = Fusing;
    const MULTIPLY_ADDS: usize = Self::SIZES.output_len() * Self::SIZES.taps();

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        self.forward_fused(input, output, |_| {});
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        self.forward_fused(input, output, |_| {});
    }

    fn backward(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        let (sizes, scratch) = (&Self::SIZES, cache.batch.as_mut_slice());
        let grad_output = &*grad_output;
        scratch.fill(T::ZERO);
        add_kernel_gradients(sizes, flat(input), flat(grad_output), scratch);
        add_laid_out(sizes, scratch, gradients.weight.as_mut_slice());
        add_bias_gradients(flat(grad_output), area(sizes.out), gradients.bias.as_mut_slice());
        if let Some(grad_input) = grad_input {
            self.input_gradient(grad_output, grad_input, scratch);
        }
    }

    fn backward_frozen(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: &mut [Input<Self>],
        _scratch: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        self.input_gradient(grad_output, grad_input, cache.batch.as_mut_slice());
    }
}

impl<G: Geometry, T: Element> Fused for Convolution<G, T> {
    fn forward_fused(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Output<Self>]) + Sync,
    ) {
        let (weight, bias) = (self.weight.as_slice(), Some(self.bias.as_slice()));
        each_image(input, output, Self::MULTIPLY_ADDS, |set, input, output| {
            convolve(set, &Self::SIZES, input.as_slice(), weight, bias, output.as_mut_slice());
            finish(from_mut(output));
        });
    }
}

impl<G: Geometry, T: Element> Convolution<G, T> {
    const SIZES: ConvolutionSizes = checked::<G>();

    /// Computes `dL/dx`; `turned` is memory for the turned kernels.
    fn input_gradient(&self, grad_output: &[Output<Self>], grad_input: &mut [Input<Self>], turned: &mut [T]) {
        let sizes = &Self::SIZES;
        turn_kernels(sizes, self.weight.as_slice(), turned);
        let turned = &*turned;
        each_image(grad_output, grad_input, Self::MULTIPLY_ADDS, |set, grad_output, grad_input| {
            let (grad_output, grad_input) = (grad_output.as_slice(), grad_input.as_mut_slice());
            convolution_input_gradient(set, sizes, grad_output, turned, None, grad_input);
        });
    }
}

/// Computes each output image from the same of the inputs, in so many multiply-adds, on one thread.
pub(super) fn each_image<X: Sync, Y: Send>(
    input: &[X],
    output: &mut [Y],
    multiply_adds: usize,
    compute: impl Fn(InstructionSet, &X, &mut Y) + Sync,
) {
    let work = Work { rows: output.len(), row_len: 1, row_work: multiply_adds };
    split(output, work, |first, output: &mut [Y]| {
        for (input, output) in input[first..].iter().zip(output) {
            compute(InstructionSet::best(), input, output);
        }
    });
}

/// Adds `dL/dW`, transposed: image after image, each row by one thread.
pub(super) fn add_kernel_gradients<T: Element>(
    sizes: &ConvolutionSizes,
    inputs: &[T],
    grad_outputs: &[T],
    grad_kernels: &mut [T],
) {
    let (input_len, output_len) = (sizes.input_len(), sizes.output_len());
    let (samples, filters) = (inputs.len() / input_len.max(1), sizes.filters / sizes.groups);
    let row_work = samples * area(sizes.out) * filters;
    let work = Work { rows: sizes.groups * sizes.taps(), row_len: filters, row_work };
    split(grad_kernels, work, |first, grad_kernels: &mut [T]| {
        let images = inputs.chunks_exact(input_len.max(1));
        for (input, grad_output) in images.zip(grad_outputs.chunks_exact(output_len.max(1))) {
            add_kernel_gradient(InstructionSet::best(), sizes, first, input, grad_output, grad_kernels);
        }
    });
}

/// Adds `dL/db`: the sum of `dL/dy` over the batch and all positions.
pub(super) fn add_bias_gradients<T: Element>(grad_outputs: &[T], positions: usize, grad_bias: &mut [T]) {
    let channels = grad_bias.len();
    for (index, grads) in grad_outputs.chunks_exact(positions.max(1)).enumerate() {
        grad_bias[index % channels] += sum(grads);
    }
}

pub(super) const fn area(sides: [usize; 2]) -> usize {
    product(&sides)
}
