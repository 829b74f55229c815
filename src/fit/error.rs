//! [`FitError`]: why a training ended before its end.

use core::error::Error;
use core::fmt;

use super::callback::CallbackError;
use crate::trainer::TrainError;

/// Why a training ended before its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum FitError {
    /// An epoch was undone, or the validation data could not be evaluated.
    Train(TrainError),
    /// A [`Callback`](super::Callback) failed.
    Callback(CallbackError),
    /// The run could not be saved or resumed: a `storage::CheckpointError`.
    Saving(CallbackError),
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Train(error) => error.fmt(f),
            Self::Callback(error) | Self::Saving(error) => error.fmt(f),
        }
    }
}

/// Each says all itself; what caused it is what caused the one inside.
impl Error for FitError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Train(error) => error.source(),
            Self::Callback(error) | Self::Saving(error) => error.source(),
        }
    }
}

impl From<TrainError> for FitError {
    fn from(error: TrainError) -> Self {
        Self::Train(error)
    }
}

impl From<CallbackError> for FitError {
    fn from(error: CallbackError) -> Self {
        Self::Callback(error)
    }
}
