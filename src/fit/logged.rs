//! [`Logged`]: what goes to a log, and when.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::callback::{Callback, CallbackError, Moment, Plan};
use crate::log::{Log, LogError};
use crate::network::Network;
use crate::trainer::Step;

/// Records the numbers of each epoch in a [`Log`]: `loss/train`, `loss/validation` and so on; made by
/// [`Fit::logged`](super::Fit::logged).
#[derive(Debug)]
pub struct Logged<L>(pub(super) L);

impl<N: Network, O, L: Log> Callback<N, O> for Logged<L> {
    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        let epoch = moment.record.get("epoch").unwrap_or_default() as usize;
        let numbers = moment.record.to_log();
        let numbers: Vec<_> = numbers.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        self.0.record(epoch, &numbers)?;
        Ok(ControlFlow::Continue(()))
    }
}

/// Records the mean loss of every so many steps in a [`Log`], as `loss/step`; made by
/// [`Fit::logged_every`](super::Fit::logged_every).
#[derive(Debug)]
pub struct StepsLogged<L> {
    log: L,
    every: usize,
    /// Steps since the beginning, and the losses of those that are not recorded yet.
    step: usize,
    sum: f64,
    count: usize,
    failed: Option<LogError>,
}

impl<L> StepsLogged<L> {
    pub(super) fn new(log: L, every: usize) -> Self {
        Self { log, every: every.max(1), step: 0, sum: 0.0, count: 0, failed: None }
    }
}

impl<N: Network, O, L: Log> Callback<N, O> for StepsLogged<L> {
    fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
        self.step = plan.done * plan.steps;
        Ok(())
    }

    fn on_step(&mut self, step: &Step, _: &N) -> ControlFlow<()> {
        self.step += 1;
        self.sum += step.loss;
        self.count += 1;
        if self.count == self.every {
            let mean = self.sum / self.count as f64;
            (self.sum, self.count) = (0.0, 0);
            if let Err(error) = self.log.record(self.step, &[("loss/step", mean)]) {
                self.failed.get_or_insert(error);
            }
        }
        ControlFlow::Continue(())
    }

    fn on_epoch(&mut self, _: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        self.failed.take().map_or(Ok(ControlFlow::Continue(())), |error| Err(error.into()))
    }
}
