//! [`Affine`]: the fully connected layer.

use super::product::Dense;
use super::{Input, Layer, Output, Released};
use crate::element::Element;
use crate::parameters::Kind;
use crate::plain::{Nothing, Plain, flat, flat_mut};
use crate::shape::Dim;
use crate::tensor::Tensor;

/// `output = input · weight + bias`; elsewhere called linear or dense.
///
/// # Shapes
///
/// `input` `[I]`, `weight` `[I, O]` row-major, `bias` and `output` `[O]`.
///
/// Saito, *Deep Learning from Scratch*, 5.6.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U2, U1>::zeroed();
/// layer.weight = Tensor::from([[2.0], [3.0]]);
/// layer.bias = Tensor::from([0.5]);
/// let mut output = [Tensor::default()];
/// layer.forward::<U1>(&[Tensor::from([1.0, 10.0])], &mut output, &mut Default::default());
/// assert_eq!(output[0], Tensor::from([32.5]));
/// ```
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Affine<I: Dim, O: Dim, T: Element = f32> {
    /// What each input adds to each output, `[I, O]`.
    pub weight: Tensor<(I, O), T>,
    /// What each output starts from, `[O]`.
    pub bias: Tensor<O, T>,
}

crate::parameters!(Affine<I: Dim, O: Dim, T: Element>: T {
    weight: Kind::Weight { fan_in: I::SIZE, fan_out: O::SIZE },
    bias: Kind::Bias,
});

impl<I: Dim, O: Dim, T: Element> Layer for Affine<I, O, T> {
    type In = I;
    type Out = O;
    type Cache<B: Dim> = Nothing<T>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = I::SIZE * O::SIZE;

    fn forward<B: Dim>(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: &mut Nothing<T>) {
        self.forward_then::<B>(input, output, cache, |_| {});
    }

    fn forward_then<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        _cache: &mut Nothing<T>,
        finish: impl Fn(&mut [T]) + Sync,
    ) {
        self.infer_then(input, output, finish);
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        self.infer_then(input, output, |_| {});
    }

    fn infer_then(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [T]) + Sync,
    ) {
        let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
        Self::DENSE.forward(flat(input), weight, bias, flat_mut(output), finish);
    }

    fn backward<B: Dim>(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        _cache: &mut Nothing<T>,
    ) {
        // dL/dW = xᵀ · dL/dy
        Self::DENSE.weight_gradient(flat(input), flat(grad_output), gradients.weight.as_mut_slice());
        // dL/db = the sum of dL/dy over the batch
        let grad_bias = gradients.bias.as_mut_slice();
        grad_bias.fill(T::ZERO);
        for sample in grad_output.iter() {
            for (sum, grad) in grad_bias.iter_mut().zip(sample.as_slice()) {
                *sum += *grad;
            }
        }
        // dL/dx = dL/dy · Wᵀ
        if let Some(grad_input) = grad_input {
            Self::DENSE.input_gradient(flat(grad_output), self.weight.as_slice(), flat_mut(grad_input));
        }
    }
}

impl<I: Dim, O: Dim, T: Element> Affine<I, O, T> {
    const DENSE: Dense = Dense { inner: I::SIZE, cols: O::SIZE };
}
