//! [`CheckpointError`]: why a run could not be saved or resumed.

use alloc::string::String;
use core::fmt;
use std::io;
use std::path::PathBuf;

use crate::fit::FitError;

use crate::data::SourceError;

impl From<CheckpointError> for FitError {
    fn from(error: CheckpointError) -> Self {
        Self::Saving(error.into())
    }
}

/// Why a run could not be saved or resumed. Each message begins with the path.
///
/// | refused is | with |
/// |---|---|
/// | what is no checkpoint | `a.run is no checkpoint: it does not begin as one` |
/// | a file that cannot be read or written | what the system says |
/// | a damaged one, or one that ends too early | `a.run is damaged: its checksum should be 0x6167279c, but is 0xff000000` |
/// | one of another version of the format | `a.run is of version 3 of the format, but this program reads version 2` |
/// | one of another network | `a.run is of another network: layer 1 is Tanh<8> to [8] here, but Relu<8> to [8] in the file` |
/// | one of another optimizer | `a.run is of another optimizer: its type is Adam<Network> here, but Sgd in the file` |
/// | one with another schedule | `a.run is of another optimizer: optimizer.the learning rate of step 0 is 0.1 here, but 0.2 in the file` |
/// | one of another data set | `a.run is of another data set: the number of samples is 10 here, but 12 in the file` |
/// | one of other samples, or of other targets | `a.run is of another data set: the hash of the first targets is 0x73d2887200000000 here, but 0xff00000000000000 in the file` |
/// | data that cannot be read, to compare | `a.run: a sample to compare could not be read: the disk is gone` |
/// | one that was saved under another setting | `a.run is of another setting: the batch size is 4 here, but 8 in the file` |
/// | one whose checksum is right, but that has something else in it | `a.run is not what this program saves: expected epochs of kind 'c', found epochs of kind 'n'` |
/// | a folder of another run, to save in | `runs/epoch-000009.run is of epoch 9, but this run is at epoch 4: resume that one, or choose another folder` |
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file or its folder cannot be read or written.
    Io {
        /// The file or the folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file does not begin as a checkpoint.
    NotACheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// The file's checksum is not that of its bytes.
    Damaged {
        /// The file.
        path: PathBuf,
        /// The checksum of its bytes.
        expected: u32,
        /// The checksum in the file.
        found: u32,
    },
    /// The file's format is of a version that this one does not read.
    Version {
        /// The file.
        path: PathBuf,
        /// The version that is read.
        expected: u32,
        /// The file's.
        found: u32,
    },
    /// A sample of the data that the run is to go on with could not be read.
    Data {
        /// The file of the run.
        path: PathBuf,
        /// What the data say.
        error: SourceError,
    },
    /// The file is of a run that this trainer cannot go on with.
    Differs {
        /// The file.
        path: PathBuf,
        /// What is another one.
        part: Part,
        /// What of it.
        at: String,
        /// What it is in the trainer.
        expected: String,
        /// What it is in the file.
        found: String,
    },
    /// The file is whole, but no file that is saved for such a trainer.
    Contents {
        /// The file.
        path: PathBuf,
        /// What should come next.
        expected: String,
        /// What does.
        found: String,
    },
    /// The folder holds a checkpoint that is later than the run that is to be saved there.
    Later {
        /// The later checkpoint.
        path: PathBuf,
        /// The run's epoch.
        expected: usize,
        /// The checkpoint's.
        found: usize,
    },
}

/// What a run is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The layers, their sizes and their type of number.
    Network,
    /// The optimizer, and its schedule.
    Optimizer,
    /// The samples and their targets.
    DataSet,
    /// The loss's type, and what the trainer was built with.
    Setting,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "network",
            Self::Optimizer => "optimizer",
            Self::DataSet => "data set",
            Self::Setting => "setting",
        })
    }
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NotACheckpoint { path } => {
                write!(f, "{} is no checkpoint: it does not begin as one", path.display())
            }
            Self::Damaged { path, expected, found } => write!(
                f,
                "{} is damaged: its checksum should be {expected:#010x}, but is {found:#010x}",
                path.display()
            ),
            Self::Version { path, expected, found } => write!(
                f,
                "{} is of version {found} of the format, but this program reads version {expected}",
                path.display()
            ),
            Self::Data { path, error } => {
                write!(f, "{}: a sample to compare could not be read: {error}", path.display())
            }
            Self::Differs { path, part, at, expected, found } => write!(
                f,
                "{} is of another {part}: {at} is {expected} here, but {found} in the file",
                path.display()
            ),
            Self::Contents { path, expected, found } => write!(
                f,
                "{} is not what this program saves: expected {expected}, found {found}",
                path.display()
            ),
            Self::Later { path, expected, found } => write!(
                f,
                "{} is of epoch {found}, but this run is at epoch {expected}: resume that one, or choose another \
                 folder",
                path.display()
            ),
        }
    }
}

impl core::error::Error for CheckpointError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            Self::Data { error, .. } => Some(error.inner()),
            _ => None,
        }
    }
}
