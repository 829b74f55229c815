//! [`AdaGrad`]: steps that grow smaller, for each parameter by its own gradients.

use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, State, Stateful, square_of, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `h ← h + g²`, then `w ← w - learning_rate · g / (√h + ε)`.
///
/// Duchi et al., *Adaptive subgradient methods*, 2011; Saito, *Deep Learning from Scratch*, 6.1.5, where ε is
/// 10⁻⁷.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 4.0;
/// AdaGrad::new(0.5).step(&mut *layer, &gradients);
/// assert_eq!(layer.bias[0], -0.5);
/// ```
#[derive(Debug)]
pub struct AdaGrad<N: Plain> {
    /// The approximate size of the first step.
    pub learning_rate: f64,
    /// Keeps the step finite where gradients are zero; 1e-10.
    pub epsilon: f64,
    squares: State<N>,
}

clone_by_field!(AdaGrad<N: Plain> { learning_rate, epsilon, squares });

impl<N: Parameters> AdaGrad<N> {
    /// The usual settings, with the given learning rate.
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, epsilon: 1e-10, squares: State::zeroed() }
    }
}

impl<N: Parameters> Optimizer<N> for AdaGrad<N> {
    const STATE_BYTES: usize = size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for AdaGrad<N> {
    fn begin_step(&mut self) {}

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let rate = N::Element::from_f64(self.learning_rate * part.learning_rate);
        let epsilon = N::Element::from_f64(self.epsilon);
        let (range, work) = (part.range.clone(), Work::of_pass(part.range.len()));
        let numbers = (&mut network.as_mut_slice()[range.clone()], &gradients.as_slice()[range.clone()]);
        let squares = &mut self.squares.as_mut_slice()[range];
        split((numbers, squares), work, |_, ((parameters, gradients), squares)| {
            Update { rate, epsilon, gradients, squares, parameters }.compute();
        });
    }
}

impl<N: Parameters> Stateful<N> for AdaGrad<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("epsilon", Entry::Number(&mut self.epsilon));
        visit("squares", Entry::Numbers(self.squares.as_mut_slice()));
    }
}

/// `squares += gradients²`, then `parameters -= rate · gradients / (√squares + epsilon)`.
pub(super) struct Update<'a, T> {
    pub(super) rate: T,
    pub(super) epsilon: T,
    pub(super) gradients: &'a [T],
    pub(super) squares: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { rate, epsilon, .. } = self;
        let scaled = self.parameters.iter_mut().zip(self.squares);
        for ((parameter, square), &gradient) in scaled.zip(self.gradients) {
            *square += square_of(gradient);
            *parameter = (*parameter - rate * gradient / (square.sqrt() + epsilon)).flushed();
        }
    }
}
