//! Elementary functions of `f32` by polynomials, and what they share: [`Exponential`], [`HyperbolicTangent`], [`Logistic`].
//!
//! Each is plain arithmetic without branches, as [`Function`] wants it.

use super::elementwise::{Function, elementwise};
use super::vector::Set;
use crate::element::Element;

/// `eˣ`, at most 1.0 units in the last place from the exact value.
pub(crate) struct Exponential;

elementwise!(map Exponential);

impl Function<f32> for Exponential {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        exp::<S>(x)
    }
}

impl Function<f64> for Exponential {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        Element::exp(x)
    }
}

/// `tanh x`, at most 1.4 units in the last place from the exact value.
pub(crate) struct HyperbolicTangent;

elementwise!(map HyperbolicTangent);

impl Function<f32> for HyperbolicTangent {
    /// A polynomial near 0, else from `e^(2 |x|)`. Cephes, `tanhf`.
    ///
    /// The exponential is as in [`exp_of_sum`], but of `2 |x|` at once and of what a hyperbolic tangent asks of it: a
    /// small network waits for each of its operations.
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        let square = x * x;
        let tail = polynomial::<S>(
            square,
            [-3.333_328e-1, 1.333_144_2e-1, -5.373_971_6e-2, 2.063_909e-2, -5.704_988_7e-3, 0.0],
        );
        let near = multiply_add::<S>(tail * square, x, x);
        // From there on the tangent is 1; NaN stays.
        let size = if x.abs() > 9.1 { 9.1 } else { x.abs() };
        // 2 |x| = n ln 2 + 2 r
        let rounded = multiply_add::<S>(size, 2.0 * core::f32::consts::LOG2_E, ROUND);
        let n = rounded - ROUND;
        let r = multiply_add::<S>(n, 0.5 * MINUS_LN_2[0], size);
        let r = multiply_add::<S>(n, 0.5 * MINUS_LN_2[1], r);
        // The coefficients for 2 r, each times the power of two that goes with it.
        let [c0, c1, c2, c3, c4, c5] = EXPONENTIAL_TAIL;
        let tail = polynomial::<S>(r, [2.0 * c0, 4.0 * c1, 8.0 * c2, 16.0 * c3, 32.0 * c4, 64.0 * c5]);
        // (e^(2 r) - 1) / 2
        let half = multiply_add::<S>(tail, r * r, r);
        let scale = power_of_two((rounded.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32));
        let far = 1.0 - 2.0 / multiply_add::<S>(half, 2.0 * scale, scale + 1.0);
        if x.abs() < 0.625 { near } else { far.copysign(x) }
    }
}

impl Function<f64> for HyperbolicTangent {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        Element::tanh(x)
    }
}

/// The logistic function `1 / (1 + e⁻ˣ)`, at most 2.3 units in the last place from the exact value.
pub(crate) struct Logistic;

elementwise!(map Logistic);

impl Function<f32> for Logistic {
    /// From the exponential that cannot overflow.
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        let small = exp::<S>(-x.abs());
        let numerator = if x < 0.0 { small } else { 1.0 };
        numerator / (1.0 + small)
    }
}

impl Function<f64> for Logistic {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        1.0 / (1.0 + Element::exp(-x))
    }
}

/// `factor · other + term`; in one rounding where the set has the instruction: without it, that is slow.
#[inline(always)]
pub(crate) fn multiply_add<S: Set<f32>>(factor: f32, other: f32, term: f32) -> f32 {
    #[cfg(feature = "std")]
    if S::FUSED {
        return factor.mul_add(other, term);
    }
    factor * other + term
}

/// `c₀ + c₁ x + … + c₅ x⁵`, in pairs (Estrin): half as many additions wait for each other as where each takes
/// the one before it, and a small network waits for its activations.
#[inline(always)]
pub(crate) fn polynomial<S: Set<f32>>(x: f32, [c0, c1, c2, c3, c4, c5]: [f32; 6]) -> f32 {
    let square = x * x;
    let pair = |low, high| multiply_add::<S>(high, x, low);
    let upper = multiply_add::<S>(pair(c4, c5), square, pair(c2, c3));
    multiply_add::<S>(upper, square, pair(c0, c1))
}

/// `x` between two bounds; NaN where `x` is (the standard `clamp` panics where bounds are not sorted).
#[inline(always)]
pub(crate) fn between<T: Element>(low: T, x: T, high: T) -> T {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `e^x`: with `x = n ln 2 + r`, 2ⁿ times a polynomial of `r`. Cephes, `expf`.
#[inline(always)]
pub(crate) fn exp<S: Set<f32>>(x: f32) -> f32 {
    // What adds -0 to a number, adds nothing: with 0, the compiler keeps the addition for x = -0.
    let (power, n) = exp_of_sum::<S>(x, -0.0);
    times_power_of_two(power + 1.0, n)
}

/// Added to a small number, 1.5 · 2²³ leaves its nearest integer in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// `-ln 2` in two parts, of which the first has few bits: `n` times it is exact.
const MINUS_LN_2: [f32; 2] = [-0.693_359_4, 2.121_944_4e-4];

/// `(e^r - 1 - r) / r²` for `r` up to `ln 2 / 2`. Cephes, `expf`.
const EXPONENTIAL_TAIL: [f32; 6] =
    [5e-1, 1.666_666_5e-1, 4.166_579_6e-2, 8.333_452e-3, 1.398_199_9e-3, 1.987_569_1e-4];

/// `e^(r) - 1` and `n`, with `x + more = n ln 2 + r`; `more` is small beside `x`.
#[inline(always)]
pub(crate) fn exp_of_sum<S: Set<f32>>(x: f32, more: f32) -> (f32, i32) {
    // Beyond these bounds the result is 0 or infinite; on them it is, too, also times 2¹⁶.
    let x = between(-120.0, x, 89.0);
    let rounded = multiply_add::<S>(x + more, core::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = multiply_add::<S>(n, MINUS_LN_2[0], x);
    let r = multiply_add::<S>(n, MINUS_LN_2[1], r) + more;
    let tail = polynomial::<S>(r, EXPONENTIAL_TAIL);
    let n = (rounded.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    (multiply_add::<S>(tail, r * r, r), n)
}

/// `2ⁿ x`, in two factors: of an exponential, `n` reaches from -174 to 128, an exponent from -126 to 127.
#[inline(always)]
pub(crate) fn times_power_of_two(x: f32, n: i32) -> f32 {
    let half = n >> 1;
    x * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// 2ⁿ, for `n` from -126 to 127.
#[inline(always)]
pub(crate) fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// `max(0, x)`; where `x` is NaN, 0.
#[inline(always)]
pub(crate) fn positive<T: Element>(x: T) -> T {
    if x > T::ZERO { x } else { T::ZERO }
}

/// `e^x - 1` for `x ≤ 0`; NaN where `x` is.
#[inline(always)]
pub(crate) fn exp_m1<S: Set<f32>>(x: f32) -> f32 {
    // On these bounds the result is -1 and 0.
    let (power, n) = exp_of_sum::<S>(between(-20.0, x, 0.0), -0.0);
    // 2ⁿ (e^r - 1) + (2ⁿ - 1)
    let scale = power_of_two(n);
    multiply_add::<S>(scale, power, scale - 1.0)
}
