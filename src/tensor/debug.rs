//! How a tensor prints for debugging: its shape and type, then its elements.

use core::fmt;

use super::Tensor;
use crate::element::Element;
use crate::shape::Shape;

/// Prints shape and element type, then the elements as [`Display`](fmt::Display) does.
///
/// ```
/// use dimwise::prelude::*;
///
/// let matrix = Tensor::<(U2, U3)>::from([[1.0, -2.0, 3.5], [10.0, 0.0, 6.0]]);
/// assert_eq!(format!("{matrix:?}"), "\
/// Tensor [2, 3] f32
/// [[ 1.  -2.   3.5]
///  [10.   0.   6. ]]");
/// ```
impl<S: Shape, T: Element> fmt::Debug for Tensor<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Tensor {:?} {}", S::DIMS, T::NAME)?;
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use alloc::format;

    #[test]
    fn a_layer_shows_both_ends_of_large_tensors() {
        let layer = Conv2d::<(U64, U8, U8), U64, U3>::zeroed();
        let (printed, alternate) = (format!("{layer:?}"), format!("{layer:#?}"));
        assert!(printed.contains("Tensor [64, 64, 3, 3] f32\n[[[[0. 0. 0.]"), "{printed}");
        assert!([&printed, &alternate].iter().all(|text| text.lines().count() < 200), "{alternate}");
    }

    #[test]
    fn a_scalar_prints_its_number() {
        assert_eq!(format!("{:?}", Tensor::from(2.5)), "Tensor [] f64\n2.5");
    }
}
