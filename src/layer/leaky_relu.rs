//! [`LeakyRelu`]: a rectifier that lets some of the negative through.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = x` where `x > 0`, `x / 100` elsewhere, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// Maas et al., *Rectifier nonlinearities improve neural network acoustic models*, 2013.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(LeakyRelu::<U1>::zeroed().predict(&Tensor::from([-2.0])), Tensor::from([-0.02]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct LeakyRelu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(LeakyRelu<S: Shape, T: Element>: T {} marker shape);

/// What is left of a negative number.
pub(crate) const SLOPE: f64 = 0.01;

/// `y' = 1`, or the slope. By itself, so that the compiler makes a selection of it and no branch.
#[inline]
fn derivative<T: Element>(y: T) -> T {
    if y > T::ZERO { T::ONE } else { T::from_f64(SLOPE) }
}

impl<S: Shape, T: Element> InPlace for LeakyRelu<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        for x in flat_mut(values) {
            *x = if *x > T::ZERO { *x } else { *x * T::from_f64(SLOPE) };
        }
    }

    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        for (grad, y) in flat_mut(grads).iter_mut().zip(flat(outputs)) {
            *grad *= derivative(*y);
        }
    }
}
