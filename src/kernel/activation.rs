//! Activations over slices, and the derivatives by which gradients are multiplied: fast for `f32`, with the
//! platform's `exp`, `exp_m1` and `ln_1p` for `f64`.
//!
//! Of `silu` and `gelu`, a half says all: with `t = |x|`, `f(x) = max(0, x) - t g(t)`, where `g` falls from ½ to
//! 0, and `f'(x)` is `h(t)` where `x` is negative, else `1 - h(t)`. So what is small is never told from a number
//! near 1.

/// At most 1 unit in the last place from the exact value (`elu`), 2 (`softplus`), 3 (`silu`) or 6 (`gelu`); the
/// derivatives at most 1, 3 (`silu`) or 7 (`gelu`), but where those of `silu` and `gelu` cross 0.
pub(super) mod fast {
    use super::super::function::{
        between, exp, exp_of_sum, map, multiply_add, polynomial, power_of_two, times_power_of_two,
    };

    macro_rules! over_slices {
        ($($name:ident($function:ident), $gradient:ident($derivative:ident);)*) => {$(
            #[inline(always)]
            pub(in super::super) fn $name<const FUSED: bool>(values: &mut [f32]) {
                map(values, $function::<FUSED>);
            }
            #[inline(always)]
            pub(in super::super) fn $gradient<const FUSED: bool>(of: &[f32], grads: &mut [f32]) {
                multiply_each(of, grads, $derivative::<FUSED>);
            }
        )*};
    }
    over_slices! {
        elu_all(elu), elu_gradient(elu_derivative);
        softplus_all(softplus), softplus_gradient(softplus_derivative);
        silu_all(silu), silu_gradient(silu_derivative);
        gelu_all(gelu), gelu_gradient(gelu_derivative);
    }

    /// Multiplies each gradient by a function of the number beside it, as [`map`] sixteen at a time, then four.
    #[inline(always)]
    fn multiply_each(of: &[f32], grads: &mut [f32], function: impl Fn(f32) -> f32 + Copy) {
        #[inline(always)]
        fn each<const LANES: usize>(
            of: &[f32; LANES],
            grads: &mut [f32; LANES],
            function: impl Fn(f32) -> f32,
        ) {
            for lane in 0..LANES {
                grads[lane] *= function(of[lane]);
            }
        }
        // No `for_each`: a closure that is not inlined is compiled without the instruction set.
        let ((of, of_rest), (grads, rest)) = (of.as_chunks::<16>(), grads.as_chunks_mut::<16>());
        for (of, grads) in of.iter().zip(grads) {
            each(of, grads, function);
        }
        let ((of, of_rest), (grads, rest)) = (of_rest.as_chunks::<4>(), rest.as_chunks_mut::<4>());
        for (of, grads) in of.iter().zip(grads) {
            each(of, grads, function);
        }
        for (of, grad) in of_rest.iter().zip(rest) {
            *grad *= function(*of);
        }
    }

    /// `max(0, x)`; where `x` is NaN, 0.
    #[inline(always)]
    fn positive(x: f32) -> f32 {
        if x > 0.0 { x } else { 0.0 }
    }

    /// `e^x - 1` for `x ≤ 0`; NaN where `x` is.
    #[inline(always)]
    fn exp_m1<const FUSED: bool>(x: f32) -> f32 {
        // On these bounds the result is -1 and 0.
        let (power, n) = exp_of_sum::<FUSED>(between(-20.0, x, 0.0), -0.0);
        // 2ⁿ (e^r - 1) + (2ⁿ - 1)
        let scale = power_of_two(n);
        multiply_add::<FUSED>(scale, power, scale - 1.0)
    }

    /// `ln(1 + t)` for `t` in [0, 1]: with `s = t / (2 + t)` it is `2 s + ⅔ s³ + ⅖ s⁵ + …`. FreeBSD, `log1pf`.
    #[inline(always)]
    fn ln_1p<const FUSED: bool>(t: f32) -> f32 {
        let s = t / (2.0 + t);
        let square = s * s;
        let tail = polynomial::<FUSED>(
            square,
            [6.666_667e-1, 4.000_001e-1, 2.857_029_6e-1, 2.226_495_1e-1, 1.746_222_6e-1, 2.079_656_4e-1],
        );
        let half = 0.5 * t * t;
        t - (half - s * multiply_add::<FUSED>(square, tail, half))
    }

    #[inline(always)]
    fn elu<const FUSED: bool>(x: f32) -> f32 {
        if x > 0.0 { x } else { exp_m1::<FUSED>(x) }
    }

    #[inline(always)]
    fn elu_derivative<const FUSED: bool>(x: f32) -> f32 {
        exp::<FUSED>(if x > 0.0 { 0.0 } else { x })
    }

    #[inline(always)]
    fn softplus<const FUSED: bool>(x: f32) -> f32 {
        positive(x) + ln_1p::<FUSED>(exp::<FUSED>(-x.abs()))
    }

    /// `1 - e^-y`
    #[inline(always)]
    fn softplus_derivative<const FUSED: bool>(y: f32) -> f32 {
        -exp_m1::<FUSED>(-y)
    }

    #[inline(always)]
    fn silu<const FUSED: bool>(x: f32) -> f32 {
        // t / (1 + e^t); from there on it is 0.
        let t = between(0.0, x.abs(), 120.0);
        let (power, n) = exp_of_sum::<FUSED>(-t, -0.0);
        let power = power + 1.0;
        positive(x) - times_power_of_two(t * power / (1.0 + times_power_of_two(power, n)), n)
    }

    #[inline(always)]
    fn silu_derivative<const FUSED: bool>(x: f32) -> f32 {
        // σ(-t) (1 - t σ(t))
        let t = between(0.0, x.abs(), 120.0);
        let (power, n) = exp_of_sum::<FUSED>(-t, -0.0);
        let power = power + 1.0;
        let sum = 1.0 + times_power_of_two(power, n);
        let half = times_power_of_two(power * ((sum - t) / (sum * sum)), n);
        if x < 0.0 { half } else { 1.0 - half }
    }

    #[inline(always)]
    fn gelu<const FUSED: bool>(x: f32) -> f32 {
        // t Φ(-t) = t G(t) e^(-t²/2)
        let t = between(0.0, x.abs(), 15.0);
        positive(x) - times_density::<FUSED>(t, t * tail_over_density::<FUSED>(t))
    }

    #[inline(always)]
    fn gelu_derivative<const FUSED: bool>(x: f32) -> f32 {
        // Φ(-t) - t φ(t)
        let t = between(0.0, x.abs(), 15.0);
        let factor = multiply_add::<FUSED>(t, -super::DENSITY_AT_0 as f32, tail_over_density::<FUSED>(t));
        let half = times_density::<FUSED>(t, factor);
        if x < 0.0 { half } else { 1.0 - half }
    }

    /// `factor · e^(-t²/2)`.
    #[inline(always)]
    fn times_density<const FUSED: bool>(t: f32, factor: f32) -> f32 {
        // The upper half of `t`'s bits has an exact square, and what it lacks of `t²` is small.
        let upper = f32::from_bits(t.to_bits() & 0xFFFF_F000);
        let (power, n) = exp_of_sum::<FUSED>(-0.5 * upper * upper, -0.5 * (t - upper) * (t + upper));
        times_power_of_two(factor * (power + 1.0), n)
    }

    /// `G(t) = Φ(-t) e^(t²/2)`: `w Q(u)` with `w = 1 / (t + 4)` and `u = (t - 4) w`. Coefficients from
    /// tests/reference/functions.py.
    #[inline(always)]
    fn tail_over_density<const FUSED: bool>(t: f32) -> f32 {
        let w = 1.0 / (t + 4.0);
        let u = (t - 4.0) * w;
        let square = u * u;
        let pair = |low, high| multiply_add::<FUSED>(high, u, low);
        let last = multiply_add::<FUSED>(
            pair(1.793_528_2e-4, -1.319_721_9e-4),
            square,
            pair(-3.512_553_1e-3, 1.569_922_6e-3),
        );
        let first = multiply_add::<FUSED>(
            pair(3.871_369e-1, -1.865_234_4e-1),
            square,
            pair(7.552_851_4e-1, -6.078_965_9e-1),
        );
        let middle = multiply_add::<FUSED>(last, square, pair(6.040_383e-2, -7.525_271e-3));
        w * multiply_add::<FUSED>(middle, square * square, first)
    }
}

/// For gradient checks: at most 3 units in the last place from the exact value, 8 of `gelu`.
pub(super) mod exact {
    use crate::element::Element;

    macro_rules! over_slices {
        ($($name:ident: $function:expr, $gradient:ident: $derivative:expr;)*) => {$(
            pub(in super::super) fn $name<const FUSED: bool>(values: &mut [f64]) {
                let function: fn(f64) -> f64 = $function;
                values.iter_mut().for_each(|x| *x = function(*x));
            }
            pub(in super::super) fn $gradient<const FUSED: bool>(of: &[f64], grads: &mut [f64]) {
                let derivative: fn(f64) -> f64 = $derivative;
                of.iter().zip(grads).for_each(|(of, grad)| *grad *= derivative(*of));
            }
        )*};
    }
    over_slices! {
        elu_all: |x| if x > 0.0 { x } else { Element::exp_m1(x) },
            elu_gradient: |x| if x > 0.0 { 1.0 } else { Element::exp(x) };
        softplus_all: |x| positive(x) + Element::ln_1p(Element::exp(-x.abs())),
            softplus_gradient: |y| -Element::exp_m1(-y);
        silu_all: silu, silu_gradient: silu_derivative;
        gelu_all: gelu, gelu_gradient: gelu_derivative;
    }

    fn positive(x: f64) -> f64 {
        if x > 0.0 { x } else { 0.0 }
    }

    /// `|x|`, at most where all is 0 that falls.
    fn size(x: f64, most: f64) -> f64 {
        if x.abs() > most { most } else { x.abs() }
    }

    fn silu(x: f64) -> f64 {
        let t = size(x, 800.0);
        let small = Element::exp(-t);
        positive(x) - t * small / (1.0 + small)
    }

    fn silu_derivative(x: f64) -> f64 {
        let t = size(x, 800.0);
        let small = Element::exp(-t);
        let sum = 1.0 + small;
        let half = small * ((sum - t) / (sum * sum));
        if x < 0.0 { half } else { 1.0 - half }
    }

    fn gelu(x: f64) -> f64 {
        let t = size(x, 39.0);
        positive(x) - times_density(t, t * tail_over_density(t))
    }

    fn gelu_derivative(x: f64) -> f64 {
        let t = size(x, 39.0);
        let half = times_density(t, tail_over_density(t) - t * super::DENSITY_AT_0);
        if x < 0.0 { half } else { 1.0 - half }
    }

    /// `factor · e^(-t²/2)`, the exponential as a square: by itself it would be denormal first.
    fn times_density(t: f64, factor: f64) -> f64 {
        // The upper half of `t`'s bits has an exact square, and what it lacks of `t²` is small.
        let upper = f64::from_bits(t.to_bits() & !0x07FF_FFFF);
        let root = Element::exp(-0.25 * upper * upper);
        factor * Element::exp(-0.5 * (t - upper) * (t + upper)) * root * root
    }

    /// `G(t) = Φ(-t) e^(t²/2)`: `w Q(u)` with `w = 1 / (t + 5)` and `u = (t - 5) w`.
    fn tail_over_density(t: f64) -> f64 {
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

/// `1 / √(2π)`
const DENSITY_AT_0: f64 = 0.398_942_280_401_432_7;
