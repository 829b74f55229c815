//! [`Softplus`]: the smooth rectifier.

use core::marker::PhantomData;

use super::{Activation, FromOutput};
use crate::element::Element;
use crate::kernel::InstructionSet;
use crate::shape::Shape;

/// `y = ln(1 + eˣ)`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 2 units in the last place from the exact value, and the derivative at most 3.
///
/// Dugas et al., *Incorporating second-order functional knowledge for better option pricing*, 2000.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert!((Softplus::<U3>::value(0.0) - 2.0_f32.ln()).abs() < 1e-6);
/// assert_eq!(Softplus::<U3>::value(100.0), 100.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Softplus<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Softplus<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> Activation for Softplus<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    #[inline]
    fn value(x: T) -> T {
        let mut number = [x];
        Self::values(&mut number);
        number[0]
    }

    // y' = σ(x) = 1 - e⁻ʸ
    #[inline]
    fn derivative(y: T) -> T {
        let mut gradient = [T::ONE];
        Self::multiply_by_derivatives(&[y], &mut gradient);
        gradient[0]
    }

    #[inline]
    fn values(numbers: &mut [T]) {
        T::softplus_all(InstructionSet::best_for(numbers.len()), numbers);
    }

    #[inline]
    fn multiply_by_derivatives(outputs: &[T], gradients: &mut [T]) {
        T::softplus_gradient(InstructionSet::best_for(gradients.len()), outputs, gradients);
    }
}
