//! Where the numbers of a training go, step by step: [`Log`].
//!
//! Beside the trainer: a log knows names and numbers, and not where they come from. It writes at once what it is given, so
//! a program that is killed loses nothing. [`Fit::logged`](crate::fit::Fit::logged) gives it each epoch's; in memory they
//! are a [`History`](crate::fit::History).
//!
//! | log | feature | is |
//! |---|---|---|
//! | `CsvLog` | `csv` | a table in CSV: a row for each step, a column for each name |
//! | `TensorBoard` | `tensorboard` | a file of events that TensorBoard shows as curves |
//! | `(A, B)` | | both |
//! | `()` | | none |

#[cfg(feature = "csv")]
mod csv;
mod error;
#[cfg(feature = "tensorboard")]
mod tensorboard;

#[cfg(feature = "csv")]
pub use csv::CsvLog;
pub use error::LogError;
#[cfg(feature = "tensorboard")]
pub use tensorboard::TensorBoard;

/// Takes numbers by their names, step by step.
///
/// One of your own:
///
/// ```
/// use dimwise::log::{Log, LogError};
///
/// /// Prints.
/// struct Terminal;
///
/// impl Log for Terminal {
///     fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError> {
///         println!("{step}: {values:?}");
///         Ok(())
///     }
/// }
///
/// let mut logs = (Terminal, ());
/// logs.record(1, &[("loss", 0.5), ("accuracy", 0.75)])?;
/// # Ok::<(), LogError>(())
/// ```
pub trait Log {
    /// Records the numbers of a step, or of an epoch: its number rises from call to call.
    ///
    /// # Errors
    ///
    /// [`LogError`] where they cannot be written, with the file's path.
    fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError>;
}

impl Log for () {
    fn record(&mut self, _: usize, _: &[(&str, f64)]) -> Result<(), LogError> {
        Ok(())
    }
}

impl<A: Log, B: Log> Log for (A, B) {
    fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError> {
        self.0.record(step, values)?;
        self.1.record(step, values)
    }
}
