//! [`Gelu`]: the Gaussian error linear unit.

use core::marker::PhantomData;

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::kernel::{Function, Set, between, elementwise, multiply_add, positive};
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
        GeluValue::map(flat_mut(values));
    }

    // y' = Φ(x) + x · φ(x); y falls before it rises, so it does not tell x
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        GeluDerivative::multiply(flat(inputs), flat_mut(grads));
    }
}

/// `x Φ(x)`: with `t = |x|` it is `max(0, x) - t Φ(-t)`, so that what is small is never told from a number near 1.
pub(super) struct GeluValue;

elementwise!(map GeluValue);

impl Function<f32> for GeluValue {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        // t Φ(-t) = t G(t) e^(-t²/2)
        let t = between(0.0, x.abs(), 15.0);
        positive(x) - single::times_density::<S>(t, t * single::tail_over_density::<S>(t))
    }
}

impl Function<f64> for GeluValue {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        let t = between(0.0, x.abs(), 39.0);
        positive(x) - double::times_density(t, t * double::tail_over_density(t))
    }
}

/// Told from `x`: with `t = |x|` it is `h = Φ(-t) - t φ(t)` where `x` is negative, else `1 - h`.
pub(super) struct GeluDerivative;

elementwise!(multiply GeluDerivative);

impl Function<f32> for GeluDerivative {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        // Φ(-t) - t φ(t)
        let t = between(0.0, x.abs(), 15.0);
        let factor = multiply_add::<S>(t, -DENSITY_AT_0 as f32, single::tail_over_density::<S>(t));
        let half = single::times_density::<S>(t, factor);
        if x < 0.0 { half } else { 1.0 - half }
    }
}

impl Function<f64> for GeluDerivative {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        let t = between(0.0, x.abs(), 39.0);
        let half = double::times_density(t, double::tail_over_density(t) - t * DENSITY_AT_0);
        if x < 0.0 { half } else { 1.0 - half }
    }
}

/// `1 / √(2π)`
const DENSITY_AT_0: f64 = 0.398_942_280_401_432_7;

/// The parts of both functions in `f32`.
mod single {
    use crate::kernel::{Set, exp_of_sum, multiply_add, times_power_of_two};

    /// `factor · e^(-t²/2)`.
    #[inline(always)]
    pub(super) fn times_density<S: Set<f32>>(t: f32, factor: f32) -> f32 {
        // The upper half of `t`'s bits has an exact square, and what it lacks of `t²` is small.
        let upper = f32::from_bits(t.to_bits() & 0xFFFF_F000);
        let (power, n) = exp_of_sum::<S>(-0.5 * upper * upper, -0.5 * (t - upper) * (t + upper));
        times_power_of_two(factor * (power + 1.0), n)
    }

    /// `G(t) = Φ(-t) e^(t²/2)`: `w Q(u)` with `w = 1 / (t + 4)` and `u = (t - 4) w`. Coefficients from
    /// tests/reference/functions.py.
    #[inline(always)]
    pub(super) fn tail_over_density<S: Set<f32>>(t: f32) -> f32 {
        let w = 1.0 / (t + 4.0);
        let u = (t - 4.0) * w;
        let square = u * u;
        let pair = |low, high| multiply_add::<S>(high, u, low);
        let last = multiply_add::<S>(
            pair(1.793_528_2e-4, -1.319_721_9e-4),
            square,
            pair(-3.512_553_1e-3, 1.569_922_6e-3),
        );
        let first = multiply_add::<S>(
            pair(3.871_369e-1, -1.865_234_4e-1),
            square,
            pair(7.552_851_4e-1, -6.078_965_9e-1),
        );
        let middle = multiply_add::<S>(last, square, pair(6.040_383e-2, -7.525_271e-3));
        w * multiply_add::<S>(middle, square * square, first)
    }
}

/// The same in `f64`.
mod double {
    use crate::element::Element;

    /// `factor · e^(-t²/2)`, the exponential as a square: by itself it would be denormal first.
    pub(super) fn times_density(t: f64, factor: f64) -> f64 {
        // The upper half of `t`'s bits has an exact square, and what it lacks of `t²` is small.
        let upper = f64::from_bits(t.to_bits() & !0x07FF_FFFF);
        let root = Element::exp(-0.25 * upper * upper);
        factor * Element::exp(-0.5 * (t - upper) * (t + upper)) * root * root
    }

    /// `G(t) = Φ(-t) e^(t²/2)`: `w Q(u)` with `w = 1 / (t + 5)` and `u = (t - 5) w`.
    pub(super) fn tail_over_density(t: f64) -> f64 {
        let w = 1.0 / (t + 5.0);
        let u = (t - 5.0) * w;
        w * COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| sum * u + coefficient)
    }

    /// Of `Q`, the constant first; from tests/reference/functions.py.
    const COEFFICIENTS: [f64; 22] = [
        0.769_193_049_750_063,
        -0.665_382_502_890_056_6,
        0.495_305_615_969_977,
        -0.313_533_156_671_315_7,
        0.165_020_366_170_361_56,
        -0.069_118_638_705_951_99,
        0.020_795_066_800_242_32,
        -0.002_993_376_775_695_946,
        -0.000_797_869_401_480_447_6,
        0.000_544_899_105_868_727_9,
        -5.937_571_127_636_23e-5,
        -4.976_301_023_857_796e-5,
        1.668_114_481_019_683_2e-5,
        3.981_491_234_975_912_5e-6,
        -2.769_055_142_265_199e-6,
        -3.377_431_145_401_389e-7,
        4.326_863_350_005_307e-7,
        4.361_231_110_558_925e-8,
        -6.531_975_260_025_713e-8,
        -1.021_086_343_591_746_7e-8,
        7.181_943_098_098_356e-9,
        2.013_902_436_958_566e-9,
    ];
}
