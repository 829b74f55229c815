//! [`Adam`]: steps scaled by running averages of each gradient.

use core::ops::Range;

use super::state::clone_by_field;
use super::{Entry, Optimizer, State, Stateful, each_stretch, square_of};
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
        let step = self.next_step();
        self.update(step, network, gradients, 0..N::COUNT);
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
    /// A step with a decay of the weights.
    pub(super) fn step_with_decay(&mut self, network: &mut N, gradients: &N, weight_decay: f64) {
        let step = self.next_step();
        let keep = N::Element::from_f64(1.0 - self.learning_rate * weight_decay);
        each_stretch::<N>(|range, is_weight| {
            let keep = if is_weight { keep } else { N::Element::ONE };
            self.update(Coefficients { keep, ..step }, network, gradients, range);
        });
    }

    /// What the next step computes with.
    fn next_step(&mut self) -> Coefficients<N::Element> {
        self.powers = [self.powers[0] * self.beta1, self.powers[1] * self.beta2];
        Coefficients {
            rate: N::Element::from_f64(self.learning_rate / (1.0 - self.powers[0])),
            mean: N::Element::from_f64(1.0 - self.beta1),
            square: N::Element::from_f64(1.0 - self.beta2),
            correction: N::Element::from_f64(1.0 / (1.0 - self.powers[1])),
            epsilon: N::Element::from_f64(self.epsilon),
            keep: N::Element::ONE,
        }
    }

    /// Updates a range of the parameters.
    fn update(
        &mut self,
        step: Coefficients<N::Element>,
        network: &mut N,
        gradients: &N,
        range: Range<usize>,
    ) {
        let work = Work::of_pass(range.len());
        let moments =
            (&mut self.mean.as_mut_slice()[range.clone()], &mut self.square.as_mut_slice()[range.clone()]);
        let parameters = &mut network.as_mut_slice()[range.clone()];
        let numbers = ((parameters, &gradients.as_slice()[range]), moments);
        split(numbers, work, |_, ((parameters, gradients), (means, squares))| {
            Update { step, gradients, means, squares, parameters }.compute();
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
