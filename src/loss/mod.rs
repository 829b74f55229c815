//! What a loss is: [`Loss`], and the [`Target`]s it compares with.
//!
//! After the network: outputs and targets in, a number and its gradient out. Losses know no layers and no
//! optimizers. Every loss is the **mean over the batch**, in which samples count alike unless a loss has
//! [weights](Loss::weight). In the product of a probability and a logarithm, `0 · ∞` is 0.
//!
//! | loss | outputs | targets |
//! |---|---|---|
//! | [`CrossEntropy`] | logits | [`Class<C>`](Class), or probabilities |
//! | [`CrossEntropy.smoothed(0.1)`](CrossEntropy::smoothed) | logits | the same, with label smoothing |
//! | [`CrossEntropy.weighted([1.0, 5.0])`](CrossEntropy::weighted) | logits | the same; classes that count more than others |
//! | [`NegativeLogLikelihood`] | log-probabilities ([`LogSoftmax`](crate::layer::LogSoftmax)) | `Class<C>` |
//! | [`KlDivergence`] | log-probabilities | probabilities |
//! | [`Hinge`] | scores | `Class<C>` |
//! | [`BinaryCrossEntropy`] | logits of any shape | probabilities of the same shape |
//! | [`BinaryCrossEntropy.weighted([5.0])`](BinaryCrossEntropy::weighted) | the same | the same; a yes that counts more than a no |
//! | [`MeanSquaredError`], [`SumSquaredError`], [`MeanAbsoluteError`], [`Huber`] | any shape | the same shape |
//! | `graph::GraphLoss`, a formula of your own | any shape | the same shape, or `Class<C>` |
//! | [`SampleWeighted(loss)`](SampleWeighted), of any of these and of your own | those of the loss | [`Weighted`] ones: samples that count more than others |

mod binary_cross_entropy;
mod class;
mod cross_entropy;
mod elements;
mod hinge;
mod huber;
mod kl_divergence;
mod label;
mod mean_absolute_error;
mod mean_squared_error;
mod negative_log_likelihood;
mod sample_weighted;
mod smoothed_cross_entropy;
mod sum_squared_error;
mod weighted_binary_cross_entropy;
mod weighted_cross_entropy;

pub use binary_cross_entropy::BinaryCrossEntropy;
pub use class::{Class, ClassError};
pub use cross_entropy::{CrossEntropy, Distribution};
pub use elements::Values;
pub use hinge::Hinge;
pub use huber::Huber;
pub use kl_divergence::KlDivergence;
pub use label::Label;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_squared_error::MeanSquaredError;
pub use negative_log_likelihood::NegativeLogLikelihood;
pub use sample_weighted::{SampleWeighted, Weighted};
pub use smoothed_cross_entropy::SmoothedCrossEntropy;
pub use sum_squared_error::SumSquaredError;
pub use weighted_binary_cross_entropy::WeightedBinaryCrossEntropy;
pub use weighted_cross_entropy::WeightedCrossEntropy;

use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// How wrong a network's outputs are.
///
/// `S` is the shape of one output, `G` the type of one target.
#[diagnostic::on_unimplemented(
    message = "this loss does not compare such outputs with such targets",
    label = "no loss for this network and these targets",
    note = "`CrossEntropy` takes a vector of logits and `Class` or probabilities of as many classes, `MeanSquaredError` a target of the output's shape"
)]
pub trait Loss<S: Shape, G, T: Element>: Send + Sync {
    /// Whether it is the mean, by [`weight`](Self::weight), of a number a sample, which depends on that sample's output and
    /// target alone: then a trainer may cut a batch into shards, for several threads or to keep a part of it cached.
    ///
    /// A loss of your own that is one says so; one that compares samples with each other is not cut.
    fn is_mean_of_samples(&self) -> bool {
        false
    }

    /// Returns the mean loss of a batch, and computes its gradient by each output.
    ///
    /// Both the loss and the gradients contain the factor `1 / samples` of the mean. Writes all of
    /// `gradients`.
    ///
    /// # Panics
    ///
    /// Panics if the three slices differ in length.
    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64
    where
        G: Target<Shape: Shape<Decimal: Answers<S::Decimal>>>;

    /// Returns the mean loss of a batch, without its gradient.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64
    where
        G: Target<Shape: Shape<Decimal: Answers<S::Decimal>>>;

    /// How much these targets count: what the mean over them divides by. Their number, unless the loss has weights.
    ///
    /// The loss of two batches together is the mean of the two by this weight.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let classes = [Class::<U2>::new(0)?, Class::new(1)?];
    /// assert_eq!(Loss::<U2, _, f32>::weight(&CrossEntropy, &classes), 2.0);
    /// assert_eq!(Loss::<U2, _, f32>::weight(&CrossEntropy.weighted([1.0, 5.0]), &classes), 6.0);
    /// # Ok::<(), dimwise::loss::ClassError>(())
    /// ```
    fn weight(&self, targets: &[G]) -> f64 {
        targets.len() as f64
    }

    /// Whether an output is right, as this loss reads the two; `None` where there is no right or wrong.
    ///
    /// A tensor may be a regression's values or the probabilities of classes: only the loss knows. Where it does not
    /// say, the [target](Target::is_right) does.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let (output, one_hot) = (Tensor::from([0.5, 2.0, -1.0]), Tensor::from([0.0, 1.0, 0.0]));
    /// assert_eq!(CrossEntropy.is_right(&output, &one_hot), Some(true));
    /// assert_eq!(BinaryCrossEntropy.is_right(&output, &one_hot), Some(false)); // The first one is a yes, too.
    /// assert_eq!(MeanSquaredError.is_right(&output, &one_hot), None);
    /// ```
    fn is_right(&self, output: &Tensor<S, T>, target: &G) -> Option<bool>
    where
        G: Target,
    {
        target.is_right(output.as_slice())
    }
}

/// What a network's output is compared with, sample by sample.
pub trait Target: Clone + Send + Sync {
    /// The shape of the outputs that it can be compared with.
    type Shape: Shape;

    /// Whether an output is right, that is, whether the class with the highest output is the target's; `None` if
    /// the target alone does not know: a tensor, of which [the loss](Loss::is_right) says what it is.
    fn is_right<T: Element>(&self, output: &[T]) -> Option<bool>;

    /// The index of the class that the target is; `None` if it is no class. Data are divided so that each part has as
    /// many of each.
    fn class_index(&self) -> Option<usize> {
        None
    }

    /// The numbers that tell this target from others: a run is resumed with targets that have the same ones.
    fn numbers(&self) -> impl Iterator<Item = f64>;
}

/// A target for outputs of shape `S`: the bound that generic code asks for.
///
/// The methods of a [`Loss`] ask for what this rests on, that the sizes are the same in decimal: so the error for
/// another shape names nothing else. A loss itself need not ask for it.
pub trait TargetOf<S: Shape>: Target<Shape: Shape<Decimal: Answers<S::Decimal>>> {}

impl<S: Shape, G: Target<Shape: Shape<Decimal: Answers<S::Decimal>>>> TargetOf<S> for G {}

/// Holds for the same sizes, in decimal: a target and a network's output.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: the network gives {Out} outputs, but the targets are for {Self}",
    label = "targets for {Self} outputs, but the network gives {Out}"
)]
pub trait Answers<Out> {}
#[diagnostic::do_not_recommend]
impl<Size> Answers<Size> for Size {}

/// A tensor of the output's shape: the values of a regression, or the probability of each class.
impl<S: Shape, T: Element> Target for Tensor<S, T> {
    type Shape = S;

    fn is_right<U: Element>(&self, _output: &[U]) -> Option<bool> {
        None
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.as_slice().iter().map(|number| number.to_f64())
    }
}

/// Returns the number of samples.
///
/// # Panics
///
/// Panics if the number of targets differs.
pub(crate) fn samples<O, G>(outputs: &[O], targets: &[G]) -> usize {
    assert_eq!(outputs.len(), targets.len(), "one target per sample");
    outputs.len()
}

/// Whether the class has the largest output, the first one of equals. Where there is a NaN, none has: no comparison with
/// it holds. Most wrong outputs are told by a few comparisons, as each step of an epoch asks for each sample.
pub(crate) fn is_largest<T: Element>(outputs: &[T], class: usize) -> bool {
    let largest = outputs[class];
    outputs[..class].iter().all(|other| *other < largest)
        && outputs[class..].iter().all(|other| *other <= largest)
}

/// `weight · logarithm`, where `0 · ∞` is 0: what has no weight costs nothing, however improbable it is.
/// NaN stays NaN.
pub(crate) fn weighted<T: Element>(weight: T, logarithm: T) -> T {
    if weight == T::ZERO && !logarithm.is_nan() { T::ZERO } else { weight * logarithm }
}
