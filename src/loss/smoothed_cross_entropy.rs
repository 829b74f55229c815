//! [`SmoothedCrossEntropy`]: cross-entropy with label smoothing.

use super::cross_entropy::{self, Distribution};
use super::{CrossEntropy, Loss};
use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// [`CrossEntropy`](super::CrossEntropy) with the targets `(1 - smoothing) · t + smoothing / C`: a part of
/// each target is spread over all classes, so that no logit needs to grow without bound.
///
/// Made by [`CrossEntropy::smoothed`](super::CrossEntropy::smoothed). Train with it, and evaluate without.
///
/// # Shapes
///
/// Logits `[C]`; targets `Class<C>` or `[C]`.
///
/// Szegedy et al., *Rethinking the inception architecture for computer vision*, 2016, 7; PyTorch's
/// `label_smoothing`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let (logits, class) = ([Tensor::from([2.0_f64, 0.0])], [Class::<U2>::new(0).unwrap()]);
/// let smoothed = CrossEntropy.smoothed(0.2).value(&logits, &class);
/// assert!((smoothed - CrossEntropy.value(&logits, &[Tensor::from([0.9, 0.1])])).abs() < 1e-15);
/// ```
#[doc(alias("label_smoothing"))]
#[derive(Clone, Copy, Debug)]
pub struct SmoothedCrossEntropy {
    /// The share that is spread over all classes, in [0, 1]; elsewhere 0.1.
    pub smoothing: f64,
}

impl<S: Shape, T: Element, G: Distribution<T>> Loss<S, G, T> for SmoothedCrossEntropy {
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        cross_entropy::gradient(T::from_f64(self.smoothing), outputs, targets, gradients)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        cross_entropy::value(T::from_f64(self.smoothing), outputs, targets)
    }

    fn is_right(&self, output: &Tensor<S, T>, target: &G) -> Option<bool> {
        CrossEntropy.is_right(output, target)
    }
}
