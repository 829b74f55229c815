//! [`MeanSquaredError`]: the loss of regressions.

use super::{Loss, Target, TargetOf, samples};
use crate::element::Element;
use crate::plain::{Plain, flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `Σ (y - t)² / (samples · S::LEN)`: the mean over the batch **and** over each output's elements,
/// as elsewhere; Saito 4.2.1 has half of the sum over a sample's elements.
///
/// # Shapes
///
/// Outputs and targets `S`.
///
///
/// ```
/// use dimwise::prelude::*;
///
/// let loss = MeanSquaredError.value(&[Tensor::from([1.0_f32, 2.0])], &[Tensor::from([1.0, 4.0])]);
/// assert_eq!(loss, 2.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;

impl<S: Shape, G: Values<T> + TargetOf<S>, T: Element> Loss<S, G, T> for MeanSquaredError {
    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        let elements = (samples(outputs, targets) * S::LEN) as f64;
        assert_eq!(gradients.len(), outputs.len(), "one gradient a sample");
        // dL/dy = 2 (y - t) / elements
        let scale = T::from_f64(2.0 / elements);
        let mut sum = 0.0;
        for ((output, target), gradient) in flat(outputs).iter().zip(flat(targets)).zip(flat_mut(gradients)) {
            let difference = *output - *target;
            sum += (difference * difference).to_f64();
            *gradient = scale * difference;
        }
        sum / elements
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        let elements = (samples(outputs, targets) * S::LEN) as f64;
        let square = |(output, target): (&T, &T)| ((*output - *target) * (*output - *target)).to_f64();
        flat(outputs).iter().zip(flat(targets)).map(square).sum::<f64>() / elements
    }
}

/// A target that is numbers, as many as the output: a tensor.
#[diagnostic::on_unimplemented(
    message = "`MeanSquaredError` takes tensors as targets",
    label = "not tensors of the outputs' element type"
)]
pub trait Values<T: Element>: Target + Plain<Element = T> {}

impl<S: Shape, T: Element> Values<T> for Tensor<S, T> {}
