//! [`Scheduled`]: any optimizer, with a learning rate that changes from step to step.

use alloc::format;

use super::state::clone_by_field;
use super::{ByPart, Entry, LearningRate, Optimizer, Part, Stateful, inside};
use crate::parameters::Parameters;
use crate::schedule::Schedule;

/// Sets the optimizer's learning rate before each step to the [`Schedule`]'s.
///
/// It counts its own steps, from 0 on.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 1.0;
/// let halving = ExponentialDecay { learning_rate: 1.0, factor: 0.5 };
/// let mut optimizer = Scheduled::new(Sgd { learning_rate: 1.0 }, halving);
/// for _ in 0..3 {
///     optimizer.step(&mut *layer, &gradients);
/// }
/// assert_eq!(layer.bias[0], -1.75);
/// ```
#[derive(Debug)]
pub struct Scheduled<O, S> {
    /// The optimizer; its learning rate is that of the last step.
    pub optimizer: O,
    /// The schedule of its learning rate.
    pub schedule: S,
    /// The number of steps so far, and so of the next one.
    pub step: usize,
}

clone_by_field!(Scheduled<O: Clone, S: Clone> { optimizer, schedule, step });

impl<O: LearningRate, S: Schedule> Scheduled<O, S> {
    /// Begins a schedule; the optimizer's own learning rate is ignored.
    pub const fn new(optimizer: O, schedule: S) -> Self {
        Self { optimizer, schedule, step: 0 }
    }
}

impl<N, O, S> Optimizer<N> for Scheduled<O, S>
where
    N: Parameters,
    O: Optimizer<N> + LearningRate,
    S: Schedule + Clone + Send,
{
    const STATE_BYTES: usize = O::STATE_BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        self.follow();
        self.optimizer.step(network, gradients);
    }
}

impl<N, O, S> ByPart<N> for Scheduled<O, S>
where
    N: Parameters,
    O: ByPart<N> + LearningRate,
    S: Schedule + Clone + Send,
{
    fn begin_step(&mut self) {
        self.follow();
        self.optimizer.begin_step();
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        self.optimizer.update(network, gradients, part);
    }
}

impl<O: LearningRate, S: Schedule> Scheduled<O, S> {
    /// Sets the learning rate of the next step, and counts it.
    fn follow(&mut self) {
        *self.optimizer.learning_rate_mut() = self.schedule.learning_rate(self.step);
        self.step += 1;
    }
}

/// The schedule itself may be a function, and comes from the program. It is compared by the learning rates of steps
/// that were taken: the last one, the one at half of the way, at a quarter and so on, down to the first one.
impl<N, O, S> Stateful<N> for Scheduled<O, S>
where
    N: Parameters,
    O: Stateful<N> + LearningRate,
    S: Schedule + Clone + Send,
{
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("step", Entry::Count(&mut self.step));
        let mut taken = self.step;
        while taken > 0 {
            let step = taken - 1;
            let name = format!("the learning rate of step {step}");
            visit(&name, Entry::Fixed(self.schedule.learning_rate(step)));
            taken /= 2;
        }
        self.optimizer.visit_state(&mut inside("optimizer", visit));
    }
}
