//! [`Adam`]: steps scaled by running averages of each gradient.

use super::by_part::each_stretch;
use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, State, Stateful, square_of, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `m ← β₁m + (1 - β₁)g`, `v ← β₂v + (1 - β₂)g²`, then
/// `w ← w - learning_rate · m̂ / (√v̂ + ε)` with `m̂ = m / (1 - β₁ᵗ)`, `v̂ = v / (1 - β₂ᵗ)` at step `t`.
///
/// Kingma and Ba, *Adam: a method for stochastic optimization*, 2015; Saito, *Deep Learning from
/// Scratch*, 6.1.6.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 1e-3;
/// Adam::new(0.5).step(&mut *layer, &gradients);
/// // The first step goes as far as the learning rate says, whatever the gradient's size.
/// assert!((layer.bias[0] + 0.5).abs() < 1e-4);
/// ```
#[derive(Debug)]
pub struct Adam<N: Plain> {
    /// The approximate size of a step.
    pub learning_rate: f64,
    /// How much of the mean gradient is kept from step to step, in [0, 1); 0.9.
    pub beta1: f64,
    /// How much of the mean squared gradient is kept from step to step, in [0, 1); 0.999.
    pub beta2: f64,
    /// Keeps the step finite where gradients are zero; 1e-8.
    pub epsilon: f64,
    mean: State<N>,
    square: State<N>,
    /// `β₁ᵗ` and `β₂ᵗ`.
    powers: [f64; 2],
}

clone_by_field!(Adam<N: Plain> { learning_rate, beta1, beta2, epsilon, mean, square, powers });

impl<N: Parameters> Adam<N> {
    /// The paper's settings, with the given learning rate (there 0.001).
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            mean: State::zeroed(),
            square: State::zeroed(),
            powers: [1.0; 2],
        }
    }
}

impl<N: Parameters> Optimizer<N> for Adam<N> {
    const STATE_BYTES: usize = 2 * size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for Adam<N> {
    fn begin_step(&mut self) {
        self.powers = [self.powers[0] * self.beta1, self.powers[1] * self.beta2];
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        self.update_with(self.coefficients(part), 0.0, network, gradients, part);
    }
}

impl<N: Parameters> Stateful<N> for Adam<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("beta1", Entry::Number(&mut self.beta1));
        visit("beta2", Entry::Number(&mut self.beta2));
        visit("epsilon", Entry::Number(&mut self.epsilon));
        visit("mean", Entry::Numbers(self.mean.as_mut_slice()));
        visit("square", Entry::Numbers(self.square.as_mut_slice()));
        let [power1, power2] = &mut self.powers;
        visit("power1", Entry::Number(power1));
        visit("power2", Entry::Number(power2));
    }
}

impl<N: Parameters> Adam<N> {
    /// What this step computes with; no decay.
    pub(super) fn coefficients(&self, part: &Part) -> Coefficients<N::Element> {
        Coefficients {
            rate: N::Element::from_f64(self.learning_rate * part.learning_rate / (1.0 - self.powers[0])),
            mean: N::Element::from_f64(1.0 - self.beta1),
            square: N::Element::from_f64(1.0 - self.beta2),
            correction: N::Element::from_f64(1.0 / (1.0 - self.powers[1])),
            epsilon: N::Element::from_f64(self.epsilon),
            keep: N::Element::ONE,
        }
    }

    /// `β₁ᵗ` and `β₂ᵗ` at this step.
    pub(super) const fn powers(&self) -> [f64; 2] {
        self.powers
    }

    /// The share of a weight that a step subtracts.
    pub(super) fn decay(&self, weight_decay: f64, part: &Part) -> f64 {
        self.learning_rate * part.learning_rate * (weight_decay * part.weight_decay)
    }

    /// The running averages of gradients, and of their squares.
    pub(super) fn moments_mut(&mut self) -> (&mut [N::Element], &mut [N::Element]) {
        (self.mean.as_mut_slice(), self.square.as_mut_slice())
    }

    /// Updates a part, whose weights lose the share `decay`.
    pub(super) fn update_with(
        &mut self,
        step: Coefficients<N::Element>,
        decay: f64,
        network: &mut N,
        gradients: &N,
        part: &Part,
    ) {
        let (means, squares) = self.moments_mut();
        let (network, gradients) = (network.as_mut_slice(), gradients.as_slice());
        each_stretch::<N>(part, decay, |range, keep| {
            let (step, work) = (Coefficients { keep, ..step }, Work::of_pass(range.len()));
            let moments = (&mut means[range.clone()], &mut squares[range.clone()]);
            let numbers = ((&mut network[range.clone()], &gradients[range]), moments);
            split(numbers, work, |_, ((parameters, gradients), (means, squares))| {
                Update { step, gradients, means, squares, parameters }.compute();
            });
        });
    }
}

/// What a step of Adam does not compute anew for each parameter.
#[derive(Clone, Copy)]
pub(super) struct Coefficients<T> {
    /// The learning rate, corrected for the mean's start at 0.
    pub(super) rate: T,
    /// The weight of a new gradient in the mean: `1 - β₁`.
    pub(super) mean: T,
    /// The weight of a new squared gradient: `1 - β₂`.
    pub(super) square: T,
    /// What corrects the mean square for its start at 0.
    pub(super) correction: T,
    /// What keeps the divisor from 0.
    pub(super) epsilon: T,
    /// What is left of a parameter before its step: 1, or less where weights decay.
    pub(super) keep: T,
}

/// A step of Adam.
pub(super) struct Update<'a, T> {
    pub(super) step: Coefficients<T>,
    pub(super) gradients: &'a [T],
    pub(super) means: &'a mut [T],
    pub(super) squares: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { step, .. } = self;
        let moments = self.means.iter_mut().zip(self.squares);
        for ((parameter, &gradient), (mean, square)) in
            self.parameters.iter_mut().zip(self.gradients).zip(moments)
        {
            let new_mean = (*mean + step.mean * (gradient - *mean)).flushed();
            let new_square = (*square + step.square * (square_of(gradient) - *square)).flushed();
            // The division first: a small mean times the rate might be denormal.
            let direction = new_mean / ((new_square * step.correction).sqrt() + step.epsilon);
            *parameter = (*parameter * step.keep - step.rate * direction).flushed();
            (*mean, *square) = (new_mean, new_square);
        }
    }
}
