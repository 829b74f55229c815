//! [`Attempt`]: an epoch that goes on, and is undone unless it ends well.

use alloc::vec::Vec;

use super::error::Cause;
use super::remembered::{Age, Counters};
use super::tally::Tally;
use super::{Epoch, Evaluation, Step, TrainError, Trainer};
use crate::data::Dataset;
use crate::dim::BatchSize;
use crate::loss::{Loss, Target};
use crate::network::{InputOf, Network};
use crate::optimizer::Optimizer;
use crate::plain::cast_mut;

/// An epoch that goes on. Where it is dropped before its end, by an error or by a panic in a callback, a
/// loss or an optimizer, the trainer goes back to where it was before.
pub(super) struct Attempt<'a, N: Network, L, O: Optimizer<N>, B: BatchSize> {
    trainer: &'a mut Trainer<N, L, O, B>,
    before: Counters,
    /// Whether nothing is to be undone any more.
    done: bool,
}

impl<'a, N: Network, L: Send, O: Optimizer<N>, B: BatchSize> Attempt<'a, N, L, O, B> {
    pub(super) fn begin(trainer: &'a mut Trainer<N, L, O, B>) -> Self {
        let order = trainer.batches.random().clone();
        let before = Counters { order, epochs: trainer.epochs, steps: trainer.steps };
        Self { trainer, before, done: false }
    }

    /// Goes once through the data.
    pub(super) fn go_through<S, G: Target>(
        mut self,
        data: &Dataset<S, G, N::Element>,
        mut on_step: impl FnMut(Step),
    ) -> Result<Epoch, TrainError>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let Trainer { learner, remembered, samples: room, batches, .. } = &mut *self.trainer;
        let mut targets = Vec::with_capacity(batches.size());
        let (mut tally, mut steps, mut penalties) = (Tally::default(), 0, 0.0);
        let mut last_loss = 0.0;
        batches.shuffle(data.len());
        while let Some(indices) = batches.next_batch() {
            let samples = &mut room[..indices.len()];
            data.gather(indices, cast_mut(samples), &mut targets);
            steps += 1;
            let remember = (steps == 1).then_some((&mut *remembered, &self.before));
            let cost = match learner.step(samples, &targets, remember) {
                Ok(cost) => cost,
                Err(cause) => {
                    // No loss has told yet what the last step of the epoch before left.
                    let last_one_too = steps == 1
                        && remembered.age() == Age::LastEpoch
                        && learner.earlier_is_good(samples, &targets, remembered);
                    return Err(self.diverged(steps, cause, last_one_too));
                }
            };
            learner.open_limit(cost.loss);
            tally.add(cost.loss, learner.workspace.outputs(targets.len()).0, &targets);
            penalties += cost.penalty * targets.len() as f64;
            last_loss = cost.loss;
            on_step(Step { number: steps, samples: targets.len(), loss: cost.loss, penalty: cost.penalty });
        }
        // The last step's loss came before that step: look at what it left.
        if !learner.network_is_finite() {
            return Err(self.diverged(steps, Cause::Parameter { loss: last_loss }, false));
        }
        let Some(Evaluation { loss, accuracy }) = tally.mean() else { return Err(TrainError::NoSamples) };
        self.done = true;
        self.trainer.remembered.becomes(Age::LastEpoch);
        self.trainer.epochs += 1;
        self.trainer.steps += steps;
        let penalty = penalties / tally.samples() as f64;
        Ok(Epoch { number: self.trainer.epochs, steps, loss, penalty, accuracy })
    }

    /// Goes back to before the epoch, or to before the last one.
    fn diverged(mut self, step: usize, cause: Cause, last_one_too: bool) -> TrainError {
        let epoch = self.before.epochs + 1;
        if last_one_too {
            self.trainer.go_back();
            self.done = true;
        }
        // The rest is done where `self` ends.
        TrainError::Diverged { epoch, step, cause, kept: self.trainer.epochs }
    }
}

impl<N: Network, L, O: Optimizer<N>, B: BatchSize> Drop for Attempt<'_, N, L, O, B> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        if self.trainer.remembered.age() == Age::ThisEpoch {
            self.trainer.go_back();
        } else {
            // Nothing has been changed but the order.
            self.trainer.batches.restart(self.before.order.clone());
        }
    }
}
