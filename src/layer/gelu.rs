//! [`Gelu`]: the Gaussian error linear unit.

use core::marker::PhantomData;

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::kernel::InstructionSet;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = x · Φ(x)` with the standard normal distribution function `Φ`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 6 units in the last place from the exact value (8 in `f64`); the derivative at most 7 (8), or 1.2e-7 in
/// all next to x = -0.752, where it is 0 (1.2e-16).
///
/// Hendrycks and Gimpel, *Gaussian error linear units*, 2016; this is the exact form, not that with
/// `tanh`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = Gelu::<U2>::zeroed().predict(&Tensor::from([1.0, -1.0]));
/// assert!((output[0] - 0.8413).abs() < 1e-4 && (output[1] + 0.1587).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Gelu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Gelu<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Gelu<S, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        let values = flat_mut(values);
        T::gelu_all(InstructionSet::best_for(values.len()), values);
    }

    // y' = Φ(x) + x · φ(x); y falls before it rises, so it does not tell x
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        let grads = flat_mut(grads);
        T::gelu_gradient(InstructionSet::best_for(grads.len()), flat(inputs), grads);
    }
}
