//! [`Silu`]: the sigmoid-weighted linear unit.

use core::marker::PhantomData;

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::kernel::InstructionSet;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = x · σ(x)` with the logistic function `σ`, element by element; elsewhere called swish.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 3 units in the last place from the exact value; the derivative at most 5, or 6e-8 in all next to
/// x = -1.278, where it is 0 (1.2e-16 in `f64`).
///
/// Elfwing et al., *Sigmoid-weighted linear units*, 2017.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = Silu::<U2>::zeroed().predict(&Tensor::from([1.0, -1.0]));
/// assert!((output[0] - 0.7311).abs() < 1e-4 && (output[1] + 0.2689).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Silu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Silu<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Silu<S, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        let values = flat_mut(values);
        T::silu_all(InstructionSet::best_for(values.len()), values);
    }

    // y' = σ(x) + x · σ(x) · (1 - σ(x)); y falls before it rises, so it does not tell x
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        let grads = flat_mut(grads);
        T::silu_gradient(InstructionSet::best_for(grads.len()), flat(inputs), grads);
    }
}
