//! [`CrossEntropy`]: softmax and cross-entropy as one, from logits.

use super::{Class, Loss, SmoothedCrossEntropy, Target, WeightedCrossEntropy, is_largest, samples, weighted};
use crate::element::Element;
use crate::plain::{Plain, flat, flat_mut};
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;
use crate::tensor::best::argmax;
use crate::tensor::softmax::{LogSumExp, shifted_exp, sum_besides};

/// `-Σ tᵢ ln pᵢ` with `p = softmax(logits)`, the mean over the batch.
///
/// Takes **logits**, not probabilities: do not end the network with a softmax. The target is a
/// [`Class`], or a tensor of probabilities that sum to one. Both passes are one: the gradient is
/// `(p - t) / samples`. Safe for logits of any finite size, because the largest is subtracted
/// before `exp`, and neither `ln p` nor `p - 1` is computed from a rounded `p`. A logit of -∞ is an impossible
/// class: if its target is 0, it costs nothing.
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
#[doc(alias(
    "CrossEntropyLoss",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "softmax_cross_entropy"
))]
#[derive(Clone, Copy, Debug, Default)]
pub struct CrossEntropy;

impl CrossEntropy {
    /// The same with label smoothing: a part of each target is spread over all classes.
    pub const fn smoothed(self, smoothing: f64) -> SmoothedCrossEntropy {
        SmoothedCrossEntropy { smoothing }
    }

    /// The same in which each class counts as much as its weight says: the mean divides by the sum of the weights.
    pub fn weighted<C: Dim>(self, weights: impl Into<Tensor<C, f64>>) -> WeightedCrossEntropy<C> {
        WeightedCrossEntropy { weights: weights.into(), smoothing: 0.0 }
    }
}

// `S` is a vector's shape, as that of every `Distribution` is.
impl<S: Shape, T: Element, G: Distribution<T>> Loss<S, G, T> for CrossEntropy {
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        gradient(T::ZERO, outputs, targets, gradients)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        value(T::ZERO, outputs, targets)
    }

    fn is_right(&self, output: &Tensor<S, T>, target: &G) -> Option<bool> {
        Some(is_largest(output.as_slice(), target.likeliest()))
    }
}

/// Loss and gradient, with a share of each target spread over all classes.
#[inline]
pub(super) fn gradient<S: Shape, T: Element, G: Distribution<T>>(
    smoothing: T,
    outputs: &[Tensor<S, T>],
    targets: &[G],
    gradients: &mut [Tensor<S, T>],
) -> f64 {
    let scale = T::from_f64(1.0 / samples(outputs, targets) as f64);
    let (keep, share) = (T::ONE - smoothing, smoothing / T::from_f64(S::LEN as f64));
    assert_eq!(gradients.len(), outputs.len(), "one gradient per sample");
    if S::LEN == 0 {
        return 0.0;
    }
    flat_mut(gradients).copy_from_slice(flat(outputs));
    shifted_exp(flat_mut(gradients), S::LEN);
    let mut loss = 0.0;
    for ((logits, target), gradient) in outputs.iter().zip(targets).zip(gradients) {
        let (logits, gradient) = (logits.as_slice(), gradient.as_mut_slice());
        let likeliest = argmax(logits);
        let others = sum_besides(gradient, likeliest);
        loss += smoothed(smoothing, target, logits, LogSumExp::new(logits[likeliest], others)).to_f64();
        // dL/dz = (Σt · p - t) / samples
        let (sum, mass) = (T::ONE + others, keep * target.mass() + smoothing);
        gradient.iter_mut().for_each(|power| *power = mass * (*power / sum) - share);
        target.subtract_from(gradient, keep);
        // If p is near 1, 1 - p is the sum of the others' probabilities.
        let besides = keep * target.mass_besides(likeliest) + share * T::from_f64((S::LEN - 1) as f64);
        gradient[likeliest] = besides - mass * (others / sum);
        gradient.iter_mut().for_each(|gradient| *gradient *= scale);
    }
    loss / outputs.len() as f64
}

/// The loss alone, with a share of each target spread over all classes.
#[inline]
pub(super) fn value<S: Shape, T: Element, G: Distribution<T>>(
    smoothing: T,
    outputs: &[Tensor<S, T>],
    targets: &[G],
) -> f64 {
    let samples = samples(outputs, targets);
    if S::LEN == 0 {
        return 0.0;
    }
    let loss = |(logits, target): (&Tensor<S, T>, &G)| {
        let logits = logits.as_slice();
        smoothed(smoothing, target, logits, LogSumExp::of(logits)).to_f64()
    };
    outputs.iter().zip(targets).map(loss).sum::<f64>() / samples as f64
}

/// `-Σ tᵢ ln pᵢ` of a target of which a share is spread over all classes.
#[inline]
fn smoothed<T: Element>(smoothing: T, target: &impl Distribution<T>, logits: &[T], sum: LogSumExp<T>) -> T {
    let improbability = |class: usize| T::ZERO - sum.log_softmax(logits[class]);
    let sharp = target.cross_entropy(improbability);
    if smoothing == T::ZERO {
        return sharp;
    }
    let even = (0..logits.len()).map(improbability).sum::<T>() / T::from_f64(logits.len() as f64);
    weighted(T::ONE - smoothing, sharp) + weighted(smoothing, even)
}

/// A target that says how probable each class is: [`Class`], or a tensor of probabilities.
#[diagnostic::on_unimplemented(
    message = "`CrossEntropy` takes classes or vectors of probabilities as targets",
    label = "neither classes nor vectors of the outputs' element type"
)]
pub trait Distribution<T: Element>: Target {
    /// `-Σ tᵢ ln pᵢ`, from `-ln pᵢ` of each class.
    #[doc(hidden)]
    fn cross_entropy(&self, improbability: impl Fn(usize) -> T) -> T;
    /// `Σ tᵢ`.
    #[doc(hidden)]
    fn mass(&self) -> T;
    /// `Σ tᵢ` over all classes but one.
    #[doc(hidden)]
    fn mass_besides(&self, class: usize) -> T;
    /// Subtracts `keep · tᵢ` from each element.
    #[doc(hidden)]
    fn subtract_from(&self, numbers: &mut [T], keep: T);
    /// The index of the most probable class, of the first one of equals.
    #[doc(hidden)]
    fn likeliest(&self) -> usize;
    /// `tᵢ` of one class.
    #[doc(hidden)]
    fn probability(&self, class: usize) -> T;
}

impl<C: Dim, T: Element> Distribution<T> for Class<C> {
    fn cross_entropy(&self, improbability: impl Fn(usize) -> T) -> T {
        improbability(self.index())
    }

    fn mass(&self) -> T {
        T::ONE
    }

    fn mass_besides(&self, class: usize) -> T {
        if class == self.index() { T::ZERO } else { T::ONE }
    }

    fn subtract_from(&self, numbers: &mut [T], keep: T) {
        numbers[self.index()] -= keep;
    }

    fn likeliest(&self) -> usize {
        self.index()
    }

    fn probability(&self, class: usize) -> T {
        if class == self.index() { T::ONE } else { T::ZERO }
    }
}

#[diagnostic::do_not_recommend]
impl<C: Dim, T: Element> Distribution<T> for Tensor<C, T> {
    fn cross_entropy(&self, improbability: impl Fn(usize) -> T) -> T {
        let terms = self.as_slice().iter().enumerate();
        terms.map(|(class, target)| weighted(*target, improbability(class))).sum()
    }

    fn mass(&self) -> T {
        self.as_slice().iter().copied().sum()
    }

    fn mass_besides(&self, class: usize) -> T {
        sum_besides(self.as_slice(), class)
    }

    fn subtract_from(&self, numbers: &mut [T], keep: T) {
        for (number, target) in numbers.iter_mut().zip(self.as_slice()) {
            *number -= keep * *target;
        }
    }

    fn likeliest(&self) -> usize {
        argmax(self.as_slice())
    }

    fn probability(&self, class: usize) -> T {
        self.as_slice()[class]
    }
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

    /// What the losses and gradients of all ways to say that the first of three classes is right are.
    fn first_of_three(logits: [f64; 3]) -> [(f64, f64, Tensor<U3, f64>); 2] {
        let logits = [Tensor::from(logits)];
        let mut gradients = [Tensor::default()];
        let class = [Class::<U3>::new(0).unwrap()];
        let by_class = CrossEntropy.gradient(&logits, &class, &mut gradients);
        let of_class = (by_class, CrossEntropy.value(&logits, &class), gradients[0].clone());
        let one_hot = [Tensor::from([1.0, 0.0, 0.0])];
        let by_one_hot = CrossEntropy.gradient(&logits, &one_hot, &mut gradients);
        [of_class, (by_one_hot, CrossEntropy.value(&logits, &one_hot), gradients[0].clone())]
    }

    #[test]
    fn a_class_that_cannot_be_costs_nothing_where_it_is_not() {
        for (loss, value, gradient) in first_of_three([1.0, f64::NEG_INFINITY, 0.0]) {
            // ln(1 + e⁻¹), and e⁻¹ / (1 + e⁻¹)
            assert!((loss - 0.313_261_687_518_222_8).abs() < 1e-15, "{loss}");
            assert!((value - loss).abs() < 1e-15, "{value}");
            let wrong = 0.268_941_421_369_995_1;
            assert!(
                (gradient[0] + wrong).abs() < 1e-15 && (gradient[2] - wrong).abs() < 1e-15,
                "{gradient:?}"
            );
            assert_eq!(gradient[1], 0.0);
        }
        for (loss, value, gradient) in first_of_three([f64::NEG_INFINITY, 0.0, 0.0]) {
            assert_eq!((loss, value), (f64::INFINITY, f64::INFINITY));
            assert_eq!(gradient, Tensor::from([-1.0, 0.5, 0.5]));
        }
    }

    #[test]
    fn smoothing_of_0_or_1_multiplies_no_infinity_by_0() {
        let logits = [Tensor::from([1.0, f64::NEG_INFINITY, 0.0])];
        let one_hot = [Tensor::from([1.0, 0.0, 0.0])];
        let sharp = CrossEntropy.smoothed(0.0).value(&logits, &one_hot);
        assert!((sharp - 0.313_261_687_518_222_8).abs() < 1e-15, "{sharp}");
        assert_eq!(CrossEntropy.smoothed(0.1).value(&logits, &one_hot), f64::INFINITY);
        let wrong = [Class::<U3>::new(1).unwrap()];
        let even = CrossEntropy.smoothed(1.0).value(&[Tensor::from([0.0, 0.0, 0.0])], &wrong);
        assert!((even - 3.0_f64.ln()).abs() < 1e-15, "{even}");
        let mut gradients = [Tensor::default()];
        CrossEntropy.smoothed(0.3).gradient(&logits, &one_hot, &mut gradients);
        assert!((gradients[0][1] + 0.1).abs() < 1e-15, "{gradients:?}");
        assert!(gradients[0].sum().abs() < 1e-15, "{gradients:?}");
    }

    /// If p is rounded to 1, neither ln p nor p - 1 is 0.
    #[test]
    fn a_sure_answer_still_has_a_loss_and_a_gradient() {
        let logits = [Tensor::from([20.0_f32, 0.0])];
        let (class, one_hot) = ([Class::<U2>::new(0).unwrap()], [Tensor::from([1.0, 0.0])]);
        let mut by_class = [Tensor::default()];
        let mut by_one_hot = [Tensor::default()];
        let losses = [
            CrossEntropy.gradient(&logits, &class, &mut by_class),
            CrossEntropy.gradient(&logits, &one_hot, &mut by_one_hot),
            CrossEntropy.value(&logits, &class),
            CrossEntropy.value(&logits, &one_hot),
        ];
        for loss in losses {
            assert!((loss / 2.061_153_620_314_381e-9 - 1.0).abs() < 3e-7, "{loss}");
        }
        for gradient in [by_class, by_one_hot] {
            for (index, sign) in [-1.0, 1.0].into_iter().enumerate() {
                let found = f64::from(gradient[0][index]);
                assert!((found / (sign * 2.061_153_618e-9) - 1.0).abs() < 3e-7, "{found}");
            }
        }
    }

    #[test]
    fn nan_logits_give_a_nan_loss() {
        let (logits, one_hot) = ([Tensor::from([1.0, f32::NAN, 0.0])], [Tensor::from([1.0, 0.0, 0.0])]);
        assert!(CrossEntropy.value(&logits, &one_hot).is_nan());
        let class = [Class::<U2>::new(0).unwrap()];
        assert!(CrossEntropy.value(&[Tensor::from([f32::NAN, 1.0])], &class).is_nan());
        assert!(CrossEntropy.value(&[Tensor::from([1.0, f32::NAN])], &class).is_nan());
    }
}
