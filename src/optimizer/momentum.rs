//! [`Momentum`]: gradient descent with a velocity.

use super::state::clone_by_field;
use super::{Optimizer, State, update_work};
use crate::element::Element;
use crate::kernel::{InstructionSet, Kernel};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::split;

/// `v ← momentum · v - learning_rate · dL/dw`, then `w ← w + v`.
///
/// Saito, *Deep Learning from Scratch*, 6.1.4. PyTorch's `SGD(momentum=..)` keeps `-v /
/// learning_rate` instead, which is the same as long as the learning rate does not change.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 1.0;
/// let mut optimizer = Momentum::new(0.5, 0.5);
/// optimizer.step(&mut *layer, &gradients);
/// optimizer.step(&mut *layer, &gradients);
/// assert_eq!(layer.bias[0], -0.5 - 0.75);
/// ```
#[derive(Debug)]
pub struct Momentum<N: Plain> {
    /// The size of a step, divided by the gradient.
    pub learning_rate: f64,
    /// How much of the last step is in the next one, in [0, 1).
    pub momentum: f64,
    velocity: State<N>,
}

clone_by_field!(Momentum<N: Plain> { learning_rate, momentum, velocity });

impl<N: Parameters> Momentum<N> {
    /// Begins with velocity 0.
    pub fn new(learning_rate: f64, momentum: f64) -> Self {
        Self { learning_rate, momentum, velocity: State::zeroed() }
    }
}

impl<N: Parameters> Optimizer<N> for Momentum<N> {
    const STATE_BYTES: usize = size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        let learning_rate = N::Element::from_f64(self.learning_rate);
        let momentum = N::Element::from_f64(self.momentum);
        let numbers = ((network.as_mut_slice(), gradients.as_slice()), self.velocity.as_mut_slice());
        split(numbers, update_work::<N>(), |_, ((parameters, gradients), velocities)| {
            let set = InstructionSet::best();
            N::Element::momentum(set, learning_rate, momentum, gradients, velocities, parameters);
        });
    }
}
