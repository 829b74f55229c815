//! [`CsvError`]: why a table could not be read as data.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io;
use std::path::PathBuf;

use super::Column;

/// Why a table could not be read as data. Lines count from 1 on, the header included, columns without a name from 0 on.
///
/// | refused | message, behind the file's path |
/// |---|---|
/// | a file that cannot be read | what the system says |
/// | as many columns as the sample has no numbers | `: expected 4 feature columns for 4 numbers, found 3` |
/// | a name that the header does not have | `: expected a column "petal", found "sepal_length", "species"` |
/// | a name that the header has twice | `: expected one column "petal", found 2 of that name` |
/// | a name where there is no header | `: expected a header with column "petal", found a table without header` |
/// | a number beyond the columns | `: expected a column 7, found columns 0 to 4` |
/// | a line of another length | `, line 3: expected 5 fields, found 4` |
/// | a missing value | `, line 3, column "width": expected a value, found "NA"` |
/// | no number, or one beyond the type's | `, line 3, column "width": expected a number, found "wide"` |
/// | bytes that are no text | `, line 3, column "species": expected text in UTF-8, found "ros\u{fffd}"` |
/// | a class more than the type has, or a name not given | `, line 9, column "species": expected one of "oak", "rose", found "elm"` |
/// | fewer classes | `: expected 3 classes, found "oak", "rose"` |
/// | a mean of no value | `: expected a value in column "width" for its mean, found none` |
#[derive(Debug)]
#[non_exhaustive]
pub enum CsvError {
    /// The file cannot be opened or read.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// [`Columns`](super::Columns) has not as many columns as a sample or a target has numbers.
    Columns {
        /// The file.
        path: PathBuf,
        /// `"feature"` or `"target"`.
        of: &'static str,
        /// The numbers of a sample or of a target; 1 of a class.
        expected: usize,
        /// The columns that were named.
        found: usize,
    },
    /// The table does not have this column.
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        expected: Column,
        /// The names in the header; `None` where there is no header.
        header: Option<Vec<String>>,
        /// The number of columns.
        found: usize,
    },
    /// The header has a name more than once.
    Twice {
        /// The file.
        path: PathBuf,
        /// The column.
        expected: Column,
        /// How often its name stands there.
        found: usize,
    },
    /// A line has not as many fields as the first one.
    Fields {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// The fields of the first line.
        expected: usize,
        /// The fields of this one.
        found: usize,
    },
    /// A field cannot be read as what it is for.
    Field {
        /// The file.
        path: PathBuf,
        /// The line that the field's record begins in.
        line: u64,
        /// The column.
        column: Column,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A class is none of those that there are: of as many that were met before as the type has, or of those that
    /// [`Columns::with_class_names`](super::Columns::with_class_names) gave.
    Class {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// The column.
        column: Column,
        /// The names of the classes.
        expected: Vec<String>,
        /// The name that is there.
        found: String,
    },
    /// There are not as many classes as the type has.
    Classes {
        /// The file.
        path: PathBuf,
        /// The number of classes.
        expected: usize,
        /// The names of those that there are.
        found: Vec<String>,
    },
    /// A column that is to be filled with its mean has no value.
    NoMean {
        /// The file.
        path: PathBuf,
        /// The column.
        column: Column,
    },
}

/// Names in quotes, one behind the other.
struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (index, name) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name:?}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Columns { path, of, expected, found } => {
                let numbers = if *expected == 1 { "number" } else { "numbers" };
                let columns = if *expected == 1 { "column" } else { "columns" };
                let path = path.display();
                write!(
                    f,
                    "{path}: expected {expected} {of} {columns} for {expected} {numbers}, found {found}"
                )
            }
            Self::NoColumn { path, expected, header: Some(names), .. }
                if matches!(expected, Column::Name(_)) =>
            {
                write!(f, "{}: expected a {expected}, found {}", path.display(), Names(names))
            }
            Self::NoColumn { path, expected: expected @ Column::Name(_), .. } => write!(
                f,
                "{}: expected a header with {expected}, found a table without header",
                path.display()
            ),
            Self::NoColumn { path, expected, found: 0, .. } => {
                write!(f, "{}: expected a {expected}, found none", path.display())
            }
            Self::NoColumn { path, expected, found, .. } => {
                write!(f, "{}: expected a {expected}, found columns 0 to {}", path.display(), found - 1)
            }
            Self::Twice { path, expected, found } => {
                write!(f, "{}: expected one {expected}, found {found} of that name", path.display())
            }
            Self::Fields { path, line, expected, found } => {
                write!(f, "{}, line {line}: expected {expected} fields, found {found}", path.display())
            }
            Self::Field { path, line, column, expected, found } => {
                write!(f, "{}, line {line}, {column}: expected {expected}, found {found:?}", path.display())
            }
            Self::Class { path, line, column, expected, found } => {
                let (path, names) = (path.display(), Names(expected));
                write!(f, "{path}, line {line}, {column}: expected one of {names}, found {found:?}")
            }
            Self::Classes { path, expected, found } => {
                write!(f, "{}: expected {expected} classes, found {}", path.display(), Names(found))
            }
            Self::NoMean { path, column } => {
                write!(f, "{}: expected a value in {column} for its mean, found none", path.display())
            }
        }
    }
}

impl core::error::Error for CsvError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
