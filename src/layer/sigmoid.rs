//! [`Sigmoid`]: the logistic function.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::kernel;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = 1 / (1 + e⁻ˣ)`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 2.5 units in the last place from the exact value. The derivative `y (1 - y)` is told from a `y` that has
/// been rounded, so that the layer needs no memory: it is wrong by at most 1.2e-7 (2.3e-16 in `f64`), which is all
/// of it where `y` is rounded to 1: from x = 17 (37) on it is 0, and not e⁻ˣ.
///
/// Saito, *Deep Learning from Scratch*, 5.5.2.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Sigmoid::<U1>::zeroed().predict(&Tensor::from([0.0])), Tensor::from([0.5]));
/// ```
#[doc(alias("Logistic"))]
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Sigmoid<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Sigmoid<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Sigmoid<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        kernel::Logistic::map(flat_mut(values));
    }

    // y' = y · (1 - y)
    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        for (grad, y) in flat_mut(grads).iter_mut().zip(flat(outputs)) {
            *grad *= *y * (T::ONE - *y);
        }
    }
}
