//! Which of many numbers is the largest or the smallest: one rule for NaN, wherever it is asked.

use crate::element::Element;

/// Whether a number takes the place of the best so far: where it is better, and where it is the first NaN.
#[inline(always)]
pub(super) fn takes_place<T: Element>(better: bool, number: T, best: T) -> bool {
    better | (number.is_nan() & !best.is_nan())
}

/// The position of the largest number, the first one of equals; of the first NaN where there is one.
pub(crate) fn argmax<T: Element>(numbers: &[T]) -> usize {
    best(numbers, |number, best| number > best)
}

/// The position of the smallest number, likewise.
pub(crate) fn argmin<T: Element>(numbers: &[T]) -> usize {
    best(numbers, |number, best| number < best)
}

fn best<T: Element>(numbers: &[T], better: impl Fn(T, T) -> bool) -> usize {
    let mut best = 0;
    for (position, number) in numbers.iter().enumerate() {
        if takes_place(better(*number, numbers[best]), *number, numbers[best]) {
            best = position;
        }
    }
    best
}
