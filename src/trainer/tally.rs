//! [`Tally`]: sums of losses and right answers, batch by batch.

use super::Evaluation;
use crate::element::Element;
use crate::loss::{Loss, Target};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// Sums up losses and right answers, batch by batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) samples: usize,
    /// How much they count in the mean loss.
    pub(super) weight: f64,
    pub(super) loss: f64,
    pub(super) right: usize,
    /// How many outputs could be right or wrong.
    pub(super) judged: usize,
}

impl Tally {
    pub(super) fn add<S: Shape, G: Target, T: Element>(
        &mut self,
        loss: &impl Loss<S, G, T>,
        mean: f64,
        outputs: &[Tensor<S, T>],
        targets: &[G],
    ) {
        let weight = loss.weight(targets);
        self.samples += targets.len();
        self.weight += weight;
        self.loss += mean * weight;
        for (output, target) in outputs.iter().zip(targets) {
            if let Some(right) = loss.is_right(output, target) {
                self.judged += 1;
                self.right += usize::from(right);
            }
        }
    }

    /// The means over all samples; `None` where there are none.
    pub(super) fn mean(&self) -> Option<Evaluation> {
        let accuracy = (self.judged > 0).then(|| self.right as f64 / self.judged as f64);
        // Samples that do not count at all cost nothing.
        let loss = if self.weight == 0.0 { 0.0 } else { self.loss / self.weight };
        (self.samples > 0).then_some(Evaluation { loss, accuracy })
    }
}
