//! [`TrainError`]: why a step was not taken, an epoch was undone, or data could not be evaluated.

use core::fmt;

use crate::data::SourceError;

/// Why training or evaluating stopped.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TrainError {
    /// A step outside of an epoch was not taken: nothing has changed.
    Refused {
        /// Which step of the trainer it would have been, from 1 on; those of epochs count.
        step: usize,
        /// What was wrong with it.
        cause: Cause,
    },
    /// An epoch was undone: network, optimizer and order of samples are as they were before.
    Diverged {
        /// Which epoch it would have been, from 1 on.
        epoch: usize,
        /// The step in the epoch, from 1 on.
        step: usize,
        /// What was wrong with it; of the last step, maybe with what it left.
        cause: Cause,
    },
    /// The loss of a sample that was evaluated is infinite or NaN.
    Evaluated {
        /// Which sample it is, from 0 on.
        sample: usize,
        /// Its loss.
        loss: f64,
    },
    /// A sample could not be read; an epoch was undone.
    Data(SourceError),
    /// There are no samples.
    NoSamples,
    /// A batch larger than the workspace has room for, or smaller than the network can be trained on.
    BatchSize {
        /// The fewest samples that the network is trained on: 2 where it has batch normalisation of single
        /// numbers, else 1.
        least: usize,
        /// The most samples that there is room for.
        capacity: usize,
        /// The number of samples asked for.
        found: usize,
    },
    /// The last batch of an epoch would have fewer samples than the network can be trained on.
    ShortLastBatch {
        /// The fewest samples that the network is trained on.
        least: usize,
        /// The samples that would be left for the last batch.
        found: usize,
    },
    /// Short batches are left out, and there are not enough samples for a whole one.
    NoWholeBatch {
        /// The number of samples of a batch.
        size: usize,
        /// The number of samples that there are.
        found: usize,
    },
}

/// What was wrong with a step.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cause {
    /// The batch's loss is infinite or NaN.
    Loss(f64),
    /// The batch's loss is finite, but above the trainer's limit
    /// ([`Trainer::with_loss_limit`](super::Trainer::with_loss_limit)).
    Limit {
        /// The loss.
        loss: f64,
        /// The limit.
        limit: f64,
    },
    /// The loss is finite, but one of its gradients is infinite or NaN, or so large that its square is.
    Gradient {
        /// The loss.
        loss: f64,
    },
    /// The step left a parameter that is infinite or NaN.
    Parameter {
        /// The loss before the step.
        loss: f64,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loss(loss) => write!(f, "the loss is {loss}"),
            Self::Limit { loss, limit } => {
                write!(f, "the loss {loss:e} is above the limit {limit:e} (`with_loss_limit`)")
            }
            Self::Gradient { loss } => write!(f, "a gradient of the loss {loss} is not finite"),
            Self::Parameter { loss } => {
                write!(f, "after a loss of {loss} the step left a parameter that is not finite")
            }
        }
    }
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { step, cause } => write!(f, "step {step}: {cause}; nothing was changed"),
            Self::Diverged { epoch, step, cause } => write!(
                f,
                "training diverged in epoch {epoch} at step {step}: {cause}; network, optimizer and order of \
                 samples are those from before the epoch. Look for a learning rate that is too large, or for \
                 samples that are not finite"
            ),
            Self::Evaluated { sample, loss } => write!(f, "the loss of sample {sample} is {loss}"),
            Self::Data(error) => write!(f, "a sample could not be read: {error}"),
            Self::NoSamples => f.write_str("there are no samples"),
            Self::BatchSize { least, capacity, found } => {
                write!(f, "a batch holds {least} to {capacity} samples here, not {found}")
            }
            Self::ShortLastBatch { least, found } => write!(
                f,
                "the last batch would have {found} samples, but a network with batch normalisation is trained on \
                 {least} at least: choose another batch size (`with_batch_size`), or leave short batches out \
                 (`drop_last`)"
            ),
            Self::NoWholeBatch { size, found } => {
                write!(f, "{found} samples are less than a batch of {size}, and short batches are left out")
            }
        }
    }
}

impl core::error::Error for TrainError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Data(error) => Some(error.inner()),
            _ => None,
        }
    }
}

impl From<SourceError> for TrainError {
    fn from(error: SourceError) -> Self {
        Self::Data(error)
    }
}
