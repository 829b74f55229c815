//! [`Identity`]: the layer that changes nothing.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = x`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// The output layer of a regression. Saito, *Deep Learning from Scratch*, 3.5.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Identity::<U1>::zeroed().predict(&Tensor::from([-2.0])), Tensor::from([-2.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Identity<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Identity<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Identity<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, _values: &mut [Tensor<S, T>]) {}

    fn differentiate(&self, _outputs: &[Tensor<S, T>], _grads: &mut [Tensor<S, T>], _: &mut Self) {}
}
