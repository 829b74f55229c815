//! [`ConvTranspose2d`]: images made larger.

use typenum::{U0, U1};

use super::convolution::{add_bias_gradients, add_weight_gradients, area};
use super::window::{Geometry, WindowBack, checked};
use super::{Input, Layer, Output, Released};
use crate::element::Element;
use crate::kernel::{
    ConvolutionSizes, InstructionSet, convolution_input_gradient, convolve, lay_out_gradient, turn_kernels,
};
use crate::network::fault::Fault;
use crate::parameters::Kind;
use crate::plain::{Plain, flat};
use crate::shape::Dim;
use crate::tensor::Tensor;
use crate::threads::{Work, split};

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
/// `H' = (H - 1)S + D(h - 1) + 1 + E - 2P` and `W'` likewise. `Extra`, less than the stride, chooses among
/// the sizes that a convolution brings to the same one.
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
/// type Double = ConvTranspose2d<(U8, U7, U7), U4, U3, U2, U1, U1>;
/// assert_eq!(<Double as Layer>::Out::DIMS, [4, 14, 14]);
///
/// let mut layer = ConvTranspose2d::<(U1, U1, U2), U1, U2, U2>::zeroed();
/// layer.weight.as_mut_slice().fill(1.0);
/// let output = layer.predict(&Tensor::from([[[3.0, 5.0]]]));
/// assert_eq!(output, Tensor::from([[[3.0, 3.0, 5.0, 5.0], [3.0, 3.0, 5.0, 5.0]]]));
/// ```
pub type ConvTranspose2d<
    In,
    Filters,
    Kernel,
    Stride = U1,
    Padding = U0,
    Extra = U0,
    Dilation = U1,
    Groups = U1,
    T = f32,
> = ConvolutionTranspose<WindowBack<In, Filters, Kernel, Stride, Padding, Extra, Dilation, Groups>, T>;

/// What [`ConvTranspose2d`] names by its sizes.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct ConvolutionTranspose<G: Geometry, T: Element = f32> {
    /// The kernels, `(filters, channels of a group, height, width)`.
    pub weight: Tensor<G::Weight, T>,
    /// What each output of a filter starts from, `[filters]`.
    pub bias: Tensor<G::Filters, T>,
}

crate::parameters!(ConvolutionTranspose<G: Geometry, T: Element>: T {
    weight: Kind::Weight {
        fan_in: G::SIZES.filters / G::SIZES.groups * area(G::SIZES.kernel),
        fan_out: G::SIZES.taps(),
    },
    bias: Kind::Bias,
} fault Fault::of_window_back(G::SIZES));

impl<G: Geometry, T: Element> ConvolutionTranspose<G, T> {
    /// The convolution that leads back.
    const SIZES: ConvolutionSizes = {
        assert!(Fault::of_window_back(G::SIZES).is_none(), "sizes that do not lead back");
        checked(G::SIZES)
    };
}

impl<G: Geometry, T: Element> Layer for ConvolutionTranspose<G, T> {
    type In = G::In;
    type Out = G::Out;
    /// The turned kernels.
    type Cache<B: Dim> = Tensor<G::Weight, T>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = Self::SIZES.output_len() * Self::SIZES.taps();

    fn forward<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        _cache: &mut Self::Cache<B>,
    ) {
        self.infer(input, output);
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        let (set, weight, bias) =
            (InstructionSet::best(), self.weight.as_slice(), Some(self.bias.as_slice()));
        let work = Work { rows: output.len(), row_len: 1, row_work: Self::MULTIPLY_ADDS };
        split(output, work, |first, output: &mut [Output<Self>]| {
            for (input, output) in input[first..].iter().zip(output) {
                let (input, output) = (input.as_slice(), output.as_mut_slice());
                convolution_input_gradient(set, &Self::SIZES, input, weight, bias, output);
            }
        });
    }

    fn backward<B: Dim>(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        turned: &mut Self::Cache<B>,
    ) {
        let sizes = &Self::SIZES;
        let grad_output = &*grad_output;
        // The way back takes `grad_output` and gives what has the shape of `input`.
        gradients.as_mut_slice().fill(T::ZERO);
        let (turned, grad_weight) = (turned.as_mut_slice(), gradients.weight.as_mut_slice());
        add_weight_gradients(sizes, flat(grad_output), flat(input), grad_weight);
        lay_out_gradient(sizes, grad_weight, turned);
        turn_kernels(sizes, turned, grad_weight);
        add_bias_gradients(flat(grad_output), area(sizes.image), gradients.bias.as_mut_slice());
        if let Some(grad_input) = grad_input {
            let there = ConvolutionSizes { channels: sizes.filters, filters: sizes.channels, ..*sizes };
            turn_kernels(&there, self.weight.as_slice(), turned);
            let (set, turned) = (InstructionSet::best(), &*turned);
            let work = Work { rows: grad_input.len(), row_len: 1, row_work: Self::MULTIPLY_ADDS };
            split(grad_input, work, |first, grad_input: &mut [Input<Self>]| {
                for (grad_output, grad_input) in grad_output[first..].iter().zip(grad_input) {
                    let (grad_output, grad_input) = (grad_output.as_slice(), grad_input.as_mut_slice());
                    convolve(set, sizes, grad_output, turned, None, grad_input);
                }
            });
        }
    }
}
