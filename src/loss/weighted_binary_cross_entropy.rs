//! [`WeightedBinaryCrossEntropy`]: yes or no, where yes counts more.

use super::{BinaryCrossEntropy, Loss, Values, samples, weighted};
use crate::element::Element;
use crate::plain::{Plain, flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `-w t ln p - (1 - t) ln (1 - p)` with `p = 1 / (1 + e⁻ʸ)`: the mean over the batch and over each output's
/// elements.
///
/// Made by [`BinaryCrossEntropy::weighted`](super::BinaryCrossEntropy::weighted), for questions to which yes is rare:
/// with a weight of 5 each yes counts as if it were there five times. Unlike the weights of
/// [classes](super::WeightedCrossEntropy), and as PyTorch's `pos_weight`, they do not enter what the mean divides by:
/// that is the number of elements. Weights are at least 0; those below 1 make yes count less.
///
/// # Shapes
///
/// Logits, targets and weights `S`.
///
/// PyTorch's `BCEWithLogitsLoss(pos_weight=…)`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let logits = [Tensor::from([0.0_f64, 0.0])];
/// let loss = BinaryCrossEntropy.weighted([5.0, 5.0]).value(&logits, &[Tensor::from([1.0, 0.0])]);
/// assert!((loss - (5.0 + 1.0) / 2.0 * 2.0_f64.ln()).abs() < 1e-15);
/// ```
#[doc(alias("pos_weight"))]
#[derive(Clone, Debug)]
pub struct WeightedBinaryCrossEntropy<S: Shape> {
    /// How much a yes counts, for each element of an output.
    pub weights: Tensor<S, f64>,
}

impl<S: Shape> WeightedBinaryCrossEntropy<S> {
    /// The term of each element of the batch, and its derivative.
    fn terms<'a, T: Element>(
        &'a self,
        logits: &'a [T],
        targets: &'a [T],
    ) -> impl Iterator<Item = (T, T)> + 'a {
        let weights = self.weights.as_slice().iter().cycle();
        let pairs = logits.iter().zip(targets).zip(weights);
        pairs.map(|((logit, target), weight)| term(*logit, T::from_f64(*weight) * *target, T::ONE - *target))
    }
}

/// With `p = 1 / (1 + e^-|y|)`, the probability of the likelier answer: the cost of the other answer times `|y|`, less
/// the cost of both times `ln p`.
fn term<T: Element>(logit: T, yes: T, no: T) -> (T, T) {
    let size = logit.abs();
    let small = (-size).exp();
    let (likelier, both) = (small.ln_1p(), yes + no);
    let unlikely = both * (small / (T::ONE + small));
    if logit < T::ZERO {
        (weighted(yes, size) + both * likelier, unlikely - yes)
    } else {
        (weighted(no, size) + both * likelier, no - unlikely)
    }
}

impl<S: Shape, T: Element, G: Values<T>> Loss<S, G, T> for WeightedBinaryCrossEntropy<S> {
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        let count = (samples(outputs, targets) * S::LEN) as f64;
        assert_eq!(gradients.len(), outputs.len(), "one gradient per sample");
        let scale = T::from_f64(1.0 / count);
        let mut sum = 0.0;
        for (gradient, (cost, derivative)) in
            flat_mut(gradients).iter_mut().zip(self.terms(flat(outputs), flat(targets)))
        {
            sum += cost.to_f64();
            *gradient = scale * derivative;
        }
        sum / count
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        let count = (samples(outputs, targets) * S::LEN) as f64;
        self.terms(flat(outputs), flat(targets)).map(|(cost, _)| cost.to_f64()).sum::<f64>() / count
    }

    fn is_right(&self, output: &Tensor<S, T>, target: &G) -> Option<bool> {
        Loss::<S, G, T>::is_right(&BinaryCrossEntropy, output, target)
    }
}
