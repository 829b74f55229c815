//! [`LayerNorm`] and [`GroupNorm`]: each sample by itself, so training and use are the same.

use core::marker::PhantomData;

use super::NormOptions;
use super::groups::Groups;
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::layer::{FromInput, InPlace};
use crate::parameters::Kind;
use crate::plain::Plain;
use crate::shape::{Dim, HasAxis, Shape};
use crate::tensor::Tensor;

/// `y = x̂ · weight + bias` where `x̂` has mean 0 and variance 1 over each sample.
///
/// # Shapes
///
/// Input, output, `weight` and `bias` `S`.
///
/// # Options
///
/// [`Epsilon<N>`](super::Epsilon), 10⁻⁵ unless said: `LayerNorm<_, Epsilon<U6>>`.
///
/// Ba et al., *Layer normalization*, 2016.
///
/// ```
/// use dimwise::prelude::*;
///
/// let layer = LayerNorm::<U2>::initialized(HeNormal, 1);
/// let output = layer.predict(&Tensor::from([3.0, 7.0]));
/// assert!((output[0] + 1.0).abs() < 1e-4 && (output[1] - 1.0).abs() < 1e-4);
/// ```
#[doc(alias("LayerNormalization"))]
#[derive(Clone, Debug)]
#[repr(C)]
pub struct LayerNorm<S: Shape, Options: NormOptions = (), T: Element = f32> {
    /// What each number is multiplied by.
    pub weight: Tensor<S, T>,
    /// What is added to each.
    pub bias: Tensor<S, T>,
    options: PhantomData<Options>,
}

crate::parameters!(LayerNorm<S: Shape, Options: NormOptions, T: Element>: T {
    weight: Kind::Scale { start: 1.0 },
    bias: Kind::Bias { start: 0.0 },
} marker options fault Options::FAULT);

/// `y = x̂ · weight + bias` where `x̂` has mean 0 and variance 1 over each of `Groups` groups of channels
/// of each sample.
///
/// # Shapes
///
/// Input and output `S` with the channels first, `weight` and `bias` `[channels]`; `Groups` divides the
/// channels.
///
/// # Options
///
/// [`Epsilon<N>`](super::Epsilon), 10⁻⁵ unless said: `GroupNorm<_, U4, Epsilon<U6>>`.
///
/// Wu and He, *Group normalization*, 2018.
///
/// ```
/// use dimwise::prelude::*;
///
/// let layer = GroupNorm::<(U2, U1, U2), U2>::initialized(HeNormal, 1);
/// let output = layer.predict(&Tensor::from([[[3.0, 7.0]], [[-100.0, 100.0]]]));
/// assert!(output.as_slice().iter().all(|y| (y.abs() - 1.0).abs() < 1e-4));
/// ```
#[doc(alias("GroupNormalization", "InstanceNorm2d"))]
#[derive(Clone, Debug)]
#[repr(C)]
pub struct GroupNorm<S: HasAxis<0>, Groups: Dim, Options: NormOptions = (), T: Element = f32> {
    /// What each channel is multiplied by.
    pub weight: Tensor<S::Size, T>,
    /// What is added to each.
    pub bias: Tensor<S::Size, T>,
    sizes: PhantomData<(Groups, Options)>,
}

crate::parameters!(GroupNorm<S: HasAxis<0>, Groups: Dim, Options: NormOptions, T: Element>: T {
    weight: Kind::Scale { start: 1.0 },
    bias: Kind::Bias { start: 0.0 },
} marker sizes fault match Options::FAULT {
    Some(fault) => Some(fault),
    None => Fault::of_groups(Groups::SIZE, S::Size::SIZE),
});

impl<S: Shape, O: NormOptions, T: Element> LayerNorm<S, O, T> {
    const GROUPS: Groups = Groups { group: S::LEN, run: 1, epsilon: O::EPSILON };
}

impl<S: Shape, O: NormOptions, T: Element> InPlace for LayerNorm<S, O, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        Self::GROUPS.apply(values, self.weight.as_slice(), self.bias.as_slice());
    }

    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], gradients: &mut Self) {
        let (grad_weight, grad_bias) = (gradients.weight.as_mut_slice(), gradients.bias.as_mut_slice());
        Self::GROUPS.differentiate(inputs, self.weight.as_slice(), grads, grad_weight, grad_bias);
    }
}

impl<S: HasAxis<0>, G: Dim, O: NormOptions, T: Element> GroupNorm<S, G, O, T> {
    const GROUPS: Groups = {
        assert!(Fault::of_groups(G::SIZE, S::Size::SIZE).is_none(), "groups that do not divide");
        Groups { group: S::LEN / G::SIZE, run: S::LEN / S::Size::SIZE, epsilon: O::EPSILON }
    };
}

impl<S: HasAxis<0>, G: Dim, O: NormOptions, T: Element> InPlace for GroupNorm<S, G, O, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        Self::GROUPS.apply(values, self.weight.as_slice(), self.bias.as_slice());
    }

    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], gradients: &mut Self) {
        let (grad_weight, grad_bias) = (gradients.weight.as_mut_slice(), gradients.bias.as_mut_slice());
        Self::GROUPS.differentiate(inputs, self.weight.as_slice(), grads, grad_weight, grad_bias);
    }
}
