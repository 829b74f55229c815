//! [`LayerNorm`] and [`GroupNorm`]: each sample by itself, so training and use are the same.

use core::marker::PhantomData;

use super::Moments;
use crate::element::Element;
use crate::layer::{Input, Layer, Output, Released};
use crate::network::fault::Fault;
use crate::parameters::Kind;
use crate::plain::{Nothing, Plain, flat, flat_mut};
use crate::shape::{Dim, HasAxis, Shape};
use crate::tensor::Tensor;

/// `y = x̂ · weight + bias` where `x̂` has mean 0 and variance 1 over each sample.
///
/// # Shapes
///
/// Input, output, `weight` and `bias` `S`.
///
/// Ba et al., *Layer normalization*, 2016; ε is 10⁻⁵.
///
/// ```
/// use dimwise::prelude::*;
///
/// let layer = LayerNorm::<U2>::initialized(HeNormal, 1);
/// let output = layer.predict(&Tensor::from([3.0, 7.0]));
/// assert!((output[0] + 1.0).abs() < 1e-4 && (output[1] - 1.0).abs() < 1e-4);
/// ```
#[derive(Clone, Debug)]
#[repr(C)]
pub struct LayerNorm<S: Shape, T: Element = f32> {
    /// What each number is multiplied by.
    pub weight: Tensor<S, T>,
    /// What is added to each.
    pub bias: Tensor<S, T>,
}

crate::parameters!(LayerNorm<S: Shape, T: Element>: T { weight: Kind::Scale, bias: Kind::Bias });

/// `y = x̂ · weight + bias` where `x̂` has mean 0 and variance 1 over each of `Groups` groups of channels
/// of each sample.
///
/// # Shapes
///
/// Input and output `S` with the channels first, `weight` and `bias` `[channels]`; `Groups` divides the
/// channels.
///
/// Wu and He, *Group normalization*, 2018; ε is 10⁻⁵.
///
/// ```
/// use dimwise::prelude::*;
///
/// let layer = GroupNorm::<(U2, U1, U2), U2>::initialized(HeNormal, 1);
/// let output = layer.predict(&Tensor::from([[[3.0, 7.0]], [[-100.0, 100.0]]]));
/// assert!(output.as_slice().iter().all(|y| (y.abs() - 1.0).abs() < 1e-4));
/// ```
#[derive(Clone, Debug)]
#[repr(C)]
pub struct GroupNorm<S: HasAxis<0>, Groups: Dim, T: Element = f32> {
    /// What each channel is multiplied by.
    pub weight: Tensor<S::Size, T>,
    /// What is added to each.
    pub bias: Tensor<S::Size, T>,
    groups: PhantomData<Groups>,
}

crate::parameters!(GroupNorm<S: HasAxis<0>, Groups: Dim, T: Element>: T {
    weight: Kind::Scale,
    bias: Kind::Bias,
} marker groups fault Fault::of_groups(Groups::SIZE, S::Size::SIZE));

/// Numbers of a sample are normalised `group` by `group`; each `run` of them has one weight and one bias.
#[derive(Clone, Copy)]
struct Groups {
    group: usize,
    run: usize,
}

impl Groups {
    fn forward<T: Element>(self, input: &[T], weight: &[T], bias: &[T], output: &mut [T]) {
        for (input, output) in input.chunks_exact(self.group).zip(output.chunks_exact_mut(self.group)) {
            let (moments, _) = Moments::of(input.iter().copied(), self.group);
            output.iter_mut().zip(input).for_each(|(y, x)| *y = moments.normalized(*x));
        }
        let scales = weight.iter().zip(bias);
        for (output, (weight, bias)) in output.chunks_exact_mut(self.run).zip(scales) {
            output.iter_mut().for_each(|y| *y = *y * *weight + *bias);
        }
    }

    /// Adds to the gradients by weight and bias, and leaves in `grad_output` the gradient by the input.
    fn backward<T: Element>(
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
            let (moments, _) = Moments::of(input.iter().copied(), self.group);
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

/// The items of [`Layer`] for one that normalises by `Self::GROUPS`.
macro_rules! sample_norm {
    ($shape:ty) => {
        type In = $shape;
        type Out = $shape;
        type Cache<B: Dim> = Nothing<T>;
        type Placement = Released;
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
            for (input, output) in input.iter().zip(output) {
                let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
                Self::GROUPS.forward(input.as_slice(), weight, bias, output.as_mut_slice());
            }
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
            let (grad_weight, grad_bias) = (gradients.weight.as_mut_slice(), gradients.bias.as_mut_slice());
            grad_weight.fill(T::ZERO);
            grad_bias.fill(T::ZERO);
            for (input, grads) in input.iter().zip(&mut *grad_output) {
                let (weight, grads) = (self.weight.as_slice(), grads.as_mut_slice());
                Self::GROUPS.backward(input.as_slice(), weight, grads, grad_weight, grad_bias);
            }
            if let Some(grad_input) = grad_input {
                flat_mut(grad_input).copy_from_slice(flat(grad_output));
            }
        }
    };
}

impl<S: Shape, T: Element> LayerNorm<S, T> {
    const GROUPS: Groups = Groups { group: S::LEN, run: 1 };
}

impl<S: Shape, T: Element> Layer for LayerNorm<S, T> {
    sample_norm!(S);
}

impl<S: HasAxis<0>, G: Dim, T: Element> GroupNorm<S, G, T> {
    const GROUPS: Groups = {
        assert!(Fault::of_groups(G::SIZE, S::Size::SIZE).is_none(), "groups that do not divide");
        Groups { group: S::LEN / G::SIZE, run: S::LEN / S::Size::SIZE }
    };
}

impl<S: HasAxis<0>, G: Dim, T: Element> Layer for GroupNorm<S, G, T> {
    sample_norm!(S);
}
