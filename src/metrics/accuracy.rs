//! [`Accuracy`]: the share of right outputs.

use super::mean::Mean;
use super::{Metric, MetricOf};
use crate::element::Element;
use crate::loss::{CrossEntropy, Loss, TargetOf, samples};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// The share of outputs that are right, in [0, 1]: of those that can be right or wrong.
///
/// What is right, a loss says ([`Loss::is_right`]). For [`new`](Self::new) it is [`CrossEntropy`]: the class with the
/// largest output is the target's, or the most probable one of the target's; the first one of equals. NaN is not right.
///
/// ```
/// use dimwise::metrics::{Accuracy, Metric, MetricOf};
/// use dimwise::prelude::*;
///
/// let mut accuracy = Accuracy::new();
/// accuracy.update(&[Tensor::from([0.0, 3.0, 1.0])], &[Class::<U3>::new(1).unwrap()]);
/// accuracy.update(&[Tensor::from([0.0, 3.0, 1.0])], &[Tensor::from([0.7, 0.2, 0.1])]);
/// assert_eq!(accuracy.value(), 0.5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Accuracy<L = CrossEntropy> {
    loss: L,
    right: Mean,
}

impl Accuracy {
    /// Of classes: no output yet.
    pub fn new() -> Self {
        Self::by(CrossEntropy)
    }
}

impl Default for Accuracy {
    fn default() -> Self {
        Self::new()
    }
}

impl<L> Accuracy<L> {
    /// What this loss says is right: with [`BinaryCrossEntropy`](crate::loss::BinaryCrossEntropy) an output all of whose
    /// answers are, as with scikit-learn's `accuracy_score` of many labels.
    ///
    /// ```
    /// use dimwise::metrics::{Accuracy, Metric, MetricOf};
    /// use dimwise::prelude::*;
    ///
    /// let mut accuracy = Accuracy::by(BinaryCrossEntropy);
    /// let targets = [[1.0], [1.0], [0.0], [0.0]].map(Tensor::from);
    /// accuracy.update(&[[2.0], [-1.0], [-3.0], [-0.5]].map(Tensor::from), &targets);
    /// assert_eq!(accuracy.value(), 0.75);
    /// ```
    pub fn by(loss: L) -> Self {
        Self { loss, right: Mean::default() }
    }
}

impl<L> Metric for Accuracy<L> {
    type Value = f64;

    fn value(&self) -> f64 {
        self.right.value()
    }

    fn reset(&mut self) {
        self.right = Mean::default();
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit("accuracy", self.value());
    }
}

#[diagnostic::do_not_recommend]
impl<S: Shape, G, T: Element, L: Loss<S, G, T>> MetricOf<S, G, T> for Accuracy<L> {
    fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[G])
    where
        G: TargetOf<S>,
    {
        samples(outputs, targets);
        let judged =
            outputs.iter().zip(targets).filter_map(|(output, target)| self.loss.is_right(output, target));
        judged.for_each(|right| self.right.add_share(right));
    }
}
