//! [`KlDivergence`]: how much two distributions differ.

use super::elements::{MeanOver, loss_by_element};
use super::{is_largest, weighted};
use crate::element::Element;
use crate::tensor::best::argmax;

/// `Σ t (ln t - y)`, the mean over the batch: the divergence of the probabilities `t` from those whose
/// logarithms are `y`.
///
/// Takes **log-probabilities**: end the network with a [`LogSoftmax`](crate::layer::LogSoftmax). It is the
/// cross-entropy less that of the targets with themselves, so its gradient is the same. If `t` is 0, so is
/// the term, even if `y` is -∞. The output of a vector is right if its most probable class is the target's. PyTorch's `kl_div(reduction="batchmean")`.
///
/// # Shapes
///
/// Log-probabilities and targets `S`.
///
/// Kullback and Leibler, *On information and sufficiency*, 1951.
///
/// ```
/// use dimwise::prelude::*;
///
/// let log_probabilities = [Tensor::from([0.5_f64.ln(), 0.5_f64.ln()])];
/// let loss = |probabilities| KlDivergence.value(&log_probabilities, &[Tensor::from(probabilities)]);
/// assert_eq!(loss([0.5, 0.5]), 0.0);
/// assert_eq!(loss([1.0, 0.0]), 2.0_f64.ln());
/// ```
#[doc(alias("KLDivLoss"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct KlDivergence;

loss_by_element!(KlDivergence, MeanOver::Samples, |_| term, |output, target| {
    // Along more axes than one there may be many distributions.
    (S::RANK == 1).then(|| is_largest(output, argmax(target)))
});

/// `t (ln t - y)`, whose derivative by `y` is `-t`.
fn term<T: Element>(output: T, target: T) -> (T, T) {
    let loss = if target == T::ZERO { weighted(target, output) } else { target * (target.ln() - output) };
    (loss, -target)
}
