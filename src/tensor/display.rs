//! How a tensor prints: its elements in brackets, as NumPy prints an array.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::Tensor;
use super::notation::Notation;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;

/// Tensors of more elements than this are shown in part.
const MOST_ELEMENTS: usize = 1000;
/// How many positions at both ends of an axis are shown then.
const EDGE: usize = 3;
/// Lines are broken before they become longer.
const LINE: usize = 75;

/// Prints the elements in aligned columns, axis by axis in brackets, as NumPy does.
///
/// All elements are shown if there are at most 1000, else three at both ends of every axis. Up to eight
/// decimals are shown, as many as distinguish a number from all others; `{:.2}` asks for just two. The
/// notation is scientific if the largest element is 10⁸ or more (`f32`: 10⁶), the smallest that is not zero
/// below 10⁻⁴, or their ratio above 1000.
///
/// ```
/// use dimwise::prelude::*;
///
/// let matrix = Tensor::<(U2, U3)>::from([[1.0, -2.0, 3.5], [10.0, f32::NAN, 6.0]]);
/// assert_eq!(matrix.to_string(), "\
/// [[ 1.  -2.   3.5]
///  [10.   nan  6. ]]");
/// assert_eq!(format!("{:.2}", Tensor::from([0.125, 1e-9])), "[1.25e-01 1.00e-09]");
/// assert_eq!(Tensor::<U2048>::default().to_string(), "[0. 0. 0. ... 0. 0. 0.]");
/// ```
impl<S: Shape, T: Element> fmt::Display for Tensor<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if S::LEN == 0 {
            return f.write_str("[]");
        }
        if let ([], [number]) = (S::DIMS, self.as_slice()) {
            return match f.precision() {
                Some(decimals) => write!(f, "{number:.decimals$}"),
                None => write!(f, "{number:?}"),
            };
        }
        let mut shown = Vec::new();
        each_shown(S::DIMS, S::LEN > MOST_ELEMENTS, self.as_slice(), &mut |number| shown.push(number));
        let printed = Printed {
            in_part: S::LEN > MOST_ELEMENTS,
            notation: Notation::of(&shown, f.precision()),
            numbers: self.as_slice(),
        };
        printed.axes(f, S::DIMS, 0, 1)
    }
}

/// The positions along an axis that are shown; `None` stands for those left out.
fn positions(size: usize, in_part: bool) -> impl Iterator<Item = Option<usize>> {
    let left_out = if in_part && size > 2 * EDGE { EDGE..size - EDGE } else { size..size };
    let gap = (!left_out.is_empty()).then_some(None);
    (0..left_out.start).map(Some).chain(gap).chain((left_out.end..size).map(Some))
}

/// Calls `visit` with each element that is shown.
fn each_shown<T: Element>(dims: &[usize], in_part: bool, numbers: &[T], visit: &mut impl FnMut(T)) {
    let [size, inner @ ..] = dims else { return visit(numbers[0]) };
    let len = numbers.len() / size;
    for position in positions(*size, in_part).flatten() {
        each_shown(inner, in_part, &numbers[position * len..][..len], visit);
    }
}

struct Printed<'a, T: Element> {
    in_part: bool,
    notation: Notation,
    numbers: &'a [T],
}

impl<T: Element> Printed<'_, T> {
    /// Writes the axes of `dims`, whose elements begin at `start`, `depth` brackets deep.
    fn axes(&self, f: &mut fmt::Formatter<'_>, dims: &[usize], start: usize, depth: usize) -> fmt::Result {
        let (size, inner) = (dims[0], &dims[1..]);
        f.write_str("[")?;
        if inner.is_empty() {
            self.row(f, size, start, depth)?;
        } else {
            let len: usize = inner.iter().product();
            for (number, position) in positions(size, self.in_part).enumerate() {
                if number > 0 {
                    for _ in inner {
                        f.write_str("\n")?;
                    }
                    write!(f, "{:depth$}", "")?;
                }
                match position {
                    Some(position) => self.axes(f, inner, start + position * len, depth + 1)?,
                    None => f.write_str("...")?,
                }
            }
        }
        f.write_str("]")
    }

    /// Writes the last axis, on as many lines as it takes. Each closing bracket needs room on them.
    fn row(&self, f: &mut fmt::Formatter<'_>, size: usize, start: usize, depth: usize) -> fmt::Result {
        let (room, mut line) = (LINE - depth, String::new());
        for (number, position) in positions(size, self.in_part).enumerate() {
            let word = match position {
                Some(position) => self.notation.write(self.numbers[start + position]),
                None => "...".to_string(),
            };
            if number > 0 && depth + line.len() + word.len() > room {
                write!(f, "{}\n{:depth$}", line.trim_end(), "")?;
                line.clear();
            }
            line.push_str(&word);
            line.push(' ');
        }
        line.pop();
        f.write_str(&line)
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn every_axis_of_a_large_tensor_shows_both_ends() {
        let tensor = Tensor::<(U10, U10, U20)>::boxed_from_fn(|[a, b, c]| (a * 200 + b * 20 + c) as f32);
        let printed = tensor.to_string();
        assert_eq!(
            printed.lines().next(),
            Some("[[[0.000e+00 1.000e+00 2.000e+00 ... 1.700e+01 1.800e+01 1.900e+01]")
        );
        assert_eq!(printed.lines().count(), 6 * 7 + 1 + 6);
    }

    #[test]
    fn a_tensor_without_elements_prints_brackets() {
        assert_eq!(Tensor::<(U0, U3)>::default().to_string(), "[]");
    }

    #[test]
    fn a_scalar_prints_its_number() {
        assert_eq!(format!("{} {:.2}", Tensor::from(2.5), Tensor::from(1.0)), "2.5 1.00");
    }
}
