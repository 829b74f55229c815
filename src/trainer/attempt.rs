//! [`Attempt`]: an epoch that goes on, and is undone unless it ends well.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::accumulation::Mean;
use super::remembered::{Counters, Partway};
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
    /// Begins an epoch over so many samples, or goes on with one that was interrupted.
    pub(super) fn begin(trainer: &'a mut Trainer<N, L, O, B>, samples: usize) -> Self {
        let Partway { steps, of, .. } = trainer.partway;
        if steps > 0 && of == samples && steps < trainer.steps_of_epoch(samples) {
            trainer.remembered.continue_epoch();
        } else {
            trainer.partway = Partway::default();
            trainer.remembered.begin_epoch();
        }
        let before = trainer.counters();
        Self { trainer, before, done: false }
    }

    /// Goes through the data, to their end or to the step after which it is told to stop.
    pub(super) fn go_through<S, G: TargetOf<N::Out>>(
        mut self,
        data: &impl Source<S, G, N::Element>,
        mut on_step: impl FnMut(&Step, &N) -> ControlFlow<()>,
    ) -> Result<Epoch, TrainError>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let Trainer { learner, remembered, samples: room, batches, .. } = &mut *self.trainer;
        let mut targets = Vec::with_capacity(batches.size());
        let Partway { mut steps, mut tally, mut penalties, .. } = self.before.partway;
        let mut flow = ControlFlow::Continue(());
        batches.shuffle(data.len());
        let of_step = learner.batches_of_step();
        batches.skip(steps * of_step);
        let last = batches.of_epoch(data.len()).div_ceil(of_step);
        let epoch = self.before.epochs + 1;
        data.read(batches, |next| {
            while flow.is_continue() && steps < last {
                learner.begin();
                let (mut mean, mut of_this) = (Mean::default(), 0);
                steps += 1;
                for batch in 0..of_step {
                    if !next(cast_mut(room), &mut targets)? {
                        break;
                    }
                    let samples = &room[..targets.len()];
                    let remember = (steps == 1 && batch == 0).then_some((&mut *remembered, &self.before));
                    let loss = learner
                        .add(samples, &targets, learner.loss_limit, remember)
                        .map_err(|cause| TrainError::Diverged { epoch, step: steps, cause })?;
                    learner.open_limit(loss);
                    let (outputs, _) = learner.workspace.outputs(targets.len());
                    tally.add(&learner.loss, loss, outputs, &targets);
                    mean.add(loss, learner.loss.weight(&targets));
                    of_this += targets.len();
                }
                if of_this == 0 {
                    // A source of its own may end before the batches that it was shown do: there is no step to take.
                    steps -= 1;
                    break;
                }
                let penalty = learner.update();
                penalties += penalty * of_this as f64;
                let step = Step { number: steps, samples: of_this, loss: mean.value, penalty };
                flow = on_step(&step, &learner.network);
            }
            Ok::<_, TrainError>(())
        })?;
        if let Err(cause) = learner.check_after(&room[..targets.len()], &targets) {
            return Err(TrainError::Diverged { epoch, step: steps, cause });
        }
        let Some(Evaluation { loss, accuracy }) = tally.mean() else { return Err(TrainError::NoSamples) };
        let fingerprint = Fingerprint::of(data, cast_mut(room))?;
        let penalty = penalties / tally.samples as f64;
        self.done = true;
        let (trainer, before) = (&mut *self.trainer, &self.before);
        trainer.steps += steps - before.partway.steps;
        trainer.data = fingerprint;
        let complete = flow.is_continue() || steps == last;
        if complete {
            trainer.epochs += 1;
            trainer.partway = Partway::default();
        } else {
            trainer.partway = Partway { steps, of: data.len(), tally, penalties };
            // What is left of it comes in the same order.
            trainer.batches.restart(before.order.clone());
        }
        Ok(Epoch { number: epoch, steps, loss, penalty, accuracy, complete })
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
