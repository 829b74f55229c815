//! [`SumSquaredError`]: the book's first loss.

use super::elements::{MeanOver, loss_by_element};
use crate::element::Element;

/// `½ Σ (y - t)² / samples`: half of the sum over each output's elements, the mean over the batch.
///
/// It is `S::LEN / 2` times [`MeanSquaredError`](super::MeanSquaredError), which for a classifier of ten
/// classes means a learning rate five times smaller. PyTorch has no such loss; it is its
/// `mse_loss(reduction="sum")` over twice the number of samples.
///
/// # Shapes
///
/// Outputs and targets `S`.
///
/// Saito, *Deep Learning from Scratch*, 4.2.1.
///
/// ```
/// use dimwise::prelude::*;
///
/// let loss = SumSquaredError.value(&[Tensor::from([1.0_f32, 2.0])], &[Tensor::from([1.0, 4.0])]);
/// assert_eq!(loss, 2.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SumSquaredError;

loss_by_element!(SumSquaredError, MeanOver::Samples, |_| term);

/// `½ (y - t)²`, whose derivative by `y` is `y - t`.
fn term<T: Element>(output: T, target: T) -> (T, T) {
    let difference = output - target;
    (T::from_f64(0.5) * difference * difference, difference)
}
