//! Joining and splitting tensors along an axis: `concat`, `stack`, `split`.

use core::ops::{Add, Sub};

use typenum::{Const, Diff, IsLessOrEqual, LeEq, Max, Maximum, Sum, ToUInt};

use super::slice::{AlongAxis, Fits, copy_along};
use super::{Placed, Tensor};
use crate::decimal::{self, Unlike};
use crate::plain::Plain;
use crate::shape::{Axis, AxisAt, Dim, HasAxis, IndexBefore, IndexWith, InsertedAxis, Shape, WithAxis};

/// A shape that can be joined with `R` along an axis: all other axes are the same. The bound that generic code asks
/// for.
pub trait ConcatWith<const AXIS: usize, R: Shape>:
    HasAxis<AXIS>
    + Joined<AXIS, R, Others: SameOthers<<Self as Joined<AXIS, R>>::Theirs, AXIS, Self::Decimal, R::Decimal>>
{
}
#[diagnostic::do_not_recommend]
impl<const AXIS: usize, R: Shape, S> ConcatWith<AXIS, R> for S where
    S: HasAxis<AXIS> + Joined<AXIS, R, Others: SameOthers<S::Theirs, AXIS, S::Decimal, R::Decimal>>
{
}

/// The shape of two tensors joined along an axis, where the left one's is [`ConcatWith`] the right one's.
pub type ConcatOf<const AXIS: usize, L, R> = <L as Joined<AXIS, R>>::Out;

/// Two shapes along an axis, whether or not the other axes are the same.
#[doc(hidden)]
pub trait Joined<const AXIS: usize, R>: Shape {
    /// The shape of both, along the axis as long as both together.
    type Out: Shape;
    /// All other axes of both, in decimal, and the types of the indices, which tell the ranks.
    type Others;
    type Theirs;
}
impl<const AXIS: usize, S, R> Joined<AXIS, R> for S
where
    S: AxisAt<AXIS, Size: Add<R::Size, Output: Dim>>,
    R: AxisAt<AXIS>,
{
    type Out = WithAxis<S, AXIS, Sum<S::Size, R::Size>>;
    type Others = (<S::Without as Shape>::Decimal, S::Index);
    type Theirs = (<R::Without as Shape>::Decimal, R::Index);
}

/// The same axes, but for the one along which two tensors are joined; in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: tensors of {Left} and of {Right} cannot be joined along axis {AXIS}",
    label = "{Left} and {Right} differ in more than axis {AXIS}"
)]
pub trait SameOthers<R, const AXIS: usize, Left, Right> {}
#[diagnostic::do_not_recommend]
impl<S, I, const AXIS: usize, Left, Right> SameOthers<(S, I), AXIS, Left, Right> for (S, I) {}
#[diagnostic::do_not_recommend]
impl<S, I, const AXIS: usize, Left, Right> SameOthers<(Unlike<S>, I), AXIS, Left, Right> for (S, I) {}

/// A shape that can be split after the first `N` positions of an axis: the bound that generic code asks for.
pub trait SplitAxis<const AXIS: usize, N: Dim>:
    HasAxis<AXIS> + Parts<AXIS, N, Inside: Fits<decimal::U<0>, N::Decimal, <Self as Parts<AXIS, N>>::Length>>
{
}
#[diagnostic::do_not_recommend]
impl<const AXIS: usize, N: Dim, S> SplitAxis<AXIS, N> for S where
    S: HasAxis<AXIS> + Parts<AXIS, N, Inside: Fits<decimal::U<0>, N::Decimal, S::Length>>
{
}

/// The two parts of a shape, whether or not the axis is long enough.
#[doc(hidden)]
pub trait Parts<const AXIS: usize, N: Dim>: Shape {
    /// The shape of the first `N`.
    type First: Shape;
    /// The shape of the others.
    type Rest: Shape;
    /// Whether the axis is long enough.
    type Inside;
    /// The axis's size, in decimal.
    type Length;
}
impl<const AXIS: usize, N, S> Parts<AXIS, N> for S
where
    S: AxisAt<AXIS>,
    N: Dim + IsLessOrEqual<S::Size>,
    // The difference itself never fails.
    S::Size: Max<N>,
    Maximum<S::Size, N>: Sub<N, Output: Dim>,
{
    type First = WithAxis<S, AXIS, N>;
    type Rest = WithAxis<S, AXIS, Diff<Maximum<S::Size, N>, N>>;
    type Inside = LeEq<N, S::Size>;
    type Length = <S::Size as Shape>::Decimal;
}

/// Joining and splitting.
pub trait Joining: Placed {
    /// Returns this tensor followed by `right` along an axis.
    ///
    /// # Shapes
    ///
    /// `(.., A, ..)` and `(.., B, ..)` become `(.., A + B, ..)`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let (left, right) = (Tensor::from([[1.0], [2.0]]), Tensor::from([[3.0, 4.0], [5.0, 6.0]]));
    /// let both: Tensor<(U2, U3)> = left.concat(Axis::<1>, &right);
    /// assert_eq!(both, Tensor::from([[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]]));
    /// ```
    #[doc(alias("cat", "concatenate"))]
    fn concat<const AXIS: usize, R: Shape>(
        &self,
        axis: Axis<AXIS>,
        right: &Tensor<R, Self::Element>,
    ) -> Self::With<ConcatOf<AXIS, Self::Shape, R>>
    where
        Self::Shape: Joined<AXIS, R>,
        <Self::Shape as Shape>::Index: IndexWith<AXIS, <Self::Shape as Shape>::Decimal>,
        <Self::Shape as Joined<AXIS, R>>::Others: SameOthers<
                <Self::Shape as Joined<AXIS, R>>::Theirs,
                AXIS,
                <Self::Shape as Shape>::Decimal,
                R::Decimal,
            >,
    {
        let _ = axis;
        let mut out = Self::zeros::<ConcatOf<AXIS, Self::Shape, R>>();
        let numbers = out.tensor_mut().as_mut_slice();
        let (first, second) = (Self::Shape::DIMS[AXIS], R::DIMS[AXIS]);
        let size = first + second;
        let from = AlongAxis { numbers: self.tensor().as_slice(), size: first, start: 0 };
        let to = AlongAxis { numbers: &mut *numbers, size, start: 0 };
        copy_along::<Self::Shape, _>(AXIS, first, from, to);
        let from = AlongAxis { numbers: right.as_slice(), size: second, start: 0 };
        let to = AlongAxis { numbers, size, start: first };
        copy_along::<R, _>(AXIS, second, from, to);
        out
    }

    /// Returns the first `N` positions along an axis, and the rest.
    ///
    /// # Shapes
    ///
    /// `(.., A, ..)` becomes `(.., N, ..)` and `(.., A - N, ..)`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let (first, rest) = Tensor::from([[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]]).split::<1, U1>();
    /// assert_eq!(first, Tensor::from([[1.0], [2.0]]));
    /// assert_eq!(rest, Tensor::from([[3.0, 4.0], [5.0, 6.0]]));
    /// ```
    #[allow(clippy::type_complexity)] // two tensors
    fn split<const AXIS: usize, N: Dim>(
        &self,
    ) -> (Self::With<<Self::Shape as Parts<AXIS, N>>::First>, Self::With<<Self::Shape as Parts<AXIS, N>>::Rest>)
    where
        Self::Shape: Parts<AXIS, N>,
        <Self::Shape as Shape>::Index: IndexWith<AXIS, <Self::Shape as Shape>::Decimal>,
        <Self::Shape as Parts<AXIS, N>>::Inside:
            Fits<decimal::U<0>, N::Decimal, <Self::Shape as Parts<AXIS, N>>::Length>,
    {
        let (numbers, size) = (self.tensor().as_slice(), Self::Shape::DIMS[AXIS]);
        let mut first = Self::zeros::<<Self::Shape as Parts<AXIS, N>>::First>();
        let from = AlongAxis { numbers, size, start: 0 };
        let to = AlongAxis { numbers: first.tensor_mut().as_mut_slice(), size: N::SIZE, start: 0 };
        copy_along::<Self::Shape, _>(AXIS, N::SIZE, from, to);
        let mut rest = Self::zeros::<<Self::Shape as Parts<AXIS, N>>::Rest>();
        let from = AlongAxis { numbers, size, start: N::SIZE };
        let to = AlongAxis { numbers: rest.tensor_mut().as_mut_slice(), size: size - N::SIZE, start: 0 };
        copy_along::<Self::Shape, _>(AXIS, size - N::SIZE, from, to);
        (first, rest)
    }

    /// Returns tensors of one shape stacked along a new axis.
    ///
    /// # Shapes
    ///
    /// `N` tensors of `S` become `S` with a new axis of size `N`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let (first, second) = (Tensor::from([1.0, 2.0]), Tensor::from([3.0, 4.0]));
    /// assert_eq!(Tensor::stack(Axis::<0>, [&first, &second]), Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    /// assert_eq!(Tensor::stack(Axis::<1>, [&first, &second]), Tensor::from([[1.0, 3.0], [2.0, 4.0]]));
    /// ```
    fn stack<const AXIS: usize, const COUNT: usize, N: Dim>(
        axis: Axis<AXIS>,
        parts: [&Self; COUNT],
    ) -> Self::With<InsertedAxis<Self::Shape, AXIS, N>>
    where
        Self::Shape: AxisAt<AXIS>,
        <Self::Shape as Shape>::Index: IndexBefore<AXIS, <Self::Shape as Shape>::Decimal>,
        Const<COUNT>: ToUInt<Output = N>,
    {
        let _ = axis;
        let mut out = Self::zeros::<InsertedAxis<Self::Shape, AXIS, N>>();
        let numbers = out.tensor_mut().as_mut_slice();
        // Elements that stay together: those of the axes after the new one.
        let run: usize = Self::Shape::DIMS[AXIS..].iter().product();
        for (place, part) in parts.into_iter().enumerate() {
            let runs = part.tensor().as_slice().chunks_exact(run.max(1));
            for (run, to) in runs.zip(numbers.chunks_exact_mut(run.max(1)).skip(place).step_by(COUNT)) {
                to.copy_from_slice(run);
            }
        }
        out
    }
}

impl<P: Placed> Joining for P {}
