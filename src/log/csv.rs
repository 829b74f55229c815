//! [`CsvLog`]: a table in CSV.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use csv::{Reader, Writer};

use super::{Log, LogError};

/// The name of the first column.
const STEP: &str = "step";

/// A log that is a table in CSV: a row for each step, whose number is in the column `step`, and a column for each name.
///
/// The first step decides the columns. A later one may leave some out, whose fields are empty then. A row is written as a
/// whole, at once; numbers have all the digits that tell them from their neighbours.
///
/// ```
/// use dimwise::log::{CsvLog, Log};
///
/// let path = std::env::temp_dir().join("dimwise-doc-log.csv");
/// let mut log = CsvLog::create(&path)?;
/// log.record(1, &[("loss", 0.5), ("accuracy", 0.75)])?;
/// log.record(2, &[("loss", 0.25)])?;
/// assert_eq!(std::fs::read_to_string(&path)?, "step,loss,accuracy\n1,0.5,0.75\n2,0.25,\n");
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias("CSVLogger"))]
pub struct CsvLog {
    path: PathBuf,
    file: File,
    /// Empty before the first step.
    columns: Vec<String>,
}

impl CsvLog {
    /// A new file; one that is there is overwritten.
    ///
    /// # Errors
    ///
    /// [`LogError::Io`] where it cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, LogError> {
        let path = path.as_ref();
        let file = File::create(path).map_err(|error| io_error(path, error))?;
        Ok(Self { path: path.to_owned(), file, columns: Vec::new() })
    }

    /// Goes on with a file: for a run that is resumed. A new one where there is none.
    ///
    /// Rows that are there stay: those of steps that are taken again stand twice.
    ///
    /// # Errors
    ///
    /// [`LogError::Io`] where it cannot be read or written; [`LogError::NoLog`] where it is another table.
    pub fn append(path: impl AsRef<Path>) -> Result<Self, LogError> {
        let path = path.as_ref();
        let io_error = |error| io_error(path, error);
        let mut file = File::options().read(true).append(true).create(true).open(path).map_err(io_error)?;
        let header = Reader::from_reader(&file).headers().cloned().map_err(|error| io_error(error.into()))?;
        let columns: Vec<_> = header.iter().map(ToOwned::to_owned).collect();
        if columns.first().is_some_and(|first| first != STEP) {
            return Err(LogError::NoLog { path: path.to_owned(), found: columns });
        }
        // A program that was killed, or an editor, may have left a line without its end.
        let mut last = [b'\n'];
        if !columns.is_empty() {
            file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut last)).map_err(io_error)?;
        }
        if last != *b"\n" {
            file.write_all(b"\n").map_err(io_error)?;
        }
        Ok(Self { path: path.to_owned(), file, columns })
    }

    /// Writes a row.
    fn write(&mut self, fields: &[String]) -> Result<(), LogError> {
        let mut row = Writer::from_writer(Vec::new());
        let written = row.write_record(fields).map_err(io::Error::from);
        let row = written.and_then(|()| row.into_inner().map_err(|error| error.into_error()));
        let written = row.and_then(|row| self.file.write_all(&row));
        written.map_err(|error| io_error(&self.path, error))
    }
}

impl Log for CsvLog {
    /// # Errors
    ///
    /// [`LogError::NoColumn`] where a name is none of the first step's, [`LogError::Twice`] where one stands twice or is
    /// `step`: nothing is written then. [`LogError::Io`] where the file cannot be written.
    fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError> {
        let names: Vec<_> = [STEP].into_iter().chain(values.iter().map(|(name, _)| *name)).collect();
        if let Some(at) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
            return Err(LogError::Twice { path: self.path.clone(), name: names[at].to_owned() });
        }
        if self.columns.is_empty() {
            let columns: Vec<_> = names.into_iter().map(ToOwned::to_owned).collect();
            self.write(&columns)?;
            self.columns = columns;
        } else if let Some(name) = names.iter().find(|name| self.columns.iter().all(|column| column != *name))
        {
            let (path, found) = (self.path.clone(), (*name).to_owned());
            return Err(LogError::NoColumn { path, expected: self.columns.clone(), found });
        }
        let mut row = vec![step.to_string()];
        row.extend(self.columns[1..].iter().map(|column| {
            let value = values.iter().find(|(name, _)| name == column);
            value.map_or(String::new(), |(_, value)| value.to_string())
        }));
        self.write(&row)
    }
}

fn io_error(path: &Path, error: io::Error) -> LogError {
    LogError::Io { path: path.to_owned(), error }
}

impl fmt::Debug for CsvLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvLog")
            .field("path", &self.path)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}
