//! [`Sgd`]: stochastic gradient descent.

use super::{Optimizer, update_work};
use crate::element::Element;
use crate::kernel::{InstructionSet, Kernel};
use crate::parameters::Parameters;
use crate::threads::split;

/// `w ← w - learning_rate · dL/dw`.
///
/// Saito, *Deep Learning from Scratch*, 6.1.2.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 2.0;
/// Sgd { learning_rate: 0.5 }.step(&mut *layer, &gradients);
/// assert_eq!(layer.bias[0], -1.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sgd {
    /// The size of a step, divided by the gradient.
    pub learning_rate: f64,
}

impl<N: Parameters> Optimizer<N> for Sgd {
    fn step(&mut self, network: &mut N, gradients: &N) {
        let learning_rate = N::Element::from_f64(self.learning_rate);
        split(
            (network.as_mut_slice(), gradients.as_slice()),
            update_work::<N>(),
            |_, (parameters, gradients)| {
                N::Element::sgd(InstructionSet::best(), learning_rate, gradients, parameters);
            },
        );
    }
}
