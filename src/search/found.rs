//! [`Found`]: what came out of a search.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::{self, Debug};

/// What came out of a [`Search`](super::Search): all trials, the best first. It prints as a table.
///
/// Those that went on to a larger budget come before those that did not; of one budget the smaller number, then the
/// smaller number of the trial.
#[derive(Clone, Debug)]
pub struct Found<S> {
    pub(super) trials: Vec<Trial<S>>,
    pub(super) left_out: Option<String>,
}

/// Settings that were tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial<S> {
    /// Which trial of the search it is, from 0 on.
    pub number: usize,
    /// The settings.
    pub settings: S,
    /// The largest budget that it was tried with.
    pub budget: usize,
    /// What came out with this budget; less is better. An error says why nothing did.
    pub outcome: Result<f64, String>,
}

impl<S> Trial<S> {
    /// The better one first; a trial of which nothing came out is worse than any number.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let failed = self.outcome.is_err().cmp(&other.outcome.is_err());
        let value = |trial: &Self| *trial.outcome.as_ref().unwrap_or(&f64::INFINITY);
        let by_value = value(self).total_cmp(&value(other));
        other.budget.cmp(&self.budget).then(failed).then(by_value).then(self.number.cmp(&other.number))
    }
}

impl<S> Found<S> {
    /// All trials, the best first.
    pub fn trials(&self) -> &[Trial<S>] {
        &self.trials
    }

    /// The trials themselves, the best first.
    pub fn into_trials(self) -> Vec<Trial<S>> {
        self.trials
    }

    /// The best trial, if anything came out of one.
    pub fn best(&self) -> Option<&Trial<S>> {
        self.trials.first().filter(|trial| trial.outcome.is_ok())
    }

    /// The damaged last line of the [file](super::Search::with_file), which was left out; its trial was tried again.
    pub fn left_out(&self) -> Option<&str> {
        self.left_out.as_deref()
    }
}

impl<S: Debug> fmt::Display for Found<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = &self.left_out {
            writeln!(f, "left out of the file, whose last line is damaged: {line:?}")?;
        }
        write!(f, "{:>4}  {:>5}  {:>6}  {:>12}  settings", "rank", "trial", "budget", "outcome")?;
        for (rank, Trial { number, settings, budget, outcome }) in self.trials.iter().enumerate() {
            write!(f, "\n{:>4}  {number:>5}  {budget:>6}  ", rank + 1)?;
            match outcome {
                Ok(value) => write!(f, "{value:>12.6}  {settings:?}")?,
                Err(error) => write!(f, "{:>12}  {settings:?}: {error}", "failed")?,
            }
        }
        Ok(())
    }
}
