//! [`Sgd`]: stochastic gradient descent.

use super::{ByPart, Entry, Optimizer, Part, Stateful, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::threads::{Work, split};

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
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for Sgd {
    fn begin_step(&mut self) {}

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let (range, rate) =
            (part.range.clone(), N::Element::from_f64(self.learning_rate * part.learning_rate));
        let work = Work::of_pass(range.len());
        let numbers = (&mut network.as_mut_slice()[range.clone()], &gradients.as_slice()[range]);
        split(numbers, work, |_, (parameters, gradients)| {
            Update { rate, gradients, parameters }.compute();
        });
    }
}

impl<N: Parameters> Stateful<N> for Sgd {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
    }
}

/// `parameters -= rate · gradients`.
pub(super) struct Update<'a, T> {
    pub(super) rate: T,
    pub(super) gradients: &'a [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        for (parameter, &gradient) in self.parameters.iter_mut().zip(self.gradients) {
            *parameter = (*parameter - self.rate * gradient).flushed();
        }
    }
}
