//! Pictures of what a network has learnt, as files in SVG.
//!
//! Behind everything else: a figure is drawn from numbers, matrices and tensors, and knows no trainer. Text is the viewer's
//! `sans-serif`: no font is read, and what is written fits whatever font that is. Colours are ones that the colour-blind can
//! tell apart (Okabe and Ito).
//!
//! | figure | of |
//! |---|---|
//! | [`history`] | losses and metrics, step by step |
//! | [`confusion_matrix`] | which class is taken for which |
//! | [`filters`] | what convolutions look for |
//! | [`rate_curve`] | a learning-rate range test |
//! | [`plane`] | samples, embeddings or activations, in two dimensions |

mod axes;
mod canvas;
mod components;
mod confusion_matrix;
mod filters;
mod history;
mod plane;
mod rate_curve;

pub use confusion_matrix::confusion_matrix;
pub use filters::filters;
pub use history::history;
pub use plane::plane;
pub use rate_curve::rate_curve;

use alloc::string::String;
use core::fmt;
use std::io;
use std::path::PathBuf;

/// Why a figure could not be drawn.
#[derive(Debug)]
#[non_exhaustive]
pub enum FigureError {
    /// The file cannot be written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There is nothing to draw.
    Nothing {
        /// The file, which is not written.
        path: PathBuf,
        /// What there should be.
        expected: &'static str,
    },
    /// The library that draws refused.
    Drawing {
        /// The file, which is not written.
        path: PathBuf,
        /// What it says.
        reason: String,
    },
}

impl fmt::Display for FigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Nothing { path, expected } => {
                write!(f, "{}: expected {expected}, found none", path.display())
            }
            Self::Drawing { path, reason } => write!(f, "{}: {reason}", path.display()),
        }
    }
}

impl core::error::Error for FigureError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
