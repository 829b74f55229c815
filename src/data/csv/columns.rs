//! [`Columns`]: which columns of a table are what.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::element::Element;

/// A column of a table, by its name or by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// The name that the header gives it.
    Name(String),
    /// Its place, from 0 on.
    Number(usize),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "column {name:?}"),
            Self::Number(number) => write!(f, "column {number}"),
        }
    }
}

impl From<&str> for Column {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

impl From<String> for Column {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<usize> for Column {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

/// What stands in the place of a feature that is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// This number.
    Number(f64),
    /// The mean of the column over the lines that have it.
    Mean,
}

impl Fill {
    /// The value for each column of `numbers`, of which those in the places `missing`, in ascending order, do not
    /// count; `None` where there is no mean.
    pub(super) fn values<T: Element>(
        self,
        numbers: &[T],
        missing: &[usize],
        columns: usize,
    ) -> Vec<Option<f64>> {
        let mean = |column: usize| {
            let (mut sum, mut count) = (0.0, 0);
            for position in (column..numbers.len()).step_by(columns) {
                if missing.binary_search(&position).is_err() {
                    sum += numbers[position].to_f64();
                    count += 1;
                }
            }
            (count > 0).then(|| sum / f64::from(count))
        };
        (0..columns)
            .map(|column| match self {
                Self::Number(number) => Some(number),
                Self::Mean => mean(column),
            })
            .collect()
    }
}

/// Which columns of a table in CSV are features and which are targets, and how the table is written.
///
/// ```
/// use dimwise::data::{Columns, Fill};
///
/// let by_name = Columns::new(["length", "width"], ["species"]).filled(Fill::Mean);
/// let by_number = Columns::new(1..785, [0]).without_header().separated_by(b'\t');
/// # let _ = (by_name, by_number);
/// ```
#[derive(Clone, Debug)]
pub struct Columns {
    pub(super) features: Vec<Column>,
    pub(super) targets: Vec<Column>,
    pub(super) has_header: bool,
    pub(super) separator: u8,
    pub(super) fill: Option<Fill>,
    pub(super) class_names: Option<Vec<String>>,
}

impl Columns {
    /// Columns by name or by number (from 0 on), in the order of a sample's numbers and of a target's; the first line
    /// is a header, and commas stand between the fields.
    pub fn new(
        features: impl IntoIterator<Item: Into<Column>>,
        targets: impl IntoIterator<Item: Into<Column>>,
    ) -> Self {
        Self {
            features: features.into_iter().map(Into::into).collect(),
            targets: targets.into_iter().map(Into::into).collect(),
            has_header: true,
            separator: b',',
            fill: None,
            class_names: None,
        }
    }

    /// Of a table without a header: the first line is a sample.
    pub fn without_header(mut self) -> Self {
        self.has_header = false;
        self
    }

    /// Of a table with another byte between the fields: `b';'`, `b'\t'`.
    pub fn separated_by(mut self, separator: u8) -> Self {
        self.separator = separator;
        self
    }

    /// Fills in features that are missing, which are refused otherwise. Targets that are missing are refused in any
    /// case.
    ///
    /// Missing is a field without text, and one with `NA`, `NaN`, `null` or `?`, in small letters or capitals.
    pub fn filled(mut self, fill: Fill) -> Self {
        self.fill = Some(fill);
        self
    }

    /// Names the classes, in the order of their indices: for a file that has not all of them, or another order than
    /// the sorted one. Other names are refused.
    pub fn with_class_names(mut self, names: impl IntoIterator<Item: Into<String>>) -> Self {
        self.class_names = Some(names.into_iter().map(Into::into).collect());
        self
    }
}
