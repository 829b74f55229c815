//! [`Flatten`] and [`Reshape`]: the same numbers under another shape.

use core::marker::PhantomData;

use super::{Input, Layer, Output, View};
use crate::element::Element;
use crate::network::fault::Fault;
use crate::plain::{Nothing, flat, flat_mut};
use crate::shape::{Dim, Flat, Shape};

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
/// network! { type Net = [Flatten<(U2, U3, U4)>, Affine<U24, U10>]; }
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
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Reshape<From: Shape, To: Shape, T: Element = f32> {
    shapes: PhantomData<(From, To, T)>,
}

crate::parameters!(Reshape<From: Shape, To: Shape, T: Element>: T {} marker shapes fault Fault::of_elements(From::LEN, To::LEN));

impl<From: Shape, To: Shape, T: Element> Layer for Reshape<From, To, T> {
    type In = From;
    type Out = To;
    type Cache<B: Dim> = Nothing<T>;
    type Placement = View;
    const MULTIPLY_ADDS: usize = 0;

    fn forward<B: Dim>(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: &mut Nothing<T>) {
        self.infer(input, output);
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        const { assert!(From::LEN == To::LEN, "a reshape keeps all elements") };
        flat_mut(output).copy_from_slice(flat(input));
    }

    fn backward<B: Dim>(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        _gradients: &mut Self,
        _cache: &mut Nothing<T>,
    ) {
        if let Some(grad_input) = grad_input {
            flat_mut(grad_input).copy_from_slice(flat(grad_output));
        }
    }

    const PARTS: bool = true;

    // Nothing changes but the type.
    fn forward_in_place(&self, _values: &mut [T]) {
        const { assert!(From::LEN == To::LEN, "a reshape keeps all elements") };
    }
    fn backward_in_place(&self, _output: &[Output<Self>], _grad: &mut [Output<Self>]) {}
}
