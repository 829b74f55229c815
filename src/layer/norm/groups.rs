//! Groups of a sample's numbers that are normalised together: what [`LayerNorm`](super::LayerNorm) and
//! [`GroupNorm`](super::GroupNorm) compute.

use super::Moments;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// Numbers of a sample are normalised `group` by `group`, with this ε; each `run` of them has one weight and one bias.
#[derive(Clone, Copy)]
pub(super) struct Groups {
    pub(super) group: usize,
    pub(super) run: usize,
    pub(super) epsilon: f64,
}

impl Groups {
    /// Normalises, scales and moves each sample.
    pub(super) fn apply<S: Shape, T: Element>(self, samples: &mut [Tensor<S, T>], weight: &[T], bias: &[T]) {
        for sample in samples {
            self.apply_to_one(sample.as_mut_slice(), weight, bias);
        }
    }

    fn apply_to_one<T: Element>(self, values: &mut [T], weight: &[T], bias: &[T]) {
        for values in values.chunks_exact_mut(self.group) {
            let (moments, _) = Moments::of(values.iter().copied(), self.group, self.epsilon);
            values.iter_mut().for_each(|x| *x = moments.normalized(*x));
        }
        let scales = weight.iter().zip(bias);
        for (values, (weight, bias)) in values.chunks_exact_mut(self.run).zip(scales) {
            values.iter_mut().for_each(|y| *y = *y * *weight + *bias);
        }
    }

    /// Adds to the gradients by weight and bias, and leaves in `grads` the gradient by the input.
    pub(super) fn differentiate<S: Shape, T: Element>(
        self,
        inputs: &[Tensor<S, T>],
        weight: &[T],
        grads: &mut [Tensor<S, T>],
        grad_weight: &mut [T],
        grad_bias: &mut [T],
    ) {
        for (input, grads) in inputs.iter().zip(grads) {
            let (input, grads) = (input.as_slice(), grads.as_mut_slice());
            self.differentiate_one(input, weight, grads, grad_weight, grad_bias);
        }
    }

    fn differentiate_one<T: Element>(
        self,
        input: &[T],
        weight: &[T],
        grad_output: &mut [T],
        grad_weight: &mut [T],
        grad_bias: &mut [T],
    ) {
        let runs = self.group / self.run;
        let groups = input.chunks_exact(self.group).zip(grad_output.chunks_exact_mut(self.group));
        for (group, (input, grads)) in groups.enumerate() {
            let (moments, _) = Moments::of(input.iter().copied(), self.group, self.epsilon);
            let parts = input.chunks_exact(self.run).zip(grads.chunks_exact_mut(self.run));
            for (run, (input, grads)) in parts.enumerate() {
                let run = group * runs + run;
                for (x, grad) in input.iter().zip(grads) {
                    grad_weight[run] += *grad * moments.normalized(*x);
                    grad_bias[run] += *grad;
                    *grad *= weight[run];
                }
            }
            // dL/dx = scale · (g - mean(g) - x̂ · mean(g · x̂)) with g = dL/dy · weight
            let share = T::from_f64(1.0 / self.group as f64);
            let mean = grads.iter().copied().sum::<T>() * share;
            let along = input.iter().zip(&*grads).map(|(x, grad)| moments.normalized(*x) * *grad);
            let along = along.sum::<T>() * share;
            for (x, grad) in input.iter().zip(grads) {
                *grad = moments.scale * (*grad - mean - moments.normalized(*x) * along);
            }
        }
    }
}
