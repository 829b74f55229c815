//! The file of a search: one line a trial.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{Debug, Display};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{Outcome, SearchError, Trial};

/// What a failed trial's outcome begins with.
const FAILED: &str = "failed: ";

/// A file that trials are appended to.
pub(super) struct File {
    file: fs::File,
    path: PathBuf,
}

/// What was in a file.
pub(super) struct Opened {
    pub(super) file: File,
    pub(super) trials: Vec<Line>,
    /// A damaged last line.
    pub(super) left_out: Option<String>,
}

/// A line of the file.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) budget: usize,
    pub(super) outcome: Outcome,
    settings: String,
    path: PathBuf,
}

impl File {
    /// Opens a file, or makes one; what its last line was not written to the end is cut off.
    pub(super) fn open(path: &Path, seed: u64) -> Result<Opened, SearchError> {
        let wrong = |error| SearchError::Io { path: path.into(), error };
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            bytes => bytes.map_err(wrong)?,
        };
        let header = format!("# dimwise search, seed {seed}");
        // A line is written to its end or was not.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (whole, rest) = bytes.split_at(whole);
        let text = String::from_utf8_lossy(whole);
        if whole.is_empty() && !header.as_bytes().starts_with(rest) {
            let (path, found) = (path.into(), String::from_utf8_lossy(rest).into_owned());
            return Err(SearchError::Seed { path, expected: header, found });
        }
        let (mut trials, mut left_out, mut kept) = (Vec::new(), None, 0);
        let lines: Vec<_> = text.split_terminator('\n').collect();
        for (index, line) in lines.iter().enumerate() {
            let is_last = index + 1 == lines.len() && rest.is_empty();
            if index == 0 {
                if *line != header {
                    let (path, found) = (path.into(), (*line).to_string());
                    return Err(SearchError::Seed { path, expected: header, found });
                }
            } else if let Some(trial) = Line::read(line, path) {
                trials.push(trial);
            } else if is_last {
                left_out = Some((*line).to_string());
                break;
            } else {
                let (path, found) = (path.into(), (*line).to_string());
                return Err(SearchError::Line { path, line: index + 1, found });
            }
            kept += line.len() + 1;
        }
        if !rest.is_empty() {
            left_out = Some(String::from_utf8_lossy(rest).into_owned());
        }
        let open = || {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            if left_out.is_some() {
                file.set_len(kept as u64)?;
            }
            if kept == 0 {
                file.write_all(format!("{header}\n").as_bytes())?;
            }
            Ok(file)
        };
        let file = open().map_err(wrong)?;
        Ok(Opened { file: Self { file, path: path.into() }, trials, left_out })
    }

    /// Appends a trial in one piece, and waits until it is on the disk.
    pub(super) fn append<S: Debug>(
        &mut self,
        trial: &Trial<S>,
        outcome: &Outcome,
    ) -> Result<(), SearchError> {
        let outcome = match outcome {
            // As many digits as tell the number from its neighbours.
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("{FAILED}{error}"),
        };
        let Trial { number, budget, settings, .. } = trial;
        let line = format!("{number}\t{budget}\t{outcome}\t{}\n", described(settings));
        let mut write = || -> io::Result<()> {
            self.file.write_all(line.as_bytes())?;
            self.file.sync_data()
        };
        write().map_err(|error| SearchError::Io { path: self.path.clone(), error })
    }
}

impl Line {
    fn read(line: &str, path: &Path) -> Option<Self> {
        let mut parts = line.splitn(4, '\t');
        let (number, budget) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let outcome = parts.next()?;
        let outcome = match outcome.strip_prefix(FAILED) {
            Some(error) => Err(error.to_string()),
            None => Ok(outcome.parse().ok().filter(|value: &f64| !value.is_nan())?),
        };
        Some(Self { number, budget, outcome, settings: parts.next()?.to_string(), path: path.into() })
    }

    /// Whether the line has the settings of this trial.
    pub(super) fn check<S: Debug>(&self, trial: &Trial<S>) -> Result<(), SearchError> {
        let (expected, found) = (described(&trial.settings), &self.settings);
        if expected == *found {
            return Ok(());
        }
        let (path, number, found) = (self.path.clone(), self.number, found.clone());
        Err(SearchError::Settings { path, number, expected, found })
    }
}

fn described(settings: &impl Debug) -> String {
    on_one_line(&format_args!("{settings:?}"))
}

/// A text without what would end a line or a part of it.
pub(super) fn on_one_line(text: &impl Display) -> String {
    text.to_string().replace(|c: char| c.is_control(), " ")
}
