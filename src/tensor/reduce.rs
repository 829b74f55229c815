//! Reductions: over all axes, or over some.
//!
//! Sums are computed in several lanes side by side, so they are rounded otherwise, and less, than in one chain.

use super::best::{argmax, argmin, best};
use super::broadcast::{combine_in_place, combined};
use super::runs::RunsOver;
use super::softmax::LogSumExp;
use super::{Functions, Placed, Tensor};
use crate::element::Element;
use crate::implied::Knows;
use crate::kernel::{Exponential, add_row, sum, sum_rows};
use crate::plain::Plain;
use crate::shape::{
    self, Axis, AxisAt, EveryAxis, IndexWith, Keep, KeptAxis, OneAxis, Shape, WithoutAxis, product,
};

/// A shape that can be reduced over `Over`: an [`Axis`], which is removed; a [`Keep`], which stays with size
/// 1; or two or three of a kind, in ascending order. The bound that generic code asks for; [`ReducedOf`] is the shape of
/// the result.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::tensor::{ReduceAxes, ReducedOf};
///
/// let image = Tensor::<(U3, U28, U28)>::filled_with(|| 1.0);
/// let rows: Tensor<(U3, U28)> = image.sum_axis(Axis::<2>);
/// let kept: Tensor<(U3, U28, U1)> = image.sum_axis(Keep::<2>);
/// let channels: Tensor<U3> = image.sum_axis((Axis::<1>, Axis::<2>));
/// assert_eq!((rows[[0, 0]], kept[[0, 0, 0]], channels[0]), (28.0, 28.0, 784.0));
///
/// fn range<S: ReduceAxes<Axis<0>>>(of: &Tensor<S>) -> Tensor<ReducedOf<S, Axis<0>>> {
///     of.max_axis(Axis::<0>) - of.min_axis(Axis::<0>)
/// }
/// assert_eq!(range(&Tensor::from([[1.0, 5.0], [4.0, 2.0]])), Tensor::from([3.0, 3.0]));
/// ```
pub trait ReduceAxes<Over>:
    EveryAxis + Knows<Over, Itself: AxesOf<<Self as Shape>::Index, <Self as Shape>::Decimal>>
{
}
impl<S: EveryAxis, Over: AxesOf<S::Index, S::Decimal>> ReduceAxes<Over> for S {}

/// The shape of a reduction's result.
pub type ReducedOf<S, Over> = <Over as AxesOf<<S as Shape>::Index, <S as Shape>::Decimal>>::Out<S>;
/// The shape of the result with the reduced axes of size 1, so that it can be broadcast back.
pub type KeptOf<S, Over> = <Over as AxesOf<<S as Shape>::Index, <S as Shape>::Decimal>>::Kept<S>;

/// One axis or several of a shape, which is named by the type of its index, and by its sizes in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no axis or axes of a tensor of {Sizes}",
    label = "not an axis, nor several in ascending order",
    note = "one axis is `Axis::<0>` or `Keep::<0>`, several are `(Axis::<0>, Axis::<2>)`"
)]
pub trait AxesOf<Index, Sizes> {
    /// The shape of the result.
    type Out<S: EveryAxis>: Shape;
    /// The shape with these axes of size 1.
    type Kept<S: EveryAxis>: Shape;
}

impl<const AXIS: usize, Index: IndexWith<AXIS, Sizes>, Sizes> AxesOf<Index, Sizes> for Axis<AXIS>
where
    Self: OneAxis,
{
    type Out<S: EveryAxis> = <Self as OneAxis>::Without<S>;
    type Kept<S: EveryAxis> = <Self as OneAxis>::Kept<S>;
}

impl<const AXIS: usize, Index: IndexWith<AXIS, Sizes>, Sizes> AxesOf<Index, Sizes> for Keep<AXIS>
where
    Axis<AXIS>: OneAxis,
{
    type Out<S: EveryAxis> = <Axis<AXIS> as OneAxis>::Kept<S>;
    type Kept<S: EveryAxis> = <Axis<AXIS> as OneAxis>::Kept<S>;
}

/// Several axes, one after the other from the last on, so that none moves the next.
macro_rules! several {
    ($($first:literal $second:literal $($third:literal)?;)*) => {$(
        several!(@ $first $second $(, $third)?);
    )*};
    (@ $a:literal $b:literal) => {
        several!(@ $a $b: [$a $b]
            WithoutAxis<WithoutAxis<S, $b>, $a>,
            KeptAxis<KeptAxis<S, $b>, $a>
        );
    };
    (@ $a:literal $b:literal, $c:literal) => {
        several!(@ $a $b $c: [$a $b $c]
            WithoutAxis<WithoutAxis<WithoutAxis<S, $c>, $b>, $a>,
            KeptAxis<KeptAxis<KeptAxis<S, $c>, $b>, $a>
        );
    };
    // The last one is there, so the others are, too.
    (@ $first:literal $($more:literal)*: [$($axis:literal)*] $without:ty, $kept:ty) => {
        #[diagnostic::do_not_recommend]
        impl<Index, Sizes> AxesOf<Index, Sizes> for ($(Axis<$axis>,)*)
        where
            Index: $(IndexWith<$axis, Sizes> +)*,
        {
            type Out<S: EveryAxis> = $without;
            type Kept<S: EveryAxis> = $kept;
        }
        #[diagnostic::do_not_recommend]
        impl<Index, Sizes> AxesOf<Index, Sizes> for ($(Keep<$axis>,)*)
        where
            Index: $(IndexWith<$axis, Sizes> +)*,
        {
            type Out<S: EveryAxis> = $kept;
            type Kept<S: EveryAxis> = $kept;
        }
    };
}
several! {
    0 1; 0 2; 0 3; 0 4; 0 5; 1 2; 1 3; 1 4; 1 5; 2 3; 2 4; 2 5; 3 4; 3 5; 4 5;
    0 1 2; 0 1 3; 0 1 4; 0 1 5; 0 2 3; 0 2 4; 0 2 5; 0 3 4; 0 3 5; 0 4 5;
    1 2 3; 1 2 4; 1 2 5; 1 3 4; 1 3 5; 1 4 5; 2 3 4; 2 3 5; 2 4 5; 3 4 5;
}

/// Folds that are computed side by side: a vector, or several, of each type and instruction set.
const LANES: usize = 16;

/// Folds elements by `step`, and by `join` the results of parts of them, beginning with `start`, which changes
/// no result.
#[inline(always)]
fn fold<T: Element>(elements: &[T], start: T, step: impl Fn(T, T) -> T, join: impl Fn(T, T) -> T) -> T {
    let (chunks, rest) = elements.as_chunks::<LANES>();
    let mut all = start;
    if !chunks.is_empty() {
        let mut lanes = [start; LANES];
        for chunk in chunks {
            for lane in 0..LANES {
                lanes[lane] = step(lanes[lane], chunk[lane]);
            }
        }
        let mut half = LANES / 2;
        while half > 0 {
            for lane in 0..half {
                lanes[lane] = join(lanes[lane], lanes[lane + half]);
            }
            half /= 2;
        }
        all = lanes[0];
    }
    rest.iter().fold(all, |all, element| step(all, *element))
}

/// `Σ function(x)`.
#[inline(always)]
fn sum_mapped<T: Element>(elements: &[T], function: impl Fn(T) -> T) -> T {
    fold(elements, T::ZERO, |sum, x| sum + function(x), |a, b| a + b)
}

/// Folds over the axes that are 1 in `Kept`, into a tensor of shape `Out`, which has as many elements.
#[inline(always)]
fn folded<P: Placed, Kept: Shape, Out: Shape>(
    of: &P,
    start: P::Element,
    function: impl Fn(P::Element, P::Element) -> P::Element,
) -> P::With<Out> {
    let runs = const { RunsOver::<P::Shape, Kept>::RUNS };
    let numbers = of.tensor().as_slice();
    if !runs.shared && runs.count == Out::LEN {
        // Each run becomes an element.
        return P::generate(|run| fold(&numbers[run * runs.len..][..runs.len], start, &function, &function));
    }
    let initial = start;
    let mut out = P::generate(|_| initial);
    let folded = Placed::tensor_mut(&mut out).as_mut_slice();
    for run in 0..runs.count {
        let (run, start) = (&numbers[run * runs.len..][..runs.len], runs.small_start(run));
        if runs.shared {
            for (all, number) in folded[start..][..runs.len].iter_mut().zip(run) {
                *all = function(*all, *number);
            }
        } else {
            folded[start] = function(folded[start], fold(run, initial, &function, &function));
        }
    }
    out
}

/// [`folded`] by addition, four elements at a time.
#[inline]
fn summed<P: Placed, Kept: Shape, Out: Shape>(of: &P) -> P::With<Out> {
    let runs = const { RunsOver::<P::Shape, Kept>::RUNS };
    let each_is_a_number = !runs.shared && runs.count == Out::LEN;
    if !runs.shared && (!each_is_a_number || runs.len < 4) {
        return folded::<_, Kept, _>(of, P::Element::ZERO, |sum, x| sum + x);
    }
    let numbers = of.tensor().as_slice();
    let mut out = P::zeros();
    let sums = Placed::tensor_mut(&mut out).as_mut_slice();
    if each_is_a_number {
        sum_rows(numbers, runs.len, sums);
    } else {
        for run in 0..runs.count {
            add_row(&mut sums[runs.small_start(run)..][..runs.len], &numbers[run * runs.len..][..runs.len]);
        }
    }
    out
}

fn infinity<T: Element>() -> T {
    T::from_f64(f64::INFINITY)
}

/// How many elements are reduced to one.
fn count<T: Element, S: Shape, Out: Shape>() -> T {
    T::from_f64(S::LEN as f64 / Out::LEN as f64)
}

/// The shapes of a tensor that is reduced.
type ReducedShape<P, A> = ReducedOf<<P as Placed>::Shape, A>;
type KeptShape<P, A> = KeptOf<<P as Placed>::Shape, A>;

/// Reductions over axes; see [`ReduceAxes`] for what `axis` can be. Over all axes at once they are methods of
/// [`Tensor`], under the same names without `_axis`.
pub trait Reductions: Placed {
    /// `Σ x`; 0 for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(matrix.sum_axis(Axis::<0>), Tensor::from([4.0, 6.0]));
    /// assert_eq!(matrix.sum_axis(Keep::<1>), Tensor::from([[3.0], [7.0]]));
    /// ```
    #[inline]
    fn sum_axis<A>(&self, axis: A) -> Self::With<ReducedShape<Self, A>>
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        summed::<_, KeptShape<Self, A>, _>(self)
    }

    /// `Σ x / n`; NaN for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(matrix.mean_axis(Axis::<0>), Tensor::from([2.0, 3.0]));
    /// ```
    fn mean_axis<A>(&self, axis: A) -> Self::With<ReducedShape<Self, A>>
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let mut mean = self.sum_axis(axis);
        let count = count::<Self::Element, Self::Shape, ReducedShape<Self, A>>();
        mean.tensor_mut().map_in_place(|sum| sum / count);
        mean
    }

    /// The largest element, NaN if one of them is; -∞ for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 5.0], [3.0, 4.0]]);
    /// assert_eq!(matrix.max_axis(Axis::<0>), Tensor::from([3.0, 5.0]));
    /// ```
    fn max_axis<A>(&self, axis: A) -> Self::With<ReducedShape<Self, A>>
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        folded::<_, KeptShape<Self, A>, _>(self, -infinity::<Self::Element>(), Element::maximum)
    }

    /// The smallest element, NaN if one of them is; ∞ for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 5.0], [3.0, 4.0]]);
    /// assert_eq!(matrix.min_axis(Axis::<1>), Tensor::from([1.0, 3.0]));
    /// ```
    fn min_axis<A>(&self, axis: A) -> Self::With<ReducedShape<Self, A>>
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        folded::<_, KeptShape<Self, A>, _>(self, infinity(), Element::minimum)
    }

    /// `Σ (x - mean)² / n`: the population variance, not an estimate from a sample.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0], [3.0, 8.0]]);
    /// assert_eq!(matrix.variance_axis(Axis::<0>), Tensor::from([1.0, 9.0]));
    /// ```
    fn variance_axis<A>(&self, axis: A) -> Self::With<ReducedShape<Self, A>>
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let mut mean = summed::<_, KeptShape<Self, A>, KeptShape<Self, A>>(self);
        let count = count::<Self::Element, Self::Shape, ReducedShape<Self, A>>();
        mean.tensor_mut().map_in_place(|sum| sum / count);
        combined(self, mean.tensor(), |x, mean| (x - mean) * (x - mean)).mean_axis(axis)
    }

    /// `√Σ x²`, the length of vectors.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[3.0_f32, 4.0], [5.0, 12.0]]);
    /// assert_eq!(matrix.norm_axis(Axis::<1>), Tensor::from([5.0, 13.0]));
    /// ```
    fn norm_axis<A>(&self, axis: A) -> Self::With<ReducedShape<Self, A>>
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let mut norm = self.square().sum_axis(axis);
        norm.tensor_mut().map_in_place(Element::sqrt);
        norm
    }

    /// `ln Σ eˣ`, without overflow; -∞ for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1000.0_f32, f32::NEG_INFINITY], [0.0, 0.0]]);
    /// assert_eq!(matrix.log_sum_exp_axis(Axis::<1>), Tensor::from([1000.0, 2.0_f32.ln()]));
    /// ```
    fn log_sum_exp_axis<A>(&self, axis: A) -> Self::With<ReducedShape<Self, A>>
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let (largest, powers) = shifted_exp::<_, KeptShape<Self, A>>(self);
        let mut sums = powers.sum_axis(axis);
        let all = sums.tensor_mut().as_mut_slice().iter_mut();
        for (sum, largest) in all.zip(largest.tensor().as_slice()) {
            *sum = sum.ln() + *largest;
        }
        sums
    }

    /// `eˣ / Σ eˣ`, without overflow: probabilities from scores.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let scores = Tensor::from([[0.0, 0.0], [1000.0, 0.0]]);
    /// assert_eq!(scores.softmax(Axis::<1>), Tensor::from([[0.5, 0.5], [1.0, 0.0]]));
    /// ```
    fn softmax<A>(&self, axis: A) -> Self
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        let (_, mut powers) = shifted_exp::<_, KeptShape<Self, A>>(self);
        let sums = summed::<_, KeptShape<Self, A>, KeptShape<Self, A>>(&powers);
        combine_in_place(powers.tensor_mut(), sums.tensor(), |power, sum| power / sum);
        powers
    }

    /// `x - ln Σ eˣ`: the logarithms of [`softmax`](Self::softmax).
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let logarithms = Tensor::from([1000.0_f32, 0.0]).log_softmax(Axis::<0>);
    /// assert_eq!(logarithms, Tensor::from([0.0, -1000.0]));
    /// ```
    fn log_softmax<A>(&self, axis: A) -> Self
    where
        Self::Shape: EveryAxis,
        A: AxesOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        let (largest, powers) = shifted_exp::<_, KeptShape<Self, A>>(self);
        let mut logarithms = summed::<_, KeptShape<Self, A>, KeptShape<Self, A>>(&powers);
        logarithms.tensor_mut().map_in_place(Element::ln);
        // Subtracted one after the other: added to a large number, the logarithm would be rounded away.
        let mut shifted = combined(self, largest.tensor(), |x, largest| x - largest);
        combine_in_place(shifted.tensor_mut(), logarithms.tensor(), |x, logarithm| x - logarithm);
        shifted
    }

    /// The position of the largest element along an axis, of the first one of equals, or of the first NaN, as a
    /// number (exact below 2²⁴).
    ///
    /// # Panics
    ///
    /// Panics if the axis is of size 0 and the result has elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let scores = Tensor::from([[0.1, 0.9], [0.8, 0.2]]);
    /// assert_eq!(scores.argmax_axis(Axis::<1>), Tensor::from([1.0, 0.0]));
    /// ```
    fn argmax_axis<const AXIS: usize>(&self, axis: Axis<AXIS>) -> Self::With<WithoutAxis<Self::Shape, AXIS>>
    where
        Self::Shape: AxisAt<AXIS>,
        <Self::Shape as Shape>::Index: IndexWith<AXIS, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        best_along::<Self, AXIS>(self, |other, best| other <= best)
    }

    /// The position of the smallest element along an axis, by the rules of [`argmax_axis`](Self::argmax_axis).
    ///
    /// # Panics
    ///
    /// Panics if the axis is of size 0 and the result has elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let distances = Tensor::from([[0.1, 0.9], [0.8, 0.2]]);
    /// assert_eq!(distances.argmin_axis(Axis::<0>), Tensor::from([0.0, 1.0]));
    /// ```
    fn argmin_axis<const AXIS: usize>(&self, axis: Axis<AXIS>) -> Self::With<WithoutAxis<Self::Shape, AXIS>>
    where
        Self::Shape: AxisAt<AXIS>,
        <Self::Shape as Shape>::Index: IndexWith<AXIS, <Self::Shape as Shape>::Decimal>,
    {
        let _ = axis;
        best_along::<Self, AXIS>(self, |other, best| other >= best)
    }
}

impl<P: Placed> Reductions for P {}

/// The largest elements, and `exp(x - largest)` of each element.
fn shifted_exp<P: Placed, Kept: Shape>(of: &P) -> (P::With<Kept>, P) {
    let mut largest = folded::<_, Kept, Kept>(of, -infinity::<P::Element>(), Element::maximum);
    // The difference of two infinities would be NaN.
    largest.tensor_mut().map_in_place(|x| if x.is_finite() { x } else { P::Element::ZERO });
    let mut powers = of.map(|x| x);
    combine_in_place(powers.tensor_mut(), largest.tensor(), |x, largest| x - largest);
    Exponential::map(powers.tensor_mut().as_mut_slice());
    (largest, powers)
}

/// The position along an axis of the first element that no other one is better than.
fn best_along<P: Placed<Shape: AxisAt<AXIS>>, const AXIS: usize>(
    of: &P,
    is_no_better: impl Fn(P::Element, P::Element) -> bool,
) -> P::With<WithoutAxis<P::Shape, AXIS>> {
    let (elements, dims) = (of.tensor().as_slice(), P::Shape::DIMS);
    let (size, together) = (dims[AXIS], product(&dims[AXIS + 1..]));
    P::generate(|position| {
        let first = position / together * size * together + position % together;
        assert!(size > 0, "an axis of size 0 has no largest or smallest element");
        let element = |place| elements[first + place * together];
        P::Element::from_f64(best(size, element, &is_no_better) as f64)
    })
}

impl<S: Shape, T: Element> Tensor<S, T> {
    /// `Σ x`; 0 for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([[1.0, 2.0], [3.0, 4.0]]).sum(), 10.0);
    /// ```
    pub fn sum(&self) -> T {
        sum(self.as_slice())
    }

    /// `Σ x / n`; NaN for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([[1.0, 2.0], [3.0, 4.0]]).mean(), 2.5);
    /// ```
    pub fn mean(&self) -> T {
        self.sum() / count::<T, S, ()>()
    }

    /// The largest element, NaN if one of them is; -∞ for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 5.0, 3.0]).max(), 5.0);
    /// ```
    pub fn max(&self) -> T {
        fold(self.as_slice(), -infinity::<T>(), Element::maximum, Element::maximum)
    }

    /// The smallest element, NaN if one of them is; ∞ for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([4.0, 1.0, 3.0]).min(), 1.0);
    /// ```
    pub fn min(&self) -> T {
        fold(self.as_slice(), infinity(), Element::minimum, Element::minimum)
    }

    /// `Σ (x - mean)² / n`: the population variance, not an estimate from a sample.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 3.0, 5.0, 7.0]).variance(), 5.0);
    /// ```
    pub fn variance(&self) -> T {
        let mean = self.mean();
        sum_mapped(self.as_slice(), |x| (x - mean) * (x - mean)) / count::<T, S, ()>()
    }

    /// `√Σ x²`, the length of a vector.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([3.0_f32, 4.0]).norm(), 5.0);
    /// ```
    pub fn norm(&self) -> T {
        sum_mapped(self.as_slice(), |x| x * x).sqrt()
    }

    /// `ln Σ eˣ`, without overflow; -∞ for no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1000.0_f32, 0.0]).log_sum_exp(), 1000.0);
    /// ```
    pub fn log_sum_exp(&self) -> T {
        LogSumExp::of(self.as_slice()).value()
    }

    /// The index of the largest element, the first one of equals; that of the first NaN if there is one.
    ///
    /// # Panics
    ///
    /// Panics if the tensor has no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([[1.0, 5.0], [3.0, 4.0]]).argmax(), [0, 1]);
    /// ```
    pub fn argmax(&self) -> S::Index {
        shape::index::<S>(argmax(self.numbers_to_choose_from()))
    }

    /// The index of the smallest element, the first one of equals; that of the first NaN if there is one.
    ///
    /// # Panics
    ///
    /// Panics if the tensor has no elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([4.0, 1.0, 3.0]).argmin(), 1);
    /// ```
    pub fn argmin(&self) -> S::Index {
        shape::index::<S>(argmin(self.numbers_to_choose_from()))
    }

    fn numbers_to_choose_from(&self) -> &[T] {
        assert!(Self::COUNT > 0, "a tensor without elements has no largest or smallest one");
        self.as_slice()
    }
}
