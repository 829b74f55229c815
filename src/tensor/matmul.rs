//! Products of matrices and vectors, on the crate's kernels.

use super::{Placed, Tensor};
use crate::element::Element;
use crate::kernel::{DenseSizes, InstructionSet, dot, dot_rows, dot_rows_inline, forward};
use crate::plain::Plain;
use crate::shape::{Dim, Shape};
use crate::threads::{Work, split};

/// A shape that can be multiplied by `R`: the last axis of this one is as long as the last but one of
/// `R`, or the only one.
///
/// | left | right | product |
/// |---|---|---|
/// | `K` | `K` | `()` |
/// | `K` | `(K, N)` | `N` |
/// | `(M, K)` | `K` | `M` |
/// | `(M, K)` | `(K, N)` | `(M, N)` |
/// | `(.., M, K)` | `(K, N)` | `(.., M, N)` |
/// | `(.., M, K)` | `(.., K, N)` | `(.., M, N)` |
///
/// Up to four axes stand in front.
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a tensor of {Left} cannot be multiplied by one of {Right}",
    label = "the left one is of {Left}, the right one of {Right}",
    note = "the last axis of the left one must be as long as the last but one of the right one",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait MatmulWith<R: Shape, Left = <Self as Shape>::Decimal, Right = <R as Shape>::Decimal>:
    Shape
{
    /// The product's shape.
    type Out: Shape;
    /// How the product is made of matrices.
    #[doc(hidden)]
    const MATRICES: Matrices;
}

/// `count` products of `[rows, inner]` by `[inner, cols]`, one after the other.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Matrices {
    count: usize,
    rows: usize,
    inner: usize,
    cols: usize,
}

macro_rules! matmul {
    ([$($dim:ident)*] $left:ty, $right:ty => $out:ty, $count:expr, $rows:expr, $inner:ident, $cols:expr) => {
        #[diagnostic::do_not_recommend]
        impl<Left, Right, $($dim: Dim),*> MatmulWith<$right, Left, Right> for $left {
            type Out = $out;
            const MATRICES: Matrices =
                Matrices { count: $count, rows: $rows, inner: $inner::SIZE, cols: $cols };
        }
    };
}
matmul!([K] K, K => (), 1, 1, K, 1);
matmul!([K N] K, (K, N) => N, 1, 1, K, N::SIZE);
matmul!([M K] (M, K), K => M, 1, M::SIZE, K, 1);
matmul!([M K N] (M, K), (K, N) => (M, N), 1, M::SIZE, K, N::SIZE);

/// One right matrix for all, and one for each.
macro_rules! batched {
    ($($before:ident)+) => {
        matmul!([$($before)+ M K N] ($($before,)+ M, K), (K, N) => ($($before,)+ M, N),
            1, M::SIZE $(* $before::SIZE)+, K, N::SIZE);
        matmul!([$($before)+ M K N] ($($before,)+ M, K), ($($before,)+ K, N) => ($($before,)+ M, N),
            1 $(* $before::SIZE)+, M::SIZE, K, N::SIZE);
    };
}
batched!(A);
batched!(A B);
batched!(A B C);
batched!(A B C D);

/// Two vectors.
#[diagnostic::on_unimplemented(
    message = "shape mismatch: an outer product is of two vectors, but these are of {Left} and {Right}",
    label = "the left one is of {Left}, the right one of {Right}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait OuterWith<R, Left = <Self as Shape>::Decimal, Right = <R as Shape>::Decimal>: Shape {
    /// The matrix of both.
    type Out: Shape;
}
#[diagnostic::do_not_recommend]
impl<Left, Right, M: Dim, N: Dim> OuterWith<N, Left, Right> for M {
    type Out = (M, N);
}

/// Two tensors of the same shape.
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a dot product is of two tensors of one shape, but these are of {Left} and {Right}",
    label = "the left one is of {Left}, the right one of {Right}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait DotWith<R, Left = <Self as Shape>::Decimal, Right = <R as Shape>::Decimal>: Shape {}
#[diagnostic::do_not_recommend]
impl<Left, Right, S: Shape, R: Shape> DotWith<R, Left, Right> for S where
    S::Decimal: SameSizes<R::Decimal, Left, Right>
{
}

/// The same sizes, in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a dot product is of two tensors of one shape, but these are of {Left} and {Right}",
    label = "the left one is of {Left}, the right one of {Right}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait SameSizes<Other, Left, Right> {}
#[diagnostic::do_not_recommend]
impl<DenseSizes, Left, Right> SameSizes<DenseSizes, Left, Right> for DenseSizes {}

/// Products that are tensors.
pub trait Products: Placed {
    /// Returns the matrix product `left · right`.
    ///
    /// # Shapes
    ///
    /// See [`MatmulWith`].
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(matrix.matmul(&matrix), Tensor::from([[7.0, 10.0], [15.0, 22.0]]));
    /// assert_eq!(matrix.matmul(&Tensor::from([1.0, 1.0])), Tensor::from([3.0, 7.0]));
    /// assert_eq!(Tensor::from([1.0, 1.0]).matmul(&matrix), Tensor::from([4.0, 6.0]));
    ///
    /// let samples = Tensor::from([[[1.0, 0.0]], [[0.0, 1.0]], [[1.0, 1.0]]]);
    /// assert_eq!(samples.matmul(&matrix), Tensor::from([[[1.0, 2.0]], [[3.0, 4.0]], [[4.0, 6.0]]]));
    /// ```
    #[inline]
    fn matmul<R: Shape>(
        &self,
        right: &Tensor<R, Self::Element>,
    ) -> Self::With<<Self::Shape as MatmulWith<R>>::Out>
    where
        Self::Shape: MatmulWith<R>,
    {
        let mut out = Self::zeros();
        self.tensor().matmul_into(right, Placed::tensor_mut(&mut out));
        out
    }

    /// Returns the outer product `xᵢ yⱼ` of two vectors.
    ///
    /// # Shapes
    ///
    /// `M` and `N` become `(M, N)`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let product = Tensor::from([1.0, 2.0]).outer(&Tensor::from([10.0, 20.0, 30.0]));
    /// assert_eq!(product, Tensor::from([[10.0, 20.0, 30.0], [20.0, 40.0, 60.0]]));
    /// ```
    fn outer<R: Shape>(
        &self,
        right: &Tensor<R, Self::Element>,
    ) -> Self::With<<Self::Shape as OuterWith<R>>::Out>
    where
        Self::Shape: OuterWith<R>,
    {
        let (x, y) = (self.tensor().as_slice(), right.as_slice());
        let mut out = Self::zeros::<<Self::Shape as OuterWith<R>>::Out>();
        for (row, x) in out.tensor_mut().as_mut_slice().chunks_exact_mut(R::LEN.max(1)).zip(x) {
            row.iter_mut().zip(y).for_each(|(product, y)| *product = *x * *y);
        }
        out
    }
}

impl<P: Placed> Products for P {}

/// The number of multiplications up to which a product is inlined, in the registers of any processor.
const SMALL: usize = 512;

/// The same for a matrix and a vector, which wait for memory sooner.
const SMALL_BY_VECTOR: usize = 4096;

impl<S: Shape, T: Element> Tensor<S, T> {
    /// Writes [`matmul`](Products::matmul) into an existing tensor: no allocation, and no copy.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let (left, right) = (Tensor::from([[1.0, 2.0]]), Tensor::from([[3.0], [4.0]]));
    /// let mut product = Tensor::default();
    /// left.matmul_into(&right, &mut product);
    /// assert_eq!(product, Tensor::from([[11.0]]));
    /// ```
    #[inline]
    pub fn matmul_into<R: Shape>(&self, right: &Tensor<R, T>, product: &mut Tensor<S::Out, T>)
    where
        S: MatmulWith<R>,
    {
        let Matrices { count, rows, inner, cols } = S::MATRICES;
        let (left, right, out) = (self.as_slice(), right.as_slice(), product.as_mut_slice());
        let (of_left, of_right, of_out) = (rows * inner, inner * cols, rows * cols);
        for matrix in 0..count {
            let left = &left[matrix * of_left..][..of_left];
            let right = &right[matrix * of_right..][..of_right];
            let out = &mut out[matrix * of_out..][..of_out];
            if const {
                let m = S::MATRICES;
                m.rows * m.inner * m.cols <= if m.cols == 1 { SMALL_BY_VECTOR } else { SMALL }
            } {
                small(inner, cols, left, right, out);
            } else {
                large(inner, cols, left, right, out);
            }
        }
    }

    /// Returns `Σ x y`, the sum of the products of all elements of two tensors.
    ///
    /// # Shapes
    ///
    /// Both `S`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0]).dot(&Tensor::from([10.0, 100.0])), 210.0);
    /// ```
    #[inline]
    pub fn dot<R: Shape>(&self, right: &Tensor<R, T>) -> T
    where
        S: DotWith<R>,
    {
        let (x, y) = (self.as_slice(), right.as_slice());
        if const { S::LEN <= 16 } {
            return x.iter().zip(y).fold(T::ZERO, |sum, (x, y)| sum + *x * *y);
        }
        dot(x, y)
    }
}

/// Loops whose lengths are constants once this is inlined.
#[inline(always)]
fn small<T: Element>(inner: usize, cols: usize, left: &[T], right: &[T], out: &mut [T]) {
    if cols == 0 {
        return;
    }
    if cols == 1 && inner >= 4 {
        return dot_rows_inline(left, right, out);
    }
    for (row, out) in out.chunks_exact_mut(cols).enumerate() {
        out.fill(T::ZERO);
        for k in 0..inner {
            let x = left[row * inner + k];
            for (sum, y) in out.iter_mut().zip(&right[k * cols..][..cols]) {
                *sum += x * *y;
            }
        }
    }
}

/// By the kernels, and on all cores if that is worthwhile.
#[inline(never)]
fn large<T: Element>(inner: usize, cols: usize, left: &[T], right: &[T], out: &mut [T]) {
    let work = Work { rows: out.len() / cols, row_len: cols, row_work: inner * cols };
    split(out, work, |first, out| {
        let rows = out.len() / cols;
        let left = &left[first * inner..][..rows * inner];
        if cols == 1 {
            dot_rows(InstructionSet::best(), left, right, out);
        } else {
            forward(InstructionSet::best(), DenseSizes { rows, inner, cols }, left, right, None, out);
        }
    });
}
