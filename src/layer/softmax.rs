//! [`Softmax`] and [`LogSoftmax`]: scores as probabilities.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::kernel::sum;
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;
use crate::tensor::best::argmax;
use crate::tensor::softmax::{LogSumExp, shifted_exp, sum_besides};

/// `yᵢ = eˣⁱ / Σ eˣʲ` along the last axis: probabilities from scores.
///
/// To train on classes take [`CrossEntropy`](crate::loss::CrossEntropy) without this layer: it computes
/// both at once, faster and without overflow.
///
/// # Shapes
///
/// Input and output `S`.
///
/// Saito, *Deep Learning from Scratch*, 3.5.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = Softmax::<U2>::zeroed().predict(&Tensor::from([0.0, 3.0_f32.ln()]));
/// assert!((output[0] - 0.25).abs() < 1e-6 && (output[1] - 0.75).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Softmax<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Softmax<S: Shape, T: Element>: T {} marker shape);

/// `yᵢ = xᵢ - ln Σ eˣʲ` along the last axis: the logarithms of [`Softmax`].
///
/// # Shapes
///
/// Input and output `S`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = LogSoftmax::<U2>::zeroed().predict(&Tensor::from([1000.0, 1000.0]));
/// assert!((output[0] + 2.0_f32.ln()).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct LogSoftmax<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(LogSoftmax<S: Shape, T: Element>: T {} marker shape);

/// Numbers of the last axis; at least 1, so that rows can be cut.
fn last_axis<S: Shape>() -> usize {
    S::DIMS.last().map_or(1, |size| (*size).max(1))
}

impl<S: Shape, T: Element> InPlace for Softmax<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        shifted_exp(flat_mut(values), last_axis::<S>());
        for row in flat_mut(values).chunks_exact_mut(last_axis::<S>()) {
            let sum = sum(row);
            row.iter_mut().for_each(|y| *y /= sum);
        }
    }

    // dL/dx = y · (dL/dy - Σ y · dL/dy)
    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        for (grads, output) in rows(grads, outputs) {
            let mean: T = grads.iter().zip(output).map(|(grad, y)| *grad * *y).sum();
            grads.iter_mut().zip(output).for_each(|(grad, y)| *grad = *y * (*grad - mean));
        }
    }
}

impl<S: Shape, T: Element> InPlace for LogSoftmax<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        for row in flat_mut(values).chunks_exact_mut(last_axis::<S>()) {
            let sum = LogSumExp::of(row);
            row.iter_mut().for_each(|x| *x = sum.log_softmax(*x));
        }
    }

    // dL/dx = dL/dy - eʸ · Σ dL/dy; where eʸ is near 1, its distance from 1 counts.
    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        for (grads, output) in rows(grads, outputs) {
            let best = argmax(output);
            let others = sum_besides(grads, best);
            let sum = grads[best] + others;
            let grad_best = -others - output[best].exp_m1() * sum;
            grads.iter_mut().zip(output).for_each(|(grad, y)| *grad -= y.exp() * sum);
            grads[best] = grad_best;
        }
    }
}

/// Rows along the last axis: of gradients, and of outputs.
fn rows<'a, S: Shape, T: Element>(
    grads: &'a mut [Tensor<S, T>],
    outputs: &'a [Tensor<S, T>],
) -> impl Iterator<Item = (&'a mut [T], &'a [T])> {
    let outputs = flat(outputs).chunks_exact(last_axis::<S>());
    flat_mut(grads).chunks_exact_mut(last_axis::<S>()).zip(outputs)
}
