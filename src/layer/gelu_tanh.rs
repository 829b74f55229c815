//! [`GeluTanh`]: the Gaussian error linear unit by its approximation with `tanh`.

use core::f64::consts::{FRAC_2_SQRT_PI, SQRT_2};
use core::marker::PhantomData;

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::kernel::{Function, Set, between, elementwise, exp_of_sum, positive, times_power_of_two};
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, element by element: what [`Gelu`](super::Gelu) is at most 5e-4 from.
///
/// For weights that were trained with it: `nn.GELU(approximate="tanh")` of PyTorch, `gelu(approximate=True)` of Keras,
/// GPT-2. In a network of your own, `Gelu` is the function itself.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 3 units in the last place from the exact value; the derivative at most 5, or 1.2e-7 in all next to x = -0.753,
/// where it is 0. In `f64` at most 12 units from x = -6 on, and at most 400 below, where the exponent's own rounding shows.
///
/// Hendrycks and Gimpel, *Gaussian error linear units*, 2016.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = GeluTanh::<U2>::zeroed().predict(&Tensor::from([1.0, -1.0]));
/// assert!((output[0] - 0.8412).abs() < 1e-4 && (output[1] + 0.1588).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct GeluTanh<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(GeluTanh<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for GeluTanh<S, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        GeluTanhValue::map(flat_mut(values));
    }

    // With v(x) = √(8/π) (x + 0.044715 x³) it is y = x σ(v) and y' = σ(v) + x v' σ(v) (1 - σ(v)); y falls before it rises,
    // so it does not tell x.
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        GeluTanhDerivative::multiply(flat(inputs), flat_mut(grads));
    }
}

/// `√(8/π)`
pub(crate) const FACTOR: f64 = FRAC_2_SQRT_PI * SQRT_2;

/// `0.044715 √(8/π)`
pub(crate) const CUBIC: f64 = 0.044_715 * FACTOR;

/// `v(t)`. Its exponential has the relative error that this has in all, so it is told in `f64` in any case.
#[inline(always)]
fn exponent(t: f64) -> f64 {
    t * (FACTOR + CUBIC * (t * t))
}

/// `t v'(t)`
#[inline(always)]
fn slope(t: f64) -> f64 {
    t * (FACTOR + 3.0 * CUBIC * (t * t))
}

/// `e^(-v(t))` as `(power, n)`: `power · 2ⁿ`.
#[inline(always)]
fn small<S: Set<f32>>(t: f32) -> (f32, i32) {
    let exact = -exponent(f64::from(t));
    let upper = exact as f32;
    let (power, n) = exp_of_sum::<S>(upper, (exact - f64::from(upper)) as f32);
    (power + 1.0, n)
}

/// `x σ(v)`: with `t = |x|` it is `max(0, x) - t σ(-v(t))`, so that what is small is never told from a number near 1.
pub(super) struct GeluTanhValue;

elementwise!(map GeluTanhValue);

impl Function<f32> for GeluTanhValue {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        // From there on the exponential is 0.
        let t = between(0.0, x.abs(), 12.0);
        let (power, n) = small::<S>(t);
        positive(x) - times_power_of_two(t * power / (1.0 + times_power_of_two(power, n)), n)
    }
}

impl Function<f64> for GeluTanhValue {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        let t = between(0.0, x.abs(), 22.0);
        let small = Element::exp(-exponent(t));
        positive(x) - t * small / (1.0 + small)
    }
}

/// Told from `x`: with `t = |x|` it is `h = σ(-v) (1 - t v' σ(v))` where `x` is negative, else `1 - h`.
pub(super) struct GeluTanhDerivative;

elementwise!(multiply GeluTanhDerivative);

impl Function<f32> for GeluTanhDerivative {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        let t = between(0.0, x.abs(), 12.0);
        let (power, n) = small::<S>(t);
        let sum = 1.0 + times_power_of_two(power, n);
        let half = times_power_of_two(power * ((sum - slope(f64::from(t)) as f32) / (sum * sum)), n);
        if x < 0.0 { half } else { 1.0 - half }
    }
}

impl Function<f64> for GeluTanhDerivative {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        let t = between(0.0, x.abs(), 22.0);
        let small = Element::exp(-exponent(t));
        let sum = 1.0 + small;
        let half = small * ((sum - slope(t)) / (sum * sum));
        if x < 0.0 { half } else { 1.0 - half }
    }
}
