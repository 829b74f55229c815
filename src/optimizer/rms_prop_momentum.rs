//! [`RmsPropMomentum`]: RMSProp with a velocity.

use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, State, Stateful, square_of, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `h ← decay · h + (1 - decay)g²` and `v ← momentum · v + g / (√h + ε)`, then `w ← w - learning_rate · v`.
///
/// As PyTorch's `RMSprop(momentum=..)`. [`CenteredRmsProp`](super::CenteredRmsProp) has a momentum, too.
///
/// Tieleman and Hinton, *Lecture 6.5: RMSProp*, 2012, with the momentum of Szegedy et al., *Rethinking the Inception
/// architecture for computer vision*, 2016.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 4.0;
/// let mut optimizer = RmsPropMomentum::new(0.01, 0.5);
/// optimizer.step(&mut *layer, &gradients);
/// gradients.bias[0] = 0.0;
/// optimizer.step(&mut *layer, &gradients);
/// assert!((layer.bias[0] + 0.15).abs() < 1e-6);
/// ```
#[derive(Debug)]
pub struct RmsPropMomentum<N: Plain> {
    /// The approximate size of a step without momentum.
    pub learning_rate: f64,
    /// How much of the mean squared gradient is kept from step to step, in [0, 1); 0.99.
    pub decay: f64,
    /// How much of the last step is in the next one, in [0, 1).
    pub momentum: f64,
    /// Keeps the step finite where gradients are zero; 1e-8.
    pub epsilon: f64,
    squares: State<N>,
    velocity: State<N>,
}

clone_by_field!(RmsPropMomentum<N: Plain> { learning_rate, decay, momentum, epsilon, squares, velocity });

impl<N: Parameters> RmsPropMomentum<N> {
    /// The usual settings, with the given learning rate and momentum.
    pub fn new(learning_rate: f64, momentum: f64) -> Self {
        Self {
            learning_rate,
            decay: 0.99,
            momentum,
            epsilon: 1e-8,
            squares: State::zeroed(),
            velocity: State::zeroed(),
        }
    }
}

impl<N: Parameters> Optimizer<N> for RmsPropMomentum<N> {
    const STATE_BYTES: usize = 2 * size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for RmsPropMomentum<N> {
    fn begin_step(&mut self) {}

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let rate = self.learning_rate * part.learning_rate;
        let [rate, decay, momentum, epsilon] =
            [rate, self.decay, self.momentum, self.epsilon].map(N::Element::from_f64);
        let (range, work) = (part.range.clone(), Work::of_pass(part.range.len()));
        let numbers = (&mut network.as_mut_slice()[range.clone()], &gradients.as_slice()[range.clone()]);
        let squares = &mut self.squares.as_mut_slice()[range.clone()];
        let kept = (squares, &mut self.velocity.as_mut_slice()[range]);
        split((numbers, kept), work, |_, ((parameters, gradients), (squares, velocities))| {
            Update { rate, decay, momentum, epsilon, gradients, squares, velocities, parameters }.compute();
        });
    }
}

impl<N: Parameters> Stateful<N> for RmsPropMomentum<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("decay", Entry::Number(&mut self.decay));
        visit("momentum", Entry::Number(&mut self.momentum));
        visit("epsilon", Entry::Number(&mut self.epsilon));
        visit("squares", Entry::Numbers(self.squares.as_mut_slice()));
        visit("velocity", Entry::Numbers(self.velocity.as_mut_slice()));
    }
}

/// `squares` become a running mean of `gradients²`, `velocities = momentum · velocities + gradients / (√squares +
/// epsilon)`, then `parameters -= rate · velocities`.
pub(super) struct Update<'a, T> {
    pub(super) rate: T,
    pub(super) decay: T,
    pub(super) momentum: T,
    pub(super) epsilon: T,
    pub(super) gradients: &'a [T],
    pub(super) squares: &'a mut [T],
    pub(super) velocities: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { rate, decay, momentum, epsilon, .. } = self;
        let kept = self.squares.iter_mut().zip(self.velocities);
        for ((parameter, &gradient), (square, velocity)) in
            self.parameters.iter_mut().zip(self.gradients).zip(kept)
        {
            let new = square_of(gradient);
            let mean = (new + decay * (*square - new)).flushed();
            let moved = (momentum * *velocity + gradient / (mean.sqrt() + epsilon)).flushed();
            *parameter = (*parameter - rate * moved).flushed();
            (*square, *velocity) = (mean, moved);
        }
    }
}
