//! `exp`, `tanh` and the logistic function over slices: fast for `f32`, the platform's for `f64`.
//!
//! Each is plain arithmetic without branches, so a loop over a slice becomes vector instructions of
//! whatever instruction set the function around it has.

/// The functions of this file, at most 1.0 (`exp`), 1.4 (`tanh`) and 2.3 (`sigmoid`) units in the last
/// place from the exact value.
pub(super) mod fast {
    use super::{exp, map, sigmoid, tanh};

    #[inline(always)]
    pub(in super::super) fn exp_all<const FUSED: bool>(values: &mut [f32]) {
        map(values, exp::<FUSED>);
    }
    #[inline(always)]
    pub(in super::super) fn tanh_all<const FUSED: bool>(values: &mut [f32]) {
        map(values, tanh::<FUSED>);
    }
    #[inline(always)]
    pub(in super::super) fn sigmoid_all<const FUSED: bool>(values: &mut [f32]) {
        map(values, sigmoid::<FUSED>);
    }
}

/// The platform's functions, for gradient checks.
pub(super) mod exact {
    use crate::element::Element;

    pub(in super::super) fn exp_all<const FUSED: bool>(values: &mut [f64]) {
        values.iter_mut().for_each(|x| *x = Element::exp(*x));
    }
    pub(in super::super) fn tanh_all<const FUSED: bool>(values: &mut [f64]) {
        values.iter_mut().for_each(|x| *x = Element::tanh(*x));
    }
    pub(in super::super) fn sigmoid_all<const FUSED: bool>(values: &mut [f64]) {
        values.iter_mut().for_each(|x| *x = 1.0 / (1.0 + Element::exp(-*x)));
    }
}

/// Applies a function to each number, sixteen at a time, since networks may be narrow: the compiler's
/// own vectors of a loop are long, and leave the rest to scalar code. Fewer than sixteen, four at a time.
#[inline(always)]
pub(super) fn map(values: &mut [f32], function: impl Fn(f32) -> f32 + Copy) {
    // As they were: of what is left after the whole chunks, and the numbers before it.
    if let Some(last) = values.last_chunk::<16>().copied() {
        let (chunks, rest) = values.as_chunks_mut::<16>();
        for chunk in chunks {
            *chunk = each(*chunk, function);
        }
        if !rest.is_empty() {
            *values.last_chunk_mut().expect("sixteen") = each(last, function);
        }
        return;
    }
    let (fours, rest) = values.as_chunks_mut::<4>();
    for four in fours {
        *four = each(*four, function);
    }
    // Spelt out: a loop would copy them in calls that take as long as all else.
    match rest {
        [a] => *a = function(*a),
        [a, b] => [*a, *b] = each([*a, *b], function),
        // With one that nobody asked for: of three the compiler makes no vector.
        [a, b, c] => [*a, *b, *c, _] = each([*a, *b, *c, *c], function),
        _ => {}
    }
}

#[inline(always)]
fn each<const LANES: usize>(mut values: [f32; LANES], function: impl Fn(f32) -> f32) -> [f32; LANES] {
    for x in &mut values {
        *x = function(*x);
    }
    values
}

/// `factor · other + term`; in one rounding where `FUSED`, which is slow without the instruction.
#[inline(always)]
pub(super) fn multiply_add<const FUSED: bool>(factor: f32, other: f32, term: f32) -> f32 {
    #[cfg(feature = "std")]
    if FUSED {
        return factor.mul_add(other, term);
    }
    factor * other + term
}

/// `c₀ + c₁ x + … + c₅ x⁵`, in pairs (Estrin): half as many additions wait for each other as where each takes
/// the one before it, and a small network waits for its activations.
#[inline(always)]
pub(super) fn polynomial<const FUSED: bool>(x: f32, [c0, c1, c2, c3, c4, c5]: [f32; 6]) -> f32 {
    let square = x * x;
    let pair = |low, high| multiply_add::<FUSED>(high, x, low);
    let upper = multiply_add::<FUSED>(pair(c4, c5), square, pair(c2, c3));
    multiply_add::<FUSED>(upper, square, pair(c0, c1))
}

/// `x` between two bounds; NaN where `x` is (the standard `clamp` panics where bounds are not sorted).
#[inline(always)]
pub(super) fn between(low: f32, x: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `e^x`: with `x = n ln 2 + r`, 2ⁿ times a polynomial of `r`. Cephes, `expf`.
#[inline(always)]
pub(super) fn exp<const FUSED: bool>(x: f32) -> f32 {
    // What adds -0 to a number, adds nothing: with 0, the compiler keeps the addition for x = -0.
    let (power, n) = exp_of_sum::<FUSED>(x, -0.0);
    times_power_of_two(power + 1.0, n)
}

/// `e^(r) - 1` and `n`, with `x + more = n ln 2 + r`; `more` is small beside `x`.
#[inline(always)]
pub(super) fn exp_of_sum<const FUSED: bool>(x: f32, more: f32) -> (f32, i32) {
    // Beyond these bounds the result is 0 or infinite; on them it is, too, also times 2¹⁶.
    let x = between(-120.0, x, 89.0);
    // Added to a small number, 1.5 · 2²³ leaves its nearest integer in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let rounded = multiply_add::<FUSED>(x + more, core::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = multiply_add::<FUSED>(n, -0.693_359_4, x);
    let r = multiply_add::<FUSED>(n, 2.121_944_4e-4, r) + more;
    let tail = polynomial::<FUSED>(
        r,
        [5e-1, 1.666_666_5e-1, 4.166_579_6e-2, 8.333_452e-3, 1.398_199_9e-3, 1.987_569_1e-4],
    );
    let n = (rounded.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    (multiply_add::<FUSED>(tail, r * r, r), n)
}

/// `2ⁿ x`, in two factors: of an exponential, `n` reaches from -174 to 128, an exponent from -126 to 127.
#[inline(always)]
pub(super) fn times_power_of_two(x: f32, n: i32) -> f32 {
    let half = n >> 1;
    x * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// 2ⁿ, for `n` from -126 to 127.
#[inline(always)]
pub(super) fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// `tanh x`: a polynomial near 0, else from `e^(2 |x|)`. Cephes, `tanhf`.
#[inline(always)]
fn tanh<const FUSED: bool>(x: f32) -> f32 {
    let square = x * x;
    let tail = polynomial::<FUSED>(
        square,
        [-3.333_328e-1, 1.333_144_2e-1, -5.373_971_6e-2, 2.063_909e-2, -5.704_988_7e-3, 0.0],
    );
    let near = multiply_add::<FUSED>(tail * square, x, x);
    let far = 1.0 - 2.0 / (exp::<FUSED>(2.0 * x.abs()) + 1.0);
    if x.abs() < 0.625 { near } else { far.copysign(x) }
}

/// `1 / (1 + e^-x)`, from the exponential that cannot overflow.
#[inline(always)]
fn sigmoid<const FUSED: bool>(x: f32) -> f32 {
    let small = exp::<FUSED>(-x.abs());
    let numerator = if x < 0.0 { small } else { 1.0 };
    numerator / (1.0 + small)
}
