//! [`Affine`]: the fully connected layer.

use super::product::Dense;
use super::{Cached, Fused, Fusing, Input, Layer, Output};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::parameters::{Kind, Order};
use crate::plain::{Nothing, Plain, flat, flat_mut, view_mut};
use crate::shape::{Dim, Vector};
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
/// assert_eq!(layer.predict(&Tensor::from([1.0, 10.0])), Tensor::from([32.5]));
/// ```
#[doc(alias("Linear", "Dense", "FullyConnected"))]
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Affine<I: Vector, O: Dim, T: Element = f32> {
    /// What each input adds to each output, `[I, O]`.
    pub weight: Tensor<(I::Size, O), T>,
    /// What each output starts from, `[O]`.
    pub bias: Tensor<O, T>,
}

crate::parameters!(Affine<I: Vector, O: Dim, T: Element>: T {
    weight: Kind::Weight { fan_in: I::LEN, fan_out: O::SIZE } => Order::Transposed,
    bias: Kind::Bias { start: 0.0 },
} fault Fault::of_vector(I::DIMS));

impl<I: Vector, O: Dim, T: Element> Layer for Affine<I, O, T> {
    type In = I;
    type Out = O;
    type Cache = Nothing<T>;
    type Placement = Fusing;
    const MULTIPLY_ADDS: usize = I::LEN * O::SIZE;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        self.forward_fused(input, output, |_| {});
    }

    fn backward(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        // dL/dW += xᵀ · dL/dy
        let grad_weight = gradients.weight.as_mut_slice();
        Self::DENSE.add_weight_gradient(flat(input), flat(grad_output), grad_weight);
        // dL/db += the sum of dL/dy over the batch
        let grad_bias = gradients.bias.as_mut_slice();
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

    fn backward_frozen(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: &mut [Input<Self>],
        _scratch: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        Self::DENSE.input_gradient(flat(grad_output), self.weight.as_slice(), flat_mut(grad_input));
    }
}

impl<I: Vector, O: Dim, T: Element> Fused for Affine<I, O, T> {
    fn forward_fused(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Output<Self>]) + Sync,
    ) {
        self.infer_fused(&[], input, output, finish);
    }

    const PACKED: usize = Self::DENSE.packed_len::<T>();

    fn pack(&self, packed: &mut [T]) {
        Self::DENSE.pack(self.weight.as_slice(), packed);
    }

    #[inline]
    fn infer_fused(
        &self,
        packed: &[T],
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Output<Self>]) + Sync,
    ) {
        // y = x · W + b
        let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
        Self::DENSE.forward(flat(input), (weight, packed), bias, flat_mut(output), |rows| {
            let count = rows.len() / O::SIZE.max(1);
            finish(view_mut(rows, count));
        });
    }
}

impl<I: Vector, O: Dim, T: Element> Affine<I, O, T> {
    const DENSE: Dense = {
        // The last guard, when the program is built: `network!` says it before.
        assert!(I::RANK == 1, "an affine layer takes a vector");
        Dense { inner: I::LEN, cols: O::SIZE }
    };
}
