//! [`Flatten`] and [`Reshape`]: the same elements under another shape.

use core::marker::PhantomData;

use super::{Cached, Input, Layer, Lends, Output, OverInput, Overwriting, Placement};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::plain::{Nothing, flat, flat_mut};
use crate::shape::{Flat, Shape};
use crate::tensor::Tensor;

/// The elements of any shape as a vector, the last axis running fastest.
///
/// # Shapes
///
/// `input` `S`, `output` the vector of as many elements: `(U30, U12, U12)` becomes `dim!(4320)`.
///
/// # Memory
///
/// None: it is the memory of the layer before it.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Net = [Flatten<(U2, U3, U4)>, Affine<_, U10>]; }
/// assert_eq!(<Flatten<(U2, U3, U4)> as Layer>::Out::DIMS, [24]);
/// ```
pub type Flatten<S, T = f32> = Reshape<S, <S as Flat>::Flat, T>;

/// The elements of one shape under another one that holds as many, the last axis running fastest.
///
/// # Shapes
///
/// `input` `From`, `output` `To`. Shapes of different numbers of elements do not compile.
///
/// # Memory
///
/// None, as [`Flatten`].
///
/// ```
/// use dimwise::prelude::*;
///
/// let rows = Reshape::<U6, (U2, U3)>::zeroed().predict(&Tensor::from([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
/// assert_eq!(rows, Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
/// ```
#[doc(alias("Unflatten"))]
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Reshape<From: Shape, To: Shape, T: Element = f32> {
    shapes: PhantomData<(From, To, T)>,
}

crate::parameters!(Reshape<From: Shape, To: Shape, T: Element>: T {} marker shapes fault Fault::of_elements(From::LEN, To::LEN));

impl<From: Shape, To: Shape, T: Element> Layer for Reshape<From, To, T> {
    type In = From;
    type Out = To;
    type Cache = Nothing<T>;
    type Placement = View;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        const { assert!(From::LEN == To::LEN, "a reshape keeps all elements") };
        flat_mut(output).copy_from_slice(flat(input));
    }

    fn backward(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        _gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        if let Some(grad_input) = grad_input {
            flat_mut(grad_input).copy_from_slice(flat(grad_output));
        }
    }
}

/// The placement of a [`Reshape`]: the very elements of the layer before it, under another shape.
#[derive(Clone, Copy, Debug)]
pub struct View;

impl<From: Shape, To: Shape, T: Element> Placement<Reshape<From, To, T>> for View {
    type LendsAfter<Before: Lends> = Before;
    type Grads = Tensor<To, T>;
    type After<Init: Layer<Element = T>> = Overwriting;
}

// Nothing changes but the type.
impl<From: Shape, To: Shape, T: Element> OverInput for Reshape<From, To, T> {
    fn apply_over(&self, _values: &mut [Output<Self>]) {
        const { assert!(From::LEN == To::LEN, "a reshape keeps all elements") };
    }

    fn differentiate_over(&self, _of: &[Output<Self>], _grad: &mut [Output<Self>], _gradients: &mut Self) {}
}
