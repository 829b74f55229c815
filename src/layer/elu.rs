//! [`Elu`]: the exponential linear unit.

use core::marker::PhantomData;

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::kernel::InstructionSet;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = x` where `x > 0`, `eˣ - 1` elsewhere, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 1 unit in the last place from the exact value, and the derivative as near.
///
/// Clevert et al., *Fast and accurate deep network learning by exponential linear units*, 2015.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Elu::<U1>::zeroed().predict(&Tensor::from([2.0])), Tensor::from([2.0]));
/// assert_eq!(Elu::<U3>::value(-1e-8), -1e-8);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Elu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Elu<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Elu<S, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        let values = flat_mut(values);
        T::elu_all(InstructionSet::best_for(values.len()), values);
    }

    // y' = 1, or eˣ, which y = -1 has lost
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        let grads = flat_mut(grads);
        T::elu_gradient(InstructionSet::best_for(grads.len()), flat(inputs), grads);
    }
}
