//! [`Attempt`]: an epoch that goes on, and is undone unless it ends well.

use alloc::vec::Vec;

use super::error::Cause;
use super::remembered::Counters;
use super::tally::Tally;
use super::{Epoch, Evaluation, Step, TrainError, Trainer};
use crate::data::Dataset;
use crate::loss::{Loss, TargetOf};
use crate::network::{InputOf, Network};
use crate::optimizer::Optimizer;
use crate::plain::cast_mut;
use crate::shape::BatchSize;

/// An epoch that goes on. Where it is dropped before its end, by an error or by a panic in a callback, a
/// loss or an optimizer, the trainer goes back to where it was before.
pub(super) struct Attempt<'a, N: Network, L, O: Optimizer<N>, B: BatchSize> {
    trainer: &'a mut Trainer<N, L, O, B>,
    before: Counters,
    /// Whether it has ended well.
    done: bool,
}

impl<'a, N: Network, L: Send, O: Optimizer<N>, B: BatchSize> Attempt<'a, N, L, O, B> {
    pub(super) fn begin(trainer: &'a mut Trainer<N, L, O, B>) -> Self {
        trainer.remembered.begin_epoch();
        let before = trainer.counters();
        Self { trainer, before, done: false }
    }

    /// Goes once through the data.
    pub(super) fn go_through<S, G: TargetOf<N::Out>>(
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
        batches.shuffle(data.len());
        while let Some(indices) = batches.next_batch() {
            let samples = &mut room[..indices.len()];
            data.gather(indices, cast_mut(samples), &mut targets);
            steps += 1;
            let remember = (steps == 1).then_some((&mut *remembered, &self.before));
            let cost = match learner.step(samples, &targets, learner.loss_limit, remember) {
                Ok(cost) => cost,
                Err(cause) => return Err(self.diverged(steps, cause)),
            };
            learner.open_limit(cost.loss);
            tally.add(cost.loss, learner.workspace.outputs(targets.len()).0, &targets);
            penalties += cost.penalty * targets.len() as f64;
            on_step(Step { number: steps, samples: targets.len(), loss: cost.loss, penalty: cost.penalty });
        }
        if let Err(cause) = learner.check_after(&room[..targets.len()], &targets) {
            return Err(self.diverged(steps, cause));
        }
        let Some(Evaluation { loss, accuracy }) = tally.mean() else { return Err(TrainError::NoSamples) };
        self.done = true;
        self.trainer.epochs += 1;
        self.trainer.steps += steps;
        self.trainer.data = data.fingerprint();
        let penalty = penalties / tally.samples() as f64;
        Ok(Epoch { number: self.trainer.epochs, steps, loss, penalty, accuracy })
    }

    /// What is reported; all is undone where the attempt is dropped.
    fn diverged(&self, step: usize, cause: Cause) -> TrainError {
        TrainError::Diverged { epoch: self.before.epochs + 1, step, cause }
    }
}

impl<N: Network, L, O: Optimizer<N>, B: BatchSize> Drop for Attempt<'_, N, L, O, B> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        if self.trainer.remembered.is_current() {
            self.trainer.go_back();
        } else {
            // Nothing has been changed but the order.
            self.trainer.batches.restart(self.before.order.clone());
        }
    }
}
