//! Tensors and the matrices of the crate `nalgebra`, behind the feature `nalgebra`.
//!
//! A tensor of shape `(R, C)` is an `R` by `C` matrix, a vector is one column. nalgebra's matrices are
//! column-major and tensors are row-major, so between them matrices are copied; where it is, a tensor
//! is viewed as the transposed matrix. (Views with a stride between rows would do without the
//! transposition, but nalgebra 0.35 reads and writes out of bounds in products of those:
//! dimforge/nalgebra issue 1616.)

use alloc::boxed::Box;

use nalgebra::{
    DMatrix, DMatrixView, DMatrixViewMut, DVector, DVectorView, DVectorViewMut, Dim as MatrixDim, Matrix,
    RawStorage, SMatrix, SVector,
};
use typenum::{Const, ToUInt};

use super::{ShapeError, Tensor};
use crate::dim::Dim;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;

impl<R: Dim, C: Dim, T: Element> Tensor<(R, C), T> {
    /// The elements where they are, as the transposed matrix, of `C` rows and `R` columns: rows here
    /// are columns there.
    ///
    /// ```
    /// use dimwise::prelude::*;
    /// use nalgebra::dmatrix;
    ///
    /// let tensor = Tensor::<(U2, U3)>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// let transposed = tensor.transposed_matrix();
    /// assert_eq!(transposed, dmatrix![1.0, 4.0; 2.0, 5.0; 3.0, 6.0]);
    /// assert_eq!(transposed.tr_mul(&transposed), dmatrix![14.0, 32.0; 32.0, 77.0]);
    /// ```
    pub fn transposed_matrix(&self) -> DMatrixView<'_, T> {
        DMatrixView::from_slice(self.as_slice(), C::SIZE, R::SIZE)
    }

    /// [`transposed_matrix`](Self::transposed_matrix), to be changed.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let mut tensor = Tensor::<(U2, U3)>::default();
    /// tensor.transposed_matrix_mut().column_mut(1).fill(7.0);
    /// assert_eq!(tensor, Tensor::from([[0.0; 3], [7.0; 3]]));
    /// ```
    pub fn transposed_matrix_mut(&mut self) -> DMatrixViewMut<'_, T> {
        DMatrixViewMut::from_slice(self.as_mut_slice(), C::SIZE, R::SIZE)
    }
}

/// The tensor's elements where they are.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::DVectorView;
///
/// let tensor = Tensor::<U2>::from([3.0, 4.0]);
/// assert_eq!(DVectorView::from(&tensor).norm(), 5.0);
/// ```
impl<'a, N: Dim, T: Element> From<&'a Tensor<N, T>> for DVectorView<'a, T> {
    fn from(tensor: &'a Tensor<N, T>) -> Self {
        Self::from(tensor.as_slice())
    }
}

/// The tensor's elements where they are, to be changed.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::DVectorViewMut;
///
/// let mut tensor = Tensor::<U2>::from([3.0, 4.0]);
/// DVectorViewMut::from(&mut tensor).normalize_mut();
/// assert_eq!(tensor, Tensor::from([0.6, 0.8]));
/// ```
impl<'a, N: Dim, T: Element> From<&'a mut Tensor<N, T>> for DVectorViewMut<'a, T> {
    fn from(tensor: &'a mut Tensor<N, T>) -> Self {
        Self::from(tensor.as_mut_slice())
    }
}

/// A copy.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::{DMatrix, dmatrix};
///
/// let tensor = Tensor::<(U2, U3)>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// assert_eq!(DMatrix::from(&tensor), dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0]);
/// ```
impl<R: Dim, C: Dim, T: Element> From<&Tensor<(R, C), T>> for DMatrix<T> {
    fn from(tensor: &Tensor<(R, C), T>) -> Self {
        Self::from_row_slice(R::SIZE, C::SIZE, tensor.as_slice())
    }
}

/// A copy.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::{DVector, dvector};
///
/// let tensor = Tensor::<U3>::from([1.0, 2.0, 3.0]);
/// assert_eq!(DVector::from(&tensor), dvector![1.0, 2.0, 3.0]);
/// ```
impl<N: Dim, T: Element> From<&Tensor<N, T>> for DVector<T> {
    fn from(tensor: &Tensor<N, T>) -> Self {
        Self::from_column_slice(tensor.as_slice())
    }
}

/// A copy, whose sizes the compiler checks.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::{Matrix2x3, matrix};
///
/// let tensor = Tensor::<(U2, U3)>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// assert_eq!(Matrix2x3::from(&tensor), matrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0]);
/// ```
impl<R: Dim, C: Dim, T: Element, const I: usize, const J: usize> From<&Tensor<(R, C), T>> for SMatrix<T, I, J>
where
    Const<I>: ToUInt<Output = R>,
    Const<J>: ToUInt<Output = C>,
{
    fn from(tensor: &Tensor<(R, C), T>) -> Self {
        Self::from_row_slice(tensor.as_slice())
    }
}

/// A copy, whose size the compiler checks.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::{Vector3, vector};
///
/// assert_eq!(Vector3::from(&Tensor::<U3>::from([1.0, 2.0, 3.0])), vector![1.0, 2.0, 3.0]);
/// ```
impl<N: Dim, T: Element, const I: usize> From<&Tensor<N, T>> for SVector<T, I>
where
    Const<I>: ToUInt<Output = N>,
{
    fn from(tensor: &Tensor<N, T>) -> Self {
        Self::from_column_slice(tensor.as_slice())
    }
}

/// Copies the matrix row by row, or a single column into a vector.
fn copy<S: Shape, T: Element, R: MatrixDim, C: MatrixDim>(
    matrix: &Matrix<T, R, C, impl RawStorage<T, R, C>>,
    tensor: &mut Tensor<S, T>,
) -> Result<(), ShapeError> {
    let found = [matrix.nrows(), matrix.ncols()];
    match S::DIMS {
        [_] if found[1] == 1 => ShapeError::check::<S>(&found[..1])?,
        _ => ShapeError::check::<S>(&found)?,
    }
    for (position, slot) in tensor.into_iter().enumerate() {
        *slot = matrix[(position / found[1], position % found[1])];
    }
    Ok(())
}

/// A copy of a matrix or a view, its sizes known to the compiler or not; a vector from one column.
///
/// # Errors
///
/// [`ShapeError`] where the matrix has another shape.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::{dmatrix, vector};
///
/// let matrix = dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0];
/// let tensor = Tensor::<(U2, U3)>::try_from(&matrix)?;
/// assert_eq!(tensor, Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
/// assert_eq!(Tensor::<U2>::try_from(&vector![7.0, 8.0])?, Tensor::from([7.0, 8.0]));
///
/// let error = Tensor::<U6>::try_from(&matrix).unwrap_err();
/// assert_eq!(error.to_string(), "expected an array of shape [6], found one of shape [2, 3]");
/// # Ok::<(), dimwise::tensor::ShapeError>(())
/// ```
impl<S: Shape, T: Element, R: MatrixDim, C: MatrixDim, M: RawStorage<T, R, C>> TryFrom<&Matrix<T, R, C, M>>
    for Tensor<S, T>
{
    type Error = ShapeError;

    fn try_from(matrix: &Matrix<T, R, C, M>) -> Result<Self, ShapeError> {
        let mut tensor = Self::default();
        copy(matrix, &mut tensor)?;
        Ok(tensor)
    }
}

/// A copy on the heap, never on the stack, however large.
///
/// # Errors
///
/// [`ShapeError`] where the matrix has another shape.
///
/// ```
/// use dimwise::prelude::*;
/// use nalgebra::DMatrix;
///
/// let matrix = DMatrix::from_fn(1000, 1000, |row, col| (row + col) as f32);
/// let tensor = Box::<Tensor<(U1000, U1000)>>::try_from(&matrix)?;
/// assert_eq!(tensor[[999, 1]], 1000.0);
/// # Ok::<(), dimwise::tensor::ShapeError>(())
/// ```
impl<S: Shape, T: Element, R: MatrixDim, C: MatrixDim, M: RawStorage<T, R, C>> TryFrom<&Matrix<T, R, C, M>>
    for Box<Tensor<S, T>>
{
    type Error = ShapeError;

    fn try_from(matrix: &Matrix<T, R, C, M>) -> Result<Self, ShapeError> {
        let mut tensor = Tensor::zeroed();
        copy(matrix, &mut tensor)?;
        Ok(tensor)
    }
}
