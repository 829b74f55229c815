//! [`RmsProp`]: steps scaled by a running average of the squared gradient.

use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, State, Stateful, square_of, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `h ← decay · h + (1 - decay)g²`, then `w ← w - learning_rate · g / (√h + ε)`.
///
/// Tieleman and Hinton, *Lecture 6.5: RMSProp*, 2012; Saito, *Deep Learning from Scratch*, 6.1.5.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 4.0;
/// RmsProp::new(0.01).step(&mut *layer, &gradients);
/// assert!((layer.bias[0] + 0.1).abs() < 1e-6);
/// ```
#[derive(Debug)]
pub struct RmsProp<N: Plain> {
    /// The approximate size of a step.
    pub learning_rate: f64,
    /// How much of the mean squared gradient is kept from step to step, in [0, 1); 0.99.
    pub decay: f64,
    /// Keeps the step finite where gradients are zero; 1e-8.
    pub epsilon: f64,
    squares: State<N>,
}

clone_by_field!(RmsProp<N: Plain> { learning_rate, decay, epsilon, squares });

impl<N: Parameters> RmsProp<N> {
    /// The usual settings, with the given learning rate.
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, decay: 0.99, epsilon: 1e-8, squares: State::zeroed() }
    }
}

impl<N: Parameters> Optimizer<N> for RmsProp<N> {
    const STATE_BYTES: usize = size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for RmsProp<N> {
    fn begin_step(&mut self) {}

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let rate = self.learning_rate * part.learning_rate;
        let [rate, decay, epsilon] = [rate, self.decay, self.epsilon].map(N::Element::from_f64);
        let (range, work) = (part.range.clone(), Work::of_pass(part.range.len()));
        let numbers = (&mut network.as_mut_slice()[range.clone()], &gradients.as_slice()[range.clone()]);
        let squares = &mut self.squares.as_mut_slice()[range];
        split((numbers, squares), work, |_, ((parameters, gradients), squares)| {
            Update { rate, decay, epsilon, gradients, squares, parameters }.compute();
        });
    }
}

impl<N: Parameters> Stateful<N> for RmsProp<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("decay", Entry::Number(&mut self.decay));
        visit("epsilon", Entry::Number(&mut self.epsilon));
        visit("squares", Entry::Numbers(self.squares.as_mut_slice()));
    }
}

/// `squares` become a running mean of `gradients²`, then `parameters -= rate · gradients / (√squares + epsilon)`.
pub(super) struct Update<'a, T> {
    pub(super) rate: T,
    pub(super) decay: T,
    pub(super) epsilon: T,
    pub(super) gradients: &'a [T],
    pub(super) squares: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { rate, decay, epsilon, .. } = self;
        let scaled = self.parameters.iter_mut().zip(self.squares);
        for ((parameter, square), &gradient) in scaled.zip(self.gradients) {
            let new = square_of(gradient);
            *square = (new + decay * (*square - new)).flushed();
            *parameter = (*parameter - rate * gradient / (square.sqrt() + epsilon)).flushed();
        }
    }
}
