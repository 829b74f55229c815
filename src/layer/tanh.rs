//! [`Tanh`]: the hyperbolic tangent.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::kernel;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = tanh(x)`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 1.5 units in the last place from the exact value. The derivative `1 - y²` is told from a `y` that has been
/// rounded, so that the layer needs no memory: it is wrong by at most 1.2e-7 (2.3e-16 in `f64`), which is all of it
/// where `|y|` is rounded to 1: from |x| = 10 (20) on it is 0, and not 4 e^(-2|x|).
///
/// Saito, *Deep Learning from Scratch*, 6.2.2.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Tanh::<U1>::zeroed().predict(&Tensor::from([0.0])), Tensor::from([0.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Tanh<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Tanh<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Tanh<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        kernel::HyperbolicTangent::map(flat_mut(values));
    }

    // y' = 1 - y²
    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        for (grad, y) in flat_mut(grads).iter_mut().zip(flat(outputs)) {
            *grad *= T::ONE - *y * *y;
        }
    }
}
