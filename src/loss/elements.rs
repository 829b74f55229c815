//! Losses that compare output and target element by element.

use super::{Target, samples};
use crate::element::Element;
use crate::plain::{Plain, flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A target of as many elements as the output: a tensor.
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

impl MeanOver {
    fn count<S: Shape>(self, samples: usize) -> f64 {
        match self {
            Self::Samples => samples as f64,
            Self::Elements => (samples * S::LEN) as f64,
        }
    }
}

/// Makes `$loss` the mean of a term for each element. `$term` is a function of output and target that returns
/// the term and its derivative by the output; `$self` is the loss. `$is_right` is a function of an output's elements
/// and its target's, where the loss knows what is right.
macro_rules! loss_by_element {
    ($loss:ty, $mean:expr, |$self:pat_param| $term:expr $(, $is_right:expr)?) => {
        impl<S: $crate::shape::Shape, G, T: $crate::element::Element> $crate::loss::Loss<S, G, T> for $loss
        where
            G: $crate::loss::Values<T>,
        {
            fn is_mean_of_samples(&self) -> bool {
                true
            }

            fn gradient(
                &self,
                outputs: &[$crate::tensor::Tensor<S, T>],
                targets: &[G],
                gradients: &mut [$crate::tensor::Tensor<S, T>],
            ) -> f64 {
                let $self = self;
                super::elements::gradient($mean, $term, outputs, targets, gradients)
            }

            fn value(&self, outputs: &[$crate::tensor::Tensor<S, T>], targets: &[G]) -> f64 {
                let $self = self;
                super::elements::value($mean, $term, outputs, targets)
            }

            $(fn is_right(&self, output: &$crate::tensor::Tensor<S, T>, target: &G) -> Option<bool> {
                use $crate::plain::Plain;
                ($is_right)(output.as_slice(), target.as_slice())
            })?
        }
    };
}
pub(super) use loss_by_element;

/// The mean of the terms; writes its derivative by each output.
pub(super) fn gradient<S: Shape, G: Values<T>, T: Element>(
    mean: MeanOver,
    term: impl Fn(T, T) -> (T, T),
    outputs: &[Tensor<S, T>],
    targets: &[G],
    gradients: &mut [Tensor<S, T>],
) -> f64 {
    let count = mean.count::<S>(samples(outputs, targets));
    assert_eq!(gradients.len(), outputs.len(), "one gradient per sample");
    let scale = T::from_f64(1.0 / count);
    let mut sum = 0.0;
    for ((output, target), gradient) in flat(outputs).iter().zip(flat(targets)).zip(flat_mut(gradients)) {
        let (loss, derivative) = term(*output, *target);
        sum += loss.to_f64();
        *gradient = scale * derivative;
    }
    sum / count
}

/// The mean of the terms alone.
pub(super) fn value<S: Shape, G: Values<T>, T: Element>(
    mean: MeanOver,
    term: impl Fn(T, T) -> (T, T),
    outputs: &[Tensor<S, T>],
    targets: &[G],
) -> f64 {
    let count = mean.count::<S>(samples(outputs, targets));
    let losses = flat(outputs).iter().zip(flat(targets));
    losses.map(|(output, target)| term(*output, *target).0.to_f64()).sum::<f64>() / count
}
