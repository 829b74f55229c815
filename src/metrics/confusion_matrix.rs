//! [`ConfusionMatrix`]: which class is taken for which.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::Metric;
use super::class_scores::{self, ClassScores, Counts};
use super::named_classes::fed_with_classes;
use crate::data::ClassNames;
use crate::loss::Class;
use crate::shape::{Dim, Shape};

/// How many samples of each class were taken for each class.
///
/// An answer is the class of the largest output, the first one of equals; the target is a class, or the most probable one
/// of its probabilities. With one logit and its probability there are two classes: 1, yes, is a logit above 0 or a
/// probability above 1/2. Prints as a table, a row for each target, a column for each answer.
///
/// # Panics
///
/// [`update`](super::MetricOf::update) panics if the output that would be the answer is NaN.
///
/// ```
/// use dimwise::data::ClassNames;
/// use dimwise::metrics::{ConfusionMatrix, Metric, MetricOf};
/// use dimwise::prelude::*;
///
/// let mut matrix = ConfusionMatrix::new();
/// let outputs = [[2.0, 1.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 0.0]].map(Tensor::from);
/// matrix.update(&outputs, &[0, 1, 1].map(|class| Class::<U3>::new(class).unwrap()));
/// assert_eq!(matrix.count(Class::new(1)?, Class::new(0)?), 1);
/// assert_eq!(matrix.accuracy(), 2.0 / 3.0);
/// let names = ClassNames::new(["ape", "bee", "cat"])?;
/// let table = "
///      ape  bee  cat
/// ape    1    0    0
/// bee    1    1    0
/// cat    0    0    0
/// ";
/// assert_eq!(format!("\n{}\n", matrix.with_names(&names)), table);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConfusionMatrix<C: Dim> {
    /// Row by row: a row for each target.
    counts: Box<[usize]>,
    classes: PhantomData<C>,
}

impl<C: Dim> ConfusionMatrix<C> {
    /// No sample yet.
    pub fn new() -> Self {
        Self { counts: vec![0; <(C, C) as Shape>::LEN].into(), classes: PhantomData }
    }

    /// Adds a sample of class `actual` that was taken for `predicted`.
    pub fn add_sample(&mut self, actual: Class<C>, predicted: Class<C>) {
        self.add(actual.index(), predicted.index());
    }

    fn add(&mut self, actual: usize, predicted: usize) {
        self.counts[actual * C::SIZE + predicted] += 1;
    }

    /// How many samples of class `actual` were taken for `predicted`.
    pub fn count(&self, actual: Class<C>, predicted: Class<C>) -> usize {
        self.counts[actual.index() * C::SIZE + predicted.index()]
    }

    /// The counts of each target's samples, in the order of the answers.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[usize]> {
        self.counts.chunks(C::SIZE.max(1))
    }

    /// The number of samples.
    pub fn samples(&self) -> usize {
        self.counts.iter().sum()
    }

    /// The share of samples that are right; NaN before the first one.
    pub fn accuracy(&self) -> f64 {
        let right: usize = self.rows().enumerate().map(|(class, row)| row[class]).sum();
        right as f64 / self.samples() as f64
    }

    /// What [`Precision`](super::Precision) would say of the same samples.
    pub fn precision(&self) -> ClassScores<C> {
        self.sums().scores(class_scores::precision)
    }

    /// What [`Recall`](super::Recall) would say of the same samples.
    pub fn recall(&self) -> ClassScores<C> {
        self.sums().scores(class_scores::recall)
    }

    /// What [`F1`](super::F1) would say of the same samples.
    pub fn f1(&self) -> ClassScores<C> {
        self.sums().scores(class_scores::f1)
    }

    fn sums(&self) -> Counts<C> {
        let mut sums = Counts::new();
        for (actual, row) in self.rows().enumerate() {
            row.iter().enumerate().for_each(|(predicted, samples)| sums.add(actual, predicted, *samples));
        }
        sums
    }

    /// The matrix with names in place of numbers, to be printed.
    pub fn with_names<'a>(&'a self, names: &'a ClassNames<C>) -> NamedMatrix<'a, C> {
        NamedMatrix { matrix: self, names }
    }
}

impl<C: Dim> Default for ConfusionMatrix<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Dim> Metric for ConfusionMatrix<C> {
    type Value = Self;

    fn value(&self) -> Self {
        self.clone()
    }

    fn reset(&mut self) {
        self.counts.fill(0);
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit("accuracy", self.accuracy());
    }
}

fed_with_classes!(ConfusionMatrix);

/// A [`ConfusionMatrix`] that prints with the classes' names.
#[derive(Clone, Copy)]
pub struct NamedMatrix<'a, C: Dim> {
    matrix: &'a ConfusionMatrix<C>,
    names: &'a ClassNames<C>,
}

impl<C: Dim> fmt::Display for ConfusionMatrix<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = (0..C::SIZE).map(|class| class.to_string()).collect();
        write_table(f, self, &names)
    }
}

impl<C: Dim> fmt::Display for NamedMatrix<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_table(f, self.matrix, self.names.as_slice())
    }
}

fn write_table<C: Dim>(
    f: &mut fmt::Formatter<'_>,
    matrix: &ConfusionMatrix<C>,
    names: &[String],
) -> fmt::Result {
    let width = |text: &str| text.chars().count();
    let first = names.iter().map(|name| width(name)).max().unwrap_or(0);
    // A column is as wide as its name and its largest number.
    let widths: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(class, name)| {
            let largest = matrix.rows().map(|row| row[class]).max().unwrap_or(0);
            width(name).max(width(&largest.to_string()))
        })
        .collect();
    write!(f, "{:first$}", "")?;
    names.iter().zip(&widths).try_for_each(|(name, width)| write!(f, "  {name:>width$}"))?;
    for (name, row) in names.iter().zip(matrix.rows()) {
        write!(f, "\n{name:first$}")?;
        row.iter().zip(&widths).try_for_each(|(count, width)| write!(f, "  {count:>width$}"))?;
    }
    Ok(())
}

impl<C: Dim> fmt::Debug for ConfusionMatrix<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

impl<C: Dim> fmt::Debug for NamedMatrix<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedMatrix").field("matrix", self.matrix).field("names", self.names).finish()
    }
}
