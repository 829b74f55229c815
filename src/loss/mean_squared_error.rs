//! [`MeanSquaredError`]: the usual loss of regressions.

use super::elements::{MeanOver, loss_by_element};
use crate::element::Element;

/// `Σ (y - t)² / (samples · S::LEN)`: the mean over the batch **and** over each output's elements,
/// as elsewhere. The loss of *Deep Learning from Scratch*, half of the sum over a sample's elements, is
/// [`SumSquaredError`](super::SumSquaredError).
///
/// # Shapes
///
/// Outputs and targets `S`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let loss = MeanSquaredError.value(&[Tensor::from([1.0_f32, 2.0])], &[Tensor::from([1.0, 4.0])]);
/// assert_eq!(loss, 2.0);
/// ```
#[doc(alias("MSELoss", "MSE"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;

loss_by_element!(MeanSquaredError, MeanOver::Elements, |_| term);

/// `(y - t)²`, whose derivative by `y` is `2 (y - t)`.
fn term<T: Element>(output: T, target: T) -> (T, T) {
    let difference = output - target;
    (difference * difference, difference + difference)
}
