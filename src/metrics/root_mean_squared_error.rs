//! [`RootMeanSquaredError`]: a typical error, in the targets' unit.

use super::{MeanLoss, Metric, MetricOf};
use crate::element::Element;
use crate::loss::{MeanSquaredError, TargetOf, Values};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `√(Σ (y - t)² / n)` over all `n` elements of all samples: the root of [`MeanSquaredError`].
///
/// (Of vectors, scikit-learn's `root_mean_squared_error` gives the mean of each element's root.)
///
/// ```
/// use dimwise::metrics::{Metric, MetricOf, RootMeanSquaredError};
/// use dimwise::prelude::*;
///
/// let mut error = RootMeanSquaredError::new();
/// error.update(&[Tensor::from([1.0]), Tensor::from([2.0])], &[Tensor::from([2.0]), Tensor::from([9.0])]);
/// assert_eq!(error.value(), 5.0);
/// ```
#[derive(Clone, Debug)]
pub struct RootMeanSquaredError {
    squares: MeanLoss<MeanSquaredError>,
}

impl RootMeanSquaredError {
    /// No sample yet.
    pub fn new() -> Self {
        Self { squares: MeanLoss::new("mean_squared_error", MeanSquaredError) }
    }
}

impl Default for RootMeanSquaredError {
    fn default() -> Self {
        Self::new()
    }
}

impl Metric for RootMeanSquaredError {
    type Value = f64;

    fn value(&self) -> f64 {
        Element::sqrt(self.squares.value())
    }

    fn reset(&mut self) {
        self.squares.reset();
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit("root_mean_squared_error", self.value());
    }
}

#[diagnostic::do_not_recommend]
impl<S: Shape, G: Values<T>, T: Element> MetricOf<S, G, T> for RootMeanSquaredError {
    fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[G])
    where
        G: TargetOf<S>,
    {
        self.squares.update(outputs, targets);
    }
}
