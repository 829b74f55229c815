//! Slices, vectors and boxes as tensors and as batches of tensors, and back.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{BatchLengthError, LengthError};
use crate::element::Element;
use crate::plain::{Plain, cast_boxed, flat_boxed, view, view_boxed, view_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

impl<S: Shape, T: Element> Tensor<S, T> {
    /// The elements in row-major order, copied to the heap.
    ///
    /// # Errors
    ///
    /// [`LengthError`] if the slice has another length than the shape.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let tensor = Tensor::<(U2, U2)>::boxed_from_slice(&[1.0, 2.0, 3.0, 4.0])?;
    /// assert_eq!(tensor[[1, 0]], 3.0);
    /// # Ok::<(), dimwise::tensor::LengthError>(())
    /// ```
    pub fn boxed_from_slice(elements: &[T]) -> Result<Box<Self>, LengthError> {
        Ok(<&Self>::try_from(elements)?.to_boxed())
    }

    /// Overwrites all elements, in row-major order.
    ///
    /// # Errors
    ///
    /// [`LengthError`] if the slice has another length than the shape; nothing is written then.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let mut tensor = Tensor::<U3>::default();
    /// tensor.copy_from_slice(&[1.0, 2.0, 3.0])?;
    /// assert_eq!(tensor, Tensor::from([1.0, 2.0, 3.0]));
    /// # Ok::<(), dimwise::tensor::LengthError>(())
    /// ```
    pub fn copy_from_slice(&mut self, elements: &[T]) -> Result<(), LengthError> {
        LengthError::check::<S>(elements.len())?;
        self.as_mut_slice().copy_from_slice(elements);
        Ok(())
    }

    /// Contiguous elements as a batch of tensors: the same memory, no copy.
    ///
    /// [`flat`](crate::plain::flat) is the inverse.
    ///
    /// # Errors
    ///
    /// [`BatchLengthError`] if the number of elements is no multiple of a tensor's.
    ///
    /// ```
    /// use dimwise::prelude::*;
    /// use dimwise::plain::flat;
    ///
    /// let numbers = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    /// let batch = Tensor::<U3>::batch_from_slice(&numbers)?;
    /// assert_eq!(batch.len(), 2);
    /// assert_eq!(batch[1], Tensor::from([4.0, 5.0, 6.0]));
    /// assert_eq!(flat(batch), numbers);
    ///
    /// let error = Tensor::<U4>::batch_from_slice(&numbers).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "tensors of shape [4] take 4 elements each, but 6 are given, no multiple of that"
    /// );
    /// # Ok::<(), dimwise::tensor::BatchLengthError>(())
    /// ```
    pub fn batch_from_slice(elements: &[T]) -> Result<&[Self], BatchLengthError> {
        Ok(view(elements, BatchLengthError::count::<S>(elements.len())?))
    }

    /// [`batch_from_slice`](Self::batch_from_slice) for mutable access.
    ///
    /// # Errors
    ///
    /// Those of [`batch_from_slice`](Self::batch_from_slice).
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let mut numbers = [0.0; 6];
    /// Tensor::<U3>::batch_from_mut_slice(&mut numbers)?[1][0] = 5.0;
    /// assert_eq!(numbers, [0.0, 0.0, 0.0, 5.0, 0.0, 0.0]);
    /// # Ok::<(), dimwise::tensor::BatchLengthError>(())
    /// ```
    pub fn batch_from_mut_slice(elements: &mut [T]) -> Result<&mut [Self], BatchLengthError> {
        let count = BatchLengthError::count::<S>(elements.len())?;
        Ok(view_mut(elements, count))
    }

    /// [`batch_from_slice`](Self::batch_from_slice) on the heap: the allocation is kept.
    ///
    /// # Errors
    ///
    /// Those of [`batch_from_slice`](Self::batch_from_slice).
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let numbers: Vec<f32> = (0..8).map(|i| i as f32).collect();
    /// let samples = Tensor::<(U2, U2)>::boxed_batch(numbers)?;
    /// assert_eq!(samples[1][[0, 1]], 5.0);
    /// # Ok::<(), dimwise::tensor::BatchLengthError>(())
    /// ```
    pub fn boxed_batch(elements: impl Into<Box<[T]>>) -> Result<Box<[Self]>, BatchLengthError> {
        let elements = elements.into();
        let count = BatchLengthError::count::<S>(elements.len())?;
        Ok(view_boxed(elements, count))
    }
}

/// The elements in row-major order, copied.
///
/// ```
/// use dimwise::prelude::*;
///
/// let error = Tensor::<(U2, U3)>::try_from(&[1.0; 5][..]).unwrap_err();
/// assert_eq!(error.to_string(), "a tensor of shape [2, 3] takes 6 elements, but 5 are given");
/// ```
impl<S: Shape, T: Element> TryFrom<&[T]> for Tensor<S, T> {
    type Error = LengthError;

    fn try_from(elements: &[T]) -> Result<Self, LengthError> {
        let mut tensor = Self::default();
        tensor.copy_from_slice(elements)?;
        Ok(tensor)
    }
}

/// The elements in row-major order, copied; a `Box<Tensor>` takes them without a copy.
///
/// ```
/// use dimwise::prelude::*;
///
/// let error = Tensor::<U4>::try_from(vec![1.0, 2.0]).unwrap_err();
/// assert_eq!(error.to_string(), "a tensor of shape [4] takes 4 elements, but 2 are given");
/// ```
impl<S: Shape, T: Element> TryFrom<Vec<T>> for Tensor<S, T> {
    type Error = LengthError;

    fn try_from(elements: Vec<T>) -> Result<Self, LengthError> {
        Self::try_from(&elements[..])
    }
}

/// The elements in row-major order, without a copy.
///
/// ```
/// use dimwise::prelude::*;
///
/// let numbers = vec![1.0, 2.0, 3.0, 4.0];
/// let matrix: &Tensor<(U2, U2)> = numbers[..].try_into()?;
/// assert_eq!(matrix[[1, 0]], 3.0);
/// # Ok::<(), dimwise::tensor::LengthError>(())
/// ```
impl<'a, S: Shape, T: Element> TryFrom<&'a [T]> for &'a Tensor<S, T> {
    type Error = LengthError;

    fn try_from(elements: &'a [T]) -> Result<Self, LengthError> {
        LengthError::check::<S>(elements.len())?;
        Ok(&view(elements, 1)[0])
    }
}

/// The elements in row-major order, without a copy, for mutable access.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut numbers = vec![1.0, 2.0, 3.0, 4.0];
/// let matrix = <&mut Tensor<(U2, U2)>>::try_from(&mut numbers[..])?;
/// matrix[[1, 0]] = 7.0;
/// assert_eq!(numbers, [1.0, 2.0, 7.0, 4.0]);
/// # Ok::<(), dimwise::tensor::LengthError>(())
/// ```
impl<'a, S: Shape, T: Element> TryFrom<&'a mut [T]> for &'a mut Tensor<S, T> {
    type Error = LengthError;

    fn try_from(elements: &'a mut [T]) -> Result<Self, LengthError> {
        LengthError::check::<S>(elements.len())?;
        Ok(&mut view_mut(elements, 1)[0])
    }
}

/// The elements in row-major order; the allocation is kept.
///
/// ```
/// use dimwise::prelude::*;
///
/// let numbers: Box<[f32]> = Box::new([1.0, 2.0, 3.0, 4.0]);
/// let matrix = Box::<Tensor<(U2, U2)>>::try_from(numbers)?;
/// assert_eq!(matrix[[1, 0]], 3.0);
/// # Ok::<(), dimwise::tensor::LengthError>(())
/// ```
impl<S: Shape, T: Element> TryFrom<Box<[T]>> for Box<Tensor<S, T>> {
    type Error = LengthError;

    fn try_from(elements: Box<[T]>) -> Result<Self, LengthError> {
        LengthError::check::<S>(elements.len())?;
        match <Box<[Tensor<S, T>; 1]>>::try_from(view_boxed(elements, 1)) {
            Ok(one) => Ok(cast_boxed(one)),
            Err(_) => unreachable!("one tensor is one tensor"),
        }
    }
}

/// The elements in row-major order; the allocation is kept if the vector has no spare capacity.
///
/// ```
/// use dimwise::prelude::*;
///
/// let matrix = Box::<Tensor<(U2, U2)>>::try_from(vec![1.0, 2.0, 3.0, 4.0])?;
/// assert_eq!(matrix[[1, 0]], 3.0);
/// # Ok::<(), dimwise::tensor::LengthError>(())
/// ```
impl<S: Shape, T: Element> TryFrom<Vec<T>> for Box<Tensor<S, T>> {
    type Error = LengthError;

    fn try_from(elements: Vec<T>) -> Result<Self, LengthError> {
        // Before the spare capacity is freed, which may copy.
        LengthError::check::<S>(elements.len())?;
        elements.into_boxed_slice().try_into()
    }
}

/// The elements in row-major order; the allocation is kept.
///
/// ```
/// use dimwise::prelude::*;
///
/// let tensor = Tensor::<(U2, U2)>::boxed_from_fn(|[row, col]| (row + col) as f32);
/// assert_eq!(*Box::<[f32]>::from(tensor), [0.0, 1.0, 1.0, 2.0]);
/// ```
impl<S: Shape, T: Element> From<Box<Tensor<S, T>>> for Box<[T]> {
    fn from(tensor: Box<Tensor<S, T>>) -> Self {
        flat_boxed(cast_boxed::<_, [Tensor<S, T>; 1]>(tensor))
    }
}

/// The elements in row-major order; the allocation is kept.
///
/// ```
/// use dimwise::prelude::*;
///
/// let tensor = Tensor::<(U2, U2)>::boxed_from_fn(|[row, col]| (row + col) as f32);
/// assert_eq!(Vec::from(tensor), [0.0, 1.0, 1.0, 2.0]);
/// ```
impl<S: Shape, T: Element> From<Box<Tensor<S, T>>> for Vec<T> {
    fn from(tensor: Box<Tensor<S, T>>) -> Self {
        Box::<[T]>::from(tensor).into_vec()
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::tensor::BatchLengthError;
    use alloc::boxed::Box;
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn a_slice_of_another_length_changes_nothing() {
        let mut tensor = Tensor::<U3>::from([1.0, 2.0, 3.0]);
        let error = tensor.copy_from_slice(&[0.0; 4]).unwrap_err();
        assert_eq!((error.expected, error.found), (3, 4));
        assert_eq!(tensor, Tensor::from([1.0, 2.0, 3.0]));
    }

    #[test]
    fn views_and_boxes_are_the_same_memory() {
        let mut numbers = vec![1.0_f64, 2.0, 3.0, 4.0, 5.0, 6.0];
        let address = numbers.as_ptr();
        let view = <&Tensor<(U3, U2), f64>>::try_from(&numbers[..]).unwrap();
        assert_eq!((view.as_slice().as_ptr(), view[[2, 0]]), (address, 5.0));
        <&mut Tensor<U6, f64>>::try_from(&mut numbers[..]).unwrap()[0] = 9.0;
        let tensor = Box::<Tensor<(U3, U2), f64>>::try_from(numbers).unwrap();
        assert_eq!((tensor.as_slice().as_ptr(), tensor[[0, 0]]), (address, 9.0));
        let numbers = Vec::from(tensor);
        assert_eq!((numbers.as_ptr(), numbers.capacity()), (address, 6));
        let batch = Tensor::<U2, f64>::boxed_batch(numbers).unwrap();
        assert_eq!((batch[0].as_slice().as_ptr(), batch.len()), (address, 3));
    }

    #[test]
    fn another_length_is_refused_both_ways() {
        for found in [0, 5, 7] {
            let mut numbers = vec![0.0_f32; found];
            let error = |shape| Some(crate::tensor::LengthError { expected: 6, found, shape });
            assert_eq!(<&Tensor<U6>>::try_from(&numbers[..]).err(), error(&[6]));
            assert_eq!(<&mut Tensor<(U3, U2)>>::try_from(&mut numbers[..]).err(), error(&[3, 2]));
            assert_eq!(Box::<Tensor<(U2, U3)>>::try_from(numbers).err(), error(&[2, 3]));
        }
        let error = BatchLengthError { each: 6, found: 7, shape: &[2, 3] };
        assert_eq!(Tensor::<(U2, U3)>::batch_from_slice(&[0.0_f32; 7]).err(), Some(error));
        assert_eq!(Tensor::<(U2, U3)>::batch_from_mut_slice(&mut [0.0_f32; 7]).err(), Some(error));
        assert_eq!(Tensor::<(U2, U3)>::boxed_batch([0.0_f32; 7]).err(), Some(error));
    }

    #[test]
    fn what_is_empty_stays_empty() {
        type Empty = Tensor<(U3, U0)>;
        let numbers = Vec::<f32>::from(Empty::zeroed());
        assert!(numbers.is_empty());
        assert!(<&Empty>::try_from(&numbers[..]).unwrap().as_slice().is_empty());
        assert!(Empty::batch_from_slice(&numbers).unwrap().is_empty());
        assert!(Empty::batch_from_slice(&[1.0]).is_err());
        assert!(Tensor::<U2>::boxed_batch(numbers.clone()).unwrap().is_empty());
        assert_eq!(*Box::<Empty>::try_from(numbers).unwrap(), Empty::default());
    }

    #[test]
    fn large_tensors_never_touch_the_stack() {
        type Large = Tensor<(dim!(4096), dim!(4096))>;
        let tensor = Box::<Large>::try_from(vec![1.0; 4096 * 4096]).unwrap();
        assert_eq!(Large::boxed_from_slice(&Vec::from(tensor)).unwrap()[[4095, 1]], 1.0);
    }
}
