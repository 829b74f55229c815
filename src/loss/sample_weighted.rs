//! [`Weighted`] targets, and [`SampleWeighted`], any loss of them.

use core::slice::{from_mut, from_ref};

use super::{Class, Loss, Target, TargetOf, samples};
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// A target, and how much its sample counts: for measurements of known precision, or data that were drawn unevenly.
///
/// [`SampleWeighted`] makes any loss take it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted<G> {
    /// The target.
    pub target: G,
    /// How much the sample counts, at least 0.
    pub weight: f64,
}

impl<G> Weighted<G> {
    /// A target of this weight.
    pub const fn new(target: G, weight: f64) -> Self {
        Self { target, weight }
    }
}

impl<G: Target> Target for Weighted<G> {
    type Shape = G::Shape;

    fn is_right<T: Element>(&self, output: &[T]) -> Option<bool> {
        self.target.is_right(output)
    }

    fn class_index(&self) -> Option<usize> {
        self.target.class_index()
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.target.numbers().chain([self.weight])
    }
}

/// A loss of samples that do not count alike: `Σ wᵢ lᵢ / Σ wᵢ`, where `lᵢ` is what the loss inside gives for sample `i`
/// by itself.
///
/// It takes [`Weighted`] targets, whatever is inside, for any loss, one of your own as well. [`Class`] and tensors it
/// takes as they are, with weight 1: data to train on have weights, and those to test with need none. A sample
/// of weight 0 costs nothing, whatever its loss is; where all of a batch are, the loss is 0. Where the loss inside
/// has [weights](Loss::weight) of its own, those of classes for example, the two are multiplied.
///
/// # Shapes
///
/// Those of the loss inside.
///
/// ```
/// use dimwise::loss::{SampleWeighted, Weighted};
/// use dimwise::prelude::*;
///
/// let outputs = [Tensor::from([1.0]), Tensor::from([2.0])];
/// let targets = [Weighted::new(Tensor::from([0.0]), 3.0), Weighted::new(Tensor::from([0.0]), 1.0)];
/// let loss = SampleWeighted(MeanSquaredError);
/// assert_eq!(loss.value(&outputs, &targets), (3.0 * 1.0 + 1.0 * 4.0) / 4.0);
///
/// network! { type Net = [Affine<U2, U3>]; }
/// let data = Dataset::new(
///     [[0.0, 1.0], [1.0, 0.0]].map(Tensor::from),
///     [Weighted::new(Class::<U3>::new(0)?, 0.5), Weighted::new(Class::new(2)?, 2.0)],
/// )?;
/// let (network, sgd) = (Net::initialized(HeNormal, 1), Sgd { learning_rate: 0.1 });
/// let mut trainer = Trainer::<Net, _, _, U2>::new(network, SampleWeighted(CrossEntropy), sgd, 1);
/// let first = trainer.epoch(&data)?.loss;
/// assert!(trainer.evaluate(&data)?.loss < first);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias("sample_weight"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct SampleWeighted<L>(pub L);

impl<S: Shape, G: TargetOf<S>, T: Element, L: Loss<S, G, T>> Loss<S, Weighted<G>, T> for SampleWeighted<L> {
    /// Whatever the loss inside says of batches: it sees each sample by itself.
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(
        &self,
        outputs: &[Tensor<S, T>],
        targets: &[Weighted<G>],
        gradients: &mut [Tensor<S, T>],
    ) -> f64 {
        let samples = samples(outputs, targets);
        assert_eq!(gradients.len(), samples, "one gradient per sample");
        let (total, mut sum) = (Loss::<S, _, T>::weight(self, targets), 0.0);
        for ((output, target), gradient) in outputs.iter().zip(targets).zip(gradients) {
            let weight = self.weight_of::<S, G, T>(target);
            if weight == 0.0 {
                gradient.as_mut_slice().fill(T::ZERO);
                continue;
            }
            let loss = self.0.gradient(from_ref(output), from_ref(&target.target), from_mut(gradient));
            sum += weight * loss;
            let share = T::from_f64(weight / total);
            gradient.as_mut_slice().iter_mut().for_each(|gradient| *gradient *= share);
        }
        mean(sum, total, samples)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[Weighted<G>]) -> f64 {
        let (samples, mut sum) = (samples(outputs, targets), 0.0);
        for (output, target) in outputs.iter().zip(targets) {
            let weight = self.weight_of::<S, G, T>(target);
            if weight != 0.0 {
                sum += weight * self.0.value(from_ref(output), from_ref(&target.target));
            }
        }
        mean(sum, Loss::<S, _, T>::weight(self, targets), samples)
    }

    fn weight(&self, targets: &[Weighted<G>]) -> f64 {
        targets.iter().map(|target| self.weight_of::<S, G, T>(target)).sum()
    }

    fn is_right(&self, output: &Tensor<S, T>, target: &Weighted<G>) -> Option<bool> {
        self.0.is_right(output, &target.target)
    }
}

impl<L> SampleWeighted<L> {
    /// A sample's weight, times what the loss inside gives its target.
    fn weight_of<S: Shape, G, T: Element>(&self, target: &Weighted<G>) -> f64
    where
        L: Loss<S, G, T>,
    {
        target.weight * self.0.weight(from_ref(&target.target))
    }
}

/// Nothing of what does not count.
fn mean(sum: f64, total: f64, samples: usize) -> f64 {
    if total == 0.0 && samples > 0 { 0.0 } else { sum / total }
}

/// What has no weight is taken by the loss inside.
macro_rules! without_weights {
    ($target:ty, $($generic:ident: $bound:path),*) => {
        impl<$($generic: $bound,)* L: Loss<S, $target, T>> Loss<S, $target, T> for SampleWeighted<L> {
            fn is_mean_of_samples(&self) -> bool {
                self.0.is_mean_of_samples()
            }

            fn gradient(
                &self,
                outputs: &[Tensor<S, T>],
                targets: &[$target],
                gradients: &mut [Tensor<S, T>],
            ) -> f64
            where
                $target: TargetOf<S>,
            {
                self.0.gradient(outputs, targets, gradients)
            }

            fn value(&self, outputs: &[Tensor<S, T>], targets: &[$target]) -> f64
            where
                $target: TargetOf<S>,
            {
                self.0.value(outputs, targets)
            }

            fn weight(&self, targets: &[$target]) -> f64 {
                self.0.weight(targets)
            }

            fn is_right(&self, output: &Tensor<S, T>, target: &$target) -> Option<bool> {
                self.0.is_right(output, target)
            }
        }
    };
}
without_weights!(Class<C>, S: Shape, T: Element, C: Dim);
without_weights!(Tensor<R, U>, S: Shape, T: Element, R: Shape, U: Element);
