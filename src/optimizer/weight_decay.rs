//! [`WeightDecay`]: any optimizer with decoupled weight decay.

use super::by_part::each_tensor;
use super::state::clone_by_field;
use super::{ByPart, Entry, LearningRate, Optimizer, Part, Stateful, inside};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::threads::{Work, split};

/// `w ← (1 - learning_rate · weight_decay) · w` for weights, then a step of another optimizer.
///
/// Only weights decay, not biases or the scales of normalisations. Unlike an L2
/// [`Penalty`](crate::penalty::Penalty), the decay is no part of the loss, and does not enter the optimizer's
/// state; with [`Sgd`](super::Sgd) the two are the same. [`AdamW`](super::AdamW) does both in
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
    /// The optimizer that steps after the decay.
    pub optimizer: O,
    /// The share of each weight that a step subtracts, divided by the learning rate.
    pub weight_decay: f64,
}

clone_by_field!(WeightDecay<O: Clone> { optimizer, weight_decay });

impl<O: LearningRate> WeightDecay<O> {
    /// Adds a decay to an optimizer.
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
        self.decay(network, &Part::whole::<N>());
        self.optimizer.step(network, gradients);
    }
}

impl<N: Parameters, O: ByPart<N> + LearningRate> ByPart<N> for WeightDecay<O> {
    fn begin_step(&mut self) {
        self.optimizer.begin_step();
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        self.decay(network, part);
        self.optimizer.update(network, gradients, part);
    }
}

impl<O: LearningRate> WeightDecay<O> {
    /// Takes from the weights of a part what they lose in a step.
    fn decay<N: Parameters>(&mut self, network: &mut N, part: &Part) {
        let rate = *self.learning_rate_mut() * part.learning_rate;
        let keep = N::Element::from_f64(1.0 - rate * (self.weight_decay * part.weight_decay));
        let numbers = network.as_mut_slice();
        each_tensor::<N>(part, |range, is_weight| {
            if is_weight {
                split(&mut numbers[range.clone()], Work::of_pass(range.len()), |_, weights| {
                    Decay { keep, weights }.compute();
                });
            }
        });
    }
}

impl<N: Parameters, O: Stateful<N> + LearningRate> Stateful<N> for WeightDecay<O> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("weight_decay", Entry::Number(&mut self.weight_decay));
        self.optimizer.visit_state(&mut inside("optimizer", visit));
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
