//! [`Attempt`]: an epoch that goes on, and is undone unless it ends well.

use alloc::vec::Vec;

use super::remembered::Counters;
use super::tally::Tally;
use super::{Epoch, Evaluation, Step, TrainError, Trainer};
use crate::data::{Fingerprint, Source};
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
        data: &impl Source<S, G, N::Element>,
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
        let epoch = self.before.epochs + 1;
        data.read(batches, |next| {
            while next(cast_mut(room), &mut targets)? {
                let samples = &room[..targets.len()];
                steps += 1;
                let remember = (steps == 1).then_some((&mut *remembered, &self.before));
                let cost = learner
                    .step(samples, &targets, learner.loss_limit, remember)
                    .map_err(|cause| TrainError::Diverged { epoch, step: steps, cause })?;
                learner.open_limit(cost.loss);
                let outputs = &*learner.workspace.outputs(targets.len()).0;
                tally.add(&learner.loss, cost.loss, outputs, &targets);
                penalties += cost.penalty * targets.len() as f64;
                let (loss, penalty) = (cost.loss, cost.penalty);
                on_step(Step { number: steps, samples: targets.len(), loss, penalty });
            }
            Ok::<_, TrainError>(())
        })?;
        if let Err(cause) = learner.check_after(&room[..targets.len()], &targets) {
            return Err(TrainError::Diverged { epoch, step: steps, cause });
        }
        let Some(Evaluation { loss, accuracy }) = tally.mean() else { return Err(TrainError::NoSamples) };
        let fingerprint = Fingerprint::of(data, cast_mut(room))?;
        self.done = true;
        self.trainer.epochs += 1;
        self.trainer.steps += steps;
        self.trainer.data = fingerprint;
        let penalty = penalties / tally.samples() as f64;
        Ok(Epoch { number: self.trainer.epochs, steps, loss, penalty, accuracy })
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
