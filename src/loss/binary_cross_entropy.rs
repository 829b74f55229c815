//! [`BinaryCrossEntropy`]: yes or no, from logits.

use super::elements::{MeanOver, loss_by_element};
use super::{WeightedBinaryCrossEntropy, weighted};
use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `-t ln p - (1 - t) ln (1 - p)` with `p = 1 / (1 + e⁻ʸ)`: the mean over the batch and over each output's
/// elements. Elsewhere called BCE with logits.
///
/// Each output is a question of its own, and its target the probability of yes, in [0, 1]. Takes
/// **logits**, not probabilities: do not end the network with a sigmoid. Safe for logits of any size, infinite
/// ones, too, because only `-|y|` is exponentiated; and a gradient is right however sure an answer is, since
/// it is not computed from a `p` rounded to 1.
///
/// An output is right if all its answers are: `p` above 1/2 where the target is, and not above where it is not.
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
#[doc(alias("BCEWithLogitsLoss", "BCELoss"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct BinaryCrossEntropy;

impl BinaryCrossEntropy {
    /// The same in which a yes counts as much as its weight says, for each element of an output.
    pub fn weighted<S: Shape>(self, weights: impl Into<Tensor<S, f64>>) -> WeightedBinaryCrossEntropy<S> {
        WeightedBinaryCrossEntropy { weights: weights.into() }
    }
}

loss_by_element!(BinaryCrossEntropy, MeanOver::Elements, |_| term, is_right);

/// Whether each answer is on its target's side: yes is a probability above 1/2. NaN is not right.
fn is_right<T: Element>(logits: &[T], targets: &[T]) -> Option<bool> {
    let half = T::from_f64(0.5);
    let agree = |(logit, target): (&T, &T)| !logit.is_nan() && (*logit > T::ZERO) == (*target > half);
    Some(logits.iter().zip(targets).all(agree))
}

/// With `p = 1 / (1 + e^-|y|)`, the probability of the likelier answer, and `t` the target's probability of the
/// other one: `t |y| - ln p`. The derivative by `|y|` is `t - (1 - p)`.
fn term<T: Element>(logit: T, target: T) -> (T, T) {
    let small = (-logit.abs()).exp();
    let unlikely = small / (T::ONE + small);
    if logit < T::ZERO {
        (weighted(target, -logit) + small.ln_1p(), unlikely - target)
    } else {
        let contrary = T::ONE - target;
        (weighted(contrary, logit) + small.ln_1p(), contrary - unlikely)
    }
}
