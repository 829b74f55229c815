//! [`Silu`]: the sigmoid-weighted linear unit.

use core::marker::PhantomData;

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::kernel::{Function, Set, between, elementwise, exp_of_sum, positive, times_power_of_two};
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
#[doc(alias("Swish"))]
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
        SiluValue::map(flat_mut(values));
    }

    // y' = σ(x) + x · σ(x) · (1 - σ(x)); y falls before it rises, so it does not tell x
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        SiluDerivative::multiply(flat(inputs), flat_mut(grads));
    }
}

/// `x σ(x)`: with `t = |x|` it is `max(0, x) - t σ(-t)`, so that what is small is never told from a number near 1.
pub(super) struct SiluValue;

elementwise!(map SiluValue);

impl Function<f32> for SiluValue {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        // t / (1 + e^t); from there on it is 0.
        let t = between(0.0, x.abs(), 120.0);
        let (power, n) = exp_of_sum::<S>(-t, -0.0);
        let power = power + 1.0;
        positive(x) - times_power_of_two(t * power / (1.0 + times_power_of_two(power, n)), n)
    }
}

impl Function<f64> for SiluValue {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        let t = between(0.0, x.abs(), 800.0);
        let small = Element::exp(-t);
        positive(x) - t * small / (1.0 + small)
    }
}

/// Told from `x`: with `t = |x|` it is `h = σ(-t) (1 - t σ(t))` where `x` is negative, else `1 - h`.
pub(super) struct SiluDerivative;

elementwise!(multiply SiluDerivative);

impl Function<f32> for SiluDerivative {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        let t = between(0.0, x.abs(), 120.0);
        let (power, n) = exp_of_sum::<S>(-t, -0.0);
        let power = power + 1.0;
        let sum = 1.0 + times_power_of_two(power, n);
        let half = times_power_of_two(power * ((sum - t) / (sum * sum)), n);
        if x < 0.0 { half } else { 1.0 - half }
    }
}

impl Function<f64> for SiluDerivative {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        let t = between(0.0, x.abs(), 800.0);
        let small = Element::exp(-t);
        let sum = 1.0 + small;
        let half = small * ((sum - t) / (sum * sum));
        if x < 0.0 { half } else { 1.0 - half }
    }
}
