//! [`InPlace`]: layers that are computed over their input, activations before all.

use super::pair::{Keeping, OverInput, Pair};
use super::placement::{Lends, No, Placement};
use super::{Cached, Input, Layer, Output};
use crate::parameters::Parameters;
use crate::plain::{Nothing, flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;
use crate::threads::{Work, split};

/// A layer that gives the shape it takes, sample by sample, and is computed in place: `y = f(x)`.
///
/// Everything else of [`Layer`] follows. Where the derivative is told [`FromOutput`], the output lies over
/// that of the layer before it and costs no memory; where the output has lost it (`eˣ - 1` is -1 from x = -17 on)
/// or never had it, it is told [`FromInput`], which is then kept.
///
/// ```
/// use dimwise::layer::{FromOutput, InPlace};
/// use dimwise::plain::{flat, flat_mut};
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
/// impl<S: Shape, T: Element> InPlace for Leaky<S, T> {
///     type Shape = S;
///     type Derivative = FromOutput;
///
///     fn apply(&self, values: &mut [Tensor<S, T>]) {
///         for x in flat_mut(values).iter_mut().filter(|x| **x < T::ZERO) {
///             *x *= T::from_f64(0.2);
///         }
///     }
///
///     fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
///         for (grad, y) in flat_mut(grads).iter_mut().zip(flat(outputs)) {
///             if *y < T::ZERO {
///                 *grad *= T::from_f64(0.2);
///             }
///         }
///     }
/// }
///
/// network! { type Net = [Affine<U4, U3>, Leaky<U3>, Affine<_, U2>]; }
/// ```
#[diagnostic::on_unimplemented(
    message = "this layer is not computed in place",
    label = "`Over` is the placement of layers that implement `InPlace`, from which it follows"
)]
pub trait InPlace: Parameters {
    /// The shape of a sample, in and out.
    type Shape: Shape;

    /// What the derivative is told from: [`FromOutput`] or [`FromInput`].
    type Derivative: Told;

    /// `y = f(x)`, over `x`.
    fn apply(&self, values: &mut [Tensor<Self::Shape, Self::Element>]);

    /// `dL/dx = dL/dy · f'`, over `dL/dy`; adds `dL/dp` for each parameter `p` to `gradients`.
    ///
    /// `of` holds the outputs or the inputs, as [`Derivative`](Self::Derivative) says.
    fn differentiate(
        &self,
        of: &[Tensor<Self::Shape, Self::Element>],
        grads: &mut [Tensor<Self::Shape, Self::Element>],
        gradients: &mut Self,
    );
}

/// What the derivative of an [`InPlace`] layer is told from: [`FromOutput`] or [`FromInput`].
pub trait Told: 'static {
    /// How it shares memory with the layer before it, which may be overwritten or not.
    #[doc(hidden)]
    type After<Init: Layer, Last: InPlace<Element = Init::Element>, InitLends: Lends>: Pair<Init, Last>;
    /// The one of both that the derivative is told from.
    #[doc(hidden)]
    fn choose<V>(input: V, output: V) -> V;
}

/// The derivative is told from `y = f(x)`: `x` is overwritten.
#[derive(Clone, Copy, Debug)]
pub struct FromOutput;

impl Told for FromOutput {
    type After<Init: Layer, Last: InPlace<Element = Init::Element>, InitLends: Lends> =
        InitLends::Pair<Init, Last>;
    fn choose<V>(_input: V, output: V) -> V {
        output
    }
}

/// The derivative is told from `x`, which is kept.
#[derive(Clone, Copy, Debug)]
pub struct FromInput;

impl Told for FromInput {
    type After<Init: Layer, Last: InPlace<Element = Init::Element>, InitLends: Lends> = Keeping;
    fn choose<V>(input: V, _output: V) -> V {
        input
    }
}

pub(super) fn told_from<'a, L: InPlace>(input: &'a [Input<L>], output: &'a [Output<L>]) -> &'a [Output<L>] {
    L::Derivative::choose(input, output)
}

/// The placement of every [`InPlace`] layer.
#[derive(Clone, Copy, Debug)]
pub struct Over;

impl<L: InPlace> Placement<L> for Over {
    type LendsAfter<Before: Lends> = No;
    type Grads = Output<L>;
    type After<Init: Layer<Element = L::Element>> = <L::Derivative as Told>::After<
        Init,
        L,
        <Init::Placement as Placement<Init>>::LendsAfter<super::placement::Yes>,
    >;
}

/// Multiply-adds that one element is taken for where threads share the work.
const WORK: usize = 8;

/// Elements that stay together: they are in the first-level cache when they are read again.
const TOGETHER: usize = 2048;

/// The samples that stay together.
fn together<L: InPlace>() -> usize {
    (TOGETHER / L::Shape::LEN.max(1)).max(1)
}

fn work<L: InPlace>(samples: usize) -> Work {
    Work { rows: samples, row_len: 1, row_work: WORK * L::Shape::LEN }
}

#[diagnostic::do_not_recommend]
impl<L: InPlace> Layer for L {
    type In = L::Shape;
    type Out = L::Shape;
    type Cache = Nothing<L::Element>;
    type Placement = Over;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<L>], output: &mut [Output<L>], _cache: Cached<'_, Self::Cache>) {
        split((output, input), work::<L>(input.len()), |_, (output, input)| {
            for (output, input) in output.chunks_mut(together::<L>()).zip(input.chunks(together::<L>())) {
                flat_mut(output).copy_from_slice(flat(input));
                self.apply(output);
            }
        });
    }

    fn backward(
        &self,
        input: &[Input<L>],
        output: &[Output<L>],
        grad_output: &mut [Output<L>],
        grad_input: Option<&mut [Input<L>]>,
        gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        self.differentiate_over(told_from::<L>(input, output), grad_output, gradients);
        if let Some(grad_input) = grad_input {
            flat_mut(grad_input).copy_from_slice(flat(grad_output));
        }
    }
}

#[diagnostic::do_not_recommend]
impl<L: InPlace> OverInput for L {
    fn apply_over(&self, values: &mut [Output<L>]) {
        let work = work::<L>(values.len());
        split(values, work, |_, values| self.apply(values));
    }

    fn differentiate_over(&self, of: &[Output<L>], grads: &mut [Output<L>], gradients: &mut Self) {
        if L::COUNT > 0 {
            // Gradients by parameters add up in the order of the samples.
            return self.differentiate(of, grads, gradients);
        }
        split((grads, of), work::<L>(of.len()), |_, (grads, of)| {
            // Without parameters there is nothing in it, and nothing is allocated.
            self.differentiate(of, grads, &mut L::zeroed());
        });
    }
}
