//! Sizes and shapes as types: a [`Dim`] is the shape of a vector, a tuple of dims has a higher rank.
//!
//! Before the tensors. Shapes know sizes and storage; they know no elements and no layers.

/// The shape of these axes: `()`, a size by itself, or a tuple.
macro_rules! shape {
    () => { () };
    ($axis:ident) => { $axis };
    ($($axis:ident)+) => { ($($axis,)+) };
}

mod axis;
mod broadcast;
mod count;
mod dim;
mod length;
mod vector;

#[doc(hidden)]
pub use axis::{
    Append, AppendOf, Axis, AxisSize, HasAxis, InsertAxis, InsertedAxis, Keep, KeptAxis, WithAxis,
    WithoutAxis,
};
#[doc(hidden)]
pub use axis::{AxisAt, EveryAxis, IndexBefore, IndexWith, MissingAxis, OneAxis, OneMore};
pub use broadcast::BroadcastTo;
#[doc(hidden)]
pub use broadcast::{AxisTo, Becomes, DecimalOf, IsOne, NotOne, One, RanksOf};
pub use count::Flat;
pub use dim::{Batch, BatchSize, Dim};
#[doc(hidden)]
pub use dim::{Empty, Push};
pub use vector::Vector;

use core::fmt::Debug;

use crate::plain::Plain;

/// The shape of a tensor: `U784`, or `(U1, U28, U28)` with channels first; `()` is that of
/// a scalar. Ranks 0 to 6.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(<(U1, U28, U28) as Shape>::DIMS, &[1, 28, 28]);
/// assert_eq!(<(U1, U28, U28) as Shape>::LEN, 784);
/// assert_eq!(<U784 as Shape>::RANK, 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not a shape",
    label = "a shape is a size like `U784` or `dim!(4320)`, `()`, or a tuple of two to six sizes"
)]
pub trait Shape: Sized + Send + Sync + 'static {
    /// The storage: nested arrays, the last axis innermost, so row-major and contiguous.
    type Array<P: Plain>: Plain<Element = P::Element>;
    /// The type that indexes an element: `usize` for a vector, `[row, col]` for a matrix, `[]` for a scalar.
    type Index: Index;
    /// The sizes as types that print in decimal, for messages that name them.
    #[doc(hidden)]
    type Decimal: Becomes<Self::Decimal, RanksOf<Self, Self>>;
    /// Of each axis, whether it is of size 1.
    #[doc(hidden)]
    type Ones;
    /// The size of the first axis, and of the last one; 1 for a scalar.
    #[doc(hidden)]
    type First: Dim;
    #[doc(hidden)]
    type Last: Dim;
    /// The shape with its last axis of another size; a scalar stays.
    #[doc(hidden)]
    type WithLast<N: Dim>: Shape;
    /// The shape with one more axis after its last; one of the most axes stays.
    #[doc(hidden)]
    type Appended<N: Dim>: Shape;
    /// The shape with its last two axes exchanged; one of fewer axes stays.
    #[doc(hidden)]
    type Transposed: Shape;
    /// The number of axes.
    const RANK: usize;
    /// The size of each axis, the outermost first.
    const DIMS: &'static [usize];
    /// The number of elements: the product of the sizes.
    const LEN: usize = product(Self::DIMS);
}

/// A shape of `RANK` axes.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::shape::OfRank;
///
/// /// Numbers that tell where they are.
/// fn positions<S: OfRank<2>>() -> Tensor<S> {
///     Tensor::from_fn(|[row, col]| (10 * row + col) as f32)
/// }
/// assert_eq!(positions::<(U3, U3)>()[[2, 1]], 21.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "a shape of another rank: {RANK} positions are no index of a tensor of {Sizes}",
    label = "an index has one position for each axis: `|[row, col]|` for a matrix, `|[i]|` for a vector"
)]
pub trait OfRank<const RANK: usize, Sizes = <Self as Shape>::Decimal>: Shape {}
#[diagnostic::do_not_recommend]
impl<Sizes, N: Dim> OfRank<1, Sizes> for N {}
#[diagnostic::do_not_recommend]
impl<Sizes> OfRank<0, Sizes> for () {}

/// The product of sizes.
///
/// # Panics
///
/// Panics if it overflows `usize`: in a constant, that is a compile error. (Without the check it would wrap in
/// release builds.)
pub(crate) const fn product(sizes: &[usize]) -> usize {
    let mut product: usize = 1;
    let mut axis = 0;
    while axis < sizes.len() {
        product = product.checked_mul(sizes[axis]).expect("the product of these sizes is beyond usize");
        axis += 1;
    }
    product
}

/// An element's position, axis by axis.
pub trait Index: Copy + Debug + PartialEq {
    /// Returns the position along each axis.
    fn axes(&self) -> &[usize];
    /// The index with these positions.
    ///
    /// # Panics
    ///
    /// Panics if the number of axes differs.
    fn from_axes(axes: &[usize]) -> Self;
}

impl Index for usize {
    fn axes(&self) -> &[usize] {
        core::slice::from_ref(self)
    }

    fn from_axes(axes: &[usize]) -> Self {
        axes[0]
    }
}

impl<const RANK: usize> Index for [usize; RANK] {
    fn axes(&self) -> &[usize] {
        self
    }

    fn from_axes(axes: &[usize]) -> Self {
        core::array::from_fn(|axis| axes[axis])
    }
}

macro_rules! tuple_shape {
    ($rank:literal: $($dim:ident)*, $array:ty, $appended:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($dim: Dim),*> Shape for ($($dim,)*) {
            type Array<P: Plain> = $array;
            type Index = [usize; $rank];
            type Decimal = ($(<$dim as Shape>::Decimal,)*);
            type Ones = ($(<$dim as Shape>::Ones,)*);
            type First = <Self as AxisAt<0>>::Size;
            type Appended<Next: Dim> = $appended;
            type Last = <Self as AxisAt<{ $rank - 1 }>>::Size;
            type WithLast<N: Dim> = <Self as AxisAt<{ $rank - 1 }>>::With<N>;
            type Transposed = <<Self as AxisAt<{ $rank - 2 }>>::With<<Self as Shape>::Last> as AxisAt<{ $rank - 1 }>>::With<
                <Self as AxisAt<{ $rank - 2 }>>::Size,
            >;
            const RANK: usize = $rank;
            const DIMS: &'static [usize] = &[$($dim::SIZE),*];
        }
        #[diagnostic::do_not_recommend]
        impl<Sizes, $($dim: Dim),*> OfRank<$rank, Sizes> for ($($dim,)*) {}
    };
}
tuple_shape!(2: A B, A::Array<B::Array<P>>, (A, B, Next));
tuple_shape!(3: A B C, A::Array<B::Array<C::Array<P>>>, (A, B, C, Next));
tuple_shape!(4: A B C D, A::Array<B::Array<C::Array<D::Array<P>>>>, (A, B, C, D, Next));
tuple_shape!(5: A B C D E, A::Array<B::Array<C::Array<D::Array<E::Array<P>>>>>, (A, B, C, D, E, Next));
tuple_shape!(6: A B C D E F, A::Array<B::Array<C::Array<D::Array<E::Array<F::Array<P>>>>>>, Self);

/// A scalar: one element, no axis.
#[diagnostic::do_not_recommend]
impl Shape for () {
    type Array<P: Plain> = P;
    type Index = [usize; 0];
    type Decimal = ();
    type Ones = ();
    type First = typenum::U1;
    type Last = typenum::U1;
    type WithLast<N: Dim> = ();
    type Appended<N: Dim> = N;
    type Transposed = ();
    const RANK: usize = 0;
    const DIMS: &'static [usize] = &[];
}

/// The largest number of axes.
pub(crate) const MOST_AXES: usize = 6;

/// Returns the position of the element at `index` in row-major order.
///
/// # Panics
///
/// Panics if the index is out of range, with index and shape.
pub(crate) fn offset<S: Shape>(index: S::Index) -> usize {
    let axes = index.axes();
    let inside = axes.iter().zip(S::DIMS).all(|(position, size)| position < size);
    assert!(inside, "index {axes:?} is outside of shape {:?}", S::DIMS);
    axes.iter().zip(S::DIMS).fold(0, |offset, (position, size)| offset * size + position)
}

/// The inverse of [`offset`].
pub(crate) fn index<S: Shape>(offset: usize) -> S::Index {
    S::Index::from_axes(&axes::<S, MOST_AXES>(offset)[..S::RANK])
}

/// The position along each axis of the element at `offset`; zeros after the last axis.
pub(crate) fn axes<S: Shape, const COUNT: usize>(mut offset: usize) -> [usize; COUNT] {
    let mut axes = [0; COUNT];
    for (position, size) in axes.iter_mut().zip(S::DIMS).rev() {
        *position = offset % size;
        offset /= size;
    }
    axes
}
