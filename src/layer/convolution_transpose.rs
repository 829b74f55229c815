//! [`ConvTranspose2d`] and [`ConvTranspose1d`]: images, and sequences, made larger.

use core::slice::from_mut;

use super::convolution::{add_bias_gradients, add_kernel_gradients, area, each_image};
use super::options::{ElementOf, OptionsOf};
use super::window::{Geometry, Line, Plane, WindowBack, checked, fault};
use super::{Cached, Fused, Fusing, Input, Layer, Output, PerBatch};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::kernel::{ConvolutionSizes, add_turned, convolution_input_gradient, convolve, turn_kernels};
use crate::parameters::{Kind, Order};
use crate::plain::{Plain, flat};
use crate::tensor::Tensor;

/// `output[f, y, x] = Σ weight[f, c, i, j] · spread[c, y + i·D - Q, x + j·D - Q] + bias[f]`, where `spread` is
/// the input with its pixels `S` apart, `S - 1` zeros between them, and `Q = D(K - 1) - P`.
///
/// It leads back from the output of a [`Conv2d`](super::Conv2d) of the same sizes to its input: elsewhere
/// called deconvolution. The kernels are those of the sum above, so PyTorch's turned by half a turn, with
/// filters before channels.
///
/// # Shapes
///
/// `input` `(C, H, W)`, `weight` `(F, C / G, h, w)`, `bias` `[F]`, `output` `(F, H', W')` with
/// `H' = (H - 1)S + D(h - 1) + 1 + E - 2P` and `W'` likewise.
///
/// # Options
///
/// Those of [`Conv2d`](super::Conv2d), and [`OutputPadding<E>`](super::OutputPadding), less than the stride, which
/// chooses among the sizes that a convolution brings to the same one.
///
/// # Memory
///
/// A training step keeps one copy of `weight`, turned.
///
/// Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016.
///
/// ```
/// use dimwise::prelude::*;
///
/// type Double = ConvTranspose2d<(U8, U7, U7), U4, U3, (Stride<U2>, Padding<U1>, OutputPadding<U1>)>;
/// assert_eq!(<Double as Layer>::Out::DIMS, [4, 14, 14]);
///
/// let mut layer = ConvTranspose2d::<(U1, U1, U2), U1, U2, Stride<U2>>::zeroed();
/// layer.weight.as_mut_slice().fill(1.0);
/// let output = layer.predict(&Tensor::from([[[3.0, 5.0]]]));
/// assert_eq!(output, Tensor::from([[[3.0, 3.0, 5.0, 5.0], [3.0, 3.0, 5.0, 5.0]]]));
/// ```
#[doc(alias("Conv2DTranspose", "Deconvolution"))]
pub type ConvTranspose2d<In, Filters, Kernel, Options = (), T = f32> = ConvolutionTranspose<
    WindowBack<Plane, In, Filters, Kernel, OptionsOf<Options, T>>,
    ElementOf<Options, T>,
>;

/// A [`ConvTranspose2d`] over sequences.
///
/// # Shapes
///
/// `input` `(C, L)`, `weight` `(F, C / G, l)`, `bias` `[F]`, `output` `(F, L')` with
/// `L' = (L - 1)S + D(l - 1) + 1 + E - 2P`.
///
/// # Options
///
/// Those of [`ConvTranspose2d`], each of one size.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = ConvTranspose1d::<(U1, U2), U1, U2, Stride<U2>>::zeroed();
/// layer.weight.as_mut_slice().fill(1.0);
/// assert_eq!(layer.predict(&Tensor::from([[3.0, 5.0]])), Tensor::from([[3.0, 3.0, 5.0, 5.0]]));
/// ```
pub type ConvTranspose1d<In, Filters, Kernel, Options = (), T = f32> =
    ConvolutionTranspose<WindowBack<Line, In, Filters, Kernel, OptionsOf<Options, T>>, ElementOf<Options, T>>;

/// What [`ConvTranspose2d`] and [`ConvTranspose1d`] name by their sizes.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct ConvolutionTranspose<G: Geometry, T: Element = f32> {
    /// The kernels, `(filters, channels of a group, height, width)` or `(filters, channels of a group, length)`.
    pub weight: Tensor<G::Weight, T>,
    /// What each output of a filter starts from, `[filters]`.
    pub bias: Tensor<G::Filters, T>,
}

crate::parameters!(ConvolutionTranspose<G: Geometry, T: Element>: T {
    weight: Kind::Weight {
        fan_in: G::SIZES.filters / G::SIZES.groups * area(G::SIZES.kernel),
        fan_out: G::SIZES.taps(),
    } => Order::Turned { groups: G::SIZES.groups },
    bias: Kind::Bias { start: 0.0 },
} fault fault::<G>(Fault::of_window_back(G::SIZES)));

impl<G: Geometry, T: Element> ConvolutionTranspose<G, T> {
    /// The convolution that leads back.
    const SIZES: ConvolutionSizes = {
        assert!(Fault::of_window_back(G::SIZES).is_none(), "sizes that do not lead back");
        checked::<G>()
    };

    /// Computes `dL/dx`; `turned` is memory for the turned kernels.
    fn input_gradient(&self, grad_output: &[Output<Self>], grad_input: &mut [Input<Self>], turned: &mut [T]) {
        let sizes = &Self::SIZES;
        let there = ConvolutionSizes { channels: sizes.filters, filters: sizes.channels, ..*sizes };
        turn_kernels(&there, self.weight.as_slice(), turned);
        let turned = &*turned;
        each_image(grad_output, grad_input, Self::MULTIPLY_ADDS, |set, grad_output, grad_input| {
            convolve(set, sizes, grad_output.as_slice(), turned, None, grad_input.as_mut_slice());
        });
    }
}

impl<G: Geometry, T: Element> Layer for ConvolutionTranspose<G, T> {
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
        // The way back takes `grad_output` and gives what has the shape of `input`.
        scratch.fill(T::ZERO);
        add_kernel_gradients(sizes, flat(grad_output), flat(input), scratch);
        add_turned(sizes, scratch, gradients.weight.as_mut_slice());
        add_bias_gradients(flat(grad_output), area(sizes.image), gradients.bias.as_mut_slice());
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

impl<G: Geometry, T: Element> Fused for ConvolutionTranspose<G, T> {
    fn forward_fused(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Output<Self>]) + Sync,
    ) {
        let (weight, bias) = (self.weight.as_slice(), Some(self.bias.as_slice()));
        each_image(input, output, Self::MULTIPLY_ADDS, |set, input, output| {
            let (input, values) = (input.as_slice(), output.as_mut_slice());
            convolution_input_gradient(set, &Self::SIZES, input, weight, bias, values);
            finish(from_mut(output));
        });
    }
}
