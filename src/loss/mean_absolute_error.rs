//! [`MeanAbsoluteError`]: the loss of regressions with outliers.

use super::elements::{MeanOver, loss_by_element};
use crate::element::Element;

/// `Σ |y - t| / (samples · S::LEN)`: the mean over the batch and over each output's elements. Elsewhere
/// called L1 loss.
///
/// At `y = t`, where it has a kink, the gradient is 0.
///
/// # Shapes
///
/// Outputs and targets `S`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let loss = MeanAbsoluteError.value(&[Tensor::from([1.0_f32, 2.0])], &[Tensor::from([1.0, 4.0])]);
/// assert_eq!(loss, 1.0);
/// ```
#[doc(alias("L1Loss", "MAE"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAbsoluteError;

loss_by_element!(MeanAbsoluteError, MeanOver::Elements, |_| term);

/// `|y - t|`, whose derivative by `y` is the difference's sign.
fn term<T: Element>(output: T, target: T) -> (T, T) {
    let difference = output - target;
    let above = if difference > T::ZERO { T::ONE } else { T::ZERO };
    let below = if difference < T::ZERO { T::ONE } else { T::ZERO };
    (difference.abs(), above - below)
}
