//! The same elements in another shape. Nothing is copied: these are views.

use typenum::U1;

use super::{Placed, Tensor};
use crate::decimal::{self, Unlike};
use crate::element::Element;
use crate::plain::{Plain, cast, cast_mut, view, view_mut};
use crate::shape::{
    Axis, AxisAt, Flat, HasAxis, IndexBefore, IndexWith, InsertedAxis, MissingAxis, Shape, WithoutAxis,
};

/// A shape that holds as many elements as `R`: the bound that generic code asks for.
pub trait ReshapeTo<R: Shape>:
    Counted<R, Count: SameCount<<Self as Counted<R>>::Other, Self::Decimal, R::Decimal>>
{
}
#[diagnostic::do_not_recommend]
impl<R: Shape, S: Counted<R, Count: SameCount<S::Other, S::Decimal, R::Decimal>>> ReshapeTo<R> for S {}

/// The numbers of elements of two shapes, in decimal.
#[doc(hidden)]
pub trait Counted<R>: Shape {
    type Count;
    type Other;
}
impl<S: Flat, R: Flat> Counted<R> for S {
    type Count = <S::Flat as Shape>::Decimal;
    type Other = <R::Flat as Shape>::Decimal;
}

/// Holds for shapes of as many elements.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: {Here} holds {Self} elements, but {There} holds {Other}",
    label = "these are {Self} elements, not {Other}"
)]
pub trait SameCount<Other, Here, There> {}
#[diagnostic::do_not_recommend]
impl<Count, Here, There> SameCount<Count, Here, There> for Count {}
#[diagnostic::do_not_recommend]
impl<Count, Here, There> SameCount<Unlike<Count>, Here, There> for Count {}

/// A shape whose axis `AXIS` is of size 1, and can be removed: the bound that generic code asks for.
pub trait Squeeze<const AXIS: usize>:
    HasAxis<AXIS, Size: Shape<Decimal: IsOne<AXIS, <Self as Shape>::Decimal>>>
{
}
#[diagnostic::do_not_recommend]
impl<const AXIS: usize, S: HasAxis<AXIS, Size: Shape<Decimal: IsOne<AXIS, S::Decimal>>>> Squeeze<AXIS> for S {}

/// An axis of size 1.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "axis {AXIS} of a tensor of {Sizes} is {Self}, not 1",
    label = "this axis is {Self}; only an axis of size 1 can be removed"
)]
pub trait IsOne<const AXIS: usize, Sizes> {}
#[diagnostic::do_not_recommend]
impl<const AXIS: usize, Sizes> IsOne<AXIS, Sizes> for decimal::U<1> {}
#[diagnostic::do_not_recommend]
impl<const AXIS: usize, Sizes> IsOne<AXIS, Sizes> for <MissingAxis as Shape>::Decimal {}

impl<S: Shape, T: Element> Tensor<S, T> {
    /// Views the elements, in the same order, in another shape of as many.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(*matrix.reshape::<(U3, U2)>(), Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
    /// ```
    #[doc(alias("view"))]
    pub fn reshape<R: Shape>(&self) -> &Tensor<R, T>
    where
        S: Counted<R>,
        S::Count: SameCount<S::Other, S::Decimal, R::Decimal>,
    {
        &cast(core::slice::from_ref(self))[0]
    }

    /// [`reshape`](Self::reshape) for mutable access.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let mut matrix = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// matrix.reshape_mut::<U4>()[3] = 0.0;
    /// assert_eq!(matrix, Tensor::from([[1.0, 2.0], [3.0, 0.0]]));
    /// ```
    pub fn reshape_mut<R: Shape>(&mut self) -> &mut Tensor<R, T>
    where
        S: Counted<R>,
        S::Count: SameCount<S::Other, S::Decimal, R::Decimal>,
    {
        &mut cast_mut(core::slice::from_mut(self))[0]
    }

    /// Views all elements as a vector.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let vector: &Tensor<U4> = Tensor::from([[1.0, 2.0], [3.0, 4.0]]).flatten();
    /// ```
    #[doc(alias("ravel"))]
    pub fn flatten(&self) -> &Tensor<S::Flat, T>
    where
        S: Flat,
    {
        &cast(core::slice::from_ref(self))[0]
    }

    /// Removes an axis of size 1.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let row = Tensor::from([[1.0, 2.0]]);
    /// assert_eq!(*row.squeeze(Axis::<0>), Tensor::from([1.0, 2.0]));
    /// ```
    pub fn squeeze<const AXIS: usize>(&self, axis: Axis<AXIS>) -> &Tensor<WithoutAxis<S, AXIS>, T>
    where
        S: AxisAt<AXIS, Index: IndexWith<AXIS, S::Decimal>>,
        <S::Size as Shape>::Decimal: IsOne<AXIS, S::Decimal>,
    {
        let _ = axis;
        &cast(core::slice::from_ref(self))[0]
    }

    /// Inserts an axis of size 1, which is then axis `AXIS`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let vector = Tensor::from([1.0, 2.0]);
    /// assert_eq!(*vector.unsqueeze(Axis::<0>), Tensor::from([[1.0, 2.0]]));
    /// assert_eq!(*vector.unsqueeze(Axis::<1>), Tensor::from([[1.0], [2.0]]));
    /// ```
    #[doc(alias("expand_dims"))]
    pub fn unsqueeze<const AXIS: usize>(&self, axis: Axis<AXIS>) -> &Tensor<InsertedAxis<S, AXIS, U1>, T>
    where
        S: AxisAt<AXIS, Index: IndexBefore<AXIS, S::Decimal>>,
    {
        let _ = axis;
        &cast(core::slice::from_ref(self))[0]
    }

    /// The parts along the first axis: the rows of a matrix, the channels of an image.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// let sums: Vec<f32> = matrix.rows().iter().map(|row| row.sum()).collect();
    /// assert_eq!(sums, [3.0, 7.0]);
    /// ```
    pub fn rows(&self) -> &[Tensor<WithoutAxis<S, 0>, T>]
    where
        S: AxisAt<0, Index: IndexWith<0, S::Decimal>>,
    {
        view(self.as_slice(), S::DIMS[0])
    }

    /// [`rows`](Self::rows) for mutable access.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let mut matrix = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// matrix.rows_mut()[1] *= 10.0;
    /// assert_eq!(matrix, Tensor::from([[1.0, 2.0], [30.0, 40.0]]));
    /// ```
    pub fn rows_mut(&mut self) -> &mut [Tensor<WithoutAxis<S, 0>, T>]
    where
        S: AxisAt<0, Index: IndexWith<0, S::Decimal>>,
    {
        view_mut(self.as_mut_slice(), S::DIMS[0])
    }
}

/// Another shape for a tensor by value.
pub trait IntoShape: Placed {
    /// [`reshape`](Tensor::reshape) by value; what is in a `Box` is not moved.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let vector: Tensor<U4> = Tensor::from([[1.0, 2.0], [3.0, 4.0]]).into_shape();
    /// assert_eq!(vector, Tensor::from([1.0, 2.0, 3.0, 4.0]));
    /// ```
    fn into_shape<R: Shape>(self) -> Self::With<R>
    where
        Self::Shape: Counted<R>,
        <Self::Shape as Counted<R>>::Count:
            SameCount<<Self::Shape as Counted<R>>::Other, <Self::Shape as Shape>::Decimal, R::Decimal>,
    {
        self.recast()
    }
}

impl<P: Placed> IntoShape for P {}
