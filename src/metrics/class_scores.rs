//! [`Precision`], [`Recall`] and [`F1`]: shares of right answers, class by class.

use alloc::boxed::Box;
use alloc::vec;
use core::fmt;
use core::iter::zip;
use core::marker::PhantomData;
use core::ops::Index;

use super::Metric;
use super::named_classes::fed_with_classes;
use crate::loss::Class;
use crate::shape::Dim;

/// A number in [0, 1] for each of `C` classes, and their means: `scores[class]` is a class's.
///
/// ```
/// use dimwise::metrics::{Metric, MetricOf, Precision};
/// use dimwise::prelude::*;
///
/// let mut precision = Precision::new();
/// let outputs = [[2.0, 1.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 0.0]].map(Tensor::from);
/// precision.update(&outputs, &[0, 1, 1].map(|class| Class::<U3>::new(class).unwrap()));
/// let scores = precision.value();
/// assert_eq!(scores[Class::new(0)?], 0.5);
/// assert_eq!(scores.as_slice(), [0.5, 1.0, 0.0]);
/// assert_eq!((scores.macro_mean(), scores.micro_mean()), (0.75, 2.0 / 3.0));
/// # Ok::<(), dimwise::loss::ClassError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct ClassScores<C: Dim> {
    each: Box<[f64]>,
    macro_mean: f64,
    micro_mean: f64,
    classes: PhantomData<C>,
}

impl<C: Dim> ClassScores<C> {
    /// The numbers, in the order of the classes.
    pub fn as_slice(&self) -> &[f64] {
        &self.each
    }

    /// The mean over all classes, rare ones like frequent ones; without those that are neither target nor answer.
    pub fn macro_mean(&self) -> f64 {
        self.macro_mean
    }

    /// The number that comes of the counts of all classes together. Where each sample is of one class, precision, recall
    /// and F1 are then the same: the accuracy.
    pub fn micro_mean(&self) -> f64 {
        self.micro_mean
    }
}

impl<C: Dim> Index<Class<C>> for ClassScores<C> {
    type Output = f64;

    fn index(&self, class: Class<C>) -> &f64 {
        &self.each[class.index()]
    }
}

impl<C: Dim> fmt::Debug for ClassScores<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClassScores")
            .field("each", &self.each)
            .field("macro_mean", &self.macro_mean)
            .field("micro_mean", &self.micro_mean)
            .finish()
    }
}

/// Of each class how often it was the target, how often the answer, and how often both.
#[derive(Clone, Debug)]
pub(super) struct Counts<C: Dim> {
    each: Box<[Count]>,
    classes: PhantomData<C>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    actual: usize,
    predicted: usize,
    right: usize,
}

impl<C: Dim> Counts<C> {
    pub(super) fn new() -> Self {
        Self { each: vec![Count::default(); C::SIZE].into(), classes: PhantomData }
    }

    /// Adds so many samples of class `actual` that were taken for `predicted`.
    pub(super) fn add(&mut self, actual: usize, predicted: usize, samples: usize) {
        self.each[actual].actual += samples;
        self.each[predicted].predicted += samples;
        if actual == predicted {
            self.each[actual].right += samples;
        }
    }

    pub(super) fn scores(&self, score: fn(Count) -> f64) -> ClassScores<C> {
        let each: Box<[f64]> = self.each.iter().copied().map(score).collect();
        let occurs = |count: &Count| count.actual + count.predicted > 0;
        let counted = zip(&self.each, &each).filter(|(count, _)| occurs(count));
        let (sum, classes) = counted.fold((0.0, 0), |(sum, classes), (_, score)| (sum + score, classes + 1));
        let all = self.each.iter().fold(Count::default(), |sum, count| Count {
            actual: sum.actual + count.actual,
            predicted: sum.predicted + count.predicted,
            right: sum.right + count.right,
        });
        let macro_mean = if classes == 0 { 0.0 } else { sum / f64::from(classes) };
        ClassScores { each, macro_mean, micro_mean: score(all), classes: PhantomData }
    }
}

pub(super) fn precision(count: Count) -> f64 {
    share(count.right, count.predicted)
}

pub(super) fn recall(count: Count) -> f64 {
    share(count.right, count.actual)
}

pub(super) fn f1(count: Count) -> f64 {
    share(2 * count.right, count.actual + count.predicted)
}

/// A share of nothing is 0.
fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

macro_rules! class_metric {
    ($(#[$doc:meta])* $metric:ident, $score:ident, $name:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $metric<C: Dim> {
            counts: Counts<C>,
        }

        impl<C: Dim> $metric<C> {
            /// No sample yet.
            pub fn new() -> Self {
                Self { counts: Counts::new() }
            }

            fn add(&mut self, actual: usize, predicted: usize) {
                self.counts.add(actual, predicted, 1);
            }
        }

        impl<C: Dim> Default for $metric<C> {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<C: Dim> Metric for $metric<C> {
            type Value = ClassScores<C>;

            fn value(&self) -> ClassScores<C> {
                self.counts.scores($score)
            }

            fn reset(&mut self) {
                *self = Self::new();
            }

            fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
                visit($name, self.value().macro_mean());
            }
        }

        fed_with_classes!($metric);
    };
}

class_metric! {
    /// Of the answers that name a class, the share that is right: `right / predicted`. 0 where no answer names it.
    ///
    /// What a yes is with one logit, [`ConfusionMatrix`](super::ConfusionMatrix) says; so does how NaN is taken.
    /// A log shows the mean over all classes.
    ///
    /// ```
    /// use dimwise::metrics::{Metric, MetricOf, Precision};
    /// use dimwise::prelude::*;
    ///
    /// let mut precision = Precision::<U2>::new();
    /// let logits = [[2.0], [1.0], [-1.0]].map(Tensor::from);
    /// precision.update(&logits, &[[1.0], [0.0], [1.0]].map(Tensor::from));
    /// assert_eq!(precision.value()[Class::new(1)?], 0.5);
    /// # Ok::<(), dimwise::loss::ClassError>(())
    /// ```
    Precision, precision, "precision"
}

class_metric! {
    /// Of the samples of a class, the share that is found: `right / actual`. 0 where there is no such sample.
    ///
    /// What a yes is with one logit, [`ConfusionMatrix`](super::ConfusionMatrix) says; so does how NaN is taken.
    /// A log shows the mean over all classes.
    ///
    /// ```
    /// use dimwise::metrics::{Metric, MetricOf, Recall};
    /// use dimwise::prelude::*;
    ///
    /// let mut recall = Recall::new();
    /// let outputs = [[2.0, 1.0], [2.0, 0.0], [0.0, 1.0]].map(Tensor::from);
    /// recall.update(&outputs, &[0, 1, 1].map(|class| Class::<U2>::new(class).unwrap()));
    /// assert_eq!(recall.value().as_slice(), [1.0, 0.5]);
    /// ```
    #[doc(alias("sensitivity"))]
    Recall, recall, "recall"
}

class_metric! {
    /// The harmonic mean of a class's [`Precision`] and [`Recall`]: `2 right / (actual + predicted)`. 0 where the class is
    /// neither target nor answer.
    ///
    /// What a yes is with one logit, [`ConfusionMatrix`](super::ConfusionMatrix) says; so does how NaN is taken.
    /// A log shows the mean over all classes.
    ///
    /// van Rijsbergen, *Information retrieval*, 1979, chapter 7.
    ///
    /// ```
    /// use dimwise::metrics::{F1, Metric, MetricOf};
    /// use dimwise::prelude::*;
    ///
    /// let mut f1 = F1::new();
    /// let outputs = [[2.0, 1.0], [2.0, 0.0], [0.0, 1.0]].map(Tensor::from);
    /// f1.update(&outputs, &[0, 1, 1].map(|class| Class::<U2>::new(class).unwrap()));
    /// assert_eq!(f1.value().as_slice(), [2.0 / 3.0, 2.0 / 3.0]);
    /// ```
    F1, f1, "f1"
}
