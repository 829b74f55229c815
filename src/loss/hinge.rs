//! [`Hinge`]: the right class's score above all others by a margin.

use super::{Label, Loss, TargetOf, samples};
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `Σ max(0, margin + yᵢ - y) / C` over the wrong classes `i`, with `y` the score of the right one: the mean
/// over the batch and over the classes, as PyTorch's `multi_margin_loss`.
///
/// The loss of support vector machines. A class that is exactly the margin away counts as far enough: its
/// gradient is 0.
///
/// # Shapes
///
/// Scores `[C]`, targets `Class<C>`.
///
/// Weston and Watkins, *Support vector machines for multi-class pattern recognition*, 1999, who do not
/// divide by the number of classes.
///
/// ```
/// use dimwise::prelude::*;
///
/// let scores = [Tensor::from([2.0_f32, 1.5, -3.0, 2.5])];
/// let right = [Class::<U4>::new(0).unwrap()];
/// assert_eq!(Hinge { margin: 1.0 }.value(&scores, &right), (0.5 + 1.5) / 4.0);
/// ```
#[doc(alias("MultiMarginLoss", "CategoricalHinge"))]
#[derive(Clone, Copy, Debug)]
pub struct Hinge {
    /// By how much the right class's score should be above the others; elsewhere 1.
    pub margin: f64,
}

impl<S: Shape, G: Label, T: Element> Loss<S, G, T> for Hinge {
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64
    where
        G: TargetOf<S>,
    {
        let share = T::from_f64(1.0 / (samples(outputs, targets) * S::LEN) as f64);
        assert_eq!(gradients.len(), outputs.len(), "one gradient per sample");
        for ((output, target), gradient) in outputs.iter().zip(targets).zip(gradients) {
            let (right, gradient) = (target.position(), gradient.as_mut_slice());
            // dL/dyᵢ = share for each class that is too near, and minus their sum for the right one
            let mut sum = T::ZERO;
            for (grad, excess) in gradient.iter_mut().zip(self.excesses(output.as_slice(), right)) {
                *grad = if excess > T::ZERO { share } else { T::ZERO };
                sum += *grad;
            }
            gradient[right] = -sum;
        }
        self.value(outputs, targets)
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        let count = samples(outputs, targets) * S::LEN;
        let mut sum = 0.0;
        for (output, target) in outputs.iter().zip(targets) {
            let excesses = self.excesses(output.as_slice(), target.position());
            // Not `max(0, ..)`: NaN must stay NaN.
            let counts = |excess: &T| *excess > T::ZERO || !excess.is_finite();
            sum += excesses.filter(counts).map(T::to_f64).sum::<f64>();
        }
        sum / count as f64
    }
}

impl Hinge {
    /// `margin + yᵢ - y` of each class; of the right one 0.
    fn excesses<T: Element>(self, scores: &[T], right: usize) -> impl Iterator<Item = T> {
        let floor = T::from_f64(self.margin) - scores[right];
        scores
            .iter()
            .enumerate()
            .map(move |(class, score)| if class == right { T::ZERO } else { floor + *score })
    }
}
