//! Shapes as types: a [`Dim`] is a vector, a tuple of dims has a higher rank.
//!
//! Second in the flow, after the dims and before the tensors. Shapes know sizes and storage; they
//! know no numbers and no layers.

/// The shape of these axes: `()`, a size by itself, or a tuple.
macro_rules! shape {
    () => { () };
    ($axis:ident) => { $axis };
    ($($axis:ident)+) => { ($($axis,)+) };
}

mod axis;
mod broadcast;
mod count;

pub use axis::{Append, Axis, HasAxis, InsertAxis, Keep};

pub use broadcast::BroadcastTo;
#[doc(hidden)]
pub use broadcast::{AnyNumber, AxisTo, Spelt};
pub use count::Flat;

use core::fmt::Debug;

use crate::dim::Dim;
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
pub trait Shape:
    Sized + Send + Sync + 'static + BroadcastTo<Self, <Self as Shape>::Decimal, <Self as Shape>::Decimal>
{
    /// The numbers as nested arrays, the last axis innermost: row-major and contiguous.
    type Array<P: Plain>: Plain<Element = P::Element>;
    /// What an element is found by: `usize` for a vector, `[row, col]` for a matrix, `[]` for a scalar.
    type Index: Index;
    /// The sizes as types that print in decimal, for messages that name them.
    #[doc(hidden)]
    type Decimal;
    /// The number of axes.
    const RANK: usize;
    /// The size of each axis, the outermost first.
    const DIMS: &'static [usize];
    /// The number of elements: the product of the sizes.
    const LEN: usize = product(Self::DIMS);
}

/// The product of sizes.
///
/// # Panics
///
/// Panics if it is beyond `usize`: in a constant, that is an error of the compiler. (Without the check it would
/// wrap in release builds, since this is a function.)
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
    /// The position along each axis.
    fn axes(&self) -> &[usize];
    /// The index with these positions.
    ///
    /// # Panics
    ///
    /// Where the number of axes is another.
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
    ($rank:literal: $($dim:ident)*, $array:ty) => {
        impl<$($dim: Dim),*> Shape for ($($dim,)*) {
            type Array<P: Plain> = $array;
            type Index = [usize; $rank];
            type Decimal = ($(<$dim as Shape>::Decimal,)*);
            const RANK: usize = $rank;
            const DIMS: &'static [usize] = &[$($dim::SIZE),*];
        }
    };
}
tuple_shape!(2: A B, A::Array<B::Array<P>>);
tuple_shape!(3: A B C, A::Array<B::Array<C::Array<P>>>);
tuple_shape!(4: A B C D, A::Array<B::Array<C::Array<D::Array<P>>>>);
tuple_shape!(5: A B C D E, A::Array<B::Array<C::Array<D::Array<E::Array<P>>>>>);
tuple_shape!(6: A B C D E F, A::Array<B::Array<C::Array<D::Array<E::Array<F::Array<P>>>>>>);

/// A scalar: one element, no axis.
impl Shape for () {
    type Array<P: Plain> = P;
    type Index = [usize; 0];
    type Decimal = ();
    const RANK: usize = 0;
    const DIMS: &'static [usize] = &[];
}

/// The most axes that a shape has.
pub(crate) const MOST_AXES: usize = 6;

/// Where the element at `index` stands in row-major order.
///
/// # Panics
///
/// Names index and shape where an axis is out of range.
pub(crate) fn offset<S: Shape>(index: S::Index) -> usize {
    let axes = index.axes();
    let inside = axes.iter().zip(S::DIMS).all(|(position, size)| position < size);
    assert!(inside, "index {axes:?} is outside of shape {:?}", S::DIMS);
    axes.iter().zip(S::DIMS).fold(0, |offset, (position, size)| offset * size + position)
}

/// The inverse of [`offset`].
pub(crate) fn index<S: Shape>(mut offset: usize) -> S::Index {
    let mut axes = [0; MOST_AXES];
    for (position, size) in axes.iter_mut().zip(S::DIMS).rev() {
        *position = offset % size;
        offset /= size;
    }
    S::Index::from_axes(&axes[..S::RANK])
}
