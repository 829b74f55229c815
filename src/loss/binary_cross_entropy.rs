//! [`BinaryCrossEntropy`]: yes or no, from logits.

use super::elements::{Elements, Mean, Values};
use super::{Loss, TargetOf};
use crate::element::{Element, ln_1_plus};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `-t ln p - (1 - t) ln (1 - p)` with `p = 1 / (1 + e⁻ʸ)`: the mean over the batch and over each output's
/// elements. Elsewhere called BCE with logits.
///
/// Each output is a question of its own, and its target the probability of yes, in [0, 1]. Takes
/// **logits**, not probabilities: do not end the network with a sigmoid. Safe for logits of any finite
/// size, because nothing is exponentiated but `-|y|`.
///
/// # Shapes
///
/// Logits and targets `S`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let logits = [Tensor::from([1e4_f32, -1e4, 0.0])];
/// let loss = BinaryCrossEntropy.value(&logits, &[Tensor::from([1.0, 0.0, 1.0])]);
/// assert!((loss - 2.0_f64.ln() / 3.0).abs() < 1e-7);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct BinaryCrossEntropy;

impl<S: Shape, G: Values<T> + TargetOf<S>, T: Element> Loss<S, G, T> for BinaryCrossEntropy {
    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        Elements::new(outputs, targets, Mean::OfElements).gradient(gradients, term)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        Elements::new(outputs, targets, Mean::OfElements).value(term)
    }
}

/// `max(0, y) - t y + ln(1 + e^-|y|)`, whose derivative by `y` is `p - t`.
fn term<T: Element>(logit: T, target: T) -> (T, T) {
    let small = (-logit.abs()).exp();
    let loss = logit.max(T::ZERO) - target * logit + ln_1_plus(small);
    let numerator = if logit < T::ZERO { small } else { T::ONE };
    (loss, numerator / (T::ONE + small) - target)
}
