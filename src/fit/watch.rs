//! [`Watch`]: the number by which it is judged whether training gets better.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::callback::CallbackError;
use super::history::Record;

/// The number of an epoch by which it is judged: unless told, the loss on validation data, and where there are none
/// that on what is trained on.
///
/// ```
/// use dimwise::fit::Watch;
/// use dimwise::prelude::*;
///
/// # let network = Affine::<U1, U1>::zeroed();
/// let stopping = EarlyStopping::new(&*network, 3).watching(Watch::highest("validation accuracy"));
/// # let _ = stopping;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// The column; `None` as above.
    column: Option<String>,
    highest: bool,
}

impl Watch {
    /// The lower this column of the [`History`](super::History), the better.
    pub fn lowest(column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), highest: false }
    }

    /// The higher this column, the better.
    pub fn highest(column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), highest: true }
    }

    /// The number of an epoch, with the sign for which lower is better; NaN, which is never better, where that epoch
    /// has none.
    ///
    /// # Errors
    ///
    /// Where there is no such column.
    pub fn of(&self, record: &Record<'_>) -> Result<f64, CallbackError> {
        let value = match &self.column {
            // A validation loss that is not a number is no reason to look at another one.
            None if record.has("validation loss") => record.get("validation loss"),
            None => record.get("loss"),
            Some(column) if record.has(column) => record.get(column),
            Some(column) => {
                let columns: Vec<_> = record.iter().map(|(column, _)| format!("`{column}`")).collect();
                let columns = columns.join(", ");
                return Err(format!("there is no `{column}` to be watched; there are {columns}").into());
            }
        };
        let value = value.unwrap_or(f64::NAN);
        Ok(if self.highest { -value } else { value })
    }
}
