//! [`Softmax`] and [`LogSoftmax`]: scores as probabilities.

use core::marker::PhantomData;

use super::{Input, Kept, Layer, Output};
use crate::element::Element;
use crate::kernel::sum;
use crate::plain::{Nothing, flat, flat_mut};
use crate::shape::{Dim, Shape};
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

/// A layer that computes rows along the last axis: `forward` in place, from all rows and their length;
/// `backward` from a row's gradient by the output and the output, in the place of the first.
macro_rules! layer_of_rows {
    ($name:ident, $forward:expr, $backward:expr) => {
        impl<S: Shape, T: Element> Layer for $name<S, T> {
            type In = S;
            type Out = S;
            type Cache<B: Dim> = Nothing<T>;
            type Placement = Kept;
            const MULTIPLY_ADDS: usize = 0;

            fn forward<B: Dim>(
                &self,
                input: &[Input<Self>],
                output: &mut [Output<Self>],
                _cache: &mut Nothing<T>,
            ) {
                self.infer(input, output);
            }

            fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
                flat_mut(output).copy_from_slice(flat(input));
                $forward(flat_mut(output), last_axis::<S>());
            }

            fn backward<B: Dim>(
                &self,
                _input: &[Input<Self>],
                output: &[Output<Self>],
                grad_output: &mut [Output<Self>],
                grad_input: Option<&mut [Input<Self>]>,
                _gradients: &mut Self,
                _cache: &mut Nothing<T>,
            ) {
                let Some(grad_input) = grad_input else { return };
                flat_mut(grad_input).copy_from_slice(flat(grad_output));
                let rows = flat_mut(grad_input).chunks_exact_mut(last_axis::<S>());
                rows.zip(flat(output).chunks_exact(last_axis::<S>())).for_each($backward);
            }
        }
    };
}

layer_of_rows!(
    Softmax,
    |rows: &mut [T], len| {
        shifted_exp(rows, len);
        for row in rows.chunks_exact_mut(len) {
            let sum = sum(row);
            row.iter_mut().for_each(|y| *y /= sum);
        }
    },
    // dL/dx = y · (dL/dy - Σ y · dL/dy)
    |(grads, output): (&mut [T], &[T])| {
        let mean: T = grads.iter().zip(output).map(|(grad, y)| *grad * *y).sum();
        grads.iter_mut().zip(output).for_each(|(grad, y)| *grad = *y * (*grad - mean));
    }
);

layer_of_rows!(
    LogSoftmax,
    |rows: &mut [T], len| {
        for row in rows.chunks_exact_mut(len) {
            let sum = LogSumExp::of(row);
            row.iter_mut().for_each(|x| *x = sum.log_softmax(*x));
        }
    },
    // dL/dx = dL/dy - eʸ · Σ dL/dy; where eʸ is near 1, its distance from 1 counts.
    |(grads, output): (&mut [T], &[T])| {
        let best = argmax(output);
        let others = sum_besides(grads, best);
        let sum = grads[best] + others;
        let grad_best = -others - output[best].exp_m1() * sum;
        grads.iter_mut().zip(output).for_each(|(grad, y)| *grad -= y.exp() * sum);
        grads[best] = grad_best;
    }
);
