//! [`Elu`]: the exponential linear unit.

use core::marker::PhantomData;

use super::{Activation, FromInput};
use crate::element::Element;
use crate::kernel::{Function, Set, elementwise, exp, exp_m1};
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
        EluValue::map(numbers);
    }

    #[inline]
    fn multiply_by_derivatives(inputs: &[T], gradients: &mut [T]) {
        EluDerivative::multiply(inputs, gradients);
    }
}

/// `x` where it is positive, `eˣ - 1` elsewhere.
pub(super) struct EluValue;

elementwise!(map EluValue);

impl Function<f32> for EluValue {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        if x > 0.0 { x } else { exp_m1::<S>(x) }
    }
}

impl Function<f64> for EluValue {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        if x > 0.0 { x } else { Element::exp_m1(x) }
    }
}

/// Told from `x`: 1 where it is positive, `eˣ` elsewhere.
pub(super) struct EluDerivative;

elementwise!(multiply EluDerivative);

impl Function<f32> for EluDerivative {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        exp::<S>(if x > 0.0 { 0.0 } else { x })
    }
}

impl Function<f64> for EluDerivative {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        if x > 0.0 { 1.0 } else { Element::exp(x) }
    }
}
