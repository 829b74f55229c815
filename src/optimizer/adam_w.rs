//! [`AdamW`]: Adam with a decay of the weights beside it.

use core::ops::{Deref, DerefMut};

use super::{Adam, Optimizer};
use crate::parameters::Parameters;

/// `w ← (1 - learning_rate · weight_decay) · w` for weights, then a step of [`Adam`].
///
/// The decay is of weights alone, not of biases, nor of what scales a normalisation; and unlike a penalty
/// on the loss, it is not scaled by the running averages. The other settings are Adam's, which this
/// derefs to.
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
pub struct AdamW<N> {
    adam: Adam<N>,
    /// How much of each weight a step takes away, per learning rate.
    pub weight_decay: f64,
}

clone_with_boxes!(AdamW { adam, weight_decay } boxes {});

impl<N: Parameters> AdamW<N> {
    /// The paper's settings, with a learning rate and a decay of one's own (elsewhere 0.001 and 0.01).
    pub fn new(learning_rate: f64, weight_decay: f64) -> Self {
        Self { adam: Adam::new(learning_rate), weight_decay }
    }
}

impl<N> Deref for AdamW<N> {
    type Target = Adam<N>;

    fn deref(&self) -> &Adam<N> {
        &self.adam
    }
}

impl<N> DerefMut for AdamW<N> {
    fn deref_mut(&mut self) -> &mut Adam<N> {
        &mut self.adam
    }
}

impl<N: Parameters> Optimizer<N> for AdamW<N> {
    const STATE_BYTES: usize = <Adam<N> as Optimizer<N>>::STATE_BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        self.adam.step_with_decay(network, gradients, self.weight_decay);
    }
}
