//! Slicing, iterating and padding along an axis.

use core::ops::{Add, BitAnd, Sub};

use typenum::{And, B1, Diff, IsLessOrEqual, LeEq, Max, Maximum, Sum};

use super::Placed;
use crate::plain::Plain;
use crate::shape::{Axis, AxisAt, Dim, HasAxis, IndexWith, Shape, WithAxis, WithoutAxis, product};

/// A shape that can be sliced from `Start` to `End` along an axis: `Start ≤ End ≤ size`. The bound that generic code
/// asks for.
pub trait SliceAxis<const AXIS: usize, Start: Dim, End: Dim>:
    HasAxis<AXIS>
    + Sliced<
        AXIS,
        Start,
        End,
        Inside: Fits<Start::Decimal, End::Decimal, <Self as Sliced<AXIS, Start, End>>::Length>,
    >
{
}
#[diagnostic::do_not_recommend]
impl<const AXIS: usize, Start: Dim, End: Dim, S> SliceAxis<AXIS, Start, End> for S where
    S: HasAxis<AXIS> + Sliced<AXIS, Start, End, Inside: Fits<Start::Decimal, End::Decimal, S::Length>>
{
}

/// A part of a shape, whether or not the range fits.
#[doc(hidden)]
pub trait Sliced<const AXIS: usize, Start: Dim, End: Dim>: Shape {
    /// The shape with the axis as long as the range.
    type Out: Shape;
    /// Whether `Start ≤ End ≤ size`.
    type Inside;
    /// The axis's size, in decimal.
    type Length;
}
impl<const AXIS: usize, Start, End, S> Sliced<AXIS, Start, End> for S
where
    S: AxisAt<AXIS>,
    Start: Dim + IsLessOrEqual<End>,
    End: Dim + IsLessOrEqual<S::Size> + Max<Start>,
    LeEq<Start, End>: BitAnd<LeEq<End, S::Size>>,
    // The difference itself never fails.
    Maximum<End, Start>: Sub<Start, Output: Dim>,
{
    type Out = WithAxis<S, AXIS, Diff<Maximum<End, Start>, Start>>;
    type Inside = And<LeEq<Start, End>, LeEq<End, S::Size>>;
    type Length = <S::Size as Shape>::Decimal;
}

/// Whether a range fits an axis, as typenum's truth; all sizes in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: the range from {Start} to {End} does not fit an axis of {Length}",
    label = "no range from {Start} to {End} in {Length}"
)]
pub trait Fits<Start, End, Length> {}
#[diagnostic::do_not_recommend]
impl<Start, End, Length> Fits<Start, End, Length> for B1 {}

/// A shape that can be padded along an axis: the bound that generic code asks for.
pub trait PadAxis<const AXIS: usize, Before: Dim, After: Dim>:
    HasAxis<AXIS> + Padded<AXIS, Before, After>
{
}
impl<const AXIS: usize, Before: Dim, After: Dim, S> PadAxis<AXIS, Before, After> for S where
    S: HasAxis<AXIS> + Padded<AXIS, Before, After>
{
}

/// A padded shape, whether or not it has the axis.
#[doc(hidden)]
pub trait Padded<const AXIS: usize, Before: Dim, After: Dim>: Shape {
    /// The shape with the axis longer by both.
    type Out: Shape;
}

#[diagnostic::do_not_recommend]
impl<const AXIS: usize, Before, After, S> Padded<AXIS, Before, After> for S
where
    S: AxisAt<AXIS>,
    Before: Dim + Add<S::Size>,
    After: Dim,
    Sum<Before, S::Size>: Add<After, Output: Dim>,
{
    type Out = WithAxis<S, AXIS, Sum<Sum<Before, S::Size>, After>>;
}

/// Parts along an axis.
pub trait Slicing: Placed {
    /// Returns the elements from `Start` to before `End` along an axis.
    ///
    /// # Shapes
    ///
    /// `(.., A, ..)` becomes `(.., End - Start, ..)`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]);
    /// assert_eq!(matrix.slice::<1, U1, U3>(), Tensor::from([[2.0, 3.0], [6.0, 7.0]]));
    /// ```
    fn slice<const AXIS: usize, Start: Dim, End: Dim>(
        &self,
    ) -> Self::With<<Self::Shape as Sliced<AXIS, Start, End>>::Out>
    where
        Self::Shape: Sliced<AXIS, Start, End>,
        <Self::Shape as Shape>::Index: IndexWith<AXIS, <Self::Shape as Shape>::Decimal>,
        <Self::Shape as Sliced<AXIS, Start, End>>::Inside:
            Fits<Start::Decimal, End::Decimal, <Self::Shape as Sliced<AXIS, Start, End>>::Length>,
    {
        let mut out = Self::zeros::<<Self::Shape as Sliced<AXIS, Start, End>>::Out>();
        let count = End::SIZE - Start::SIZE;
        let from = AlongAxis {
            numbers: self.tensor().as_slice(),
            size: Self::Shape::DIMS[AXIS],
            start: Start::SIZE,
        };
        let to = AlongAxis { numbers: out.tensor_mut().as_mut_slice(), size: count, start: 0 };
        copy_along::<Self::Shape, _>(AXIS, count, from, to);
        out
    }

    /// Iterates over the parts along an axis, each without the axis. [`rows`](super::Tensor::rows) iterates over
    /// the first axis without copying.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// let columns: Vec<Tensor<U2>> = matrix.iter_axis(Axis::<1>).collect();
    /// assert_eq!(columns, [Tensor::from([1.0, 3.0]), Tensor::from([2.0, 4.0])]);
    /// ```
    fn iter_axis<const AXIS: usize>(
        &self,
        axis: Axis<AXIS>,
    ) -> impl ExactSizeIterator<Item = Self::With<WithoutAxis<Self::Shape, AXIS>>>
    where
        Self::Shape: AxisAt<AXIS>,
        <Self::Shape as Shape>::Index: IndexWith<AXIS, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        (0..Self::Shape::DIMS[AXIS]).map(|position| {
            let mut out = Self::zeros::<WithoutAxis<Self::Shape, AXIS>>();
            let size = Self::Shape::DIMS[AXIS];
            let from = AlongAxis { numbers: self.tensor().as_slice(), size, start: position };
            let to = AlongAxis { numbers: out.tensor_mut().as_mut_slice(), size: 1, start: 0 };
            copy_along::<Self::Shape, _>(AXIS, 1, from, to);
            out
        })
    }

    /// Pads an axis with `value`: `Before` times before the elements, `After` times after them.
    ///
    /// # Shapes
    ///
    /// `(.., A, ..)` becomes `(.., Before + A + After, ..)`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0]).pad::<0, U1, U2>(0.0), Tensor::from([0.0, 1.0, 2.0, 0.0, 0.0]));
    /// ```
    fn pad<const AXIS: usize, Before: Dim, After: Dim>(
        &self,
        value: Self::Element,
    ) -> Self::With<<Self::Shape as Padded<AXIS, Before, After>>::Out>
    where
        Self::Shape: Padded<AXIS, Before, After>,
        <Self::Shape as Shape>::Index: IndexWith<AXIS, <Self::Shape as Shape>::Decimal>,
    {
        let mut out = Self::zeros::<<Self::Shape as Padded<AXIS, Before, After>>::Out>();
        let size = Self::Shape::DIMS[AXIS];
        let padded = out.tensor_mut().as_mut_slice();
        padded.fill(value);
        let from = AlongAxis { numbers: self.tensor().as_slice(), size, start: 0 };
        let whole = Before::SIZE + size + After::SIZE;
        let to = AlongAxis { numbers: padded, size: whole, start: Before::SIZE };
        copy_along::<Self::Shape, _>(AXIS, size, from, to);
        out
    }
}

impl<P: Placed> Slicing for P {}

/// Elements with an axis of size `size`, from position `start` of it on.
pub(super) struct AlongAxis<N> {
    pub(super) numbers: N,
    pub(super) size: usize,
    pub(super) start: usize,
}

/// Copies `count` positions along axis `axis` of shape `S`; in `to` the axis may have another size.
#[inline(always)]
pub(super) fn copy_along<S: Shape, T: Copy>(
    axis: usize,
    count: usize,
    from: AlongAxis<&[T]>,
    to: AlongAxis<&mut [T]>,
) {
    // How often the axis is iterated over, and how many elements are contiguous at each position of it.
    let (often, together) = (product(&S::DIMS[..axis]), product(&S::DIMS[axis + 1..]));
    for walk in 0..often {
        let read = &from.numbers[(walk * from.size + from.start) * together..][..count * together];
        to.numbers[(walk * to.size + to.start) * together..][..count * together].copy_from_slice(read);
    }
}
