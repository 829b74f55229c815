//! [`WeightDecay`]: any optimizer, with a decay of the weights beside it.

use super::state::clone_by_field;
use super::{LearningRate, Optimizer, each_stretch, stretch_work};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parallel::split;
use crate::parameters::Parameters;

/// `w ← (1 - learning_rate · weight_decay) · w` for weights, then a step of another optimizer.
///
/// The decay is of weights alone, not of biases, nor of what scales a normalisation. Unlike an L2
/// [`Penalty`](crate::penalty::Penalty) it is no part of the loss, and does not go through what the
/// optimizer remembers; with [`Sgd`](super::Sgd) the two are the same. [`AdamW`](super::AdamW) does both in
/// one pass.
///
/// Loshchilov and Hutter, *Decoupled weight decay regularization*, 2017.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// layer.weight[[0, 0]] = 1.0;
/// layer.bias[0] = 1.0;
/// let gradients = Affine::zeroed();
/// WeightDecay::new(Momentum::new(0.1, 0.9), 0.5).step(&mut *layer, &gradients);
/// assert_eq!((layer.weight[[0, 0]], layer.bias[0]), (0.95, 1.0));
/// ```
#[derive(Debug)]
pub struct WeightDecay<O> {
    /// What steps after the decay.
    pub optimizer: O,
    /// How much of each weight a step takes away, per learning rate.
    pub weight_decay: f64,
}

clone_by_field!(WeightDecay<O: Clone> { optimizer, weight_decay });

impl<O: LearningRate> WeightDecay<O> {
    /// Lets weights decay by so much, per learning rate.
    pub const fn new(optimizer: O, weight_decay: f64) -> Self {
        Self { optimizer, weight_decay }
    }
}

impl<O: LearningRate> LearningRate for WeightDecay<O> {
    fn learning_rate_mut(&mut self) -> &mut f64 {
        self.optimizer.learning_rate_mut()
    }
}

impl<N: Parameters, O: Optimizer<N> + LearningRate> Optimizer<N> for WeightDecay<O> {
    const STATE_BYTES: usize = O::STATE_BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        let keep = N::Element::from_f64(1.0 - *self.learning_rate_mut() * self.weight_decay);
        let numbers = network.as_mut_slice();
        each_stretch::<N>(|range, is_weight| {
            if is_weight {
                split(&mut numbers[range.clone()], stretch_work(range.len()), |_, weights| {
                    Decay { keep, weights }.compute();
                });
            }
        });
        self.optimizer.step(network, gradients);
    }
}

/// `weights *= keep`.
pub(super) struct Decay<'a, T> {
    pub(super) keep: T,
    pub(super) weights: &'a mut [T],
}

compiled!(Decay);

impl<T: Element> Operation<T> for Decay<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        for weight in self.weights {
            *weight = (*weight * self.keep).flushed();
        }
    }
}
