//! [`SearchError`]: what can be wrong with the file of a search.

use alloc::string::String;
use core::fmt;
use std::io;
use std::path::PathBuf;

/// Why a search could not go on from its [file](super::Search::with_file).
#[derive(Debug)]
#[non_exhaustive]
pub enum SearchError {
    /// The file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A line that is not the last one is no trial.
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, from 1 on.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// The file is that of a search with another seed.
    Seed {
        /// The file.
        path: PathBuf,
        /// The first line of this search's files.
        expected: String,
        /// The first line of the file.
        found: String,
    },
    /// A trial of the file has other settings than the one of this number: they are drawn in another way.
    Settings {
        /// The file.
        path: PathBuf,
        /// The number of the trial.
        number: usize,
        /// The settings that are drawn.
        expected: String,
        /// Those of the file.
        found: String,
    },
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Line { path, line, found } => {
                write!(f, "{}, line {line}: {found:?} is no trial", path.display())
            }
            Self::Seed { path, expected, found } => write!(
                f,
                "{} is not the file of this search: it begins with {found:?}, not {expected:?}",
                path.display()
            ),
            Self::Settings { path, number, expected, found } => write!(
                f,
                "{}: trial {number} has the settings {found}, but {expected} are drawn for it now",
                path.display()
            ),
        }
    }
}

impl core::error::Error for SearchError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
