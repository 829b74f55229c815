//! What training tells while it goes on: [`Epoch`] and [`Step`]; and what it is answered, [`Flow`].

use core::ops::ControlFlow;

/// What one epoch did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Which epoch it was, from 1 on.
    pub number: usize,
    /// How many steps it took, those before an interruption included.
    pub steps: usize,
    /// The mean over its samples of the loss, each taken before the step it was used for; without the
    /// penalty, so that it compares with an [`Evaluation`](super::Evaluation)'s.
    pub loss: f64,
    /// What the weights cost beside, likewise; 0 without
    /// [`Trainer::with_penalty`](super::Trainer::with_penalty). What training makes small is the sum of the two.
    pub penalty: f64,
    /// The share of its samples that were read rightly, likewise; `None` where the loss knows no
    /// [right or wrong](crate::loss::Loss::is_right).
    pub accuracy: Option<f64>,
    /// Whether it saw all samples. Where it was [interrupted](super::Trainer::epoch_with), the next epoch is the
    /// rest of it, and tells of the whole.
    pub complete: bool,
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Which step of the epoch it was, from 1 on.
    pub number: usize,
    /// How many samples the batch had.
    pub samples: usize,
    /// The batch's mean loss, before the step; without the penalty.
    pub loss: f64,
    /// What the weights cost beside, before the step; 0 without [`Trainer::with_penalty`](super::Trainer::with_penalty).
    pub penalty: f64,
}

/// What a callback returns: whether training goes on. `()` always does.
pub trait Flow {
    /// Whether it goes on.
    fn flow(self) -> ControlFlow<()>;
}

impl Flow for () {
    fn flow(self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Flow for ControlFlow<()> {
    fn flow(self) -> ControlFlow<()> {
        self
    }
}
