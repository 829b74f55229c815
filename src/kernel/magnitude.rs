//! How large numbers are: the largest of them, and sums of powers.

use super::instruction_set::InstructionSet;
use super::operation::{Compiled, Operation, compiled};
use super::vector::Set;
use crate::element::Element;

/// The largest magnitude; NaN where a number is infinite or NaN.
pub(crate) fn largest_magnitude<T: Element>(numbers: &[T]) -> T {
    largest_magnitude_on(InstructionSet::best(), numbers)
}

/// [`largest_magnitude`] on an instruction set.
fn largest_magnitude_on<T: Element>(set: InstructionSet, numbers: &[T]) -> T {
    let mut largest = T::ZERO;
    LargestMagnitude { numbers, largest: &mut largest }.compute_on(set);
    largest
}

/// Adds `Σ |x|` and `Σ x²` to `sums`, in an order that no instruction set changes.
pub(crate) fn power_sums<T: Element>(numbers: &[T], sums: &mut [f64; 2]) {
    power_sums_on(InstructionSet::best(), numbers, sums);
}

/// [`power_sums`] on an instruction set.
fn power_sums_on<T: Element>(set: InstructionSet, numbers: &[T], sums: &mut [f64; 2]) {
    PowerSums { numbers, sums }.compute_on(set);
}

struct LargestMagnitude<'a, T> {
    numbers: &'a [T],
    largest: &'a mut T,
}

compiled!(LargestMagnitude);

impl<T: Element> Operation<T> for LargestMagnitude<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        const LANES: usize = 32;
        // `x · 0` is 0 for a finite number and NaN for any other one.
        let (mut most, mut poison) = ([T::ZERO; LANES], [T::ZERO; LANES]);
        let (whole, rest) = self.numbers.as_chunks::<LANES>();
        // By the lanes' numbers, so that all of them stay in registers.
        for numbers in whole {
            for lane in 0..LANES {
                look_at(numbers[lane], &mut most[lane], &mut poison[lane]);
            }
        }
        for (lane, number) in rest.iter().enumerate() {
            look_at(*number, &mut most[lane], &mut poison[lane]);
        }
        let most = most.into_iter().fold(T::ZERO, |a, b| if b > a { b } else { a });
        *self.largest = most + poison.into_iter().sum::<T>();
    }
}

/// One number of [`LargestMagnitude`]: a magnitude, and 0 or NaN.
#[inline(always)]
fn look_at<T: Element>(number: T, most: &mut T, poison: &mut T) {
    let magnitude = number.abs();
    *most = if magnitude > *most { magnitude } else { *most };
    *poison += number * T::ZERO;
}

struct PowerSums<'a, T> {
    numbers: &'a [T],
    sums: &'a mut [f64; 2],
}

compiled!(PowerSums);

impl<T: Element> Operation<T> for PowerSums<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        const LANES: usize = 16;
        let (mut magnitudes, mut squares) = ([0.0; LANES], [0.0; LANES]);
        let (whole, rest) = self.numbers.as_chunks::<LANES>();
        let mut add = |numbers: &[T]| {
            for ((magnitude, square), number) in magnitudes.iter_mut().zip(&mut squares).zip(numbers) {
                let number = number.to_f64();
                *magnitude += number.abs();
                *square += number * number;
            }
        };
        whole.iter().for_each(|numbers| add(numbers));
        add(rest);
        self.sums[0] += magnitudes.iter().sum::<f64>();
        self.sums[1] += squares.iter().sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn powers_are_added_up_in_one_order() {
        fn check<T: Element>() {
            for count in [0, 1, 15, 16, 17, 100, 513] {
                let weights: Vec<T> =
                    (0..count).map(|i| T::from_f64((i * 7919 % 1009) as f64 / 1009.0 - 0.5)).collect();
                let expected = weights.iter().fold([1.0, 2.0], |[sum, squares], weight| {
                    let weight = weight.to_f64();
                    [sum + weight.abs(), squares + weight * weight]
                });
                let mut portable = [1.0, 2.0];
                power_sums_on(InstructionSet::all().last().unwrap(), &weights, &mut portable);
                for set in InstructionSet::all() {
                    let mut sums = [1.0, 2.0];
                    power_sums_on(set, &weights, &mut sums);
                    for (found, expected) in sums.into_iter().zip(expected) {
                        assert!(
                            (found - expected).abs() <= 1e-13 * expected,
                            "{found}, not {expected}, {set:?}"
                        );
                    }
                    assert_eq!(sums.map(f64::to_bits), portable.map(f64::to_bits), "{set:?}");
                }
            }
        }
        check::<f32>();
        check::<f64>();
    }

    #[test]
    fn the_largest_magnitude_is_not_a_number_where_one_is_not_finite() {
        for set in InstructionSet::all() {
            assert_eq!(largest_magnitude_on::<f32>(set, &[]), 0.0);
            for len in [1, 31, 32, 33, 100] {
                for at in [0, len / 2, len - 1] {
                    let mut numbers = alloc::vec![-0.5_f32; len];
                    numbers[at] = -f32::MAX;
                    assert_eq!(largest_magnitude_on(set, &numbers), f32::MAX);
                    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                        numbers[at] = bad;
                        assert!(
                            largest_magnitude_on(set, &numbers).is_nan(),
                            "{bad} at {at} of {len} on {set:?}"
                        );
                        let wide: Vec<_> = numbers.iter().map(|number| f64::from(*number)).collect();
                        assert!(largest_magnitude_on(set, &wide).is_nan());
                    }
                }
            }
        }
    }
}
