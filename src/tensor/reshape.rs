//! The same elements in another shape. Nothing is copied: these are views.

use typenum::U1;

use super::{Placed, Tensor};
use crate::element::Element;
use crate::plain::{Plain, cast, cast_mut, view, view_mut};
use crate::shape::{Axis, Flat, HasAxis, InsertAxis, Shape};

/// A shape that holds as many elements as `R`.
#[diagnostic::on_unimplemented(
    message = "a tensor of {Here} cannot become one of {There}",
    label = "this is of {Here}, which does not hold as many elements as {There}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait ReshapeTo<R, Here = <Self as Shape>::Decimal, There = <R as Shape>::Decimal>: Shape {}

impl<Here, There, S: Flat, R: Flat> ReshapeTo<R, Here, There> for S where
    S::Flat: SameCount<R::Flat, <S::Flat as Shape>::Decimal, <R::Flat as Shape>::Decimal, Here, There>
{
}

/// Holds for shapes of as many elements.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: {Here} holds {Count} elements, but {There} holds {Other}",
    label = "these are {Count} elements, not {Other}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait SameCount<N, Count, Other, Here, There> {}
#[diagnostic::do_not_recommend]
impl<N, Count, Other, Here, There> SameCount<N, Count, Other, Here, There> for N {}

/// A shape whose axis `AXIS` is of size 1, and can be removed.
#[diagnostic::on_unimplemented(
    message = "axis {AXIS} of a tensor of {Sizes} cannot be removed",
    label = "only an axis of size 1 can be removed",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait Squeeze<const AXIS: usize, Sizes = <Self as Shape>::Decimal>: Shape {
    /// The shape without that axis.
    type Out: Shape;
}
impl<const AXIS: usize, Sizes, S: Shape + HasAxis<AXIS>> Squeeze<AXIS, Sizes> for S
where
    S::Size: IsOne<AXIS, <S::Size as Shape>::Decimal, Sizes>,
{
    type Out = S::Without;
}

/// An axis of size 1.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "axis {AXIS} of a tensor of {Sizes} is {Size}, not 1",
    label = "this axis is {Size}; only an axis of size 1 can be removed",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait IsOne<const AXIS: usize, Size, Sizes> {}
#[diagnostic::do_not_recommend]
impl<const AXIS: usize, Size, Sizes> IsOne<AXIS, Size, Sizes> for U1 {}

impl<S: Shape, T: Element> Tensor<S, T> {
    /// Views the elements, in the same order, in another shape of as many.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(*matrix.reshape::<(U3, U2)>(), Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
    /// ```
    pub fn reshape<R: Shape>(&self) -> &Tensor<R, T>
    where
        S: ReshapeTo<R>,
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
        S: ReshapeTo<R>,
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
    pub fn squeeze<const AXIS: usize>(&self, axis: Axis<AXIS>) -> &Tensor<S::Out, T>
    where
        S: Squeeze<AXIS>,
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
    pub fn unsqueeze<const AXIS: usize>(&self, axis: Axis<AXIS>) -> &Tensor<S::With<U1>, T>
    where
        S: InsertAxis<AXIS>,
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
    pub fn rows(&self) -> &[Tensor<S::Without, T>]
    where
        S: Shape + HasAxis<0>,
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
    pub fn rows_mut(&mut self) -> &mut [Tensor<S::Without, T>]
    where
        S: Shape + HasAxis<0>,
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
        Self::Shape: ReshapeTo<R>,
    {
        self.recast()
    }
}

impl<P: Placed> IntoShape for P {}
