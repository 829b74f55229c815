//! [`Learner`]: all that one step works on, and the step itself, which is taken whole or not at all.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicBool, Ordering};

use super::accumulation::Accumulation;
use super::clips::Clips;
use super::error::Cause;
use super::remembered::{Counters, Remembered};
use super::shards::{Pass, Shard};
use crate::element::Element;
use crate::kernel::largest_magnitude;
use crate::loss::{Loss, TargetOf};
use crate::network::{InputOf, Network, Workspace};
use crate::optimizer::Optimizer;
use crate::penalty::Penalty;
use crate::plain::cast;
use crate::shape::BatchSize;
use crate::tensor::Tensor;
use crate::threads::{Work, split};

/// All that one step works on.
pub(super) struct Learner<N: Network, L, O, B: BatchSize> {
    pub(super) network: Box<N>,
    pub(super) gradients: Box<N>,
    /// Gradients of all shards of a batch but the first.
    pub(super) shards: Box<[Shard<N>]>,
    pub(super) workspace: Box<Workspace<N, B>>,
    pub(super) loss: L,
    pub(super) loss_limit: LossLimit,
    pub(super) penalty: Penalty,
    pub(super) clips: Clips,
    /// Where a step is more than one batch.
    pub(super) accumulation: Option<Accumulation<N>>,
    pub(super) optimizer: O,
}

/// From which loss on a step is refused.
#[derive(Clone, Copy)]
pub(super) enum LossLimit {
    /// Any finite loss is good: of an epoch no step has been taken yet.
    Open,
    /// Where rounding alone is larger than the first loss was.
    OfFirst(f64),
    /// What the user said.
    Of(f64),
}

impl LossLimit {
    fn limit<T: Element>(self) -> f64 {
        match self {
            Self::Open => f64::INFINITY,
            Self::OfFirst(loss) => loss.max(1.0) / T::EPSILON.to_f64(),
            Self::Of(limit) => limit,
        }
    }

    fn check<T: Element>(self, loss: f64) -> Result<(), Cause> {
        let limit = self.limit::<T>();
        if !loss.is_finite() {
            Err(Cause::Loss(loss))
        } else if loss > limit {
            Err(Cause::Limit { loss, limit })
        } else {
            Ok(())
        }
    }
}

impl<N: Network, L, O, B: BatchSize> Learner<N, L, O, B> {
    /// How many batches a step has at most.
    pub(super) fn batches_of_step(&self) -> usize {
        self.accumulation.as_ref().map_or(1, |accumulation| accumulation.batches)
    }
}

impl<N: Network, L: Send, O: Optimizer<N>, B: BatchSize> Learner<N, L, O, B> {
    /// A step begins.
    pub(super) fn begin(&mut self) {
        if let Some(accumulation) = &mut self.accumulation {
            accumulation.begin(&mut self.network);
        }
    }

    /// Goes back to where the step began.
    pub(super) fn undo(&mut self) {
        if let Some(accumulation) = &mut self.accumulation {
            accumulation.undo(&mut self.network);
        }
    }

    /// A batch of the step that has begun: its loss. Nothing is changed before loss and gradients are found good; just
    /// then `remember` is called, if at all.
    pub(super) fn add<S, G: TargetOf<N::Out>>(
        &mut self,
        samples: &[Tensor<S, N::Element>],
        targets: &[G],
        limit: LossLimit,
        remember: Option<(&mut Remembered<N, O>, &Counters)>,
    ) -> Result<f64, Cause>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let loss = self.differentiate(samples, targets, limit)?;
        if let Some((remembered, counters)) = remember {
            remembered.remember(&self.network, &self.optimizer, counters);
        }
        self.workspace.update_statistics(&mut self.network);
        if let Some(accumulation) = &mut self.accumulation {
            accumulation.add(&self.gradients, self.loss.weight(targets));
        }
        Ok(loss)
    }

    /// The batch's loss, and in `gradients` its gradients.
    fn differentiate<S, G: TargetOf<N::Out>>(
        &mut self,
        samples: &[Tensor<S, N::Element>],
        targets: &[G],
        limit: LossLimit,
    ) -> Result<f64, Cause>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let weight = self.loss.weight(targets);
        let pass = Pass { network: &*self.network, loss: &self.loss, input: cast(samples), targets, weight };
        let room = self.workspace.room(samples.len());
        let loss = pass.differentiate(room, &mut self.gradients, &mut self.shards);
        limit.check::<N::Element>(loss)?;
        if self.gradients_are_good() { Ok(loss) } else { Err(Cause::Gradient { loss }) }
    }

    /// Whether all gradients are finite, and so small that an optimizer can square them, unless they are
    /// cut before.
    fn gradients_are_good(&self) -> bool {
        let (good, is_clipped) = (AtomicBool::new(true), self.clips.are_complete);
        split(self.gradients.as_slice(), Work::of_pass(N::COUNT), |_, gradients| {
            let largest = largest_magnitude(gradients);
            let judged = if is_clipped { largest } else { largest * largest };
            good.fetch_and(judged.is_finite(), Ordering::Relaxed);
        });
        good.into_inner()
    }

    /// Ends the step: changes parameters by the gradients of its batches; returns what the weights cost before.
    pub(super) fn update(&mut self) -> f64 {
        if let Some(accumulation) = &self.accumulation {
            accumulation.write(&mut self.gradients);
        }
        let penalty = self.penalty.add_gradient(&*self.network, &mut *self.gradients);
        self.clips.apply(&mut *self.gradients);
        self.optimizer.step(&mut self.network, &self.gradients);
        penalty
    }

    /// Records the first loss of the first epoch.
    pub(super) fn open_limit(&mut self, loss: f64) {
        if let LossLimit::Open = self.loss_limit {
            self.loss_limit = LossLimit::OfFirst(loss);
        }
    }

    /// What the last step of an epoch left, which no loss has told yet: the batch's loss after it must be good.
    pub(super) fn check_after<S, G: TargetOf<N::Out>>(
        &mut self,
        samples: &[Tensor<S, N::Element>],
        targets: &[G],
    ) -> Result<(), Cause>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let outputs = self.workspace.forward(&self.network, samples);
        let loss = self.loss.value(outputs, targets);
        self.loss_limit.check::<N::Element>(loss)?;
        if self.network_is_finite() { Ok(()) } else { Err(Cause::Parameter { loss }) }
    }

    /// Whether each number of the network is finite.
    fn network_is_finite(&self) -> bool {
        largest_magnitude(self.network.as_slice()).is_finite()
    }
}
