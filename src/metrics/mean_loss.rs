//! [`MeanLoss`]: any loss as a metric.

use alloc::string::String;

use super::mean::Mean;
use super::{Metric, MetricOf};
use crate::element::Element;
use crate::loss::{Loss, TargetOf};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// The mean over all samples of a loss, which need not be the one that the network is trained with.
///
/// With [`MeanAbsoluteError`](crate::loss::MeanAbsoluteError) it is scikit-learn's `mean_absolute_error`, with
/// [`MeanSquaredError`](crate::loss::MeanSquaredError) its `mean_squared_error`, with
/// [`CrossEntropy`](crate::loss::CrossEntropy) its `log_loss`.
///
/// ```
/// use dimwise::metrics::{MeanLoss, Metric, MetricOf};
/// use dimwise::prelude::*;
///
/// let mut error = MeanLoss::new("mean_absolute_error", MeanAbsoluteError);
/// error.update(&[Tensor::from([1.0, 2.0])], &[Tensor::from([1.5, 4.0])]);
/// error.update(&[Tensor::from([0.0, 0.0])], &[Tensor::from([0.5, 0.0])]);
/// assert_eq!(error.value(), 3.0 / 4.0);
/// ```
#[derive(Clone, Debug)]
pub struct MeanLoss<L> {
    name: String,
    loss: L,
    mean: Mean,
}

impl<L> MeanLoss<L> {
    /// The mean of `loss`, which a log calls `name`: no sample yet.
    pub fn new(name: impl Into<String>, loss: L) -> Self {
        Self { name: name.into(), loss, mean: Mean::default() }
    }
}

impl<L> Metric for MeanLoss<L> {
    type Value = f64;

    fn value(&self) -> f64 {
        self.mean.value()
    }

    fn reset(&mut self) {
        self.mean = Mean::default();
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit(&self.name, self.value());
    }
}

#[diagnostic::do_not_recommend]
impl<S: Shape, G, T: Element, L: Loss<S, G, T>> MetricOf<S, G, T> for MeanLoss<L> {
    fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[G])
    where
        G: TargetOf<S>,
    {
        // The mean over no sample is not a number.
        let batch = if targets.is_empty() { 0.0 } else { self.loss.value(outputs, targets) };
        let weight = self.loss.weight(targets);
        self.mean.add(batch * weight, weight);
    }
}
