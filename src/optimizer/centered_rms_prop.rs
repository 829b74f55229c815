//! [`CenteredRmsProp`]: steps scaled by a running variance of the gradient.

use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, State, Stateful, square_of, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `h ← decay · h + (1 - decay)g²`, `m ← decay · m + (1 - decay)g` and
/// `v ← momentum · v + g / (√(h - m²) + ε)`, then `w ← w - learning_rate · v`.
///
/// Where gradients are always the same, `h - m²` comes near 0 and the steps grow: ε bounds them. A difference that
/// rounding makes negative counts as 0, where PyTorch's `RMSprop(centered=True)`, else the same, gives NaN.
///
/// Graves, *Generating sequences with recurrent neural networks*, 2013, equations 38 to 41, with ε outside of the root.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 4.0;
/// CenteredRmsProp::new(0.01).step(&mut *layer, &gradients);
/// // √(0.01 · 4² - 0.04²) = √0.1584
/// assert!((layer.bias[0] + 0.04 / 0.1584_f32.sqrt()).abs() < 1e-6);
/// ```
#[derive(Debug)]
pub struct CenteredRmsProp<N: Plain> {
    /// The approximate size of a step without momentum.
    pub learning_rate: f64,
    /// How much of the mean gradient, and of the mean squared one, is kept from step to step, in [0, 1); 0.99.
    pub decay: f64,
    /// How much of the last step is in the next one, in [0, 1); 0.
    pub momentum: f64,
    /// Keeps the step finite where gradients do not vary; 1e-8.
    pub epsilon: f64,
    mean: State<N>,
    squares: State<N>,
    velocity: State<N>,
}

clone_by_field!(CenteredRmsProp<N: Plain> { learning_rate, decay, momentum, epsilon, mean, squares, velocity });

impl<N: Parameters> CenteredRmsProp<N> {
    /// The usual settings without momentum, with the given learning rate.
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            decay: 0.99,
            momentum: 0.0,
            epsilon: 1e-8,
            mean: State::zeroed(),
            squares: State::zeroed(),
            velocity: State::zeroed(),
        }
    }
}

impl<N: Parameters> Optimizer<N> for CenteredRmsProp<N> {
    const STATE_BYTES: usize = 3 * size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for CenteredRmsProp<N> {
    fn begin_step(&mut self) {}

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let rate = self.learning_rate * part.learning_rate;
        let [rate, decay, momentum, epsilon] =
            [rate, self.decay, self.momentum, self.epsilon].map(N::Element::from_f64);
        let (range, work) = (part.range.clone(), Work::of_pass(part.range.len()));
        let numbers = (&mut network.as_mut_slice()[range.clone()], &gradients.as_slice()[range.clone()]);
        let means = &mut self.mean.as_mut_slice()[range.clone()];
        let squares = &mut self.squares.as_mut_slice()[range.clone()];
        let kept = ((means, squares), &mut self.velocity.as_mut_slice()[range]);
        split((numbers, kept), work, |_, ((parameters, gradients), ((means, squares), velocities))| {
            let step = Coefficients { rate, decay, momentum, epsilon };
            Update { step, gradients, means, squares, velocities, parameters }.compute();
        });
    }
}

impl<N: Parameters> Stateful<N> for CenteredRmsProp<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("decay", Entry::Number(&mut self.decay));
        visit("momentum", Entry::Number(&mut self.momentum));
        visit("epsilon", Entry::Number(&mut self.epsilon));
        visit("mean", Entry::Numbers(self.mean.as_mut_slice()));
        visit("squares", Entry::Numbers(self.squares.as_mut_slice()));
        visit("velocity", Entry::Numbers(self.velocity.as_mut_slice()));
    }
}

/// The settings of a step.
#[derive(Clone, Copy)]
pub(super) struct Coefficients<T> {
    pub(super) rate: T,
    pub(super) decay: T,
    pub(super) momentum: T,
    pub(super) epsilon: T,
}

/// A step of centred RMSProp.
pub(super) struct Update<'a, T> {
    pub(super) step: Coefficients<T>,
    pub(super) gradients: &'a [T],
    pub(super) means: &'a mut [T],
    pub(super) squares: &'a mut [T],
    pub(super) velocities: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Coefficients { rate, decay, momentum, epsilon } = self.step;
        let moments = self.means.iter_mut().zip(self.squares);
        let kept = moments.zip(self.velocities);
        for ((parameter, &gradient), ((mean, square), velocity)) in
            self.parameters.iter_mut().zip(self.gradients).zip(kept)
        {
            let new = square_of(gradient);
            let new_mean = (gradient + decay * (*mean - gradient)).flushed();
            let new_square = (new + decay * (*square - new)).flushed();
            let variance = new_square - square_of(new_mean);
            // Rounding can make it negative.
            let variance = if variance > T::ZERO { variance } else { T::ZERO };
            let moved = (momentum * *velocity + gradient / (variance.sqrt() + epsilon)).flushed();
            *parameter = (*parameter - rate * moved).flushed();
            (*mean, *square, *velocity) = (new_mean, new_square, moved);
        }
    }
}
