//! What a layer is: [`Layer`], and [`Activation`] for element-wise ones.
//!
//! Fourth in the flow: tensors in, tensors out, and gradients back. A layer knows shapes and its own
//! numbers; it knows no loss, no optimizer and no data.
//!
//! # Adding a layer
//!
//! Copy the file of the nearest one (`relu.rs` for an element-wise function, `affine.rs` otherwise)
//! and fill its parts in the same order: type, [`parameters!`](crate::parameters!), forward,
//! backward, tests. Then add one line to `tests/gradients.rs` and one to the README's table. A
//! layer of your own program is written in just the same way; nothing is registered.

mod affine;
mod branch;
mod convolution;
mod convolution_transpose;
mod dropout;
mod elu;
mod gelu;
mod identity;
mod join;
mod leaky_relu;
mod norm;
mod pad;
mod pool;
mod product;
mod relu;
mod reshape;
mod sigmoid;
mod silu;
mod softmax;
mod softplus;
mod tanh;
mod window;
#[cfg(test)]
pub(crate) mod tests;

pub use crate::shape::Flat;
pub use affine::Affine;
pub use branch::{Parallel, ParallelCache, Residual};
pub use convolution::{Conv2d, Convolution};
pub use convolution_transpose::{ConvTranspose2d, ConvolutionTranspose};
pub use dropout::Dropout;
pub use elu::Elu;
pub use gelu::Gelu;
pub use identity::Identity;
pub use join::{Concat, FirstAxis, Join, Sum};
pub use leaky_relu::LeakyRelu;
pub use norm::{BatchNorm, GroupNorm, LayerNorm};
pub use pad::{ZeroPad, ZeroPad2d};
pub use pool::{AvgPool, AvgPool2d, GlobalAvgPool2d, Image, MaxPool, MaxPool2d};
pub use relu::Relu;
pub use reshape::{Flatten, Reshape};
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use softmax::{LogSoftmax, Softmax};
pub use softplus::Softplus;
pub use tanh::Tanh;
pub use window::{Geometry, Sides, Window, WindowBack};

use alloc::boxed::Box;
use core::slice::{from_mut, from_ref};

use typenum::U1;

use crate::dim::Dim;
use crate::element::Element;
use crate::initializer::{self, Initializer};
use crate::network::inference::{self, End};
use crate::network::{InputOf, Network, Summary};
use crate::parallel::{Rows, Work, split};
use crate::parameters::{Parameters, Path};
use crate::plain::{Nothing, Plain, cast, flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// One sample as layer `L` takes it.
pub type Input<L> = Tensor<<L as Layer>::In, <L as Plain>::Element>;

/// One sample as layer `L` gives it.
pub type Output<L> = Tensor<<L as Layer>::Out, <L as Plain>::Element>;

/// A step of a network, from samples of shape `In` to samples of shape `Out`.
///
/// Its type says all that is known when the program is written; its value is the weights. A batch
/// is a slice of samples, so a short last batch is no special case.
#[diagnostic::on_unimplemented(
    message = "this is not a layer",
    label = "a layer implements `Layer` or `Activation`"
)]
pub trait Layer: Parameters {
    /// The shape of a sample that comes in.
    type In: Shape;
    /// The shape of a sample that goes out.
    type Out: Shape;
    /// What `forward` leaves for `backward` beside input and output (masks, indices), for a batch
    /// of up to `B` samples; [`Nothing`] for most.
    type Cache<B: Dim>: Plain<Element = Self::Element>;
    /// Who may overwrite the output: [`Released`] where `backward` does not look at it, [`Kept`]
    /// where it does; [`View`] where the output is the input under another shape.
    type Placement: Placement;
    /// Multiply-adds of one sample's forward pass.
    const MULTIPLY_ADDS: usize;

    /// The fewest samples that it is trained on: more than 1 where it needs a batch as a whole.
    const SMALLEST_BATCH: usize = 1;

    /// Computes `output` from `input`, sample by sample; both have the same length, at most `B`.
    fn forward<B: Dim>(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: &mut Self::Cache<B>);

    /// Computes the loss's gradients by the input and by the parameters from the one by the output.
    ///
    /// `input`, `output` and `cache` are those of the last `forward`. Writes `grad_input` where it is
    /// asked for (a network's first layer never is) and all of `gradients`; what they held before
    /// does not count. `grad_output` may be overwritten.
    fn backward<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: &mut Self::Cache<B>,
    );

    /// [`forward`](Self::forward) without `backward`: what the network does when it is used.
    ///
    /// Unless a layer says otherwise, `forward` sample by sample.
    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        for (input, output) in input.iter().zip(output) {
            let mut cache = Self::Cache::<U1>::ZERO;
            self.forward::<U1>(from_ref(input), from_mut(output), &mut cache);
        }
    }

    /// The numbers that inference needs room for, per sample: the output, and what a stack computes
    /// before it.
    #[doc(hidden)]
    const ARENA: usize = Self::Out::LEN;

    /// [`infer`](Self::infer) in an arena of [`ARENA`](Self::ARENA) numbers per sample, into that
    /// end of it, then `finish` on all that was computed.
    #[doc(hidden)]
    fn infer_in(
        &self,
        input: &[Input<Self>],
        arena: &mut [Self::Element],
        end: End,
        finish: impl Fn(&mut [Self::Element]) + Sync,
    ) {
        self.infer_then(input, end.of(arena, input.len()).0, finish);
    }

    /// [`infer`](Self::infer), then `finish` on all that was computed: where the layer can, on some
    /// samples while they are in cache, before the next ones.
    #[doc(hidden)]
    fn infer_then(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Self::Element]) + Sync,
    ) {
        self.infer(input, output);
        finish(flat_mut(output));
    }

    /// [`forward`](Self::forward), then `finish`, as [`infer_then`](Self::infer_then).
    #[doc(hidden)]
    fn forward_then<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: &mut Self::Cache<B>,
        finish: impl Fn(&mut [Self::Element]) + Sync,
    ) {
        self.forward::<B>(input, output, cache);
        finish(flat_mut(output));
    }

    /// Whether a batch may go through the layer in parts, each while the one before it is in cache: true
    /// for what has few weights and keeps nothing of the batch as a whole.
    #[doc(hidden)]
    const PARTS: bool = false;

    /// [`forward_then`](Self::forward_then) for the samples from `first` on; only where there are
    /// [`PARTS`](Self::PARTS). Unless a layer says otherwise, it leaves nothing in `cache`.
    #[doc(hidden)]
    fn forward_part<B: Dim>(
        &self,
        _first: usize,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        _cache: &mut Self::Cache<B>,
        finish: impl Fn(&mut [Self::Element]) + Sync,
    ) {
        self.infer_then(input, output, finish);
    }

    /// Before the first [`backward_part`](Self::backward_part).
    #[doc(hidden)]
    fn begin_backward<B: Dim>(&self, _gradients: &mut Self, _cache: &mut Self::Cache<B>) {}

    /// [`backward`](Self::backward) for the samples from `first` on, in their order; only where there are
    /// [`PARTS`](Self::PARTS). Unless a layer says otherwise, it has no parameters.
    #[doc(hidden)]
    #[allow(clippy::too_many_arguments)] // one more than `backward`
    fn backward_part<B: Dim>(
        &self,
        _first: usize,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: &mut Self::Cache<B>,
    ) {
        self.backward::<B>(input, output, grad_output, grad_input, gradients, cache);
    }

    /// After the last [`backward_part`](Self::backward_part).
    #[doc(hidden)]
    fn end_backward<B: Dim>(&self, _gradients: &mut Self, _cache: &mut Self::Cache<B>) {}

    /// The number of parameters.
    const PARAMETERS: usize = Self::COUNT - Self::STATISTICS;

    /// Moves what [`backward`](Self::backward) found out about statistics (running means, steps of a
    /// dropout) from the gradients to the layer, and leaves zeros there: before an optimizer's step,
    /// which then does not touch them.
    ///
    /// The [`Trainer`](crate::trainer::Trainer) does it at each step.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let mut layer = BatchNorm::<U1>::initialized(HeNormal, 1);
    /// let mut gradients = layer.to_boxed();
    /// gradients.running_mean[0] = 0.25;
    /// layer.update_statistics(&mut gradients);
    /// assert_eq!((layer.running_mean[0], gradients.running_mean[0]), (0.25, 0.0));
    /// ```
    fn update_statistics(&mut self, gradients: &mut Self) {
        if Self::STATISTICS == 0 {
            return;
        }
        let (numbers, changes) = (self.as_mut_slice(), gradients.as_mut_slice());
        Self::segments(|segment| {
            if !segment.kind.is_trained() {
                let changed = numbers[segment.range()].iter_mut().zip(&mut changes[segment.range()]);
                for (number, change) in changed {
                    let change = core::mem::replace(change, Self::Element::ZERO);
                    // The running variance of what is always the same decays.
                    *number = (*number + change).flushed();
                }
            }
        });
    }

    /// What the network gives for one sample.
    ///
    /// Needs no more memory than the two largest neighbouring activations: on the stack up to 1024
    /// numbers, else on the heap. For many samples, or without the heap, see
    /// [`Predictor`](crate::network::Predictor).
    ///
    /// One sample is computed on the calling thread alone, which never waits for others: it may be called
    /// in a task of rayon's pool with a lock held.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U3>, Tanh<U3>, Affine<U3, U2>]; }
    /// let net = Net::initialized(XavierUniform, 7);
    /// let output: Tensor<U2> = net.predict(&Tensor::from([1.0, 2.0, 3.0, 4.0]));
    /// # let _ = output;
    /// ```
    fn predict<S: InputOf<Self>>(&self, sample: &Tensor<S, Self::Element>) -> Output<Self>
    where
        Self: Network,
    {
        inference::predict(self, cast(from_ref(sample)))
    }

    /// The network with weights drawn by `initializer` from `seed`, and biases of zero.
    ///
    /// # Panics
    ///
    /// Where the initialiser makes an exception for a layer that the network does not have.
    ///
    /// # Examples
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U3>, Tanh<U3>, Affine<U3, U2>]; }
    /// assert_eq!(Net::initialized(XavierUniform, 7), Net::initialized(XavierUniform, 7));
    /// ```
    fn initialized(initializer: impl Initializer, seed: u64) -> Box<Self>
    where
        Self: Network,
    {
        let mut network = Self::zeroed();
        initializer::initialize(&mut *network, initializer, seed);
        network
    }

    /// The network as a table: layers, output shapes, parameters, totals, bytes.
    fn summary() -> Summary
    where
        Self: Network,
    {
        Summary::of::<Self>()
    }

    /// Visits every single layer below `path`: itself, or those inside of it.
    #[doc(hidden)]
    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        visit(LayerInfo::of::<Self>(path));
    }

    /// [`visit_layers`](Self::visit_layers) as one link of a stack, or as several links where the
    /// value is a stack itself; gives the number of links.
    #[doc(hidden)]
    fn visit_layer_links(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) -> usize {
        Self::visit_layers(&path.index(0), visit);
        1
    }

    /// `forward` where input and output are the same memory: only for [`InPlace`] and [`View`].
    #[doc(hidden)]
    fn forward_in_place(&self, _values: &mut [Self::Element]) {
        unreachable!("only an activation or a view is computed in place")
    }

    /// `backward` where input and output are the same memory: only for [`InPlace`] and [`View`].
    #[doc(hidden)]
    fn backward_in_place(&self, _output: &[Output<Self>], _grad: &mut [Output<Self>]) {
        unreachable!("only an activation or a view is computed in place")
    }
}

/// What is known of a layer from its type alone.
#[derive(Clone, Copy, Debug)]
pub struct LayerInfo<'a> {
    /// Where the layer stands in its network: `0`, `1.0`.
    pub path: &'a Path<'a>,
    /// The type's name without its parameters: `Affine`.
    pub name: &'static str,
    /// The sizes of a sample that goes out.
    pub out: &'static [usize],
    /// The number of parameters.
    pub parameters: usize,
    /// Multiply-adds of one sample's forward pass.
    pub multiply_adds: usize,
}

impl<'a> LayerInfo<'a> {
    fn of<L: Layer>(path: &'a Path<'a>) -> Self {
        Self {
            path,
            name: short_type_name::<L>(),
            out: L::Out::DIMS,
            parameters: L::PARAMETERS,
            multiply_adds: L::MULTIPLY_ADDS,
        }
    }
}

/// `Affine` for `dimwise::layer::affine::Affine<..>`.
pub(crate) fn short_type_name<L>() -> &'static str {
    let name = core::any::type_name::<L>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

/// A function of single numbers, with its derivative.
///
/// Everything else of [`Layer`] follows. Where the derivative is told [`FromOutput`], the layer is computed in
/// place and costs no memory; where the output has lost it (`eˣ - 1` is -1 from x = -17 on) or never had it, it
/// is told [`FromInput`], which is then kept.
///
/// ```
/// use dimwise::prelude::*;
/// use std::marker::PhantomData;
///
/// /// `x` where it is positive, a fifth of it elsewhere.
/// #[repr(C)]
/// struct Leaky<S: Shape, T: Element = f32> {
///     shape: PhantomData<(S, T)>,
/// }
/// dimwise::parameters!(Leaky<S: Shape, T: Element>: T {} marker shape);
///
/// impl<S: Shape, T: Element> Activation for Leaky<S, T> {
///     type Shape = S;
///     type Derivative = FromOutput;
///
///     fn value(x: T) -> T {
///         if x > T::ZERO { x } else { x * T::from_f64(0.2) }
///     }
///     fn derivative(y: T) -> T {
///         if y > T::ZERO { T::ONE } else { T::from_f64(0.2) }
///     }
/// }
///
/// network! { type Net = [Affine<U4, U3>, Leaky<U3>, Affine<U3, U2>]; }
/// ```
pub trait Activation: Parameters {
    /// The shape of a sample, in and out.
    type Shape: Shape;

    /// What the derivative is told from: [`FromOutput`] or [`FromInput`].
    type Derivative: Told;

    /// `y = f(x)`.
    fn value(x: Self::Element) -> Self::Element;

    /// `f'(x)`, told from `y = f(x)` or from `x`, as [`Derivative`](Self::Derivative) says.
    fn derivative(of: Self::Element) -> Self::Element;

    /// [`value`](Self::value) of each number, in place; to be overridden where there is a faster way
    /// for many.
    fn values(numbers: &mut [Self::Element]) {
        numbers.iter_mut().for_each(|x| *x = Self::value(*x));
    }

    /// Multiplies each gradient by the [`derivative`](Self::derivative) told from the number beside it,
    /// `dL/dx = dL/dy · f'(x)`; to be overridden as [`values`](Self::values).
    fn multiply_by_derivatives(of: &[Self::Element], gradients: &mut [Self::Element]) {
        for (gradient, number) in gradients.iter_mut().zip(of) {
            *gradient *= Self::derivative(*number);
        }
    }
}

/// What the derivative of an [`Activation`] is told from: [`FromOutput`] or [`FromInput`].
pub trait Told: sealed::Told {}
impl<D: sealed::Told> Told for D {}

/// The derivative is told from `y = f(x)`: `x` is overwritten.
#[derive(Clone, Copy, Debug)]
pub struct FromOutput;

/// The derivative is told from `x`, which is kept.
#[derive(Clone, Copy, Debug)]
pub struct FromInput;

/// Multiply-adds that one number of an activation is taken for where threads share it.
const ACTIVATION_WORK: usize = 8;

/// Numbers of an activation that stay together: they are in the first-level cache when they are read again.
const TOGETHER: usize = 2048;

#[diagnostic::do_not_recommend]
impl<A: Activation> Layer for A {
    type In = A::Shape;
    type Out = A::Shape;
    type Cache<B: Dim> = Nothing<A::Element>;
    type Placement = <A::Derivative as sealed::Told>::Placement;
    const MULTIPLY_ADDS: usize = 0;

    fn forward<B: Dim>(&self, input: &[Input<A>], output: &mut [Output<A>], _cache: &mut Self::Cache<B>) {
        self.infer(input, output);
    }

    fn backward<B: Dim>(
        &self,
        input: &[Input<A>],
        output: &[Output<A>],
        grad_output: &mut [Output<A>],
        grad_input: Option<&mut [Input<A>]>,
        _gradients: &mut Self,
        _cache: &mut Self::Cache<B>,
    ) {
        let Some(grad_input) = grad_input else { return };
        let told_from = <A::Derivative as sealed::Told>::choose(flat(input), flat(output));
        let numbers = (flat_mut(grad_input), (flat(grad_output), told_from));
        in_stretches(numbers, input.len() * A::Shape::LEN, |(grad_input, (grad_output, told_from))| {
            let parts = grad_input.chunks_mut(TOGETHER).zip(grad_output.chunks(TOGETHER));
            for ((grad_input, grad_output), told_from) in parts.zip(told_from.chunks(TOGETHER)) {
                grad_input.copy_from_slice(grad_output);
                A::multiply_by_derivatives(told_from, grad_input);
            }
        });
    }

    fn infer(&self, input: &[Input<A>], output: &mut [Output<A>]) {
        in_stretches((flat_mut(output), flat(input)), input.len() * A::Shape::LEN, |(output, input)| {
            for (output, input) in output.chunks_mut(TOGETHER).zip(input.chunks(TOGETHER)) {
                output.copy_from_slice(input);
                A::values(output);
            }
        });
    }

    fn forward_in_place(&self, values: &mut [A::Element]) {
        let count = values.len();
        in_stretches(values, count, |values| A::values(values));
    }

    fn backward_in_place(&self, output: &[Output<A>], grad: &mut [Output<A>]) {
        in_stretches((flat_mut(grad), flat(output)), output.len() * A::Shape::LEN, |(grad, output)| {
            A::multiply_by_derivatives(output, grad);
        });
    }

    const PARTS: bool = true;
}

/// Calls `compute` with all numbers, or with stretches of them on several threads.
fn in_stretches<R: Rows>(numbers: R, count: usize, compute: impl Fn(R) + Sync) {
    let work = Work { rows: count, row_len: 1, row_work: ACTIVATION_WORK };
    split(numbers, work, |_, numbers| compute(numbers));
}

/// Who may overwrite a layer's output: [`Released`], [`Kept`], [`InPlace`] or [`View`].
pub trait Placement: sealed::Placement {}
impl<P: sealed::Placement> Placement for P {}

/// `backward` does not look at the output: an activation after it may overwrite it.
#[derive(Clone, Copy, Debug)]
pub struct Released;

/// `backward` reads the output.
#[derive(Clone, Copy, Debug)]
pub struct Kept;

/// An [`Activation`]: overwrites the layer before it where that is [`Released`].
#[derive(Clone, Copy, Debug)]
pub struct InPlace;

/// The very numbers of the layer before it, under another shape.
#[derive(Clone, Copy, Debug)]
pub struct View;

mod sealed {
    use super::{FromInput, FromOutput, InPlace, Kept, Plain, Released, View};

    pub trait Told {
        type Placement: super::Placement;
        /// The one of both that the derivative is told from.
        fn choose<T>(input: T, output: T) -> T;
    }
    impl Told for FromOutput {
        type Placement = InPlace;
        fn choose<T>(_input: T, output: T) -> T {
            output
        }
    }
    impl Told for FromInput {
        type Placement = Released;
        fn choose<T>(input: T, _output: T) -> T {
            input
        }
    }

    pub trait Placement {
        /// Whether the output lies over that of a layer before it with placement `Before`.
        type Over<Before: Placement>: Choice;
        /// Whether an activation after it may overwrite the output.
        type Under: Choice;
        /// Whether the layer is computed in place where it may be: as a number and as a type.
        const IN_PLACE: bool = false;
        type InPlace: Choice;
        /// The placement of a whole stack that ends so after a layer with placement `Before`.
        type OfStack<Before: Placement>: super::Placement;
    }
    impl Placement for Released {
        type InPlace = No;
        type Over<Before: Placement> = No;
        type Under = Yes;
        type OfStack<Before: Placement> = Released;
    }
    impl Placement for Kept {
        type InPlace = No;
        type Over<Before: Placement> = No;
        type Under = No;
        type OfStack<Before: Placement> = Kept;
    }
    impl Placement for InPlace {
        const IN_PLACE: bool = true;
        type InPlace = Yes;
        type Over<Before: Placement> = Before::Under;
        type Under = No;
        type OfStack<Before: Placement> = Kept;
    }
    impl Placement for View {
        const IN_PLACE: bool = true;
        type InPlace = Yes;
        type Over<Before: Placement> = Yes;
        type Under = Yes;
        type OfStack<Before: Placement> = Before::OfStack<Released>;
    }

    /// A yes or no in types: what it chooses between is storage.
    pub trait Choice {
        /// `A` if yes, `B` if no.
        type Of<A: Plain, B: Plain<Element = A::Element>>: Plain<Element = A::Element>;
        /// Does what belongs to the one it is; of the other nothing is compiled, which matters in a
        /// deep network, where branches would multiply.
        fn choose<A: Plain, B: Plain<Element = A::Element>, Given>(
            value: &mut Self::Of<A, B>,
            given: Given,
            yes: impl FnOnce(&mut A, Given),
            no: impl FnOnce(&mut B, Given),
        );
        /// The same without storage.
        fn either<Given>(given: Given, yes: impl FnOnce(Given), no: impl FnOnce(Given));
    }
    #[derive(Debug)]
    pub struct Yes;
    #[derive(Debug)]
    pub struct No;
    impl Choice for Yes {
        type Of<A: Plain, B: Plain<Element = A::Element>> = A;
        fn choose<A: Plain, B: Plain<Element = A::Element>, Given>(
            value: &mut A,
            given: Given,
            yes: impl FnOnce(&mut A, Given),
            _no: impl FnOnce(&mut B, Given),
        ) {
            yes(value, given);
        }
        fn either<Given>(given: Given, yes: impl FnOnce(Given), _no: impl FnOnce(Given)) {
            yes(given);
        }
    }
    impl Choice for No {
        type Of<A: Plain, B: Plain<Element = A::Element>> = B;
        fn choose<A: Plain, B: Plain<Element = A::Element>, Given>(
            value: &mut B,
            given: Given,
            _yes: impl FnOnce(&mut A, Given),
            no: impl FnOnce(&mut B, Given),
        ) {
            no(value, given);
        }
        fn either<Given>(given: Given, _yes: impl FnOnce(Given), no: impl FnOnce(Given)) {
            no(given);
        }
    }
}
pub(crate) use sealed::{Choice, Placement as PlacementRules};
