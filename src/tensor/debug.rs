//! How a tensor prints: a person's matrix, not a list of a million numbers.

use core::fmt;

use super::Tensor;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;

/// Rows and columns beyond these are left out of the middle.
const MOST: usize = 8;

/// Prints shape and element type, then the rows in aligned columns; `{:.2?}` sets the decimals
/// (3 unless told), and of an axis longer than eight only both ends are shown.
///
/// ```
/// use dimwise::prelude::*;
///
/// let matrix = Tensor::<(U2, U3)>::from([[1.0, -2.0, 3.5], [10.0, 0.0, 6.0]]);
/// assert_eq!(format!("{matrix:.1?}"), "\
/// Tensor [2, 3] f32
///    1.0  -2.0   3.5
///   10.0   0.0   6.0");
/// ```
impl<S: Shape, T: Element> fmt::Debug for Tensor<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor {:?} {}", S::DIMS, T::NAME)?;
        let decimals = f.precision().unwrap_or(3);
        let width = width(self.as_slice(), decimals);
        let (outer, rows, cols) = match *S::DIMS {
            [ref outer @ .., rows, cols] => (outer, rows, cols),
            [cols] => (&[][..], 1, cols),
            [] => (&[][..], 1, 1),
        };
        if S::LEN == 0 {
            return Ok(());
        }
        for (number, matrix) in self.as_slice().chunks(rows * cols).enumerate() {
            if !outer.is_empty() {
                write!(f, "\n[")?;
                let mut below: usize = outer.iter().product();
                for size in outer {
                    below /= size;
                    write!(f, "{}, ", number / below % size)?;
                }
                write!(f, "..]")?;
            }
            ends(f, rows, "\n  ...", |f, row| {
                writeln!(f)?;
                ends(f, cols, "  ...", |f, col| write!(f, "  {:width$.decimals$}", matrix[row * cols + col]))
            })?;
        }
        Ok(())
    }
}

/// Calls `item` for each position below `size`, or for both ends with `gap` between.
fn ends(
    f: &mut fmt::Formatter<'_>,
    size: usize,
    gap: &str,
    mut item: impl FnMut(&mut fmt::Formatter<'_>, usize) -> fmt::Result,
) -> fmt::Result {
    let left_out = if size > MOST { MOST / 2..size - MOST / 2 } else { 0..0 };
    for position in 0..size {
        if !left_out.contains(&position) {
            item(f, position)?;
        } else if position == left_out.start {
            f.write_str(gap)?;
        }
    }
    Ok(())
}

/// The characters that the widest number takes.
fn width<T: Element>(numbers: &[T], decimals: usize) -> usize {
    struct Length(usize);
    impl fmt::Write for Length {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }
    let length = |x: &T| {
        let mut length = Length(0);
        // Writing into a counter cannot fail.
        let _ = fmt::Write::write_fmt(&mut length, format_args!("{x:.decimals$}"));
        length.0
    };
    numbers.iter().map(length).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use alloc::format;

    #[test]
    fn long_axes_show_both_ends() {
        let vector = Tensor::<U100>::from_fn(|i| i as f32);
        assert_eq!(format!("{vector:.0?}"), "Tensor [100] f32\n   0   1   2   3  ...  96  97  98  99");
    }

    #[test]
    fn a_scalar_prints_its_number() {
        assert_eq!(format!("{:.1?}", Tensor::from(2.5)), "Tensor [] f64\n  2.5");
    }

    #[test]
    fn higher_ranks_print_their_matrices() {
        let tensor = Tensor::<(U2, U1, U2), f64>::from_fn(|[a, _, c]| (a + c) as f64);
        assert_eq!(format!("{tensor:.0?}"), "Tensor [2, 1, 2] f64\n[0, ..]\n  0  1\n[1, ..]\n  1  2");
    }
}
