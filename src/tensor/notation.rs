//! One notation for all elements of a tensor, so that they are aligned in columns.

use alloc::format;
use alloc::string::{String, ToString};

use crate::element::Element;

/// The largest number of decimals, unless one is given.
const DECIMALS: usize = 8;

/// How numbers are written: the rules of NumPy's `array2string`.
pub(super) struct Notation {
    scientific: bool,
    /// The decimals asked for.
    asked: Option<usize>,
    /// Characters before the point, with the sign.
    before: usize,
    /// Characters after the point; in scientific notation the decimals of every number.
    after: usize,
    /// Digits of the exponent.
    exponent: usize,
}

impl Notation {
    /// The notation for these numbers, with as many decimals as asked for.
    pub(super) fn of<T: Element>(numbers: &[T], asked: Option<usize>) -> Self {
        let finite = || numbers.iter().copied().filter(|number| number.is_finite());
        let scientific = is_wide(finite().map(T::abs).filter(|number| *number != T::ZERO));
        let mut notation = Self { scientific, asked, before: 0, after: 0, exponent: 0 };
        for number in finite() {
            let (before, after, exponent) = notation.parts(number);
            notation.before = notation.before.max(before.len());
            notation.after = notation.after.max(after.len());
            notation.exponent = notation.exponent.max(exponent.trim_start_matches('-').len());
        }
        if scientific {
            notation.exponent = notation.exponent.max(2);
        }
        // NaN and infinities may use the width of the point and the decimals, too.
        let after_and_point = notation.width() - notation.before;
        for number in numbers.iter().filter(|number| !number.is_finite()) {
            notation.before = notation.before.max(word(*number).len().saturating_sub(after_and_point));
        }
        notation
    }

    /// The number, as wide as all.
    pub(super) fn write<T: Element>(&self, number: T) -> String {
        let width = self.width();
        if !number.is_finite() {
            return format!("{:>width$}", word(number));
        }
        let (left, decimals, digits) = (self.before, self.after, self.exponent);
        if !self.scientific {
            let (before, after, _) = self.parts(number);
            return format!("{before:>left$}.{after:<decimals$}");
        }
        // All to the same number of decimals, even if fewer would distinguish this one.
        let (before, after, exponent) = Self { asked: Some(decimals), ..*self }.parts(number);
        let sign = if exponent.starts_with('-') { '-' } else { '+' };
        let exponent = exponent.trim_start_matches('-');
        format!("{before:>left$}.{after}e{sign}{exponent:0>digits$}")
    }

    fn width(&self) -> usize {
        self.before + 1 + self.after + if self.scientific { 2 + self.exponent } else { 0 }
    }

    /// The digits before and after the point, and the exponent: with as many decimals as asked for, else the
    /// fewest that distinguish the number from all others.
    fn parts<T: Element>(&self, number: T) -> (String, String, String) {
        let written = |decimals: Option<usize>| {
            let text = match (self.scientific, decimals) {
                (false, None) => format!("{number}"),
                (false, Some(decimals)) => format!("{number:.decimals$}"),
                (true, None) => format!("{number:e}"),
                (true, Some(decimals)) => format!("{number:.decimals$e}"),
            };
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, ""));
            let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            (before.to_string(), after.to_string(), exponent.to_string())
        };
        let parts = written(self.asked);
        if self.asked.is_some() || parts.1.len() <= DECIMALS {
            return parts;
        }
        let (before, after, exponent) = written(Some(DECIMALS));
        (before, after.trim_end_matches('0').to_string(), exponent)
    }
}

/// Whether such numbers, none of them zero, are too far apart or too far from 1 to be written out.
fn is_wide<T: Element>(sizes: impl Iterator<Item = T>) -> bool {
    // Above, a number written out would have digits that it does not determine.
    let digits = if size_of::<T>() == size_of::<f32>() { f32::DIGITS } else { f64::DIGITS };
    let limit = T::from_f64(10_u32.pow(digits.min(8)).into());
    let ends = sizes.fold(None, |ends: Option<(T, T)>, size| {
        let (least, most) = ends.unwrap_or((size, size));
        Some((if size < least { size } else { least }, if size > most { size } else { most }))
    });
    ends.is_some_and(|(least, most)| {
        most >= limit || least < T::from_f64(1e-4) || most / least > T::from_f64(1000.0)
    })
}

/// NaN and the infinities in lower case, as NumPy writes them.
fn word<T: Element>(number: T) -> &'static str {
    if number > T::ZERO {
        "inf"
    } else if number < T::ZERO {
        "-inf"
    } else {
        "nan"
    }
}
