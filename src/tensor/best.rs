//! Which of many elements is the largest or the smallest: one rule for NaN, wherever it is asked.

use crate::element::Element;

/// The position of the largest element, of the first one if several are equal; that of the first NaN if there
/// is one. 0 if there are no elements.
#[inline]
pub(crate) fn argmax<T: Element>(elements: &[T]) -> usize {
    best(elements.len(), |position| elements[position], |other, best| other <= best)
}

/// The position of the smallest element, by the same rules.
#[inline]
pub(crate) fn argmin<T: Element>(elements: &[T]) -> usize {
    best(elements.len(), |position| elements[position], |other, best| other >= best)
}

/// The position of the first of `count` elements that no other one is better than.
///
/// `is_no_better` is a comparison, and so false for NaN, which thus takes the place of all but NaN.
#[inline(always)]
pub(super) fn best<T: Element>(
    count: usize,
    element: impl Fn(usize) -> T,
    is_no_better: impl Fn(T, T) -> bool,
) -> usize {
    let mut position = 0;
    while position < count {
        let best = element(position);
        let is_better = |other: &usize| !is_no_better(element(*other), best);
        match (position + 1..count).find(is_better) {
            Some(other) if !best.is_nan() => position = other,
            _ => break,
        }
    }
    position
}
