//! [`WeightedCrossEntropy`]: cross-entropy in which some classes count more than others.

use super::cross_entropy::Distribution;
use super::{CrossEntropy, Loss, samples, weighted};
use crate::element::Element;
use crate::plain::{Plain, flat, flat_mut};
use crate::shape::Dim;
use crate::tensor::Tensor;
use crate::tensor::best::argmax;
use crate::tensor::softmax::{LogSumExp, shifted_exp, sum_besides};

/// `-Σ wᵢ tᵢ ln pᵢ` over the classes, with `p = softmax(logits)`: the sum over the batch divided by the
/// **sum of the weights** of its targets, `Σ wᵢ tᵢ`.
///
/// Made by [`CrossEntropy::weighted`](super::CrossEntropy::weighted), for data in which some classes are rare: a class
/// of weight 5 counts as if each of its samples were there five times. Weights are at least 0; a batch whose
/// targets all have weight 0 costs 0 (PyTorch: NaN).
///
/// With [`smoothed`](Self::smoothed) `tᵢ` becomes `(1 - smoothing) · tᵢ + smoothing / C` in the loss, but not in the
/// sum of the weights.
///
/// # Shapes
///
/// Logits and weights `[C]`; targets `Class<C>` or `[C]`.
///
/// PyTorch's `CrossEntropyLoss(weight=…)`. Where targets are probabilities, PyTorch divides by the number of samples
/// instead: there a class and its one-hot vector differ, here they do not.
///
/// ```
/// use dimwise::prelude::*;
///
/// let logits = [Tensor::from([0.0_f64, 0.0]), Tensor::from([0.0, 2.0_f64.ln()])];
/// let classes = [Class::<U2>::new(0)?, Class::new(1)?];
/// let loss = CrossEntropy.weighted([1.0, 3.0]).value(&logits, &classes);
/// assert!((loss - (2.0_f64.ln() + 3.0 * 1.5_f64.ln()) / 4.0).abs() < 1e-15);
/// # Ok::<(), dimwise::loss::ClassError>(())
/// ```
#[doc(alias("class_weight", "weight"))]
#[derive(Clone, Debug)]
pub struct WeightedCrossEntropy<C: Dim> {
    /// How much each class counts, at least 0.
    pub weights: Tensor<C, f64>,
    /// The share of each target that is spread over all classes, in [0, 1]; 0 unless told.
    pub smoothing: f64,
}

impl<C: Dim> WeightedCrossEntropy<C> {
    /// The same with label smoothing, as [`CrossEntropy::smoothed`](super::CrossEntropy::smoothed).
    pub fn smoothed(self, smoothing: f64) -> Self {
        Self { smoothing, ..self }
    }

    fn weight_of(&self, class: usize) -> f64 {
        self.weights.as_slice()[class]
    }

    /// `wᵢ tᵢ` of a class, with the target smoothed.
    fn share<T: Element>(&self, target: &impl Distribution<T>, class: usize) -> T {
        let probability = (1.0 - self.smoothing) * target.probability(class).to_f64();
        T::from_f64(self.weight_of(class) * (probability + self.smoothing / C::SIZE as f64))
    }

    /// `-Σ wᵢ tᵢ ln pᵢ` of a sample.
    fn cost<T: Element>(&self, target: &impl Distribution<T>, logits: &[T], sum: LogSumExp<T>) -> f64 {
        let term = |(class, logit): (usize, &T)| {
            weighted(self.share(target, class), -sum.log_softmax(*logit)).to_f64()
        };
        logits.iter().enumerate().map(term).sum()
    }

    /// `Σ wᵢ tᵢ` over the batch, with the targets as they are.
    fn total<T: Element>(&self, targets: &[impl Distribution<T>]) -> f64 {
        let of_target = |target| {
            let product =
                |class| self.weight_of(class) * Distribution::<T>::probability(target, class).to_f64();
            (0..C::SIZE).map(product).sum::<f64>()
        };
        targets.iter().map(of_target).sum()
    }
}

impl<C: Dim, T: Element, G: Distribution<T>> Loss<C, G, T> for WeightedCrossEntropy<C> {
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(&self, outputs: &[Tensor<C, T>], targets: &[G], gradients: &mut [Tensor<C, T>]) -> f64 {
        let samples = samples(outputs, targets);
        assert_eq!(gradients.len(), samples, "one gradient per sample");
        let total = self.total(targets);
        if C::SIZE == 0 || (total == 0.0 && samples > 0) {
            flat_mut(gradients).fill(T::ZERO);
            return 0.0;
        }
        let scale = T::from_f64(1.0 / total);
        flat_mut(gradients).copy_from_slice(flat(outputs));
        shifted_exp(flat_mut(gradients), C::SIZE);
        let mut loss = 0.0;
        for ((logits, target), gradient) in outputs.iter().zip(targets).zip(gradients) {
            let (logits, gradient) = (logits.as_slice(), gradient.as_mut_slice());
            let likeliest = argmax(logits);
            let others = sum_besides(gradient, likeliest);
            loss += self.cost(target, logits, LogSumExp::new(logits[likeliest], others));
            // dL/dz = (Σu · p - u) / Σw with u = w · t
            let besides: T =
                (0..C::SIZE).filter(|class| *class != likeliest).map(|class| self.share(target, class)).sum();
            let (sum, mass) = (T::ONE + others, besides + self.share(target, likeliest));
            for (class, power) in gradient.iter_mut().enumerate() {
                *power = mass * (*power / sum) - self.share(target, class);
            }
            // If p is near 1, 1 - p is the sum of the others' probabilities.
            gradient[likeliest] = besides - mass * (others / sum);
            gradient.iter_mut().for_each(|gradient| *gradient *= scale);
        }
        loss / total
    }

    fn value(&self, outputs: &[Tensor<C, T>], targets: &[G]) -> f64 {
        let (samples, total) = (samples(outputs, targets), self.total(targets));
        if C::SIZE == 0 || (total == 0.0 && samples > 0) {
            return 0.0;
        }
        let cost = |(logits, target): (&Tensor<C, T>, &G)| {
            self.cost(target, logits.as_slice(), LogSumExp::of(logits.as_slice()))
        };
        outputs.iter().zip(targets).map(cost).sum::<f64>() / total
    }

    fn weight(&self, targets: &[G]) -> f64 {
        self.total(targets)
    }

    fn is_right(&self, output: &Tensor<C, T>, target: &G) -> Option<bool> {
        CrossEntropy.is_right(output, target)
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn a_batch_of_classes_that_do_not_count_costs_nothing() {
        let (logits, class) = ([Tensor::from([1.0_f64, 0.0])], [Class::<U2>::new(0).unwrap()]);
        let loss = CrossEntropy.weighted([0.0, 1.0]);
        let mut gradients = [Tensor::from([f64::NAN, f64::NAN])];
        assert_eq!(loss.gradient(&logits, &class, &mut gradients), 0.0);
        assert_eq!((&gradients[0], loss.value(&logits, &class)), (&Tensor::default(), 0.0));
    }

    /// A weight of 0 beside a probability of 0, `0 · ∞`.
    #[test]
    fn a_class_that_does_not_count_may_be_impossible() {
        let logits = [Tensor::from([f64::NEG_INFINITY, 0.0, 0.0]); 1];
        let target = [Tensor::from([0.5, 0.5, 0.0])];
        let loss = CrossEntropy.weighted([0.0, 1.0, 1.0]).value(&logits, &target);
        assert!((loss - 2.0_f64.ln()).abs() < 1e-15, "{loss}");
    }

    #[test]
    fn weights_of_one_are_none() {
        let logits = [Tensor::from([0.3_f64, -1.0, 2.0]), Tensor::from([1.0, 0.0, -0.5])];
        let classes = [Class::<U3>::new(2).unwrap(), Class::new(0).unwrap()];
        let (mut found, mut expected) = (logits.clone(), logits.clone());
        let loss = CrossEntropy.weighted([1.0; 3]).smoothed(0.1).gradient(&logits, &classes, &mut found);
        let same = CrossEntropy.smoothed(0.1).gradient(&logits, &classes, &mut expected);
        assert!((loss - same).abs() < 1e-15, "{loss} {same}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!((0..3).all(|class| (found[class] - expected[class]).abs() < 1e-15), "{found:?}");
        }
    }
}
