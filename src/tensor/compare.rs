//! Comparisons element by element: masks of 0 and 1, and choices by them.

use super::broadcast::{Operand, combined};
use super::{Functions, Placed};
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::{AppendOf, Becomes, DecimalOf, Dim, OneMore, RanksOf, Shape};

/// 1 if it holds, else 0.
#[inline]
fn mask<T: Element>(holds: bool) -> T {
    if holds { T::ONE } else { T::ZERO }
}

/// Comparisons of each element with a number, or with a tensor that is broadcast. They return a **mask**: a
/// tensor that is 1 where the comparison holds and 0 elsewhere. `sum` counts it, `*` is the conjunction of two,
/// `1.0 - mask` its negation.
pub trait Compare: Placed {
    /// The mask of `x == y`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0, 3.0]).equal(2.0), Tensor::from([0.0, 1.0, 0.0]));
    /// ```
    fn equal<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), |x, y| mask(x == y))
    }

    /// The mask of `x != y`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0, 3.0]).not_equal(2.0), Tensor::from([1.0, 0.0, 1.0]));
    /// ```
    fn not_equal<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), |x, y| mask(x != y))
    }

    /// The mask of `x < y`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0, 3.0]).less(2.0), Tensor::from([1.0, 0.0, 0.0]));
    /// ```
    fn less<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), |x, y| mask(x < y))
    }

    /// The mask of `x <= y`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0, 3.0]).less_equal(2.0), Tensor::from([1.0, 1.0, 0.0]));
    /// ```
    fn less_equal<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), |x, y| mask(x <= y))
    }

    /// The mask of `x > y`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0, 3.0]).greater(2.0), Tensor::from([0.0, 0.0, 1.0]));
    /// ```
    fn greater<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), |x, y| mask(x > y))
    }

    /// The mask of `x >= y`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0, 3.0]).greater_equal(2.0), Tensor::from([0.0, 1.0, 1.0]));
    /// ```
    fn greater_equal<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), |x, y| mask(x >= y))
    }

    /// Returns the elements of `yes` where this mask is not 0, those of `no` elsewhere.
    ///
    /// # Shapes
    ///
    /// The mask's shape; `yes` and `no` are broadcast to it.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let x = Tensor::from([-1.0, 2.0, -3.0]);
    /// assert_eq!(x.less(0.0).select(10.0, &x), Tensor::from([10.0, 2.0, 10.0]));
    /// ```
    fn select<Y: Operand<Self::Element>, N: Operand<Self::Element>>(&self, yes: Y, no: N) -> Self
    where
        DecimalOf<Y::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<Y::Shape, Self::Shape>>,
        DecimalOf<N::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<N::Shape, Self::Shape>>,
    {
        let (zero, mask) = (Self::Element::ZERO, self.tensor().as_slice());
        let yes = combined(self, yes.operand(), |_, yes| yes);
        let mut chosen = combined(self, no.operand(), |_, no| no);
        let numbers = chosen.tensor_mut().as_mut_slice().iter_mut();
        for (chosen, (yes, mask)) in numbers.zip(yes.tensor().as_slice().iter().zip(mask)) {
            *chosen = if *mask == zero { *chosen } else { *yes };
        }
        chosen
    }

    /// The smaller of both; NaN if one of them is.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 3.0]).minimum(2.0), Tensor::from([1.0, 2.0]));
    /// ```
    fn minimum<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), Element::minimum)
    }

    /// The larger of both; NaN if one of them is.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 3.0]).maximum(2.0), Tensor::from([2.0, 3.0]));
    /// ```
    fn maximum<R: Operand<Self::Element>>(&self, right: R) -> Self
    where
        DecimalOf<R::Shape>: Becomes<DecimalOf<Self::Shape>, RanksOf<R::Shape, Self::Shape>>,
    {
        combined(self, right.operand(), Element::maximum)
    }

    /// Clamps each element to `[low, high]`; NaN stays NaN.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([-5.0, 0.5, 7.0]).clamp(0.0, 1.0), Tensor::from([0.0, 0.5, 1.0]));
    /// ```
    fn clamp(&self, low: Self::Element, high: Self::Element) -> Self {
        self.map(|x| {
            let x = if x < low { low } else { x };
            if x > high { high } else { x }
        })
    }

    /// Returns, for each element, a row of `N` that is 1 at the element's value as an index and 0 elsewhere;
    /// a row of zeros if the value is no such index. The inverse of
    /// [`argmax_axis`](super::Reductions::argmax_axis).
    ///
    /// # Shapes
    ///
    /// `S` gets an axis of `N` after its last.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let labels = Tensor::from([2.0, 0.0]);
    /// assert_eq!(labels.one_hot::<U3>(), Tensor::from([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]));
    /// ```
    fn one_hot<N: Dim>(&self) -> Self::With<AppendOf<Self::Shape, N>>
    where
        <Self::Shape as Shape>::Index: OneMore<<Self::Shape as Shape>::Decimal>,
    {
        let labels = self.tensor().as_slice();
        Self::generate(|position| {
            mask(labels[position / N::SIZE] == Self::Element::from_f64((position % N::SIZE) as f64))
        })
    }
}

impl<P: Placed> Compare for P {}
