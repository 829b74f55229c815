//! [`Table`]: a file that is read line by line, and a [`Field`] of it.

use alloc::string::String;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::str::from_utf8;
use std::fs::File;
use std::io::{self, Chain, Read};
use std::path::Path;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, Terminator};

use super::{Column, Columns, CsvError};
use crate::element::Element;

/// A table that is being read: no more of it is in memory than a line.
pub(super) struct Table<'a> {
    path: &'a Path,
    reader: Reader<Chain<File, &'static [u8]>>,
    header: Option<Vec<String>>,
    /// The line that is read.
    record: ByteRecord,
    /// Which line of the file it begins in.
    line: u64,
    /// Whether the first line has been read already, to count its fields.
    is_ahead: bool,
    /// The fields of the first line.
    width: usize,
}

/// A column, and where it is.
pub(super) struct Position {
    column: Column,
    index: usize,
}

impl<'a> Table<'a> {
    pub(super) fn open(path: &'a Path, columns: &Columns) -> Result<Self, CsvError> {
        let file = File::open(path).map_err(|error| CsvError::Io { path: path.into(), error })?;
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            // The return before a line end is a space at the end of the last field.
            .terminator(Terminator::Any(b'\n'))
            .delimiter(columns.separator)
            // So every line has an end, also the last one.
            .from_reader(file.chain(&b"\n"[..]));
        let record = ByteRecord::new();
        let mut table = Self { path, reader, header: None, record, line: 0, is_ahead: false, width: 0 };
        let is_line = table.read()?;
        table.width = table.record.len();
        if columns.has_header {
            let name = |bytes: &[u8]| String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
            table.header = Some(table.record.iter().map(name).collect());
        } else {
            table.is_ahead = is_line;
        }
        Ok(table)
    }

    /// Goes to the next line; `false` at the end.
    pub(super) fn next(&mut self) -> Result<bool, CsvError> {
        if core::mem::take(&mut self.is_ahead) {
            return Ok(true);
        }
        if !self.read()? {
            return Ok(false);
        }
        let found = self.record.len();
        if found != self.width {
            let path = self.path.into();
            return Err(CsvError::Fields { path, line: self.line, expected: self.width, found });
        }
        Ok(true)
    }

    /// Reads the next line that is not empty.
    fn read(&mut self) -> Result<bool, CsvError> {
        loop {
            let read = self.reader.read_byte_record(&mut self.record);
            if !read.map_err(|error| self.io(error))? {
                return Ok(false);
            }
            if self.record.len() > 1 || self.record.iter().any(|field| !field.trim_ascii().is_empty()) {
                break;
            }
        }
        // What is empty before a line belongs to its record; so it is counted from its end.
        let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let first = self.record.position().map_or(1, csv::Position::line);
        self.line = first.max(self.reader.position().line().saturating_sub(inside + 1));
        Ok(true)
    }

    fn io(&self, error: csv::Error) -> CsvError {
        let text = error.to_string();
        let error = match error.into_kind() {
            ErrorKind::Io(error) => error,
            _ => io::Error::new(io::ErrorKind::InvalidData, text),
        };
        CsvError::Io { path: self.path.into(), error }
    }

    /// Where the columns are.
    pub(super) fn positions(&self, columns: &[Column]) -> Result<Vec<Position>, CsvError> {
        columns.iter().map(|column| self.position(column)).collect()
    }

    fn position(&self, column: &Column) -> Result<Position, CsvError> {
        let (path, expected) = (self.path, column.clone());
        let missing = |expected| {
            let (header, found) = (self.header.clone(), self.width);
            CsvError::NoColumn { path: path.into(), expected, header, found }
        };
        let index = match column {
            Column::Number(number) if *number < self.width => *number,
            Column::Number(_) => return Err(missing(expected)),
            Column::Name(name) => {
                let names = self.header.as_deref().unwrap_or_default();
                let mut found = (0..names.len()).filter(|index| names[*index] == *name);
                let Some(first) = found.next() else { return Err(missing(expected)) };
                match found.count() {
                    0 => first,
                    more => return Err(CsvError::Twice { path: path.into(), expected, found: 1 + more }),
                }
            }
        };
        Ok(Position { column: column.clone(), index })
    }

    /// A field of the line.
    pub(super) fn field<'b>(&'b self, position: &'b Position) -> Field<'b> {
        Field {
            path: self.path,
            line: self.line,
            column: &position.column,
            bytes: self.record.get(position.index).unwrap_or_default().trim_ascii(),
        }
    }

    /// The column has no value that a mean could be taken of.
    pub(super) fn no_mean(&self, position: &Position) -> CsvError {
        CsvError::NoMean { path: self.path.into(), column: position.column.clone() }
    }
}

/// What stands in one line and column.
pub(super) struct Field<'a> {
    path: &'a Path,
    line: u64,
    column: &'a Column,
    bytes: &'a [u8],
}

impl Field<'_> {
    /// Whether it says that there is no value.
    pub(super) fn is_missing(&self) -> bool {
        let marks: [&[u8]; 5] = [b"", b"na", b"nan", b"null", b"?"];
        marks.iter().any(|mark| self.bytes.eq_ignore_ascii_case(mark))
    }

    /// The text, which is not missing.
    pub(super) fn text(&self) -> Result<&str, CsvError> {
        if self.is_missing() {
            return Err(self.wrong("a value"));
        }
        from_utf8(self.bytes).map_err(|_| self.wrong("text in UTF-8"))
    }

    /// The number, which is finite in `T`.
    pub(super) fn number<T: Element>(&self) -> Result<T, CsvError> {
        let number = self.text()?.parse().ok().map(T::from_f64).filter(|number| number.is_finite());
        number.ok_or_else(|| self.wrong("a number"))
    }

    /// It is the name of none of these classes.
    pub(super) fn no_class(&self, expected: Vec<String>) -> CsvError {
        CsvError::Class {
            path: self.path.into(),
            line: self.line,
            column: self.column.clone(),
            expected,
            found: self.found(),
        }
    }

    fn wrong(&self, expected: &'static str) -> CsvError {
        let (path, line, column) = (self.path.into(), self.line, self.column.clone());
        CsvError::Field { path, line, column, expected, found: self.found() }
    }

    fn found(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }
}
