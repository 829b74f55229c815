//! Joining tensors along an axis, and taking them apart: `concat`, `stack`, `split`.

use core::ops::{Add, Sub};

use typenum::{Const, Diff, IsLessOrEqual, LeEq, Max, Maximum, Sum, ToUInt, U0};

use super::slice::{Fits, Stretch, copy_along};
use super::{Placed, Tensor};
use crate::dim::Dim;
use crate::plain::Plain;
use crate::shape::{Axis, HasAxis, InsertAxis, Shape};

/// A shape that can be joined with `R` along an axis: all other axes are the same.
#[diagnostic::on_unimplemented(
    message = "shape mismatch: tensors of {Left} and of {Right} cannot be joined along axis {AXIS}",
    label = "{Left} and {Right} differ in more than axis {AXIS}, or have no such axis",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait ConcatWith<const AXIS: usize, R, Left = <Self as Shape>::Decimal, Right = <R as Shape>::Decimal>:
    Shape
{
    /// The shape of both, along the axis as long as both together.
    type Out: Shape;
}

#[diagnostic::do_not_recommend]
impl<const AXIS: usize, Left, Right, S, R> ConcatWith<AXIS, R, Left, Right> for S
where
    S: Shape + HasAxis<AXIS, Size: Add<R::Size, Output: Dim>>,
    R: Shape + HasAxis<AXIS>,
    S::Without: SameOthers<R::Without, AXIS, Left, Right>,
{
    type Out = <S as HasAxis<AXIS>>::With<Sum<S::Size, R::Size>>;
}

/// The same axes, but for the one along which two tensors are joined.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: tensors of {Left} and of {Right} cannot be joined along axis {AXIS}",
    label = "{Left} and {Right} differ in more than axis {AXIS}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait SameOthers<R, const AXIS: usize, Left, Right> {}
#[diagnostic::do_not_recommend]
impl<S, const AXIS: usize, Left, Right> SameOthers<S, AXIS, Left, Right> for S {}

/// A shape that can be cut after the first `N` of an axis.
#[diagnostic::on_unimplemented(
    message = "a tensor of {Sizes} cannot be cut like this along axis {AXIS}",
    label = "there are fewer along the axis",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait SplitAxis<const AXIS: usize, N: Dim, Sizes = <Self as Shape>::Decimal>: Shape {
    /// The shape of the first `N`.
    type First: Shape;
    /// The shape of the others.
    type Rest: Shape;
}

impl<const AXIS: usize, N, Sizes, S> SplitAxis<AXIS, N, Sizes> for S
where
    S: Shape + HasAxis<AXIS>,
    N: Dim + IsLessOrEqual<S::Size>,
    LeEq<N, S::Size>: Fits<U0, N, S::Size>,
    // Sizes that do not fit are told in decimal, by `Fits`: the difference itself never fails.
    S::Size: Max<N>,
    Maximum<S::Size, N>: Sub<N, Output: Dim>,
{
    type First = <S as HasAxis<AXIS>>::With<N>;
    type Rest = <S as HasAxis<AXIS>>::With<Diff<Maximum<S::Size, N>, N>>;
}

/// Joining and taking apart.
pub trait Joining: Placed {
    /// The one after the other along an axis.
    ///
    /// # Shapes
    ///
    /// `(.., A, ..)` and `(.., B, ..)` give `(.., A + B, ..)`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let (left, right) = (Tensor::from([[1.0], [2.0]]), Tensor::from([[3.0, 4.0], [5.0, 6.0]]));
    /// let both: Tensor<(U2, U3)> = left.concat(Axis::<1>, &right);
    /// assert_eq!(both, Tensor::from([[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]]));
    /// ```
    fn concat<const AXIS: usize, R: Shape>(
        &self,
        axis: Axis<AXIS>,
        right: &Tensor<R, Self::Element>,
    ) -> Self::With<<Self::Shape as ConcatWith<AXIS, R>>::Out>
    where
        Self::Shape: ConcatWith<AXIS, R>,
    {
        let _ = axis;
        let mut out = Self::zeros::<<Self::Shape as ConcatWith<AXIS, R>>::Out>();
        let numbers = out.tensor_mut().as_mut_slice();
        let (first, second) = (Self::Shape::DIMS[AXIS], R::DIMS[AXIS]);
        let size = first + second;
        let from = Stretch { numbers: self.tensor().as_slice(), size: first, start: 0 };
        let to = Stretch { numbers: &mut *numbers, size, start: 0 };
        copy_along::<Self::Shape, _>(AXIS, first, from, to);
        let from = Stretch { numbers: right.as_slice(), size: second, start: 0 };
        let to = Stretch { numbers, size, start: first };
        copy_along::<R, _>(AXIS, second, from, to);
        out
    }

    /// The first `N` along an axis, and the others.
    ///
    /// # Shapes
    ///
    /// `(.., A, ..)` gives `(.., N, ..)` and `(.., A - N, ..)`.
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
    ) -> (
        Self::With<<Self::Shape as SplitAxis<AXIS, N>>::First>,
        Self::With<<Self::Shape as SplitAxis<AXIS, N>>::Rest>,
    )
    where
        Self::Shape: SplitAxis<AXIS, N>,
    {
        let (numbers, size) = (self.tensor().as_slice(), Self::Shape::DIMS[AXIS]);
        let mut first = Self::zeros::<<Self::Shape as SplitAxis<AXIS, N>>::First>();
        let from = Stretch { numbers, size, start: 0 };
        let to = Stretch { numbers: first.tensor_mut().as_mut_slice(), size: N::SIZE, start: 0 };
        copy_along::<Self::Shape, _>(AXIS, N::SIZE, from, to);
        let mut rest = Self::zeros::<<Self::Shape as SplitAxis<AXIS, N>>::Rest>();
        let from = Stretch { numbers, size, start: N::SIZE };
        let to = Stretch { numbers: rest.tensor_mut().as_mut_slice(), size: size - N::SIZE, start: 0 };
        copy_along::<Self::Shape, _>(AXIS, size - N::SIZE, from, to);
        (first, rest)
    }

    /// Tensors of one shape beside each other, along a new axis.
    ///
    /// # Shapes
    ///
    /// `N` tensors of `S` give `S` with an axis of `N`.
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
    ) -> Self::With<<Self::Shape as InsertAxis<AXIS>>::With<N>>
    where
        Self::Shape: InsertAxis<AXIS>,
        Const<COUNT>: ToUInt<Output = N>,
    {
        let _ = axis;
        let mut out = Self::zeros::<<Self::Shape as InsertAxis<AXIS>>::With<N>>();
        let numbers = out.tensor_mut().as_mut_slice();
        // Numbers that stay together: those of the axes after the new one.
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
