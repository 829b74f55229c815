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

/// The natural logarithm of a number in (0, 1), from additions, multiplications and divisions
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
