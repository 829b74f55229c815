//! One axis of a shape: [`Axis`], and what a shape is without it, with another one, with one more.

use typenum::{U1, U4294967295};

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

/// A shape that has an axis of this number: the bound that generic code asks for. What the axis is, and what the shape
/// is otherwise, [`AxisSize`], [`WithAxis`], [`WithoutAxis`] and [`KeptAxis`] tell.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::shape::{AxisSize, WithAxis, WithoutAxis};
///
/// type Image = (U3, U28, U32);
/// assert_eq!(AxisSize::<Image, 2>::SIZE, 32);
/// assert_eq!(WithoutAxis::<Image, 2>::DIMS, &[3, 28]);
/// assert_eq!(WithAxis::<Image, 2, U5>::DIMS, &[3, 28, 5]);
/// ```
pub trait HasAxis<const AXIS: usize>:
    AxisAt<AXIS> + Shape<Index: IndexWith<AXIS, <Self as Shape>::Decimal>>
{
}
impl<const AXIS: usize, S> HasAxis<AXIS> for S where
    S: AxisAt<AXIS> + Shape<Index: IndexWith<AXIS, <S as Shape>::Decimal>>
{
}

/// A shape into which an axis of this number can be inserted, before one of its own or after the last: the bound that
/// generic code asks for. The shape with one is [`InsertedAxis`].
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::shape::InsertedAxis;
///
/// assert_eq!(InsertedAxis::<(U3, U4), 1, U9>::DIMS, &[3, 9, 4]);
/// ```
pub trait InsertAxis<const AXIS: usize>:
    AxisAt<AXIS> + Shape<Index: IndexBefore<AXIS, <Self as Shape>::Decimal>>
{
}
impl<const AXIS: usize, S> InsertAxis<AXIS> for S where
    S: AxisAt<AXIS> + Shape<Index: IndexBefore<AXIS, <S as Shape>::Decimal>>
{
}

/// The size of an axis.
pub type AxisSize<S, const AXIS: usize> = <S as AxisAt<AXIS>>::Size;
/// The shape with an axis of another size.
pub type WithAxis<S, const AXIS: usize, N> = <S as AxisAt<AXIS>>::With<N>;
/// The shape without an axis.
pub type WithoutAxis<S, const AXIS: usize> = <S as AxisAt<AXIS>>::Without;
/// The shape with an axis of size 1.
pub type KeptAxis<S, const AXIS: usize> = <S as AxisAt<AXIS>>::Kept;
/// The shape with one more axis, of size `N`, inserted there.
pub type InsertedAxis<S, const AXIS: usize, N> = <S as AxisAt<AXIS>>::Inserted<N>;

/// An axis of a shape, whether or not it has one of this number: what a method needs beside [`IndexWith`], which tells
/// in decimal that an axis is missing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "no tensor has an axis {AXIS}",
    label = "the axes of a tensor are numbered from 0 to 5"
)]
pub trait AxisAt<const AXIS: usize>: Shape {
    type Size: Dim;
    type With<N: Dim>: Shape;
    type Without: EveryAxis;
    type Kept: EveryAxis + BroadcastTo<Self>;
    type Inserted<N: Dim>: Shape;
}

/// The size of an axis that is missing: so large that whatever is asked of it holds, and one message is left.
#[doc(hidden)]
pub type MissingAxis = U4294967295;

/// Any shape: where the number of an axis is not known.
#[doc(hidden)]
pub trait EveryAxis:
    Shape + AxisAt<0> + AxisAt<1> + AxisAt<2> + AxisAt<3> + AxisAt<4> + AxisAt<5> + AxisAt<6>
{
}

/// One axis, of any shape.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tensor has at most 6 axes",
    label = "the axes of a tensor are numbered from 0 to 5"
)]
pub trait OneAxis {
    type Size<S: EveryAxis>: Dim;
    type Without<S: EveryAxis>: EveryAxis;
    type Kept<S: EveryAxis>: EveryAxis + BroadcastTo<S>;
}
macro_rules! one_axis {
    ($($axis:literal)*) => {$(
        impl OneAxis for Axis<$axis> {
            type Size<S: EveryAxis> = AxisSize<S, $axis>;
            type Without<S: EveryAxis> = WithoutAxis<S, $axis>;
            type Kept<S: EveryAxis> = KeptAxis<S, $axis>;
        }
    )*};
}
one_axis!(0 1 2 3 4 5);

/// The index of a shape that has such an axis.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tensor of {Sizes} has no axis {AXIS}",
    label = "no such axis",
    note = "the outermost axis is 0"
)]
pub trait IndexWith<const AXIS: usize, Sizes> {}

/// The index of a shape into which such an axis can be inserted.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tensor of {Sizes} cannot get an axis {AXIS}",
    label = "this axis cannot be inserted",
    note = "a new axis is inserted before an existing one, or after the last; a tensor has at most 6"
)]
pub trait IndexBefore<const AXIS: usize, Sizes> {}

macro_rules! index {
    ($($index:ty: $($axis:literal)* | $($end:literal)?;)*) => {$(
        $(
            #[diagnostic::do_not_recommend]
            impl<Sizes> IndexWith<$axis, Sizes> for $index {}
        )*
        index!(@before $index: $($axis)* | $($end)?);
    )*};
    (@before $index:ty: $($axis:literal)* |) => {};
    (@before $index:ty: $($axis:literal)* | $end:literal) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<Sizes> IndexBefore<$axis, Sizes> for $index {}
        )*
        #[diagnostic::do_not_recommend]
        impl<Sizes> IndexBefore<$end, Sizes> for $index {}
    };
}
// Without the macro: where there is but one impl, the compiler shows it.
#[diagnostic::do_not_recommend]
impl<Sizes> IndexWith<0, Sizes> for usize {}
index!(@before usize: 0 | 1);
index! {
    [usize; 0]: | 0;
    [usize; 2]: 0 1 | 2;
    [usize; 3]: 0 1 2 | 3;
    [usize; 4]: 0 1 2 3 | 4;
    [usize; 5]: 0 1 2 3 4 | 5;
    [usize; 6]: 0 1 2 3 4 5 |;
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

/// Each axis of a shape, with what is before and after it; one after the last; then those beyond.
macro_rules! axes {
    ($room:ident $($size:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($size: Dim),*> EveryAxis for shape!($($size)*) {}
        axes!(@at $room [] [$($size)*] 0 1 2 3 4 5 6);
    };
    (@at $room:ident [$($before:ident)*] [$size:ident $($after:ident)*] $axis:literal $($more:literal)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($before: Dim,)* $size: Dim, $($after: Dim),*> AxisAt<$axis> for shape!($($before)* $size $($after)*) {
            type Size = $size;
            type With<Other: Dim> = shape!($($before)* Other $($after)*);
            type Without = shape!($($before)* $($after)*);
            type Kept = shape!($($before)* U1 $($after)*);
            type Inserted<Other: Dim> = axes!(@inserted $room $($before)* Other $size $($after)*);
        }
        axes!(@at $room [$($before)* $size] [$($after)*] $($more)*);
    };
    (@at $room:ident [$($size:ident)*] [] $axis:literal $($more:literal)*) => {
        axes!(@missing $axis [$($size)*] axes!(@inserted $room $($size)* Other));
        axes!(@beyond [$($size)*] $($more)*);
    };
    (@beyond $sizes:tt $($axis:literal)*) => {
        $(axes!(@missing $axis $sizes Self);)*
    };
    (@missing $axis:literal [$($size:ident)*] $inserted:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($size: Dim),*> AxisAt<$axis> for shape!($($size)*) {
            type Size = MissingAxis;
            type With<Other: Dim> = Self;
            type Without = ();
            type Kept = Self;
            type Inserted<Other: Dim> = $inserted;
        }
    };
    (@inserted full $($size:ident)*) => { Self };
    (@inserted room $($size:ident)*) => { shape!($($size)*) };
}
axes!(room);
axes!(room A);
axes!(room A B);
axes!(room A B C);
axes!(room A B C D);
axes!(room A B C D E);
axes!(full A B C D E F);

macro_rules! one_more {
    ($($index:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Sizes> OneMore<Sizes> for $index {}
    )*};
}
one_more!([usize; 0], usize, [usize; 2], [usize; 3], [usize; 4], [usize; 5]);
