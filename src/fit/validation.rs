//! [`Validation`]: what is measured after each epoch.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::data::Source;
use crate::loss::{Loss, TargetOf};
use crate::metrics::{Metric, MetricOf};
use crate::network::{InputOf, Network};
use crate::optimizer::Optimizer;
use crate::shape::BatchSize;
use crate::trainer::{Evaluation, TrainError, Trainer};

/// What is measured after each epoch: nothing, or [`Measured`].
pub trait Validation<S, G, N: Network, L, O: Optimizer<N>, B: BatchSize> {
    /// The names of what is measured.
    fn names(&self) -> Vec<String>;

    /// Measures the network as it is now; NaN where there is no such number.
    ///
    /// # Errors
    ///
    /// Those of [`Trainer::evaluate`].
    fn measure(&mut self, trainer: &mut Trainer<N, L, O, B>) -> Result<Vec<f64>, TrainError>;
}

/// Nothing is measured.
impl<S, G, N: Network, L, O: Optimizer<N>, B: BatchSize> Validation<S, G, N, L, O, B> for () {
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn measure(&mut self, _: &mut Trainer<N, L, O, B>) -> Result<Vec<f64>, TrainError> {
        Ok(Vec::new())
    }
}

/// The loss and the accuracy on other data, and metrics; made by [`Fit::validated_on`](super::Fit::validated_on).
pub struct Measured<'a, D, M> {
    data: &'a D,
    metrics: M,
}

impl<'a, D, M> Measured<'a, D, M> {
    pub(super) fn new(data: &'a D, metrics: M) -> Self {
        Self { data, metrics }
    }
}

impl<S, G, N, L, O, B, D, M> Validation<S, G, N, L, O, B> for Measured<'_, D, M>
where
    S: InputOf<N>,
    G: TargetOf<N::Out>,
    N: Network,
    L: Loss<N::Out, G, N::Element> + Send,
    O: Optimizer<N>,
    B: BatchSize,
    D: Source<S, G, N::Element>,
    M: MetricOf<N::Out, G, N::Element>,
{
    fn names(&self) -> Vec<String> {
        let mut names = vec![String::from("validation loss")];
        if !has_accuracy(&self.metrics) {
            names.push(String::from("validation accuracy"));
        }
        self.metrics.visit_values(&mut |name, _| names.push(format!("validation {name}")));
        names
    }

    fn measure(&mut self, trainer: &mut Trainer<N, L, O, B>) -> Result<Vec<f64>, TrainError> {
        let Evaluation { loss, accuracy } = trainer.evaluate_with(self.data, &mut self.metrics)?;
        let mut values = vec![loss];
        if !has_accuracy(&self.metrics) {
            values.push(accuracy.unwrap_or(f64::NAN));
        }
        self.metrics.visit_values(&mut |_, value| values.push(value));
        Ok(values)
    }
}

/// Whether an accuracy was asked for among the metrics: it is the user's own then, and there is one alone.
fn has_accuracy(metrics: &impl Metric) -> bool {
    let mut found = false;
    metrics.visit_values(&mut |name, _| found |= name == "accuracy");
    found
}

impl<D, M> fmt::Debug for Measured<'_, D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Measured").finish_non_exhaustive()
    }
}
