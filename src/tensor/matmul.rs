//! Products of matrices and vectors, on the crate's kernels.

use super::{Placed, Tensor};
use crate::decimal::Unlike;
use crate::element::Element;
use crate::kernel::{DenseSizes, InstructionSet, dot, dot_rows, dot_rows_inline, forward};
use crate::plain::Plain;
use crate::shape::{Shape, product};
use crate::threads::{Work, split};

/// A shape that can be multiplied by `R`: the last axis of this one is as long as the last but one of
/// `R`, or the only one. The bound that generic code asks for; the product's shape is [`ProductOf`].
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
pub trait MatmulWith<R: Shape>: Shape<Decimal: Times<R::Decimal, Self::Index, R::Index>> {}
#[diagnostic::do_not_recommend]
impl<R: Shape, S: Shape<Decimal: Times<R::Decimal, S::Index, R::Index>>> MatmulWith<R> for S {}

/// The shape of the product of two tensors, where the left one's is [`MatmulWith`] the right one's.
pub type ProductOf<L, R> = <<L as Shape>::Decimal as Times<
    <R as Shape>::Decimal,
    <L as Shape>::Index,
    <R as Shape>::Index,
>>::Out<L, R>;

/// [`MatmulWith`], of sizes in decimal; the types of the indices tell the ranks.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a tensor of {Self} cannot be multiplied by one of {Right}",
    label = "the left one is of {Self}, the right one of {Right}",
    note = "the last axis of the left one must be as long as the last but one of the right one"
)]
pub trait Times<Right, LeftIndex, RightIndex> {
    /// The product's shape, made of the shapes themselves.
    type Out<L: Shape, R: Shape>: Shape;
}

macro_rules! times {
    ([$($size:ident)*] $left:ty, $right:ty: $left_index:ty, $right_index:ty => $out:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($size),*> Times<$right, $left_index, $right_index> for $left {
            type Out<L: Shape, R: Shape> = $out;
        }
    };
}
times!([K] K, K: usize, usize => ());
times!([K N] K, (K, N): usize, [usize; 2] => R::Last);
times!([M K] (M, K), K: [usize; 2], usize => L::First);
times!([M K N] (M, K), (K, N): [usize; 2], [usize; 2] => L::WithLast<R::Last>);

/// One right matrix for all, and one for each.
macro_rules! batched {
    ($rank:literal: $($before:ident)+) => {
        times!([$($before)+ M K N] ($($before,)+ M, K), (K, N):
            [usize; $rank], [usize; 2] => L::WithLast<R::Last>);
        times!([$($before)+ M K N] ($($before,)+ M, K), ($($before,)+ K, N):
            [usize; $rank], [usize; $rank] => L::WithLast<R::Last>);
    };
}
batched!(3: A);
batched!(4: A B);
batched!(5: A B C);
batched!(6: A B C D);

/// `count` products of `[rows, inner]` by `[inner, cols]`, one after the other.
#[derive(Clone, Copy)]
struct Matrices {
    count: usize,
    rows: usize,
    inner: usize,
    cols: usize,
}

/// How the product of two tensors whose shapes fit is made of matrices.
const fn matrices(left: &[usize], right: &[usize]) -> Matrices {
    let (before, inner) = match left {
        [before @ .., inner] => (before, *inner),
        [] => panic!("a scalar is no factor"),
    };
    match (right, before) {
        ([_], _) => Matrices { count: 1, rows: product(before), inner, cols: 1 },
        ([_, cols], _) => Matrices { count: 1, rows: product(before), inner, cols: *cols },
        ([.., cols], [each @ .., rows]) => Matrices { count: product(each), rows: *rows, inner, cols: *cols },
        _ => panic!("a factor has no more axes than the other one"),
    }
}

/// The shape of an outer product: of two vectors.
pub type OuterOf<L, R> = (<L as Shape>::Last, <R as Shape>::Last);

/// Two vectors, by their sizes in decimal and the types of their indices.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: an outer product is of two vectors, but these are of {Self} and {Right}",
    label = "the left one is of {Self}, the right one of {Right}"
)]
pub trait OuterWith<Right, LeftIndex, RightIndex> {}
#[diagnostic::do_not_recommend]
impl<Left, Right> OuterWith<Right, usize, usize> for Left {}

/// Two tensors of the same shape: the bound that generic code asks for.
pub trait DotWith<R: Shape>: Shape<Decimal: SameSizes<R::Decimal>> {}
#[diagnostic::do_not_recommend]
impl<R: Shape, S: Shape<Decimal: SameSizes<R::Decimal>>> DotWith<R> for S {}

/// The same sizes, in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a dot product is of two tensors of one shape, but these are of {Self} and {Right}",
    label = "the left one is of {Self}, the right one of {Right}"
)]
pub trait SameSizes<Right> {}
#[diagnostic::do_not_recommend]
impl<Sizes> SameSizes<Sizes> for Sizes {}
#[diagnostic::do_not_recommend]
impl<Sizes> SameSizes<Unlike<Sizes>> for Sizes {}

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
    #[doc(alias("mm", "bmm"))]
    #[inline]
    fn matmul<R: Shape>(&self, right: &Tensor<R, Self::Element>) -> Self::With<ProductOf<Self::Shape, R>>
    where
        <Self::Shape as Shape>::Decimal: Times<R::Decimal, <Self::Shape as Shape>::Index, R::Index>,
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
    fn outer<R: Shape>(&self, right: &Tensor<R, Self::Element>) -> Self::With<OuterOf<Self::Shape, R>>
    where
        <Self::Shape as Shape>::Decimal: OuterWith<R::Decimal, <Self::Shape as Shape>::Index, R::Index>,
    {
        let (x, y) = (self.tensor().as_slice(), right.as_slice());
        let mut out = Self::zeros::<OuterOf<Self::Shape, R>>();
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
    pub fn matmul_into<R: Shape>(&self, right: &Tensor<R, T>, product: &mut Tensor<ProductOf<S, R>, T>)
    where
        S::Decimal: Times<R::Decimal, S::Index, R::Index>,
    {
        let Matrices { count, rows, inner, cols } = const { matrices(S::DIMS, R::DIMS) };
        let (left, right, out) = (self.as_slice(), right.as_slice(), product.as_mut_slice());
        let (of_left, of_right, of_out) = (rows * inner, inner * cols, rows * cols);
        for matrix in 0..count {
            let left = &left[matrix * of_left..][..of_left];
            let right = &right[matrix * of_right..][..of_right];
            let out = &mut out[matrix * of_out..][..of_out];
            if const {
                let m = matrices(S::DIMS, R::DIMS);
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
        S::Decimal: SameSizes<R::Decimal>,
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
