//! [`PRelu`]: a rectifier that learns how much of the negative it lets through.

use super::{FromInput, InPlace};
use crate::element::Element;
use crate::parameters::Kind;
use crate::plain::Plain;
use crate::shape::Dim;
use crate::shape::HasAxis;
use crate::tensor::Tensor;

/// `y = x` where `x > 0`, `a · x` elsewhere, with a slope `a` for each channel, 0.25 at first.
///
/// # Shapes
///
/// Input and output `S` with the channels first, `weight` `[channels]`.
///
/// He et al., *Delving deep into rectifiers*, 2015.
///
/// ```
/// use dimwise::prelude::*;
///
/// let layer = PRelu::<U2>::initialized(HeNormal, 1);
/// assert_eq!(layer.predict(&Tensor::from([-2.0, 2.0])), Tensor::from([-0.5, 2.0]));
/// ```
#[derive(Clone, Debug)]
#[repr(C)]
pub struct PRelu<S: HasAxis<0>, T: Element = f32> {
    /// The slope of each channel.
    pub weight: Tensor<S::Size, T>,
}

crate::parameters!(PRelu<S: HasAxis<0>, T: Element>: T { weight: Kind::Scale { start: 0.25 } });

impl<S: HasAxis<0>, T: Element> PRelu<S, T> {
    /// The elements of a channel.
    const RUN: usize = S::LEN / S::Size::SIZE;
}

impl<S: HasAxis<0>, T: Element> InPlace for PRelu<S, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        for sample in values {
            for (channel, slope) in
                sample.as_mut_slice().chunks_exact_mut(Self::RUN).zip(self.weight.as_slice())
            {
                channel.iter_mut().filter(|x| **x < T::ZERO).for_each(|x| *x *= *slope);
            }
        }
    }

    // dy/dx = 1 or a, dy/da = 0 or x
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], gradients: &mut Self) {
        for (input, grads) in inputs.iter().zip(grads) {
            let channels = input
                .as_slice()
                .chunks_exact(Self::RUN)
                .zip(grads.as_mut_slice().chunks_exact_mut(Self::RUN));
            let slopes = self.weight.as_slice().iter().zip(gradients.weight.as_mut_slice());
            for ((input, grads), (slope, grad_slope)) in channels.zip(slopes) {
                for (x, grad) in input.iter().zip(grads).filter(|(x, _)| **x <= T::ZERO) {
                    *grad_slope += *grad * *x;
                    *grad *= *slope;
                }
            }
        }
    }
}
