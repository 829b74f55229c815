//! Softmax of a row of scores, and the logarithm of its denominator: for layers, losses and tensors.
//!
//! The largest score is subtracted before `exp`, so nothing overflows. What the other scores add to it is kept
//! apart: added to 1, the largest score's own `exp`, a small number would be rounded away.

use super::best::argmax;
use crate::element::Element;
use crate::kernel::Exponential;

/// Replaces the scores of each row of `len` by `exp(score - largest)`.
pub(crate) fn shifted_exp<T: Element>(rows: &mut [T], len: usize) {
    for row in rows.chunks_exact_mut(len) {
        let largest = row[argmax(row)];
        row.iter_mut().for_each(|score| *score -= largest);
    }
    // All rows at once: a short one would not fill the vectors.
    Exponential::map(rows);
}

/// `ln Σ exp zᵢ` over a row of scores, in two parts.
#[derive(Clone, Copy)]
pub(crate) struct LogSumExp<T> {
    largest: T,
    /// By how much the other scores raise it.
    more: T,
}

impl<T: Element> LogSumExp<T> {
    /// From the largest score and the sum of the others' `exp(score - largest)`.
    pub(crate) fn new(largest: T, others: T) -> Self {
        Self { largest, more: others.ln_1p() }
    }

    /// That of a row; -∞ if it is empty.
    pub(crate) fn of(scores: &[T]) -> Self {
        /// How many powers are computed at once.
        const LENGTH: usize = 64;
        if scores.is_empty() {
            return Self { largest: -T::ONE / T::ZERO, more: T::ZERO };
        }
        let position = argmax(scores);
        let largest = scores[position];
        // The difference of two infinities would be NaN.
        let shift = if largest.is_finite() { largest } else { T::ZERO };
        let (mut powers, mut others) = ([T::ZERO; LENGTH], 0.0);
        for (part, scores) in scores.chunks(LENGTH).enumerate() {
            let powers = &mut powers[..scores.len()];
            for (power, score) in powers.iter_mut().zip(scores) {
                *power = *score - shift;
            }
            Exponential::map(powers);
            if position / LENGTH == part {
                powers[position % LENGTH] = T::ZERO;
            }
            others += sum(powers);
        }
        Self::new(largest, T::from_f64(others))
    }

    /// The sum of both parts.
    pub(crate) fn value(self) -> T {
        self.largest + self.more
    }

    /// The logarithm of a score's softmax: `score - ln Σ exp zᵢ`.
    pub(crate) fn log_softmax(self, score: T) -> T {
        (score - self.largest) - self.more
    }
}

/// The sum of all elements but the one at `position`; in `f64`, so that long rows lose nothing.
#[inline]
pub(crate) fn sum_besides<T: Element>(elements: &[T], position: usize) -> T {
    T::from_f64(sum(&elements[..position]) + sum(&elements[position + 1..]))
}

#[inline]
fn sum<T: Element>(elements: &[T]) -> f64 {
    elements.iter().fold(0.0, |sum, x| sum + x.to_f64())
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn what_little_others_add_is_not_rounded_away() {
        let sum = LogSumExp::of(&[0.0_f32, -30.0]);
        assert!((sum.log_softmax(0.0) / -(-30.0_f32).exp() - 1.0).abs() < 1e-6);
        assert_eq!(sum.log_softmax(-30.0), -30.0);
        assert_eq!(LogSumExp::of(&[1e4_f32, 1e4]).log_softmax(1e4), -2.0_f32.ln());
    }

    #[test]
    fn infinite_scores_and_none_have_a_sum() {
        const INFINITY: f64 = f64::INFINITY;
        for (scores, expected) in [
            (&[][..], -INFINITY),
            (&[-INFINITY, -INFINITY], -INFINITY),
            (&[1.0, -INFINITY], 1.0),
            (&[1.0, INFINITY], INFINITY),
        ] {
            assert_eq!(LogSumExp::of(scores).value(), expected, "{scores:?}");
        }
        assert!(LogSumExp::of(&[1.0, f64::NAN]).value().is_nan());
    }

    #[test]
    fn long_rows_lose_no_more_than_short_ones() {
        let mut scores = vec![0.1_f32; 100_000];
        scores[0] = 1.0;
        let exact = 1.0 + (1.0 + 99_999.0 * (0.1_f32 - 1.0).exp()).ln();
        assert!((LogSumExp::of(&scores).value() - exact).abs() < 4e-6);
    }

    #[test]
    fn rows_are_shifted_each_by_its_own_largest() {
        let mut rows = [3.0_f64, 3.0, -800.0, -1.0];
        shifted_exp(&mut rows, 2);
        assert_eq!(rows, [1.0, 1.0, 0.0, 1.0]);
        assert_eq!(sum_besides(&rows, 1), 2.0);
    }
}
