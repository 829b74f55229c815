//! [`TopK`]: the share of outputs whose target is among the largest few.

use super::mean::Mean;
use super::{Metric, MetricOf};
use crate::element::Element;
use crate::loss::{Distribution, samples};
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// The share of outputs whose target's class has one of the `K` largest, in [0, 1]; `K` is at least 1.
///
/// Of equal outputs the first ones count as larger, so `TopK<1>` is [`Accuracy`](super::Accuracy). (scikit-learn's
/// `top_k_accuracy_score` has the last ones.) Where one of the outputs is NaN, it is not right.
///
/// ```
/// use dimwise::metrics::{Metric, MetricOf, TopK};
/// use dimwise::prelude::*;
///
/// let mut top = TopK::<2>::new();
/// top.update(&[Tensor::from([0.0, 3.0, 1.0])], &[Class::<U3>::new(2).unwrap()]);
/// assert_eq!(top.value(), 1.0);
/// ```
#[doc(alias("TopKCategoricalAccuracy", "top_k_accuracy_score"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct TopK<const K: usize> {
    among: Mean,
}

impl<const K: usize> TopK<K> {
    /// No output yet.
    pub fn new() -> Self {
        const { assert!(K > 0, "one of the largest 0 is none") };
        Self::default()
    }
}

impl<const K: usize> Metric for TopK<K> {
    type Value = f64;

    fn value(&self) -> f64 {
        self.among.value()
    }

    fn reset(&mut self) {
        self.among = Mean::default();
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit(&alloc::format!("top_{K}"), self.value());
    }
}

#[diagnostic::do_not_recommend]
impl<const K: usize, S: Shape, G: Distribution<T>, T: Element> MetricOf<S, G, T> for TopK<K> {
    fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[G]) {
        samples(outputs, targets);
        for (output, target) in outputs.iter().zip(targets) {
            self.among.add_share(is_among(output.as_slice(), target.likeliest(), K));
        }
    }
}

/// Whether fewer than `count` outputs are before that of the class.
fn is_among<T: Element>(outputs: &[T], class: usize, count: usize) -> bool {
    let own = outputs[class];
    let is_before = |(index, output): &(usize, &T)| **output > own || (**output == own && *index < class);
    outputs.iter().enumerate().filter(is_before).count() < count
        && !outputs.iter().any(|output| output.is_nan())
}
