//! [`History`]: a log in memory.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Log, LogError};

/// A log in memory: of each name the steps and its numbers.
///
/// ```
/// use dimwise::log::{History, Log};
///
/// let mut history = History::default();
/// history.record(1, &[("loss", 0.5), ("accuracy", 0.75)])?;
/// history.record(2, &[("loss", 0.25)])?;
/// assert_eq!(history.of("loss"), [(1, 0.5), (2, 0.25)]);
/// assert_eq!(history.series()[1], ("accuracy", &[(1, 0.75)][..]));
/// # Ok::<(), dimwise::log::LogError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    series: Vec<(String, Vec<(usize, f64)>)>,
}

impl History {
    /// The names, in the order in which they came, each with its steps and numbers.
    pub fn series(&self) -> Vec<(&str, &[(usize, f64)])> {
        self.series.iter().map(|(name, points)| (name.as_str(), points.as_slice())).collect()
    }

    /// The steps and numbers of this name; none where there is no such name.
    pub fn of(&self, name: &str) -> &[(usize, f64)] {
        self.series.iter().find(|(other, _)| other == name).map_or(&[], |(_, points)| points)
    }
}

impl Log for History {
    /// # Errors
    ///
    /// None.
    fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError> {
        for (name, value) in values {
            match self.series.iter_mut().find(|(other, _)| other == name) {
                Some((_, points)) => points.push((step, *value)),
                None => self.series.push(((*name).into(), vec![(step, *value)])),
            }
        }
        Ok(())
    }
}
