//! [`AdamW`]: Adam with decoupled weight decay.

use core::ops::{Deref, DerefMut};

use super::state::clone_by_field;
use super::{Adam, ByPart, Entry, Optimizer, Part, Stateful, inside, step_as_one};
use crate::parameters::Parameters;
use crate::plain::Plain;

/// `w ← (1 - learning_rate · weight_decay) · w` for weights, then a step of [`Adam`].
///
/// Only weights decay, not biases or the scales of normalisations; and unlike a penalty on the loss, the decay is
/// not scaled by the running averages. The other settings are Adam's, which this derefs to.
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
/// AdamW::new(0.1, 0.5).step(&mut *layer, &gradients);
/// assert_eq!((layer.weight[[0, 0]], layer.bias[0]), (0.95, 1.0));
/// ```
#[derive(Debug)]
pub struct AdamW<N: Plain> {
    adam: Adam<N>,
    /// The share of each weight that a step subtracts, divided by the learning rate.
    pub weight_decay: f64,
}

clone_by_field!(AdamW<N: Plain> { adam, weight_decay });

impl<N: Parameters> AdamW<N> {
    /// The paper's settings, with the given learning rate and decay (elsewhere 0.001 and 0.01).
    pub fn new(learning_rate: f64, weight_decay: f64) -> Self {
        Self { adam: Adam::new(learning_rate), weight_decay }
    }
}

impl<N: Plain> Deref for AdamW<N> {
    type Target = Adam<N>;

    fn deref(&self) -> &Adam<N> {
        &self.adam
    }
}

impl<N: Plain> DerefMut for AdamW<N> {
    fn deref_mut(&mut self) -> &mut Adam<N> {
        &mut self.adam
    }
}

impl<N: Parameters> Optimizer<N> for AdamW<N> {
    const STATE_BYTES: usize = <Adam<N> as Optimizer<N>>::STATE_BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for AdamW<N> {
    fn begin_step(&mut self) {
        self.adam.begin_step();
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let (step, decay) = (self.coefficients(part), self.decay(self.weight_decay, part));
        self.adam.update_with(step, decay, network, gradients, part);
    }
}

impl<N: Parameters> Stateful<N> for AdamW<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("weight_decay", Entry::Number(&mut self.weight_decay));
        self.adam.visit_state(&mut inside("adam", visit));
    }
}
