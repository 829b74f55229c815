//! [`Elu`]: the exponential linear unit.

use core::marker::PhantomData;

use super::{Activation, FromInput};
use crate::element::Element;
use crate::kernel::InstructionSet;
use crate::shape::Shape;

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
/// assert_eq!(Elu::<U3>::value(2.0), 2.0);
/// assert_eq!(Elu::<U3>::value(-1e-8), -1e-8);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Elu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Elu<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> Activation for Elu<S, T> {
    type Shape = S;
    type Derivative = FromInput;

    #[inline]
    fn value(x: T) -> T {
        let mut number = [x];
        Self::values(&mut number);
        number[0]
    }

    // y' = 1, or eˣ, which y = -1 has lost
    #[inline]
    fn derivative(x: T) -> T {
        let mut gradient = [T::ONE];
        Self::multiply_by_derivatives(&[x], &mut gradient);
        gradient[0]
    }

    #[inline]
    fn values(numbers: &mut [T]) {
        T::elu_all(InstructionSet::best_for(numbers.len()), numbers);
    }

    #[inline]
    fn multiply_by_derivatives(inputs: &[T], gradients: &mut [T]) {
        T::elu_gradient(InstructionSet::best_for(gradients.len()), inputs, gradients);
    }
}
