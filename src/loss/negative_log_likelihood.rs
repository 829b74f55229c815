//! [`NegativeLogLikelihood`]: cross-entropy from logarithms of probabilities.

use super::{Label, Loss, TargetOf, samples};
use crate::element::Element;
use crate::plain::{Plain, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `-y` at the target's class, the mean over the batch.
///
/// Takes **log-probabilities**: end the network with a [`LogSoftmax`](crate::layer::LogSoftmax). Together
/// they are [`CrossEntropy`](super::CrossEntropy), which does both at once and faster; this is for a network
/// whose log-probabilities are needed themselves.
///
/// # Shapes
///
/// Log-probabilities `[C]`, targets `Class<C>`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let log_probabilities = [Tensor::from([-0.5_f32, -0.9])];
/// let right = [Class::<U2>::new(0).unwrap()];
/// assert_eq!(NegativeLogLikelihood.value(&log_probabilities, &right), 0.5);
/// ```
#[doc(alias("NLLLoss"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct NegativeLogLikelihood;

impl<S: Shape, G: Label, T: Element> Loss<S, G, T> for NegativeLogLikelihood {
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64
    where
        G: TargetOf<S>,
    {
        // dL/dy = -1 / samples at the class
        let grad = T::from_f64(-1.0 / samples(outputs, targets) as f64);
        assert_eq!(gradients.len(), outputs.len(), "one gradient per sample");
        flat_mut(gradients).fill(T::ZERO);
        for (gradient, target) in gradients.iter_mut().zip(targets) {
            gradient.as_mut_slice()[target.position()] = grad;
        }
        self.value(outputs, targets)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        let samples = samples(outputs, targets);
        let likely = |(output, target): (&Tensor<S, T>, &G)| output.as_slice()[target.position()].to_f64();
        -outputs.iter().zip(targets).map(likely).sum::<f64>() / samples as f64
    }
}
