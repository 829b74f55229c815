//! [`Progress`]: a line in the terminal.

use alloc::format;
use core::ops::ControlFlow;
use core::time::Duration;
use std::println;
use std::time::Instant;

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use super::callback::{Callback, CallbackError, Moment, Plan};
use super::history::History;
use crate::network::Network;
use crate::trainer::Step;

/// A line in the terminal that lives while training goes on: epoch, step, loss, samples a second, time left; and after
/// each epoch a line with its numbers, which stays.
///
/// Where standard error is no terminal there is no living line; the others are printed in any case, to standard output.
///
/// ```
/// use dimwise::fit::{Fit, Progress};
/// use dimwise::prelude::*;
///
/// # let (x, y) = ([[0.0]; 4].map(Tensor::<U1>::from), [[1.0]; 4].map(Tensor::<U1>::from));
/// # let data = Dataset::new(x, y)?;
/// # let sgd = Sgd { learning_rate: 0.1 };
/// # let mut trainer = Trainer::<Affine<U1, U1>, _, _, U4>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
/// trainer.fit(&data, Fit::epochs(10).with(Progress::new()))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    plan: Plan,
    /// Whether there is a line for each epoch.
    prints: bool,
    epoch: usize,
    /// Since training began, here.
    start: Instant,
    steps: usize,
    samples: usize,
    /// The sum of the losses since the line was written, and of how many steps.
    losses: (f64, usize),
    written: Instant,
}

/// So often the line is written, at most.
const BETWEEN: Duration = Duration::from_millis(100);

impl Progress {
    /// The living line alone: nothing stays.
    pub fn quiet() -> Self {
        Self { prints: false, ..Self::new() }
    }

    /// The living line, and a line an epoch.
    #[expect(clippy::new_without_default, reason = "it begins at a time")]
    pub fn new() -> Self {
        let now = Instant::now();
        let plan = Plan { epochs: 0, done: 0, steps: 0 };
        let bar = ProgressBar::hidden();
        Self {
            bar,
            plan,
            prints: true,
            epoch: 0,
            start: now,
            steps: 0,
            samples: 0,
            losses: (0.0, 0),
            written: now,
        }
    }

    /// Begins a line for the next epoch.
    fn begin_epoch(&mut self) {
        self.epoch += 1;
        let style = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len}  {msg}");
        let bar = ProgressBar::new(self.plan.steps as u64);
        self.bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.set_prefix(format!("epoch {}/{}", self.epoch, self.plan.epochs));
    }

    /// Writes the line anew.
    fn write(&mut self, step: &Step, now: Instant) {
        let elapsed = now - self.start;
        let samples = self.samples as f64 / elapsed.as_secs_f64().max(1e-9);
        let epochs_left = self.plan.epochs.saturating_sub(self.epoch);
        let steps_left = epochs_left * self.plan.steps + self.plan.steps.saturating_sub(step.number);
        let left = elapsed.mul_f64(steps_left as f64 / self.steps as f64);
        let (sum, count) = core::mem::replace(&mut self.losses, (0.0, 0));
        self.bar.set_position(step.number as u64);
        self.bar.set_message(format!(
            "loss {:.4}  {} samples/s  {:#} left",
            sum / count as f64,
            HumanCount(samples as u64),
            HumanDuration(left),
        ));
        self.written = now;
    }
}

impl<N: Network, O> Callback<N, O> for Progress {
    fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
        (self.plan, self.epoch) = (*plan, plan.done);
        self.start = Instant::now();
        self.begin_epoch();
        Ok(())
    }

    fn on_step(&mut self, step: &Step, _: &N) -> ControlFlow<()> {
        self.steps += 1;
        self.samples += step.samples;
        self.losses = (self.losses.0 + step.loss, self.losses.1 + 1);
        let now = Instant::now();
        if now - self.written >= BETWEEN {
            self.write(step, now);
        }
        ControlFlow::Continue(())
    }

    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        self.bar.finish_and_clear();
        if self.prints {
            println!("{}", moment.record);
        }
        self.begin_epoch();
        Ok(ControlFlow::Continue(()))
    }

    fn on_end(&mut self, _: &mut N, _: &History) -> Result<(), CallbackError> {
        self.bar.finish_and_clear();
        Ok(())
    }
}
