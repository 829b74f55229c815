//! [`Random`]: the one source of random numbers, the same on every platform and in every later version.
//!
//! The generator is xoshiro256++ seeded through SplitMix64 (Blackman and Vigna), from `rand`. What
//! is made of its bits is written out here in exact IEEE arithmetic, because distributions in
//! libraries may change with their versions, and `ln` and `cos` with the platform.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use crate::element::Element;

/// A seeded source of random numbers; the same seed gives the same numbers, everywhere and always.
///
/// ```
/// use dimwise::random::Random;
///
/// let mut dice = Random::new(1);
/// assert!((0..100).map(|_| dice.below(6)).all(|side| side < 6));
/// assert_eq!(Random::new(1).uniform(), Random::new(1).uniform());
/// ```
#[derive(Clone, Debug)]
pub struct Random {
    generator: Xoshiro256PlusPlus,
}

impl Random {
    /// A source with this seed.
    pub fn new(seed: u64) -> Self {
        Self { generator: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }

    /// The state, which all later numbers follow from.
    ///
    /// ```
    /// use dimwise::random::Random;
    ///
    /// let mut dice = Random::new(1);
    /// dice.below(6);
    /// let mut later = Random::from_state(dice.state());
    /// assert_eq!(later.uniform(), dice.uniform());
    /// ```
    #[cfg(feature = "checkpoint")]
    pub fn state(&self) -> [u64; 4] {
        // `rand` shows the state to serde alone.
        let value = serde_json::to_value(&self.generator).expect("a generator is four numbers");
        serde_json::from_value(value["s"].clone()).expect("a generator is four numbers")
    }

    /// The source in this state; in that of seed 0 where all of it is 0, which no source is ever in.
    #[cfg(feature = "checkpoint")]
    pub fn from_state(state: [u64; 4]) -> Self {
        let mut seed = [0; 32];
        for (bytes, word) in seed.chunks_exact_mut(8).zip(state) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self { generator: Xoshiro256PlusPlus::from_seed(seed) }
    }

    /// Draws uniformly from [0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Draws from the standard normal distribution (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                // The square root is exact to the last bit on every platform.
                return u * Element::sqrt(-2.0 * ln(s) / s);
            }
        }
    }

    /// Draws from the distribution Beta(`a`, `b`), which lies in [0, 1] and has the mean `a / (a + b)`; uniform where
    /// both are 1.
    ///
    /// # Panics
    ///
    /// Panics if `a` or `b` is not positive.
    ///
    /// ```
    /// let mut random = dimwise::random::Random::new(1);
    /// let mean = (0..1000).map(|_| random.beta(1.0, 3.0)).sum::<f64>() / 1000.0;
    /// assert!((mean - 0.25).abs() < 0.03);
    /// ```
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        assert!(a > 0.0 && b > 0.0, "the parameters of a beta distribution are positive");
        // The share of one of two numbers of the gamma distribution; by logarithms, since for small parameters both are
        // often smaller than the smallest number that there is.
        let (x, y) = (self.ln_gamma(a), self.ln_gamma(b));
        1.0 / (1.0 + exp(y - x))
    }

    /// The logarithm of a number drawn from the gamma distribution of this shape (Marsaglia and Tsang, *A simple method
    /// for generating gamma variables*, 2000).
    fn ln_gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let smaller = ln(1.0 - self.uniform()) / shape;
            return self.ln_gamma(shape + 1.0) + smaller;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / Element::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                if ln(1.0 - self.uniform()) < 0.5 * x * x + d * (1.0 - v + ln(v)) {
                    return ln(d) + ln(v);
                }
            }
        }
    }

    /// Draws uniformly from `0..bound`, without bias (Lemire's method).
    ///
    /// # Panics
    ///
    /// Panics if `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "no integer is below 0");
        let bound = bound as u64;
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.generator.next_u64()) * u128::from(bound);
            if wide as u64 >= threshold {
                return (wide >> 64) as usize;
            }
        }
    }

    /// Shuffles the items (Fisher and Yates).
    pub fn shuffle<I>(&mut self, items: &mut [I]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// `eˣ`, from additions and multiplications alone; 0 below -700, infinite above 700.
fn exp(x: f64) -> f64 {
    if x.abs() > 700.0 {
        return if x > 0.0 { f64::INFINITY } else { 0.0 };
    }
    // x = n ln 2 + r, with r at most half of ln 2
    let n = (x * core::f64::consts::LOG2_E + 1024.5) as i64 - 1024;
    let r = x - n as f64 * core::f64::consts::LN_2;
    let series = (1..20).rev().fold(1.0, |series, k| 1.0 + series * r / f64::from(k));
    series * f64::from_bits(((n + 1023) as u64) << 52)
}

/// The natural logarithm of a positive number, from additions, multiplications and divisions
/// alone, which IEEE defines to the last bit: `ln m·2ᵉ = 2 artanh((m - 1)/(m + 1)) + e ln 2`.
fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) as i32 - 1023) as f64;
    let mut mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    if mantissa > core::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    let mut series = 0.0;
    for n in (0..13).rev() {
        series = series * square + 1.0 / (2 * n + 1) as f64;
    }
    2.0 * t * series + exponent * core::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        // The generator's own numbers were checked against its reference code.
        let mut random = Random::new(42);
        let golden = [random.uniform(), random.normal(), random.below(1000) as f64];
        assert_eq!(golden.map(f64::to_bits), [4605509828241559245, 4604114944297162799, 4648383318516039680]);
    }

    #[test]
    fn ln_is_the_logarithm() {
        for step in 1..10_000 {
            let x = step as f64 / 10_000.0;
            assert!((ln(x) - x.ln()).abs() <= 4e-16 * x.ln().abs().max(1.0), "ln({x})");
        }
        assert!((ln(1e-300) - 1e-300_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn exp_is_the_power_of_e() {
        for step in -7000..7000 {
            let x = f64::from(step) / 10.1;
            // n · ln 2 is rounded, the more the larger it is.
            assert!((exp(x) / x.exp() - 1.0).abs() <= 1e-15 + x.abs() * 3e-16, "exp({x})");
        }
        assert_eq!((exp(0.0), exp(-1e9), exp(1e9)), (1.0, 0.0, f64::INFINITY));
    }

    #[test]
    fn beta_has_its_mean_and_its_variance() {
        for (a, b) in [(0.2, 0.2), (0.4, 1.5), (1.0, 1.0), (3.0, 2.0), (1e-3, 1e-3)] {
            let mut random = Random::new(5);
            let draws: alloc::vec::Vec<f64> = (0..100_000).map(|_| random.beta(a, b)).collect();
            assert!(draws.iter().all(|x| (0.0..=1.0).contains(x)));
            let mean = draws.iter().sum::<f64>() / 1e5;
            let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
            let expected = (a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1.0)));
            let is_near = (mean - expected.0).abs() < 0.006 && (variance - expected.1).abs() < 0.004;
            assert!(is_near, "Beta({a}, {b}): {mean} {variance}, not {expected:?}");
        }
    }

    #[test]
    fn normal_has_mean_0_and_deviation_1() {
        let mut random = Random::new(3);
        let draws: alloc::vec::Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.015 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[cfg(feature = "checkpoint")]
    #[test]
    fn a_source_goes_on_from_its_state() {
        let mut random = Random::new(7);
        random.normal();
        let mut resumed = Random::from_state(random.state());
        for _ in 0..5 {
            assert_eq!(resumed.generator.next_u64(), random.generator.next_u64());
        }
        // The first outputs of the reference implementation, from the state 1, 2, 3, 4.
        let mut random = Random::from_state([1, 2, 3, 4]);
        assert_eq!(
            [(); 3].map(|()| random.generator.next_u64()),
            [41_943_041, 58_720_359, 3_588_806_011_781_223]
        );
        assert_eq!(Random::from_state([0; 4]).state(), Random::new(0).state());
    }
}
