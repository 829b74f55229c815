//! One axis of a shape: [`Axis`], and what a shape is without it, with another one, with one more.

use typenum::U1;

use super::Dim;
use super::{BroadcastTo, Shape};

/// An axis by its number; the outermost is 0: `matrix.sum_axis(Axis::<0>)`.
///
/// An operation over an axis removes it from the shape; over [`Keep`], it stays with size 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Axis<const AXIS: usize>;

/// An [`Axis`] that stays in the result's shape, with size 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep<const AXIS: usize>;

/// A shape that has an axis of this number.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::shape::HasAxis;
///
/// type Image = (U3, U28, U32);
/// assert_eq!(<Image as HasAxis<2>>::Size::SIZE, 32);
/// assert_eq!(<<Image as HasAxis<2>>::Without as Shape>::DIMS, &[3, 28]);
/// assert_eq!(<<Image as HasAxis<2>>::With<U5> as Shape>::DIMS, &[3, 28, 5]);
/// ```
#[diagnostic::on_unimplemented(
    message = "a tensor of {Sizes} has no axis {AXIS}",
    label = "no such axis",
    note = "the outermost axis is 0"
)]
pub trait HasAxis<const AXIS: usize, Sizes = <Self as Shape>::Decimal>: Shape {
    /// The axis's size.
    type Size: Dim;
    /// The shape with this axis of another size.
    type With<N: Dim>: Shape;
    /// The shape without this axis.
    type Without: Shape;
    /// The shape with this axis of size 1.
    type Kept: Shape + BroadcastTo<Self>;
}

/// A shape into which an axis of this number can be inserted: before one of its own, or after the last.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::shape::InsertAxis;
///
/// assert_eq!(<<(U3, U4) as InsertAxis<1>>::With<U9> as Shape>::DIMS, &[3, 9, 4]);
/// ```
#[diagnostic::on_unimplemented(
    message = "a tensor of {Sizes} cannot get an axis {AXIS}",
    label = "this axis cannot be inserted",
    note = "a new axis is inserted before an existing one, or after the last; a tensor has at most 6"
)]
pub trait InsertAxis<const AXIS: usize, Sizes = <Self as Shape>::Decimal>: Shape {
    /// The shape with an axis of size `N` there.
    type With<N: Dim>: Shape;
}

/// A shape that can get one more axis after its last: the bound that generic code asks for.
pub trait Append: Shape<Index: OneMore<<Self as Shape>::Decimal>> {}
#[diagnostic::do_not_recommend]
impl<S: Shape<Index: OneMore<S::Decimal>>> Append for S {}

/// The shape with a last axis of size `N`, where it can get one.
pub type AppendOf<S, N> = <S as Shape>::Appended<N>;

/// The index of less than the most axes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tensor of {Sizes} cannot get another axis",
    label = "a tensor has at most 6 axes"
)]
pub trait OneMore<Sizes> {}

/// For each axis of a shape: what is before it, it, and what is after.
macro_rules! axes {
    ([$($before:ident)*]) => {};
    ([$($before:ident)*] $axis:literal $size:ident $($number:literal $after:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<Sizes, $($before: Dim,)* $size: Dim, $($after: Dim),*> HasAxis<$axis, Sizes>
            for shape!($($before)* $size $($after)*)
        {
            type Size = $size;
            type With<Other: Dim> = shape!($($before)* Other $($after)*);
            type Without = shape!($($before)* $($after)*);
            type Kept = shape!($($before)* U1 $($after)*);
        }
        #[diagnostic::do_not_recommend]
        impl<Sizes, $($before: Dim,)* $($after: Dim),*> InsertAxis<$axis, Sizes>
            for shape!($($before)* $($after)*)
        {
            type With<Other: Dim> = shape!($($before)* Other $($after)*);
        }
        axes!([$($before)* $size] $($number $after)*);
    };
}
axes!([] 0 A);
axes!([] 0 A 1 B);
axes!([] 0 A 1 B 2 C);
axes!([] 0 A 1 B 2 C 3 D);
axes!([] 0 A 1 B 2 C 3 D 4 E);
axes!([] 0 A 1 B 2 C 3 D 4 E 5 F);

macro_rules! one_more {
    ($($index:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Sizes> OneMore<Sizes> for $index {}
    )*};
}
one_more!([usize; 0], usize, [usize; 2], [usize; 3], [usize; 4], [usize; 5]);
