//! [`Lion`]: steps of one size, in the direction of the signs of a running average.

use super::by_part::each_stretch;
use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, State, Stateful, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `w ← w - learning_rate · (sign(β₁m + (1 - β₁)g) + weight_decay · w)`, then `m ← β₂m + (1 - β₂)g`.
///
/// Only weights decay, not biases or the scales of normalisations.
///
/// Chen et al., *Symbolic discovery of optimization algorithms*, 2023.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 4.0;
/// Lion::new(0.01).step(&mut *layer, &gradients);
/// assert_eq!(layer.bias[0], -0.01);
/// ```
#[derive(Debug)]
pub struct Lion<N: Plain> {
    /// The size of a step, for each parameter.
    pub learning_rate: f64,
    /// How much of the mean gradient is in a step's direction, in [0, 1); 0.9.
    pub beta1: f64,
    /// How much of the mean gradient is kept from step to step, in [0, 1); 0.99.
    pub beta2: f64,
    /// The share of each weight that a step subtracts, divided by the learning rate; 0.
    pub weight_decay: f64,
    mean: State<N>,
}

clone_by_field!(Lion<N: Plain> { learning_rate, beta1, beta2, weight_decay, mean });

impl<N: Parameters> Lion<N> {
    /// The paper's settings without decay, with the given learning rate (there a tenth of Adam's).
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.99, weight_decay: 0.0, mean: State::zeroed() }
    }
}

impl<N: Parameters> Optimizer<N> for Lion<N> {
    const STATE_BYTES: usize = size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for Lion<N> {
    fn begin_step(&mut self) {}

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let rate = self.learning_rate * part.learning_rate;
        let (network, gradients) = (network.as_mut_slice(), gradients.as_slice());
        let means = self.mean.as_mut_slice();
        each_stretch::<N>(part, rate * (self.weight_decay * part.weight_decay), |range, keep| {
            let step = Coefficients {
                rate: N::Element::from_f64(rate),
                keep,
                direction: N::Element::from_f64(1.0 - self.beta1),
                mean: N::Element::from_f64(1.0 - self.beta2),
            };
            let work = Work::of_pass(range.len());
            let numbers = ((&mut network[range.clone()], &gradients[range.clone()]), &mut means[range]);
            split(numbers, work, |_, ((parameters, gradients), means)| {
                Update { step, gradients, means, parameters }.compute();
            });
        });
    }
}

impl<N: Parameters> Stateful<N> for Lion<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("beta1", Entry::Number(&mut self.beta1));
        visit("beta2", Entry::Number(&mut self.beta2));
        visit("weight_decay", Entry::Number(&mut self.weight_decay));
        visit("mean", Entry::Numbers(self.mean.as_mut_slice()));
    }
}

/// What a step of Lion does not compute anew for each parameter.
#[derive(Clone, Copy)]
pub(super) struct Coefficients<T> {
    /// The learning rate.
    pub(super) rate: T,
    /// What is left of a parameter before its step.
    pub(super) keep: T,
    /// The weight of a new gradient in the direction: `1 - β₁`.
    pub(super) direction: T,
    /// The weight of a new gradient in the mean: `1 - β₂`.
    pub(super) mean: T,
}

/// A step of Lion.
pub(super) struct Update<'a, T> {
    pub(super) step: Coefficients<T>,
    pub(super) gradients: &'a [T],
    pub(super) means: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { step, .. } = self;
        for ((parameter, mean), &gradient) in self.parameters.iter_mut().zip(self.means).zip(self.gradients) {
            let (old, difference) = (*mean, gradient - *mean);
            let direction = old + step.direction * difference;
            let up = if direction > T::ZERO { step.rate } else { T::ZERO };
            let down = if direction < T::ZERO { step.rate } else { T::ZERO };
            *parameter = (*parameter * step.keep - up + down).flushed();
            *mean = (old + step.mean * difference).flushed();
        }
    }
}
