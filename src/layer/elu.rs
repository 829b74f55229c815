//! [`Elu`]: the exponential linear unit.

use core::marker::PhantomData;

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::kernel::{Function, Set, elementwise, exp, exp_m1};
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
/// let output = Elu::<U2>::zeroed().predict(&Tensor::from([2.0, -1e-8]));
/// assert_eq!(output, Tensor::from([2.0, -1e-8]));
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
        EluValue::map(flat_mut(values));
    }

    // y' = 1, or eˣ, which y = -1 has lost
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        EluDerivative::multiply(flat(inputs), flat_mut(grads));
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
