//! [`Perplexity`]: between how many classes a network hesitates.

use super::{MeanLoss, Metric, MetricOf};
use crate::element::Element;
use crate::loss::{CrossEntropy, Distribution, TargetOf};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `e` to the mean cross-entropy over all samples, from 1 on: among so many classes, all alike, a guess would be as
/// good.
///
/// Jelinek, Mercer, Bahl and Baker, *Perplexity, a measure of the difficulty of speech recognition tasks*, 1977.
///
/// ```
/// use dimwise::metrics::{Metric, MetricOf, Perplexity};
/// use dimwise::prelude::*;
///
/// let mut perplexity = Perplexity::new();
/// perplexity.update(&[Tensor::from([1.0, 1.0, 1.0, 1.0])], &[Class::<U4>::new(2).unwrap()]);
/// assert!((perplexity.value() - 4.0).abs() < 1e-6);
/// ```
#[derive(Clone, Debug)]
pub struct Perplexity {
    cross_entropy: MeanLoss<CrossEntropy>,
}

impl Perplexity {
    /// No sample yet.
    pub fn new() -> Self {
        Self { cross_entropy: MeanLoss::new("cross_entropy", CrossEntropy) }
    }
}

impl Default for Perplexity {
    fn default() -> Self {
        Self::new()
    }
}

impl Metric for Perplexity {
    type Value = f64;

    fn value(&self) -> f64 {
        Element::exp(self.cross_entropy.value())
    }

    fn reset(&mut self) {
        self.cross_entropy.reset();
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit("perplexity", self.value());
    }
}

#[diagnostic::do_not_recommend]
impl<S: Shape, G: Distribution<T>, T: Element> MetricOf<S, G, T> for Perplexity {
    fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[G])
    where
        G: TargetOf<S>,
    {
        self.cross_entropy.update(outputs, targets);
    }
}
