//! [`History`]: the numbers of each epoch, as a table.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

#[cfg(feature = "checkpoint")]
use crate::optimizer::Entry;
use crate::trainer::Epoch;

/// The numbers of each epoch: a row an epoch, a column a quantity.
///
/// The columns are `epoch`, `steps`, `loss`, `penalty` and `accuracy` of what was trained on; with validation data
/// `validation loss`, `validation accuracy` and each metric as `validation` and its name. A column without any number, such as the accuracy of a
/// regression, is not shown. It knows no times: so two runs of one seed are equal, to the bit.
///
/// ```
/// use dimwise::fit::Fit;
/// use dimwise::prelude::*;
///
/// # let (x, y) = ([[0.0]; 4].map(Tensor::<U1>::from), [[1.0]; 4].map(Tensor::<U1>::from));
/// # let data = Dataset::new(x, y)?;
/// let sgd = Sgd { learning_rate: 0.25 };
/// let mut trainer = Trainer::<Affine<U1, U1>, _, _, U4>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
/// let history = trainer.fit(&data, Fit::epochs(2))?;
/// assert_eq!(history.column("loss"), [1.0, 0.25]);
/// assert_eq!(history.to_csv(), "epoch,steps,loss\n1,1,1\n2,1,0.25\n");
/// assert_eq!(history.to_string(), "epoch  steps    loss\n    1      1  1.0000\n    2      1  0.2500\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct History {
    columns: Vec<String>,
    /// Row after row; NaN where there is no number.
    values: Vec<f64>,
    pub(super) end: End,
}

/// Why a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// All epochs that were asked for have been.
    Complete,
    /// A callback said after an epoch that it is enough.
    Stopped,
    /// A callback said after a step that it must end now: the epoch is not complete.
    Interrupted,
}

/// The numbers of one epoch: a row of a [`History`].
#[derive(Clone, Copy)]
pub struct Record<'a> {
    columns: &'a [String],
    values: &'a [f64],
}

/// The columns that there always are.
const OF_TRAINING: [&str; 5] = ["epoch", "steps", "loss", "penalty", "accuracy"];

/// Those that are whole numbers.
const COUNTS: [&str; 2] = ["epoch", "steps"];

impl History {
    pub(super) fn new(of_validation: Vec<String>) -> Self {
        let columns = OF_TRAINING.map(String::from).into_iter().chain(of_validation).collect();
        Self { columns, values: Vec::new(), end: End::Complete }
    }

    /// Adds an epoch, with what was measured after it.
    pub(super) fn push(&mut self, epoch: &Epoch, measured: Vec<f64>) -> Record<'_> {
        let Epoch { number, steps, loss, penalty, accuracy, .. } = *epoch;
        let start = self.values.len();
        // No penalty is no number, as no accuracy is none.
        let penalty = if penalty == 0.0 { f64::NAN } else { penalty };
        self.values.extend([number as f64, steps as f64, loss, penalty, accuracy.unwrap_or(f64::NAN)]);
        self.values.extend(measured);
        Record { columns: &self.columns, values: &self.values[start..] }
    }

    /// How many epochs there are.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len()
    }

    /// Whether there is no epoch.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Why training ended.
    pub fn end(&self) -> End {
        self.end
    }

    /// The names of the columns that have a number.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.shown().map(|column| self.columns[column].as_str())
    }

    fn shown(&self) -> impl Iterator<Item = usize> + '_ {
        let has_number = |column: &usize| self.records().any(|record| !record.values[*column].is_nan());
        (0..self.columns.len()).filter(has_number)
    }

    /// A column from the first epoch to the last, NaN where an epoch has no such number; empty where there is no such
    /// column.
    pub fn column(&self, name: &str) -> Vec<f64> {
        let column = self.columns.iter().position(|column| column == name);
        column.map_or(Vec::new(), |column| self.records().map(|record| record.values[column]).collect())
    }

    /// The epochs, from the first to the last.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let rows = self.values.chunks(self.columns.len());
        rows.map(|values| Record { columns: &self.columns, values })
    }

    /// The numbers of each column but the counts by their epochs, for a figure: with names that tell a log which belong
    /// together, `loss/train` and `loss/validation`.
    pub fn series(&self) -> Vec<(String, Vec<(usize, f64)>)> {
        let names = self.columns().filter(|name| !COUNTS.contains(name));
        let points =
            |name| self.column("epoch").into_iter().map(|epoch| epoch as usize).zip(self.column(name));
        names.map(|name| (with_group(name), points(name).collect())).collect()
    }

    /// A number of the last epoch.
    pub fn last(&self, name: &str) -> Option<f64> {
        self.records().last()?.get(name)
    }

    /// The table as CSV: a line of names, then a line an epoch. Each number is written so that it is read as the same
    /// one.
    pub fn to_csv(&self) -> String {
        let shown: Vec<_> = self.shown().collect();
        let mut text = joined(shown.iter().map(|column| quoted(&self.columns[*column])));
        for record in self.records() {
            text += &joined(shown.iter().map(|column| in_full(record.values[*column])));
        }
        text
    }

    /// Visits all that a resumed run goes on with. Of another number of columns there is nothing to go on with; their
    /// names are in the entry's.
    #[cfg(feature = "checkpoint")]
    pub(crate) fn visit_state<T>(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, T>)) {
        let name = format!("history of {}", self.columns.join(", "));
        visit(&name, Entry::List(&mut self.values));
        self.values.truncate(self.len() * self.columns.len());
    }
}

impl<'a> Record<'a> {
    /// One of its numbers, by the name of its column; `None` where there is none.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.iter().find_map(|(column, value)| (column == name).then_some(value))
    }

    /// Its numbers for a log, without the counts.
    #[cfg(feature = "std")]
    pub(super) fn to_log(self) -> Vec<(String, f64)> {
        let numbers = self.iter().filter(|(name, _)| !COUNTS.contains(name));
        numbers.map(|(name, value)| (with_group(name), value)).collect()
    }

    /// Whether there is a column of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column == name)
    }

    /// Its numbers with the names of their columns.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, f64)> + use<'a> {
        let all = self.columns.iter().map(String::as_str).zip(self.values.iter().copied());
        all.filter(|(_, value)| !value.is_nan())
    }
}

/// The name of a column for a log: what is measured, a slash, and on which data.
pub(super) fn with_group(name: &str) -> String {
    match name.strip_prefix("validation ") {
        Some(name) => format!("{name}/validation"),
        None => format!("{name}/train"),
    }
}

/// In one line: `epoch 3  loss 0.1235`.
impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.iter().enumerate() {
            let between = if at == 0 { "" } else { "  " };
            write!(f, "{between}{name} {}", short(name, value))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The table, with four digits after the point.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<_> = self.shown().collect();
        let cells = |record: Record<'_>| {
            shown.iter().map(|at| short(&record.columns[*at], record.values[*at])).collect()
        };
        let rows: Vec<Vec<_>> = self.records().map(cells).collect();
        let widths: Vec<_> = (shown.iter().enumerate())
            .map(|(at, column)| {
                rows.iter().map(|row| row[at].len()).chain([self.columns[*column].len()]).max().unwrap_or(0)
            })
            .collect();
        let head = shown.iter().map(|column| &self.columns[*column]).cloned().collect();
        for row in core::iter::once(&head).chain(&rows) {
            for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let between = if at == 0 { "" } else { "  " };
                write!(f, "{between}{cell:>width$}")?;
            }
            f.write_char('\n')?;
        }
        Ok(())
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.records()).finish()
    }
}

/// To the bit, so that no number is unequal to itself. How it ended is no part of it.
impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        let bits = |history: &Self| history.values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        self.columns == other.columns && bits(self) == bits(other)
    }
}

/// A count as it is, another number with four digits after the point, or with an exponent where these would say nothing.
fn short(name: &str, value: f64) -> String {
    match value {
        _ if value.is_nan() => String::new(),
        _ if COUNTS.contains(&name) => format!("{value}"),
        _ if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) => format!("{value:.3e}"),
        _ => format!("{value:.4}"),
    }
}

fn in_full(value: f64) -> String {
    if value.is_nan() { String::new() } else { format!("{value}") }
}

/// A name for CSV (RFC 4180).
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.into()
    }
}

fn joined(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.collect();
    cells.join(",") + "\n"
}

/// A map from the name of each column to its numbers.
#[cfg(feature = "serde")]
impl serde_core::Serialize for History {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde_core::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(self.shown().count()))?;
        for column in self.shown() {
            let numbers = self.records().map(|record| record.values[column]);
            let numbers: Vec<_> = numbers.map(|value| (!value.is_nan()).then_some(value)).collect();
            map.serialize_entry(&self.columns[column], &numbers)?;
        }
        map.end()
    }
}
