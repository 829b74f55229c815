//! [`MeanSquaredError`]: the loss of regressions.

use super::elements::{Elements, MeanOver, Values};
use super::{Loss, TargetOf};
use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `Σ (y - t)² / (samples · S::LEN)`: the mean over the batch **and** over each output's elements,
/// as elsewhere. The book's, half of the sum over a sample's elements, is
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
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;

impl<S: Shape, G: Values<T> + TargetOf<S>, T: Element> Loss<S, G, T> for MeanSquaredError {
    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        Elements::new(outputs, targets, MeanOver::Elements).gradient(gradients, term)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        Elements::new(outputs, targets, MeanOver::Elements).value(term)
    }
}

/// `(y - t)²`, whose derivative by `y` is `2 (y - t)`.
fn term<T: Element>(output: T, target: T) -> (T, T) {
    let difference = output - target;
    (difference * difference, difference + difference)
}
