//! [`Relu`]: the rectified linear unit.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = max(0, x)`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// The derivative at 0 is taken as 0. NaN stays, with a derivative of 1. Saito, *Deep Learning from Scratch*, 5.5.1.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Relu::<U1>::zeroed().predict(&Tensor::from([-2.0])), Tensor::from([0.0]));
/// assert_eq!(Relu::<U1>::zeroed().predict(&Tensor::from([2.0])), Tensor::from([2.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Relu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Relu<S: Shape, T: Element>: T {} marker shape);

/// `y' = 0` where `y ≤ 0`, else 1. By itself, so that the compiler makes a selection of it and no branch.
#[inline]
fn derivative<T: Element>(y: T) -> T {
    if y <= T::ZERO { T::ZERO } else { T::ONE }
}

impl<S: Shape, T: Element> InPlace for Relu<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        for x in flat_mut(values) {
            // NaN stays.
            *x = if *x < T::ZERO { T::ZERO } else { *x };
        }
    }

    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        for (grad, y) in flat_mut(grads).iter_mut().zip(flat(outputs)) {
            *grad *= derivative(*y);
        }
    }
}
