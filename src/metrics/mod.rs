//! What says how well a network does, beside the loss: [`Metric`].
//!
//! After the losses and before the trainer. A metric is fed batch by batch with outputs and targets; at the end
//! it has a value of its own type. Several at once are a tuple, whose value is the tuple of values.
//!
//! | metric | outputs | targets | value |
//! |---|---|---|---|
//! | [`Accuracy`] | logits | [`Class<C>`](crate::loss::Class), or probabilities | share of right outputs |
//! | [`Accuracy::by(BinaryCrossEntropy)`](Accuracy::by) | logits of any shape | probabilities of the same shape | the same |
//! | [`TopK<K>`](TopK) | logits | `Class<C>`, or probabilities | share with the class among the `K` largest |
//! | [`ConfusionMatrix<C>`](ConfusionMatrix) | logits | `Class<C>`, or probabilities; one of yes | itself: a count for each pair of classes |
//! | [`Precision<C>`](Precision), [`Recall<C>`](Recall), [`F1<C>`](F1) | the same | the same | [`ClassScores<C>`](ClassScores): of each class, and means |
//! | [`RocAuc`] | one logit, or two | probability of yes, or `Class<U2>` | area under the curve |
//! | [`R2<S>`](R2), [`RootMeanSquaredError`] | any shape | the same shape | the number |
//! | [`MeanLoss`] | as the loss | as the loss | mean of any loss, such as `MeanAbsoluteError` |
//! | [`Perplexity`] | logits | `Class<C>`, or probabilities | `e` to the cross-entropy |
//!
//! The numbers are scikit-learn's, in the corners, too; where they are not, the metric says so. Before the first
//! sample a mean is NaN.
//!
//! ```
//! use dimwise::metrics::{Accuracy, Metric, MetricOf, TopK};
//! use dimwise::prelude::*;
//!
//! let outputs = [[2.0, 1.0, 0.0], [0.0, 1.0, 2.0], [1.0, 2.0, 0.0]].map(Tensor::from);
//! let targets = [0, 1, 2].map(|class| Class::<U3>::new(class).unwrap());
//! let mut metrics = (Accuracy::new(), TopK::<2>::new());
//! for (outputs, targets) in outputs.chunks(2).zip(targets.chunks(2)) {
//!     metrics.update(outputs, targets);
//! }
//! let (accuracy, top_2) = metrics.value();
//! assert_eq!((accuracy, top_2), (1.0 / 3.0, 2.0 / 3.0));
//! ```
//!
//! One of your own is its sums: [`Metric`] tells what comes out, [`MetricOf`] what goes in.
//!
//! ```
//! use dimwise::metrics::{Metric, MetricOf};
//! use dimwise::prelude::*;
//!
//! /// The largest error of all samples and elements.
//! #[derive(Default)]
//! struct LargestError(f64);
//!
//! impl Metric for LargestError {
//!     type Value = f64;
//!
//!     fn value(&self) -> f64 {
//!         self.0
//!     }
//!
//!     fn reset(&mut self) {
//!         *self = Self::default();
//!     }
//!
//!     fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
//!         visit("largest_error", self.0);
//!     }
//! }
//!
//! impl<S: Shape, T: Element> MetricOf<S, Tensor<S, T>, T> for LargestError {
//!     fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[Tensor<S, T>]) {
//!         for (output, target) in outputs.iter().zip(targets) {
//!             self.0 = self.0.max((output - target).abs().max().to_f64());
//!         }
//!     }
//! }
//!
//! let mut error = LargestError::default();
//! error.update(&[Tensor::from([1.0, 2.0])], &[Tensor::from([1.5, 4.0])]);
//! assert_eq!(error.value(), 2.0);
//! ```

mod accuracy;
mod class_scores;
mod confusion_matrix;
mod mean;
mod mean_loss;
mod named_classes;
mod perplexity;
mod r2;
mod roc_auc;
mod root_mean_squared_error;
mod top_k;
mod tuple;

pub use accuracy::Accuracy;
pub use class_scores::{ClassScores, F1, Precision, Recall};
pub use confusion_matrix::{ConfusionMatrix, NamedMatrix};
pub use mean_loss::MeanLoss;
pub use perplexity::Perplexity;
pub use r2::R2;
pub use roc_auc::RocAuc;
pub use root_mean_squared_error::RootMeanSquaredError;
pub use top_k::TopK;

use crate::element::Element;
use crate::loss::{Answers, Target};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A measure of how well a network does, over all batches since the beginning.
///
/// What it is fed with, [`MetricOf`] says.
pub trait Metric {
    /// What is known at the end: a number, or more.
    type Value;

    /// The value over all that it was fed with.
    fn value(&self) -> Self::Value;

    /// Forgets all that it was fed with: for the next epoch.
    fn reset(&mut self);

    /// Calls `visit` with a name and a number for each number that belongs in a log.
    ///
    /// Where the value is no number, with what it comes to: a mean over all classes, for example.
    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64));
}

/// A [`Metric`] for outputs of shape `S` and targets of type `G`.
#[diagnostic::on_unimplemented(
    message = "this metric does not compare such outputs with such targets",
    label = "no metric for this network and these targets",
    note = "the table of `dimwise::metrics` says what each metric takes"
)]
pub trait MetricOf<S: Shape, G, T: Element>: Metric {
    /// Adds a batch.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[G])
    where
        G: Target<Shape: Shape<Decimal: Answers<S::Decimal>>>;
}
