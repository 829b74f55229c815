//! [`Tensor`]: elements in a typed shape, as one plain value, and the operations on them.
//!
//! After the shapes, before the layers, which take and return slices of tensors (batches). A tensor
//! knows its shape from its type alone; it has no strides, no reference count and no device. It knows
//! no layers.
//!
//! Every shape is checked by the compiler, and functions that are generic over sizes read like
//! mathematics, without a word about bounds:
//!
//! ```
//! use dimwise::prelude::*;
//!
//! /// A step of gradient descent on the squared errors of a linear model.
//! fn step<N: Dim, K: Dim>(
//!     inputs: &Tensor<(N, K)>,
//!     targets: &Tensor<N>,
//!     weights: &Tensor<K>,
//!     rate: f32,
//! ) -> Tensor<K> {
//!     let errors = inputs.matmul(weights) - targets;
//!     weights - rate / N::SIZE as f32 * inputs.transpose().matmul(&errors)
//! }
//!
//! /// Each row with mean 0 and deviation 1.
//! fn standardized<R: Dim, C: Dim>(matrix: &Tensor<(R, C)>) -> Tensor<(R, C)> {
//!     let centered = matrix - matrix.mean_axis(Keep::<1>);
//!     &centered / centered.variance_axis(Keep::<1>).sqrt()
//! }
//!
//! /// Attention of several heads: a mean of the values, weighted by how well keys fit queries.
//! fn attention<H: Dim, Q: Dim, K: Dim, D: Dim>(
//!     queries: &Tensor<(H, Q, D)>,
//!     keys: &Tensor<(H, K, D)>,
//!     values: &Tensor<(H, K, D)>,
//! ) -> Tensor<(H, Q, D)> {
//!     let scores = queries.matmul(&keys.transpose()) / (D::SIZE as f32).sqrt();
//!     scores.softmax(Axis::<2>).matmul(values)
//! }
//!
//! let inputs = Tensor::from([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]);
//! let weights = step(&inputs, &Tensor::from([3.0, 6.0, 9.0]), &Tensor::default(), 0.5);
//! assert_eq!(weights, Tensor::from([2.0, 2.5]));
//! assert_eq!(standardized(&Tensor::from([[1.0, 3.0]])), Tensor::from([[-1.0, 1.0]]));
//! let mean = attention(&Tensor::<(U1, U1, U2)>::default(), &Tensor::default(), &Tensor::from([[[2.0, 4.0], [4.0, 8.0]]]));
//! assert_eq!(mean, Tensor::from([[[3.0, 6.0]]]));
//! ```
//!
//! Sizes that add or subtract take one where-line: `(R, C): tensor::ConcatWith<1, (R, U1)>`.
//!
//! # Where results are stored
//!
//! What is computed from a tensor by value is a value; what is computed from a tensor in a `Box` is in a
//! `Box`, and was never on the stack: see [`Placed`]. The result reuses the memory of a left operand by
//! value, so `a + &b` and `boxed * 2.0` allocate nothing; `+=`, [`map_in_place`](Tensor::map_in_place) and
//! [`matmul_into`](Tensor::matmul_into) work in place.
//!
//! # Operations
//!
//! | of | are in |
//! |---|---|
//! | elements: `+ - * /`, functions, comparisons | the operators, [`Functions`], [`Compare`], [`Broadcast`] |
//! | matrices | [`Products`], [`Axes`] |
//! | axes: sums, means, the largest, softmax | [`Reductions`], and [`Tensor`] itself |
//! | shapes | [`Tensor::reshape`] and other views, [`IntoShape`], [`Joining`], [`Slicing`] |
//!
//! The prelude imports the traits, without their names.

mod arithmetic;
mod axes;
pub(crate) mod best;
mod broadcast;
mod compare;
mod convert;
mod debug;
mod display;
mod function;
mod join;
mod matmul;
#[cfg(feature = "nalgebra")]
mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;
mod notation;
mod place;
mod position;
mod random;
mod reduce;
mod reshape;
mod runs;
#[cfg(feature = "serde")]
mod serde;
mod slice;
pub(crate) mod softmax;

use alloc::boxed::Box;
use core::ops::{Index, IndexMut};

pub use axes::{Axes, Permute, PermutedOf, Transpose, TransposeOf};
pub use broadcast::{Broadcast, Operand};
pub use compare::Compare;
pub use convert::{BatchLengthError, LengthError, ShapeError, ViewError};
pub use function::Functions;
pub use join::{ConcatOf, ConcatWith, Joining, SplitAxis};
pub use matmul::{DotWith, MatmulWith, OuterOf, ProductOf, Products};
pub use place::Placed;
pub use reduce::{KeptOf, ReduceAxes, ReducedOf, Reductions};
pub use reshape::{IntoShape, ReshapeTo, Squeeze};
#[cfg(feature = "serde")]
pub use serde::deserialize_boxed;
pub use slice::{PadAxis, SliceAxis, Slicing};

use crate::element::Element;
use crate::plain::{Plain, copied};
use crate::shape::{self, OfRank, Shape};

/// Elements of type `T` in shape `S`, row-major, the last axis contiguous.
///
/// A plain value, stored where you put it: on the stack if it is small
/// (`Tensor::<U3>::from([1.0, 2.0, 3.0])`), in a `Box` if it is large
/// ([`Tensor::zeroed`](Plain::zeroed), [`Tensor::boxed_from_fn`]).
///
/// ```
/// use dimwise::prelude::*;
///
/// let matrix: Tensor<(U2, U3)> = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// assert_eq!(matrix[[1, 2]], 6.0);
/// // A position that the compiler checks.
/// assert_eq!(matrix.at::<1, 2>(), 6.0);
/// assert_eq!(matrix.as_slice(), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert_eq!(matrix.map(|x| 2.0 * x)[[0, 1]], 4.0);
/// ```
#[repr(transparent)]
pub struct Tensor<S: Shape, T: Element = f32> {
    array: S::Array<T>,
}

crate::plain!(Tensor<S: Shape, T: Element>: T { array });

impl<S: Shape, T: Element> Tensor<S, T> {
    /// The tensor whose element at `index` is `element(index)`.
    ///
    /// The index is an array of as many positions as there are axes, `[i]` for a vector.
    ///
    /// It is returned by value; [`boxed_from_fn`](Self::boxed_from_fn) keeps a large one off the stack.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let identity: Tensor<(U2, U2)> = Tensor::from_fn(|[row, col]| if row == col { 1.0 } else { 0.0 });
    /// assert_eq!(identity, Tensor::from([[1.0, 0.0], [0.0, 1.0]]));
    /// assert_eq!(Tensor::<U3>::from_fn(|[i]| i as f32), Tensor::from([0.0, 1.0, 2.0]));
    /// ```
    pub fn from_fn<const RANK: usize>(element: impl FnMut([usize; RANK]) -> T) -> Self
    where
        S: OfRank<RANK>,
    {
        let mut tensor = Self::default();
        tensor.fill_with(element);
        tensor
    }

    /// [`from_fn`](Self::from_fn) on the heap, never on the stack, however large.
    pub fn boxed_from_fn<const RANK: usize>(element: impl FnMut([usize; RANK]) -> T) -> Box<Self>
    where
        S: OfRank<RANK>,
    {
        let mut tensor = Self::zeroed();
        tensor.fill_with(element);
        tensor
    }

    /// The tensor whose elements are what `element` returns, one call after the other, in row-major order: for
    /// random numbers, and for one number everywhere.
    ///
    /// Unlike [`from_fn`](Self::from_fn) it asks nothing of the shape, so that it serves code that is generic over
    /// the rank.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// fn ones<S: Shape>() -> Tensor<S> {
    ///     Tensor::filled_with(|| 1.0)
    /// }
    /// assert_eq!(ones::<(U2, U2)>(), Tensor::from([[1.0, 1.0], [1.0, 1.0]]));
    /// ```
    #[doc(alias("zeros", "ones", "full"))]
    pub fn filled_with(element: impl FnMut() -> T) -> Self {
        let mut tensor = Self::default();
        tensor.as_mut_slice().fill_with(element);
        tensor
    }

    /// [`filled_with`](Self::filled_with) on the heap, never on the stack, however large.
    pub fn boxed_filled_with(element: impl FnMut() -> T) -> Box<Self> {
        let mut tensor = Self::zeroed();
        tensor.as_mut_slice().fill_with(element);
        tensor
    }

    fn fill_with<const RANK: usize>(&mut self, mut element: impl FnMut([usize; RANK]) -> T) {
        for (offset, slot) in self.as_mut_slice().iter_mut().enumerate() {
            *slot = element(shape::axes::<S, RANK>(offset));
        }
    }
}

/// All zeros.
impl<S: Shape, T: Element> Default for Tensor<S, T> {
    fn default() -> Self {
        Self::ZERO
    }
}

/// A copy by value; of a large tensor [`to_boxed`](Plain::to_boxed) makes one on the heap, where the `Clone`
/// of its `Box` would make it on the stack first. [`clone_from`](Clone::clone_from) copies into place.
impl<S: Shape, T: Element> Clone for Tensor<S, T> {
    fn clone(&self) -> Self {
        copied(self)
    }

    fn clone_from(&mut self, source: &Self) {
        self.as_mut_slice().copy_from_slice(source.as_slice());
    }
}

impl<S: Shape, T: Element> PartialEq for Tensor<S, T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

/// # Panics
///
/// Panics if the index is out of range, with index and shape.
impl<S: Shape, T: Element> Index<S::Index> for Tensor<S, T> {
    type Output = T;

    fn index(&self, index: S::Index) -> &T {
        &self.as_slice()[shape::offset::<S>(index)]
    }
}

impl<S: Shape, T: Element> IndexMut<S::Index> for Tensor<S, T> {
    fn index_mut(&mut self, index: S::Index) -> &mut T {
        &mut self.as_mut_slice()[shape::offset::<S>(index)]
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn index_and_from_fn_agree_at_every_rank() {
        let tensor =
            Tensor::<(U2, U3, U4, U5)>::from_fn(|[a, b, c, d]| (a * 1000 + b * 100 + c * 10 + d) as f32);
        assert_eq!(tensor[[1, 2, 3, 4]], 1234.0);
        assert_eq!(tensor[[0, 1, 0, 3]], 103.0);
        assert_eq!(tensor.as_slice()[1], 1.0);
        assert_eq!(Tensor::<U4>::from_fn(|[i]| i as f32)[3], 3.0);
        let deep = Tensor::<(U2, U3, U2, U3, U2, U3)>::from_fn(|[a, b, c, d, e, f]| {
            (((((a * 10 + b) * 10 + c) * 10 + d) * 10 + e) * 10 + f) as f32
        });
        assert_eq!(deep[[1, 2, 0, 1, 1, 2]], 120112.0);
        assert_eq!(
            Tensor::<(U2, U1, U2, U1, U3)>::from_fn(|[a, _, c, _, e]| (a * 100 + c * 10 + e) as f32)
                [[1, 0, 1, 0, 2]],
            112.0
        );
    }

    #[test]
    #[should_panic(expected = "index [0, 3] is outside of shape [2, 3]")]
    fn index_outside_names_index_and_shape() {
        let _ = Tensor::<(U2, U3)>::default()[[0, 3]];
    }

    #[test]
    fn a_tensor_without_elements_is_empty() {
        let empty = Tensor::<(U3, U0)>::default();
        assert!(empty.as_slice().is_empty());
        assert_eq!(empty, Tensor::filled_with(|| 1.0));
    }

    #[test]
    fn large_tensors_never_touch_the_stack() {
        let tensor = Tensor::<(dim!(4096), dim!(4096))>::boxed_from_fn(|[row, col]| (row ^ col) as f32);
        assert_eq!(tensor.to_boxed()[[4095, 1]], 4094.0);
    }
}
