//! Tensors from arrays and slices.

use alloc::boxed::Box;
use core::fmt;

use generic_array::IntoArrayLength;
use typenum::Const;

use super::Tensor;
use crate::dim::Dim;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;

/// A slice with another number of elements than the shape has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthError {
    /// The number of elements of the shape.
    pub expected: usize,
    /// The number of elements of the slice.
    pub found: usize,
    /// The sizes of the shape.
    pub shape: &'static [usize],
}

impl fmt::Display for LengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, found, shape } = self;
        write!(f, "a tensor of shape {shape:?} takes {expected} elements, but the slice has {found}")
    }
}

impl core::error::Error for LengthError {}

impl<S: Shape, T: Element> Tensor<S, T> {
    /// The elements in row-major order, on the heap.
    ///
    /// # Errors
    ///
    /// [`LengthError`] where the slice has another length than the shape.
    pub fn boxed_from_slice(elements: &[T]) -> Result<Box<Self>, LengthError> {
        let mut tensor = Self::zeroed();
        tensor.copy_from_slice(elements)?;
        Ok(tensor)
    }

    /// Overwrites all elements, in row-major order.
    ///
    /// # Errors
    ///
    /// [`LengthError`] where the slice has another length than the shape; nothing is written then.
    pub fn copy_from_slice(&mut self, elements: &[T]) -> Result<(), LengthError> {
        if elements.len() != S::LEN {
            return Err(LengthError { expected: S::LEN, found: elements.len(), shape: S::DIMS });
        }
        self.as_mut_slice().copy_from_slice(elements);
        Ok(())
    }
}

/// The elements in row-major order.
///
/// ```
/// use dimwise::prelude::*;
///
/// let error = Tensor::<(U2, U3)>::try_from(&[1.0; 5][..]).unwrap_err();
/// assert_eq!(error.to_string(), "a tensor of shape [2, 3] takes 6 elements, but the slice has 5");
/// ```
impl<S: Shape, T: Element> TryFrom<&[T]> for Tensor<S, T> {
    type Error = LengthError;

    fn try_from(elements: &[T]) -> Result<Self, LengthError> {
        let mut tensor = Self::default();
        tensor.copy_from_slice(elements)?;
        Ok(tensor)
    }
}

/// `Tensor<(A, B), T>` from `[[T; M]; N]`, for ranks 1 to 6 and the sizes that typenum names.
macro_rules! from_array {
    ($shape:ty, $array:ty, $flat:ident => $elements:expr, $($dim:ident $size:ident),*) => {
        impl<T: Element, $($dim: Dim,)* $(const $size: usize,)*> From<$array> for Tensor<$shape, T>
        where
            $(Const<$size>: IntoArrayLength<ArrayLength = $dim>,)*
        {
            fn from($flat: $array) -> Self {
                let mut tensor = Self::default();
                tensor.as_mut_slice().copy_from_slice($elements);
                tensor
            }
        }
    };
}
from_array!(A, [T; I], a => a.as_slice(), A I);
from_array!((A, B), [[T; J]; I], a => a.as_flattened(), A I, B J);
from_array!((A, B, C), [[[T; K]; J]; I], a => a.as_flattened().as_flattened(), A I, B J, C K);
from_array!((A, B, C, D), [[[[T; L]; K]; J]; I],
    a => a.as_flattened().as_flattened().as_flattened(), A I, B J, C K, D L);
from_array!((A, B, C, D, E), [[[[[T; M]; L]; K]; J]; I],
    a => a.as_flattened().as_flattened().as_flattened().as_flattened(), A I, B J, C K, D L, E M);
from_array!((A, B, C, D, E, F), [[[[[[T; N]; M]; L]; K]; J]; I],
    a => a.as_flattened().as_flattened().as_flattened().as_flattened().as_flattened(),
    A I, B J, C K, D L, E M, F N);

/// A scalar from its number.
impl<T: Element> From<T> for Tensor<(), T> {
    fn from(number: T) -> Self {
        Self::from_fn(|_| number)
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn nested_arrays_of_every_rank() {
        let tensor = Tensor::from([[[[1.0_f64, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]]]);
        let expected = Tensor::<(U1, U3, U1, U2), f64>::from_fn(|[_, b, _, d]| (2 * b + d + 1) as f64);
        assert_eq!(tensor, expected);
        assert_eq!(Tensor::from([[[7.0_f32]]])[[0, 0, 0]], 7.0);
        assert_eq!(Tensor::from([7.0_f32, 8.0])[1], 8.0);
        assert_eq!(Tensor::from([[[[[7.0_f32, 8.0]]]]])[[0, 0, 0, 0, 1]], 8.0);
        assert_eq!(Tensor::from([[[[[[7.0_f32], [8.0]]]]]])[[0, 0, 0, 0, 1, 0]], 8.0);
        assert_eq!(Tensor::from(7.0_f32)[[]], 7.0);
    }

    #[test]
    fn a_slice_of_another_length_changes_nothing() {
        let mut tensor = Tensor::<U3>::from([1.0, 2.0, 3.0]);
        let error = tensor.copy_from_slice(&[0.0; 4]).unwrap_err();
        assert_eq!((error.expected, error.found), (3, 4));
        assert_eq!(tensor, Tensor::from([1.0, 2.0, 3.0]));
    }
}
