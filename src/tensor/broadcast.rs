//! Tensors of two shapes, element by element: the right one is broadcast to the left one's shape.

use alloc::boxed::Box;

use super::Tensor;
use super::place::Placed;
use super::runs::RunsOver;
use crate::element::Element;
use crate::plain::{Plain, cast};
use crate::shape::{Becomes, DecimalOf, RanksOf, Shape};

/// A right operand for a tensor of `T`: a number, or a tensor that is [broadcast](crate::shape::BroadcastTo), by value or by
/// reference. Generic code asks for one that fits a shape `S` by `Operand<T, Shape: BroadcastTo<S>>`.
#[diagnostic::on_unimplemented(
    message = "this is no operand for a tensor of `{T}`",
    label = "neither a tensor of `{T}` nor a number"
)]
pub trait Operand<T: Element> {
    /// The operand's own shape; `()` for a number.
    type Shape: Shape;
    /// The operand as a tensor.
    fn operand(&self) -> &Tensor<Self::Shape, T>;
}

impl<T: Element> Operand<T> for T {
    type Shape = ();
    #[inline]
    fn operand(&self) -> &Tensor<(), T> {
        &cast(core::slice::from_ref(self))[0]
    }
}

macro_rules! operand {
    ($($of:ty),*) => {$(
        impl<R: Shape, T: Element> Operand<T> for $of {
            type Shape = R;
            #[inline]
            fn operand(&self) -> &Tensor<R, T> {
                self
            }
        }
    )*};
}
operand!(Tensor<R, T>, &Tensor<R, T>, Box<Tensor<R, T>>, &Box<Tensor<R, T>>);

/// Broadcasting by itself, and with any function of two elements.
pub trait Broadcast: Placed {
    /// Returns the tensor repeated along axes of size 1, and along axes missing in front.
    ///
    /// Operators broadcast their right operand by themselves, without the memory for it.
    ///
    /// # Shapes
    ///
    /// `S: BroadcastTo<R>` becomes `R`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let rows = Tensor::from([1.0, 2.0]).broadcast::<(U2, U2)>();
    /// assert_eq!(rows, Tensor::from([[1.0, 2.0], [1.0, 2.0]]));
    /// let columns = Tensor::from([[1.0], [2.0]]).broadcast::<(U2, U2)>();
    /// assert_eq!(columns, Tensor::from([[1.0, 1.0], [2.0, 2.0]]));
    /// ```
    fn broadcast<R: Shape>(&self) -> Self::With<R>
    where
        DecimalOf<Self::Shape>: Becomes<DecimalOf<R>, RanksOf<Self::Shape, R>>,
    {
        let mut repeated = Self::zeros::<R>();
        combine_in_place(repeated.tensor_mut(), self.tensor(), |_, number| number);
        repeated
    }

    /// Returns `function` of each element and the operand's element at the same index.
    ///
    /// # Shapes
    ///
    /// `S`, and an operand that is broadcast to it, give `S`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let lengths = Tensor::from([3.0_f32, 5.0]).zip_map(&Tensor::from([4.0, 12.0]), f32::hypot);
    /// assert_eq!(lengths, Tensor::from([5.0, 13.0]));
    /// ```
    fn zip_map<R: Operand<Self::Element>>(
        &self,
        right: R,
        function: impl Fn(Self::Element, Self::Element) -> Self::Element,
    ) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), function)
    }
}

impl<P: Placed> Broadcast for P {}

/// `function` of the elements of both, stored as the left one is.
#[inline]
pub(super) fn combined<P: Placed, R: Shape>(
    left: &P,
    right: &Tensor<R, P::Element>,
    function: impl Fn(P::Element, P::Element) -> P::Element,
) -> P {
    let (x, y) = (left.tensor().as_slice(), right.as_slice());
    if const { R::LEN == P::Shape::LEN } {
        P::like(|position| function(x[position], y[position]))
    } else if const { R::LEN == 1 } {
        let y = y[0];
        P::like(|position| function(x[position], y))
    } else {
        let runs = const { RunsOver::<P::Shape, R>::RUNS };
        let function = &function;
        // A run is combined with as many elements, or with one.
        if const { RunsOver::<P::Shape, R>::RUNS.shared } {
            P::like_in_runs(runs.len, |run| {
                let (x, y) = (&x[run * runs.len..][..runs.len], &y[runs.small_start(run)..][..runs.len]);
                move |place| function(x[place], y[place])
            })
        } else {
            P::like_in_runs(runs.len, |run| {
                let (x, y) = (&x[run * runs.len..][..runs.len], y[runs.small_start(run)]);
                move |place| function(x[place], y)
            })
        }
    }
}

/// `left = function(left, right)`, element by element.
#[inline]
pub(super) fn combine_in_place<S: Shape, R: Shape, T: Element>(
    left: &mut Tensor<S, T>,
    right: &Tensor<R, T>,
    function: impl Fn(T, T) -> T,
) {
    let runs = const { RunsOver::<S, R>::RUNS };
    let (left, right) = (left.as_mut_slice(), right.as_slice());
    for run in 0..runs.count {
        let (left, start) = (&mut left[run * runs.len..][..runs.len], runs.small_start(run));
        if runs.shared {
            for (x, y) in left.iter_mut().zip(&right[start..][..runs.len]) {
                *x = function(*x, *y);
            }
        } else {
            let y = right[start];
            left.iter_mut().for_each(|x| *x = function(*x, y));
        }
    }
}
