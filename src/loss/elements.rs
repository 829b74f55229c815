//! What losses have in common that compare output and target number by number.

use super::{Target, TargetOf, samples};
use crate::element::Element;
use crate::plain::{Plain, flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A target that is numbers, as many as the output: a tensor.
#[diagnostic::on_unimplemented(
    message = "this loss takes tensors as targets",
    label = "not tensors of the outputs' element type"
)]
pub trait Values<T: Element>: Target + Plain<Element = T> {}

impl<S: Shape, T: Element> Values<T> for Tensor<S, T> {}

/// What a loss is the mean over.
#[derive(Clone, Copy)]
pub(super) enum MeanOver {
    /// Over the batch; within a sample it is a sum.
    Samples,
    /// Over the batch and over each output's elements.
    Elements,
}

/// A batch, and how much one of its numbers counts.
pub(super) struct Elements<'a, S: Shape, G, T: Element> {
    outputs: &'a [Tensor<S, T>],
    targets: &'a [G],
    count: f64,
}

impl<'a, S: Shape, G: Values<T> + TargetOf<S>, T: Element> Elements<'a, S, G, T> {
    pub(super) fn new(outputs: &'a [Tensor<S, T>], targets: &'a [G], mean: MeanOver) -> Self {
        let samples = samples(outputs, targets);
        let count = match mean {
            MeanOver::Samples => samples,
            MeanOver::Elements => samples * S::LEN,
        };
        Self { outputs, targets, count: count as f64 }
    }

    /// The mean of what `term` gives first for output and target; writes what it gives second, the
    /// derivative by the output, as the mean's.
    pub(super) fn gradient(self, gradients: &mut [Tensor<S, T>], term: impl Fn(T, T) -> (T, T)) -> f64 {
        assert_eq!(gradients.len(), self.outputs.len(), "one gradient a sample");
        let scale = T::from_f64(1.0 / self.count);
        let mut sum = 0.0;
        for ((output, target), gradient) in
            flat(self.outputs).iter().zip(flat(self.targets)).zip(flat_mut(gradients))
        {
            let (loss, derivative) = term(*output, *target);
            sum += loss.to_f64();
            *gradient = scale * derivative;
        }
        sum / self.count
    }

    /// The mean alone.
    pub(super) fn value(self, term: impl Fn(T, T) -> (T, T)) -> f64 {
        let losses = flat(self.outputs).iter().zip(flat(self.targets));
        losses.map(|(output, target)| term(*output, *target).0.to_f64()).sum::<f64>() / self.count
    }
}
