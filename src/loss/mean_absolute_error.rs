//! [`MeanAbsoluteError`]: the loss of regressions with outliers.

use super::elements::{Elements, MeanOver, Values};
use super::{Loss, TargetOf};
use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::Tensor;

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
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAbsoluteError;

impl<S: Shape, G: Values<T> + TargetOf<S>, T: Element> Loss<S, G, T> for MeanAbsoluteError {
    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        Elements::new(outputs, targets, MeanOver::Elements).gradient(gradients, term)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        Elements::new(outputs, targets, MeanOver::Elements).value(term)
    }
}

/// `|y - t|`, whose derivative by `y` is the difference's sign.
fn term<T: Element>(output: T, target: T) -> (T, T) {
    let difference = output - target;
    let above = if difference > T::ZERO { T::ONE } else { T::ZERO };
    let below = if difference < T::ZERO { T::ONE } else { T::ZERO };
    (difference.abs(), above - below)
}
