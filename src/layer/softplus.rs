//! [`Softplus`]: the smooth rectifier.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::kernel::InstructionSet;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

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
/// assert_eq!(Softplus::<U1>::zeroed().predict(&Tensor::from([100.0])), Tensor::from([100.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Softplus<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Softplus<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Softplus<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        let values = flat_mut(values);
        T::softplus_all(InstructionSet::best_for(values.len()), values);
    }

    // y' = σ(x) = 1 - e⁻ʸ
    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        let grads = flat_mut(grads);
        T::softplus_gradient(InstructionSet::best_for(grads.len()), flat(outputs), grads);
    }
}
