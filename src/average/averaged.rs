//! [`Averaged`]: any optimizer, with an average of the networks that it makes.

use super::Average;
use crate::optimizer::{Entry, LearningRate, Optimizer, Stateful, clone_by_field, inside};
use crate::parameters::Parameters;

/// Steps of another optimizer, and an average of the networks after some of them: after step
/// [`first`](Self::first) and every [`every`](Self::every)-th one from then on.
///
/// The average is a part of the optimizer: a checkpoint has it, and where an epoch fails it goes back as well.
///
/// ```
/// use dimwise::average::{Average, Averaged, Exponential};
/// use dimwise::prelude::*;
///
/// # let (x, y) = ([[0.0], [1.0]].map(Tensor::<U1>::from), [[0.0], [1.0]].map(Tensor::<U1>::from));
/// # let data = Dataset::new(x, y)?;
/// type Line = Affine<U1, U1>;
/// let optimizer = Averaged::new(Adam::new(0.1), Exponential::new(0.9));
/// let mut trainer = Trainer::<Line, _, _, U2>::new(Line::zeroed(), MeanSquaredError, optimizer, 1);
/// for _ in 0..50 {
///     trainer.epoch(&data)?;
/// }
/// let averaged = trainer.optimizer_mut().average.network().unwrap();
/// assert!((averaged.predict(&Tensor::from([1.0]))[0] - 1.0).abs() < 0.2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Averaged<O, A> {
    /// The optimizer.
    pub optimizer: O,
    /// The average of what it makes.
    pub average: A,
    /// The first step whose network is taken into the average, counted from 0; 0.
    pub first: usize,
    /// How many steps there are from one network to the next, at least 1; 1.
    pub every: usize,
    step: usize,
}

clone_by_field!(Averaged<O: Clone, A: Clone> { optimizer, average, first, every, step });

impl<O, A> Averaged<O, A> {
    /// Averages the networks after all steps.
    pub const fn new(optimizer: O, average: A) -> Self {
        Self { optimizer, average, first: 0, every: 1, step: 0 }
    }
}

impl<O: LearningRate, A> LearningRate for Averaged<O, A> {
    fn learning_rate_mut(&mut self) -> &mut f64 {
        self.optimizer.learning_rate_mut()
    }
}

impl<N: Parameters, O: Optimizer<N>, A: Average<N>> Optimizer<N> for Averaged<O, A> {
    const STATE_BYTES: usize = O::STATE_BYTES + A::BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        self.optimizer.step(network, gradients);
        let since = self.step.checked_sub(self.first);
        if since.is_some_and(|since| since.is_multiple_of(self.every.max(1))) {
            self.average.update(network);
        }
        self.step += 1;
    }
}

impl<N: Parameters, O: Stateful<N>, A: Average<N>> Stateful<N> for Averaged<O, A> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("first", Entry::Count(&mut self.first));
        visit("every", Entry::Count(&mut self.every));
        visit("step", Entry::Count(&mut self.step));
        self.average.visit_state(&mut inside("average", visit));
        self.optimizer.visit_state(&mut inside("optimizer", visit));
    }
}
