//! What a layer is: [`Layer`], and [`InPlace`] for what is computed over its input.
//!
//! Tensors in, tensors out, and gradients back. A layer knows shapes and its own parameters; it knows no
//! network, no loss, no optimizer and no data.
//!
//! # The layers
//!
//! `S` is a shape, `In` an image `(channels, height, width)`; the element type comes last, `f32` unless told. In
//! [`network!`](crate::network!) `_` stands in the first place for what the layer before gives.
//!
//! | layer | computes | elsewhere |
//! |---|---|---|
//! | [`Affine<I, O>`](Affine) | `input · weight + bias` | Linear, Dense |
//! | [`Conv2d<In, Filters, Kernel, Options>`](Conv2d), [`Conv1d`] | kernels that go over images, or sequences | |
//! | [`ConvTranspose2d`] | the way back from a `Conv2d` | deconvolution |
//! | [`MaxPool2d<In, Kernel, Options>`](MaxPool2d), [`AvgPool2d`], [`MaxPool1d`], [`AvgPool1d`] | the largest, or the mean, of each window | |
//! | [`GlobalAvgPool2d<In>`](GlobalAvgPool2d), [`GlobalAvgPool1d`] | the mean of each channel | |
//! | [`ZeroPad2d<In, Padding>`](ZeroPad2d) | zeros around an image | |
//! | [`Flatten<S>`](Flatten), [`Reshape<From, To>`](Reshape) | the same numbers under another shape, in the same memory | |
//! | [`Parallel<A, B, Sum>`](Parallel), `Parallel<A, B, Concat>` | two branches, added or joined along the channels | |
//! | [`Residual<F>`](Residual), `Residual<F, Shortcut>` | `F(x) + x`, `F(x) + Shortcut(x)` | skip connection |
//! | [`Frozen<L>`](Frozen), `Frozen<[…]>` | what is inside, which training leaves as it is | `requires_grad_(False)` |
//! | [`BatchNorm<S, Options>`](BatchNorm), [`LayerNorm<S, Options>`](LayerNorm), [`GroupNorm<S, Groups, Options>`](GroupNorm) | mean 0 and variance 1, scaled and moved | |
//! | [`Standardize<S>`](Standardize) | each number by its mean and deviation over the data, learnt before training | StandardScaler, Normalization |
//! | [`Dropout<S, Percent>`](Dropout) | some numbers left out, in training alone | |
//! | [`Relu<S>`](Relu), [`LeakyRelu`], [`PRelu`], [`Elu`], [`Gelu`], [`GeluTanh`], [`Silu`], [`Softplus`] | rectifiers, sharp and smooth | swish is `Silu` |
//! | [`Sigmoid<S>`](Sigmoid), [`Tanh`], [`Identity`] | `1 / (1 + e⁻ˣ)`, `tanh x`, `x` | |
//! | [`Softmax<S>`](Softmax), [`LogSoftmax`] | scores as probabilities, or their logarithms | |
//!
//! Options are `Stride<N>`, `Padding<N>`, `Dilation<N>`, `Groups<N>`, `ExcludePadding` of a mean, and `Epsilon<N>`,
//! `RunningMomentum<Percent>` of norms, alone or in a tuple, in any order; `Slope<Percent>` of a `LeakyRelu`.
//!
//! # Adding a layer
//!
//! Copy the file of the nearest one (`relu.rs` for one computed in place, `affine.rs` otherwise) and fill its
//! parts in the same order: type, [`parameters!`](crate::parameters!), forward, backward. Then add one line to
//! `tests/gradients.rs` and one to the table above, and say in `storage/onnx` which operators it is. A layer of your
//! own program is written in just the same way (`examples/own_layer.rs`); nothing is registered.
//!
//! # How layers are run
//!
//! `placement`, `pair`, `fused`, `in_place` and `whole_batch` say how a layer is run in a network: in place
//! over the layer before it, fused with what follows, part by part of a batch. No layer's mathematics knows
//! of it; see [`Placement`].

mod affine;
mod arena;
mod branch;
mod cache;
mod convolution;
mod convolution_transpose;
mod dropout;
mod elu;
mod frozen;
mod fused;
mod gelu;
pub(crate) mod gelu_tanh;
mod identity;
mod in_place;
mod info;
mod join;
mod leaky_relu;
mod norm;
mod options;
mod pad;
mod pair;
mod placement;
mod pool;
pub mod prelude;
mod prelu;
mod product;
mod relu;
mod reshape;
mod sigmoid;
mod silu;
mod softmax;
mod softplus;
mod standardize;
mod tanh;
mod whole_batch;
mod window;
#[cfg(test)]
pub(crate) mod tests;

pub use crate::shape::Flat;
pub use affine::Affine;
#[doc(hidden)]
pub use arena::End;
pub use branch::{Parallel, ParallelCache, Residual};
pub use cache::{Cache, Cached, PerBatch, PerSample};
pub use convolution::{Conv1d, Conv2d, Convolution};
pub use convolution_transpose::{ConvTranspose1d, ConvTranspose2d, ConvolutionTranspose};
pub use dropout::Dropout;
pub use elu::Elu;
pub use frozen::{Frozen, Held};
pub use fused::{Fused, Fusing};
pub use gelu::Gelu;
pub use gelu_tanh::GeluTanh;
pub use identity::Identity;
pub use in_place::{FromInput, FromOutput, InPlace, Over, Told};
pub use info::LayerInfo;
pub(crate) use info::short_type_name;
pub use join::{Concat, Join, Sum};
pub use leaky_relu::{LeakyRelu, LeakyReluOptions, Slope};
pub use norm::{BatchNorm, BatchNormOptions, Epsilon, GroupNorm, LayerNorm, NormOptions, RunningMomentum};
pub use options::Options;
pub use pad::{ZeroPad, ZeroPad2d};
pub(crate) use pair::nothing;
#[doc(hidden)]
pub use pair::{Apart, Keeping, OverInput, Overwriting, Pair, PairMemory};
pub use placement::{Kept, Placement, Released};
#[doc(hidden)]
pub use placement::{Lends, No, Yes};
pub(crate) use placement::{backward_in_own_arena, infer_in_own_arena};
pub use pool::{
    AvgPool, AvgPool1d, AvgPool2d, GlobalAvgPool, GlobalAvgPool1d, GlobalAvgPool2d, MaxPool, MaxPool1d,
    MaxPool2d,
};
pub use prelu::PRelu;
pub(crate) use product::CACHE_LINE;
pub use relu::Relu;
pub use reshape::{Flatten, Reshape, View};
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use softmax::{LogSoftmax, Softmax};
pub use softplus::Softplus;
pub use standardize::Standardize;
pub use tanh::Tanh;
pub use whole_batch::{Whole, WholeBatch};
pub use window::{
    Dilation, ExcludePadding, Geometry, Groups, Line, MeanWindow, OutputPadding, Padding, Plane, PoolWindow,
    Sides, Space, Stride, Window, WindowBack,
};

use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// One sample as layer `L` takes it.
pub type Input<L> = Tensor<<L as Layer>::In, <L as Plain>::Element>;

/// One sample as layer `L` returns it.
pub type Output<L> = Tensor<<L as Layer>::Out, <L as Plain>::Element>;

/// A step of a network, from samples of shape `In` to samples of shape `Out`.
///
/// Its type says all that is known when the program is written; its value is the weights. A batch
/// is a slice of samples, so a short last batch is no special case.
#[diagnostic::on_unimplemented(
    message = "this is not a layer",
    label = "a layer implements `Layer` or `InPlace`"
)]
pub trait Layer: Parameters {
    /// The shape of a sample that comes in.
    type In: Shape;
    /// The shape of a sample that goes out.
    type Out: Shape;
    /// What `forward` leaves for `backward` beside input and output (masks, indices), and scratch memory:
    /// [`Nothing`](crate::plain::Nothing) for most, else [`PerSample`] or [`PerBatch`].
    type Cache: Cache<Element = Self::Element>;
    /// [`Released`] where `backward` does not read the output, so that a layer after it may overwrite it;
    /// [`Kept`] where it does. See [`Placement`] for the others.
    type Placement: Placement<Self>;
    /// Multiply-adds of one sample's forward pass.
    const MULTIPLY_ADDS: usize;

    /// Computes `output` from `input`, sample by sample; both, and the cache, have the same length.
    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: Cached<'_, Self::Cache>);

    /// Computes the loss's gradients by the input and by the parameters from the one by the output.
    ///
    /// `input`, `output` and `cache` are those of the last `forward`. Writes `grad_input` where it is asked for
    /// (a network's first layer never is), whatever it held, and **adds** to `gradients`. `grad_output` may be
    /// overwritten.
    fn backward(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: Cached<'_, Self::Cache>,
    );

    /// [`forward`](Self::forward) of a [`Frozen`] layer: computes what [`infer`](Self::infer) does, and leaves in the
    /// cache what [`backward_frozen`](Self::backward_frozen) takes.
    ///
    /// A layer whose `forward` computes something else in training (from the batch's statistics, by chance) says how;
    /// for all others it is `forward`.
    fn forward_frozen(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: Cached<'_, Self::Cache>,
    ) {
        self.forward(input, output, cache);
    }

    /// [`backward`](Self::backward) of a [`Frozen`] layer: writes `grad_input` alone. `scratch` is all zeros, before and
    /// after.
    ///
    /// Unless a layer says otherwise, `backward` whose gradients by the parameters are thrown away; where these are
    /// most of the work, a layer should say otherwise.
    fn backward_frozen(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: &mut [Input<Self>],
        scratch: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        self.backward(input, output, grad_output, Some(grad_input), scratch, cache);
        scratch.as_mut_slice().fill(Self::Element::ZERO);
    }

    /// [`forward`](Self::forward) without `backward`: what the network does when it is used.
    ///
    /// Unless a layer says otherwise, `forward` with a cache that is thrown away; if there is one to keep, a
    /// layer should say otherwise.
    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        Cached::discarded(input.len(), |cache| self.forward(input, output, cache));
    }
}
