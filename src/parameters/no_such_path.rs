//! [`NoSuchPath`]: what is said where a network is asked for a path that it does not have.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::{Kind, Parameters};

/// A path at which a network has nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchPath {
    /// What was asked for.
    pub path: String,
    /// The paths of all the tensors that could have been meant.
    pub paths: Vec<String>,
}

impl fmt::Display for NoSuchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, paths } = self;
        if paths.is_empty() {
            return write!(f, "nothing is at `{path}`, nor anywhere else");
        }
        write!(f, "nothing is at `{path}`, but at {}", paths.join(", "))
    }
}

impl core::error::Error for NoSuchPath {}

/// The stretch at or below a path, of the segments of a kind that is asked for.
pub(crate) fn range_of<N: Parameters>(
    path: &str,
    is_asked_for: impl Fn(Kind) -> bool,
) -> Result<Range<usize>, NoSuchPath> {
    let (mut found, mut paths) = (None::<Range<usize>>, Vec::new());
    N::segments(|segment| {
        if !is_asked_for(segment.kind) {
            return;
        }
        let (at, range) = (segment.path.to_string(), segment.range());
        if is_at_or_below(&at, path) {
            found = Some(found.as_ref().map_or(range.start, |found| found.start)..range.end);
        }
        paths.push(at);
    });
    found.ok_or_else(|| NoSuchPath { path: path.to_string(), paths })
}

/// Whether a path is the other one, or begins with it and a dot.
pub(crate) fn is_at_or_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
