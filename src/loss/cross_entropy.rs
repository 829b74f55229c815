//! [`CrossEntropy`]: softmax and cross-entropy as one, from logits.

use super::{Class, Loss, SmoothedCrossEntropy, Target, TargetOf, samples};
use crate::dim::Dim;
use crate::element::Element;
use crate::kernel::InstructionSet;
use crate::plain::{Plain, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `-Σ tᵢ ln pᵢ` with `p = softmax(logits)`, the mean over the batch.
///
/// Takes **logits**, not probabilities: do not end the network with a softmax. The target is a
/// [`Class`], or a tensor of probabilities that sum to one. Both passes are one: the gradient is
/// `(p - t) / samples`. Safe for logits of any finite size, because the largest is subtracted
/// before `exp`, and `ln p` is never taken of a rounded `p`.
///
/// # Shapes
///
/// Logits `[C]`; targets `Class<C>` or `[C]`.
///
/// Saito, *Deep Learning from Scratch*, 5.6.3.
///
/// ```
/// use dimwise::prelude::*;
///
/// let logits = [Tensor::from([1e4_f32, -1e4])];
/// let right = [Class::<U2>::new(0).unwrap()];
/// assert_eq!(CrossEntropy.value(&logits, &right), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CrossEntropy;

impl CrossEntropy {
    /// The same with targets that spread a part of what they know over all classes.
    pub const fn smoothed(self, smoothing: f64) -> SmoothedCrossEntropy {
        SmoothedCrossEntropy { smoothing }
    }
}

// `S` is a vector's shape, as that of every `Distribution` is.
impl<S: Shape, T: Element, G: Distribution<T> + TargetOf<S>> Loss<S, G, T> for CrossEntropy {
    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        gradient(T::ZERO, outputs, targets, gradients)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        value(T::ZERO, outputs, targets)
    }
}

/// Loss and gradient, where a share of each target is spread over all classes.
#[inline]
pub(super) fn gradient<S: Shape, T: Element, G: Distribution<T>>(
    smoothing: T,
    outputs: &[Tensor<S, T>],
    targets: &[G],
    gradients: &mut [Tensor<S, T>],
) -> f64 {
    let scale = T::from_f64(1.0 / samples(outputs, targets) as f64);
    assert_eq!(gradients.len(), outputs.len(), "one gradient a sample");
    for (logits, gradient) in outputs.iter().zip(&mut *gradients) {
        let largest = largest(logits.as_slice());
        for (shifted, logit) in gradient.as_mut_slice().iter_mut().zip(logits.as_slice()) {
            *shifted = *logit - largest;
        }
    }
    // All at once: a class each would not fill the vectors.
    let shifted = flat_mut(gradients);
    T::exp_all(InstructionSet::best_for(shifted.len()), shifted);
    let mut loss = 0.0;
    for ((logits, target), gradient) in outputs.iter().zip(targets).zip(gradients) {
        let (logits, probabilities) = (logits.as_slice(), gradient.as_mut_slice());
        let sum: T = probabilities.iter().copied().sum();
        loss += smoothed(smoothing, target, logits, largest(logits) + sum.ln()).to_f64();
        // dL/dz = (Σt · p - t) / samples
        probabilities.iter_mut().for_each(|probability| *probability /= sum);
        target.subtract_from(probabilities, T::ONE - smoothing);
        if smoothing != T::ZERO {
            let share = smoothing / T::from_f64(S::LEN as f64);
            probabilities.iter_mut().for_each(|gradient| *gradient -= share);
        }
        probabilities.iter_mut().for_each(|gradient| *gradient *= scale);
    }
    loss / outputs.len() as f64
}

/// The loss alone, likewise.
#[inline]
pub(super) fn value<S: Shape, T: Element, G: Distribution<T>>(
    smoothing: T,
    outputs: &[Tensor<S, T>],
    targets: &[G],
) -> f64 {
    let samples = samples(outputs, targets);
    let loss = |(logits, target): (&Tensor<S, T>, &G)| {
        let logits = logits.as_slice();
        smoothed(smoothing, target, logits, log_sum_exp(logits)).to_f64()
    };
    outputs.iter().zip(targets).map(loss).sum::<f64>() / samples as f64
}

/// `Σ tᵢ (log_sum - zᵢ)` of a target of which a share is spread over all classes.
#[inline]
fn smoothed<T: Element>(smoothing: T, target: &impl Distribution<T>, logits: &[T], log_sum: T) -> T {
    let sharp = target.cross_entropy(logits, log_sum);
    if smoothing == T::ZERO {
        return sharp;
    }
    let even = logits.iter().map(|logit| log_sum - *logit).sum::<T>() / T::from_f64(logits.len() as f64);
    (T::ONE - smoothing) * sharp + smoothing * even
}

/// A target that says how probable each class is: [`Class`], or a tensor of probabilities.
#[diagnostic::on_unimplemented(
    message = "`CrossEntropy` takes classes or vectors of probabilities as targets",
    label = "neither classes nor vectors of the outputs' element type"
)]
pub trait Distribution<T: Element>: Target {
    /// `Σ tᵢ (log_sum - zᵢ)`, with `log_sum = ln Σ exp zᵢ`.
    #[doc(hidden)]
    fn cross_entropy(&self, logits: &[T], log_sum: T) -> T;
    /// Makes `p` to `Σt · p - keep · t`, where the target is `keep · t` and the rest lies elsewhere.
    #[doc(hidden)]
    fn subtract_from(&self, probabilities: &mut [T], keep: T);
}

impl<C: Dim, T: Element> Distribution<T> for Class<C> {
    fn cross_entropy(&self, logits: &[T], log_sum: T) -> T {
        log_sum - logits[self.index()]
    }

    fn subtract_from(&self, probabilities: &mut [T], keep: T) {
        probabilities[self.index()] -= keep;
    }
}

#[diagnostic::do_not_recommend]
impl<C: Dim, T: Element> Distribution<T> for Tensor<C, T> {
    fn cross_entropy(&self, logits: &[T], log_sum: T) -> T {
        self.as_slice().iter().zip(logits).map(|(target, logit)| *target * (log_sum - *logit)).sum()
    }

    fn subtract_from(&self, probabilities: &mut [T], keep: T) {
        let mass = keep * self.as_slice().iter().copied().sum::<T>() + (T::ONE - keep);
        for (probability, target) in probabilities.iter_mut().zip(self.as_slice()) {
            *probability = mass * *probability - keep * *target;
        }
    }
}

/// `ln Σ exp z`.
fn log_sum_exp<T: Element>(logits: &[T]) -> T {
    let largest = largest(logits);
    largest + logits.iter().map(|logit| (*logit - largest).exp()).sum::<T>().ln()
}

fn largest<T: Element>(logits: &[T]) -> T {
    logits.iter().copied().fold(T::MIN, T::max)
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn a_wrong_answer_with_huge_logits_costs_their_difference() {
        let logits = [Tensor::from([1e4_f32, -1e4, 0.0])];
        let wrong = [Class::<U3>::new(1).unwrap()];
        let mut gradients = [Tensor::default()];
        assert_eq!(CrossEntropy.gradient(&logits, &wrong, &mut gradients), 2e4);
        assert_eq!(gradients[0], Tensor::from([1.0, -1.0, 0.0]));
    }

    #[test]
    fn a_class_and_its_one_hot_probabilities_agree() {
        let logits = [Tensor::from([0.3_f64, -1.0, 2.0]), Tensor::from([1.0, 0.0, -0.5])];
        let classes = [Class::<U3>::new(2).unwrap(), Class::new(0).unwrap()];
        let one_hot = [Tensor::from([0.0, 0.0, 1.0]), Tensor::from([1.0, 0.0, 0.0])];
        let mut by_class = [Tensor::default(), Tensor::default()];
        let mut by_one_hot = by_class.clone();
        let loss = CrossEntropy.gradient(&logits, &classes, &mut by_class);
        assert!((loss - CrossEntropy.gradient(&logits, &one_hot, &mut by_one_hot)).abs() < 1e-15);
        assert!((loss - CrossEntropy.value(&logits, &classes)).abs() < 1e-15);
        assert_eq!(by_class, by_one_hot);
    }

    #[test]
    fn nan_logits_give_a_nan_loss() {
        let class = [Class::<U2>::new(0).unwrap()];
        assert!(CrossEntropy.value(&[Tensor::from([f32::NAN, 1.0])], &class).is_nan());
        assert!(CrossEntropy.value(&[Tensor::from([1.0, f32::NAN])], &class).is_nan());
    }
}
