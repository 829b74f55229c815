//! [`Nesterov`]: momentum that looks ahead.

use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, State, Stateful, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `v ← momentum · v - learning_rate · dL/dw`, then `w ← w + momentum · v - learning_rate · dL/dw`.
///
/// Sutskever et al., *On the importance of initialization and momentum in deep learning*, 2013, in the
/// form of Bengio et al.; Saito, *Deep Learning from Scratch*, its source code. PyTorch's
/// `SGD(nesterov=True)` is the same as long as the learning rate does not change.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 1.0;
/// Nesterov::new(0.5, 0.5).step(&mut *layer, &gradients);
/// assert_eq!(layer.bias[0], -0.25 - 0.5);
/// ```
#[derive(Debug)]
pub struct Nesterov<N: Plain> {
    /// The size of a step, divided by the gradient.
    pub learning_rate: f64,
    /// How much of the last step is in the next one, in [0, 1).
    pub momentum: f64,
    velocity: State<N>,
}

clone_by_field!(Nesterov<N: Plain> { learning_rate, momentum, velocity });

impl<N: Parameters> Nesterov<N> {
    /// Begins with velocity 0.
    pub fn new(learning_rate: f64, momentum: f64) -> Self {
        Self { learning_rate, momentum, velocity: State::zeroed() }
    }
}

impl<N: Parameters> Optimizer<N> for Nesterov<N> {
    const STATE_BYTES: usize = size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for Nesterov<N> {
    fn begin_step(&mut self) {}

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let rate = N::Element::from_f64(self.learning_rate * part.learning_rate);
        let decay = N::Element::from_f64(self.momentum);
        let (range, work) = (part.range.clone(), Work::of_pass(part.range.len()));
        let numbers = (&mut network.as_mut_slice()[range.clone()], &gradients.as_slice()[range.clone()]);
        let velocities = &mut self.velocity.as_mut_slice()[range];
        split((numbers, velocities), work, |_, ((parameters, gradients), velocities)| {
            Update { rate, decay, gradients, velocities, parameters }.compute();
        });
    }
}

impl<N: Parameters> Stateful<N> for Nesterov<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("momentum", Entry::Number(&mut self.momentum));
        visit("velocity", Entry::Numbers(self.velocity.as_mut_slice()));
    }
}

/// `velocities = decay · velocities - rate · gradients`, then `parameters += decay · velocities - rate ·
/// gradients`.
pub(super) struct Update<'a, T> {
    pub(super) rate: T,
    pub(super) decay: T,
    pub(super) gradients: &'a [T],
    pub(super) velocities: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { rate, decay, .. } = self;
        let moving = self.parameters.iter_mut().zip(self.velocities);
        for ((parameter, velocity), &gradient) in moving.zip(self.gradients) {
            *velocity = (decay * *velocity - rate * gradient).flushed();
            *parameter = (*parameter + decay * *velocity - rate * gradient).flushed();
        }
    }
}
