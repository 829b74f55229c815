//! Tensors and the arrays of the crate `ndarray`, behind the feature `ndarray`.
//!
//! A tensor is an array in ndarray's standard layout, so it is viewed without a copy; an array that is
//! in standard layout and of the tensor's shape is viewed as a tensor. A batch goes through slices:
//! [`flat`](crate::plain::flat) and [`Tensor::batch_from_slice`].

use alloc::boxed::Box;
use alloc::vec::Vec;

use ndarray::{Array, ArrayBase, ArrayView, ArrayViewMut, Data, Dimension, IntoDimension};

use super::{ShapeError, Tensor, ViewError};
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::{Index, Shape};

/// The dimension type that ndarray has for this shape: `Ix2` for a matrix.
type DimensionOf<S> = <<S as Shape>::Index as IntoDimension>::Dim;

fn dim<S: Shape<Index: IntoDimension>>() -> DimensionOf<S> {
    S::Index::from_axes(S::DIMS).into_dimension()
}

/// The tensor's elements without a copy.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::{ArrayView2, array};
///
/// let tensor = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// let view = ArrayView2::from(&tensor);
/// assert_eq!(view.t(), array![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]);
/// ```
impl<'a, S: Shape<Index: IntoDimension>, T: Element> From<&'a Tensor<S, T>>
    for ArrayView<'a, T, DimensionOf<S>>
{
    fn from(tensor: &'a Tensor<S, T>) -> Self {
        Self::from_shape(dim::<S>(), tensor.as_slice()).expect("a shape has its own number of elements")
    }
}

/// The tensor's elements without a copy, for mutable access.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::ArrayViewMut2;
///
/// let mut tensor = Tensor::<(U2, U3)>::default();
/// ArrayViewMut2::from(&mut tensor).column_mut(1).fill(7.0);
/// assert_eq!(tensor, Tensor::from([[0.0, 7.0, 0.0], [0.0, 7.0, 0.0]]));
/// ```
impl<'a, S: Shape<Index: IntoDimension>, T: Element> From<&'a mut Tensor<S, T>>
    for ArrayViewMut<'a, T, DimensionOf<S>>
{
    fn from(tensor: &'a mut Tensor<S, T>) -> Self {
        Self::from_shape(dim::<S>(), tensor.as_mut_slice()).expect("a shape has its own number of elements")
    }
}

/// The tensor's elements; the allocation is kept.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::{Array1, array};
///
/// let tensor = Tensor::<U3>::boxed_from_fn(|[i]| i as f32);
/// assert_eq!(Array1::from(tensor), array![0.0, 1.0, 2.0]);
/// ```
impl<S: Shape<Index: IntoDimension>, T: Element> From<Box<Tensor<S, T>>> for Array<T, DimensionOf<S>> {
    fn from(tensor: Box<Tensor<S, T>>) -> Self {
        Self::from_shape_vec(dim::<S>(), Vec::from(tensor)).expect("a shape has its own number of elements")
    }
}

fn not_standard<S: Shape>(strides: &[isize]) -> ViewError {
    ViewError::Strides { shape: S::DIMS, found: strides.into() }
}

/// The array's elements without a copy; the array may have any number of axes.
///
/// # Errors
///
/// [`ViewError`] if the array has another shape, or is not in standard layout.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::Array2;
///
/// let array = Array2::<f32>::zeros((2, 3));
/// let tensor: &Tensor<(U2, U3)> = array.view().try_into()?;
/// assert_eq!(tensor, &Tensor::default());
///
/// let error = <&Tensor<(U3, U2)>>::try_from(array.view()).unwrap_err();
/// assert_eq!(error.to_string(), "expected an array of shape [3, 2], found one of shape [2, 3]");
/// let error = <&Tensor<(U3, U2)>>::try_from(array.t()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "an array of shape [3, 2] with the strides [1, 3] is not in row-major order, so it must be copied"
/// );
/// # Ok::<(), dimwise::tensor::ViewError>(())
/// ```
impl<'a, S: Shape, T: Element, D: Dimension> TryFrom<ArrayView<'a, T, D>> for &'a Tensor<S, T> {
    type Error = ViewError;

    fn try_from(array: ArrayView<'a, T, D>) -> Result<Self, ViewError> {
        ShapeError::check::<S>(array.shape())?;
        let elements = array.to_slice().ok_or_else(|| not_standard::<S>(array.strides()))?;
        Ok(elements.try_into().expect("a shape has its own number of elements"))
    }
}

/// The array's elements without a copy, for mutable access.
///
/// # Errors
///
/// [`ViewError`] if the array has another shape, or is not in standard layout.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::{Array2, array};
///
/// let mut array = Array2::<f32>::zeros((2, 2));
/// <&mut Tensor<(U2, U2)>>::try_from(array.view_mut())?[[0, 1]] = 5.0;
/// assert_eq!(array, array![[0.0, 5.0], [0.0, 0.0]]);
/// # Ok::<(), dimwise::tensor::ViewError>(())
/// ```
impl<'a, S: Shape, T: Element, D: Dimension> TryFrom<ArrayViewMut<'a, T, D>> for &'a mut Tensor<S, T> {
    type Error = ViewError;

    fn try_from(array: ArrayViewMut<'a, T, D>) -> Result<Self, ViewError> {
        ShapeError::check::<S>(array.shape())?;
        let strides = not_standard::<S>(array.strides());
        let elements = array.into_slice().ok_or(strides)?;
        Ok(elements.try_into().expect("a shape has its own number of elements"))
    }
}

fn copy<S: Shape, T: Element, D: Dimension>(
    array: &ArrayBase<impl Data<Elem = T>, D>,
    tensor: &mut Tensor<S, T>,
) -> Result<(), ShapeError> {
    ShapeError::check::<S>(array.shape())?;
    match array.as_slice() {
        Some(elements) => tensor.as_mut_slice().copy_from_slice(elements),
        // In logical order, the last axis fastest: row-major.
        None => tensor.into_iter().zip(array).for_each(|(slot, element)| *slot = *element),
    }
    Ok(())
}

/// A copy of an array or a view, whatever its layout.
///
/// # Errors
///
/// [`ShapeError`] if the array has another shape.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::array;
///
/// let array = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// let transposed = Tensor::<(U3, U2)>::try_from(&array.t())?;
/// assert_eq!(transposed, Tensor::from([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]));
/// # Ok::<(), dimwise::tensor::ShapeError>(())
/// ```
impl<S: Shape, T: Element, A: Data<Elem = T>, D: Dimension> TryFrom<&ArrayBase<A, D>> for Tensor<S, T> {
    type Error = ShapeError;

    fn try_from(array: &ArrayBase<A, D>) -> Result<Self, ShapeError> {
        let mut tensor = Self::default();
        copy(array, &mut tensor)?;
        Ok(tensor)
    }
}

/// A copy of an array or a view on the heap, whatever its layout.
///
/// # Errors
///
/// [`ShapeError`] if the array has another shape.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::{Array2, s};
///
/// let array = Array2::from_shape_fn((1000, 4), |(row, _)| row as f32);
/// let sample = Box::<Tensor<U4>>::try_from(&array.slice(s![10, ..]))?;
/// assert_eq!(*sample, Tensor::from([10.0; 4]));
/// # Ok::<(), dimwise::tensor::ShapeError>(())
/// ```
impl<S: Shape, T: Element, A: Data<Elem = T>, D: Dimension> TryFrom<&ArrayBase<A, D>> for Box<Tensor<S, T>> {
    type Error = ShapeError;

    fn try_from(array: &ArrayBase<A, D>) -> Result<Self, ShapeError> {
        let mut tensor = Tensor::zeroed();
        copy(array, &mut tensor)?;
        Ok(tensor)
    }
}

/// The array's elements; the allocation is kept if the array is in standard layout and has no
/// spare capacity.
///
/// # Errors
///
/// [`ShapeError`] if the array has another shape.
///
/// ```
/// use dimwise::prelude::*;
/// use ndarray::array;
///
/// let tensor = Box::<Tensor<(U2, U2)>>::try_from(array![[1.0, 2.0], [3.0, 4.0]])?;
/// assert_eq!(tensor[[1, 0]], 3.0);
///
/// let error = Box::<Tensor<U3>>::try_from(array![1.0, 2.0]).unwrap_err();
/// assert_eq!(error.to_string(), "expected an array of shape [3], found one of shape [2]");
/// # Ok::<(), dimwise::tensor::ShapeError>(())
/// ```
impl<S: Shape, T: Element, D: Dimension> TryFrom<Array<T, D>> for Box<Tensor<S, T>> {
    type Error = ShapeError;

    fn try_from(array: Array<T, D>) -> Result<Self, ShapeError> {
        ShapeError::check::<S>(array.shape())?;
        if !array.is_standard_layout() {
            return Self::try_from(&array);
        }
        // An array that was sliced still owns the whole vector, and begins anywhere in it.
        let (mut elements, start) = array.into_raw_vec_and_offset();
        elements.drain(..start.unwrap_or(0));
        elements.truncate(S::LEN);
        Ok(elements.try_into().expect("a shape has its own number of elements"))
    }
}
