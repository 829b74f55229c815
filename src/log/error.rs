//! [`LogError`]: why a log could not be opened or written.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io;
use std::path::PathBuf;

/// Why a log could not be opened or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogError {
    /// The file cannot be made, read or written.
    Io {
        /// The file, or the folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The table to go on with is no log: its first column is another one.
    NoLog {
        /// The file.
        path: PathBuf,
        /// The columns that it has.
        found: Vec<String>,
    },
    /// The table has no column of this name: the first step decides the columns.
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The columns that there are.
        expected: Vec<String>,
        /// The name.
        found: String,
    },
    /// Two numbers of a step have the same name.
    Twice {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NoLog { path, found } => {
                write!(
                    f,
                    "{}: expected a log, whose first column is \"step\", found columns {found:?}",
                    path.display()
                )
            }
            Self::NoColumn { path, expected, found } => {
                write!(f, "{}: expected a number of columns {expected:?}, found {found:?}", path.display())
            }
            Self::Twice { path, name } => {
                write!(f, "{}: expected one number {name:?} of a step, found two", path.display())
            }
        }
    }
}

impl core::error::Error for LogError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
