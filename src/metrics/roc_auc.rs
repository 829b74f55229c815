//! [`RocAuc`]: how well yes and no are told apart, at any threshold.

use alloc::vec::Vec;

use typenum::{U1, U2};

use super::{Metric, MetricOf};
use crate::element::Element;
use crate::loss::{Class, samples};
use crate::tensor::Tensor;

/// The area under the ROC curve: the probability that of a yes and a no, drawn at random, the yes has the higher
/// score; equal ones count half. In [0, 1], exact, and the same for logits and for probabilities.
///
/// A yes is a target above 1/2, or [`Class`] 1 of 2, whose score is its logit less that of class 0. NaN where all
/// targets are the same, as with scikit-learn's `roc_auc_score`. Takes 16 bytes of memory for each sample.
///
/// Hanley and McNeil, *The meaning and use of the area under a ROC curve*, 1982.
///
/// ```
/// use dimwise::metrics::{Metric, MetricOf, RocAuc};
/// use dimwise::prelude::*;
///
/// let mut auc = RocAuc::new();
/// let targets = [[0.0], [0.0], [1.0], [1.0]].map(Tensor::from);
/// auc.update(&[[0.1], [0.4], [0.35], [0.8]].map(Tensor::from), &targets);
/// assert_eq!(auc.value(), 0.75);
/// ```
#[doc(alias("AUROC", "roc_auc_score"))]
#[derive(Clone, Debug, Default)]
pub struct RocAuc {
    /// Each sample's score, and whether it is a yes.
    scores: Vec<(f64, bool)>,
}

impl RocAuc {
    /// No sample yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn add(&mut self, score: f64, is_yes: bool) {
        assert!(!score.is_nan(), "a score that is NaN is neither higher nor lower than another one");
        self.scores.push((score, is_yes));
    }
}

impl Metric for RocAuc {
    type Value = f64;

    fn value(&self) -> f64 {
        let mut sorted = self.scores.clone();
        sorted.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
        // Pairs whose yes is higher count 2, equal ones 1: whole numbers do not round.
        let (mut yes, mut no, mut twice) = (0, 0, 0);
        // Sorted, the next one is not above only where it is equal.
        for equal in sorted.chunk_by(|(a, _), (b, _)| a >= b) {
            let of_yes = equal.iter().filter(|(_, is_yes)| *is_yes).count() as u128;
            let of_no = equal.len() as u128 - of_yes;
            twice += of_yes * (2 * no + of_no);
            yes += of_yes;
            no += of_no;
        }
        twice as f64 / (2 * yes * no) as f64
    }

    fn reset(&mut self) {
        self.scores.clear();
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit("roc_auc", self.value());
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> MetricOf<U1, Tensor<U1, T>, T> for RocAuc {
    /// # Panics
    ///
    /// Panics if the slices differ in length, or if an output is NaN.
    fn update(&mut self, outputs: &[Tensor<U1, T>], targets: &[Tensor<U1, T>]) {
        samples(outputs, targets);
        for (output, target) in outputs.iter().zip(targets) {
            self.add(output[0].to_f64(), target[0].to_f64() > 0.5);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> MetricOf<U2, Class<U2>, T> for RocAuc {
    /// # Panics
    ///
    /// Panics if the slices differ in length, or if the difference of two outputs is NaN.
    fn update(&mut self, outputs: &[Tensor<U2, T>], targets: &[Class<U2>]) {
        samples(outputs, targets);
        for (output, target) in outputs.iter().zip(targets) {
            self.add(output[1].to_f64() - output[0].to_f64(), target.index() == 1);
        }
    }
}
