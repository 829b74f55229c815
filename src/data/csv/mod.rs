//! Tables in CSV as data.

mod columns;
mod error;
mod table;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;
use std::path::Path;

pub use columns::{Column, Columns, Fill};
pub use error::CsvError;
use table::{Field, Table};

use super::class_names::sorted_names;
use super::{ClassNames, Dataset};
use crate::element::Element;
use crate::loss::Class;
use crate::plain::zeroed_slice;
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

impl<S: Shape, C: Dim, T: Element> Dataset<S, Class<C>, T> {
    /// Samples and their classes from a table in CSV, and the names of the classes.
    ///
    /// The feature columns are a sample's numbers in row-major order; the target column has the name of its class. The
    /// names are sorted, by their value where all are whole numbers, else as text, unless
    /// [`Columns::with_class_names`] gives them in an order: so two files with the same classes agree.
    ///
    /// Fields may stand in quotes; spaces around them do not count, nor do empty lines. Numbers are written as in
    /// `-1.5e3`, with a point.
    ///
    /// ```
    /// use dimwise::data::Columns;
    /// use dimwise::prelude::*;
    ///
    /// let path = std::env::temp_dir().join("dimwise-doc-plants.csv");
    /// std::fs::write(&path, "length,width,plant\n5.1,3.5,rose\n4.9,3.0,oak\n")?;
    /// let columns = Columns::new(["length", "width"], ["plant"]);
    /// let (data, names) = Dataset::<U2, Class<U2>>::from_csv(&path, &columns)?;
    /// assert_eq!(data.samples()[0], Tensor::from([5.1, 3.5]));
    /// assert_eq!(&names[data.targets()[0]], "rose");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CsvError`], which has a table of all refusals.
    pub fn from_csv(path: impl AsRef<Path>, columns: &Columns) -> Result<(Self, ClassNames<C>), CsvError> {
        let path = path.as_ref();
        let mut classes = Classes::<C>::new(path, columns.class_names.as_deref())?;
        let samples = read(path, columns, 1, |field| classes.add(field))?;
        let names = classes.names()?;
        Ok((Self { samples, targets: classes.indexed(&names) }, names))
    }
}

impl<S: Shape, R: Shape, U: Element, T: Element> Dataset<S, Tensor<R, U>, T> {
    /// Samples and the values of a regression from a table in CSV.
    ///
    /// Feature and target columns are the numbers of a sample and of its target, in row-major order.
    ///
    /// ```
    /// use dimwise::data::Columns;
    /// use dimwise::prelude::*;
    ///
    /// let path = std::env::temp_dir().join("dimwise-doc-houses.csv");
    /// std::fs::write(&path, "120;3;250000\n80;2;180000\n")?;
    /// let columns = Columns::new(0..2, [2]).without_header().separated_by(b';');
    /// let data = Dataset::<U2, Tensor<U1>>::from_csv(&path, &columns)?;
    /// assert_eq!(data.targets()[1][0], 180_000.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CsvError`], which has a table of all refusals.
    pub fn from_csv(path: impl AsRef<Path>, columns: &Columns) -> Result<Self, CsvError> {
        let path = path.as_ref();
        let mut numbers: Vec<U> = Vec::new();
        let samples: Box<[Tensor<S, T>]> = read(path, columns, R::LEN, |field| {
            numbers.push(field.number()?);
            Ok(())
        })?;
        let targets = if R::LEN == 0 { zeroed_slice(samples.len()) } else { batch(numbers) };
        Ok(Self { samples, targets })
    }
}

/// Reads the samples, and hands each field of a target on.
fn read<S: Shape, T: Element>(
    path: &Path,
    columns: &Columns,
    targets: usize,
    mut target: impl FnMut(&Field<'_>) -> Result<(), CsvError>,
) -> Result<Box<[Tensor<S, T>]>, CsvError> {
    let count = |of, expected, found| match expected == found {
        true => Ok(()),
        false => Err(CsvError::Columns { path: path.into(), of, expected, found }),
    };
    count("feature", S::LEN, columns.features.len())?;
    count("target", targets, columns.targets.len())?;
    let mut table = Table::open(path, columns)?;
    let (features, targets) = (table.positions(&columns.features)?, table.positions(&columns.targets)?);
    let (mut numbers, mut missing, mut rows) = (Vec::<T>::new(), Vec::new(), 0);
    while table.next()? {
        for column in &features {
            let field = table.field(column);
            match columns.fill {
                Some(_) if field.is_missing() => {
                    missing.push(numbers.len());
                    numbers.push(T::ZERO);
                }
                _ => numbers.push(field.number()?),
            }
        }
        for column in &targets {
            target(&table.field(column))?;
        }
        rows += 1;
    }
    if let Some(fill) = columns.fill {
        let values = fill.values(&numbers, &missing, S::LEN);
        for position in missing {
            let column = position % S::LEN;
            let Some(value) = values[column] else { return Err(table.no_mean(&features[column])) };
            numbers[position] = T::from_f64(value);
        }
    }
    // The number of samples without elements does not follow from their elements.
    Ok(if S::LEN == 0 { zeroed_slice(rows) } else { batch(numbers) })
}

fn batch<S: Shape, T: Element>(numbers: Vec<T>) -> Box<[Tensor<S, T>]> {
    Tensor::boxed_batch(numbers).expect("each line has a number for each column")
}

/// Classes as they come, by number until all names are known.
struct Classes<'a, C: Dim> {
    path: &'a Path,
    given: Option<&'a [String]>,
    numbers: BTreeMap<String, usize>,
    found: Vec<usize>,
    classes: PhantomData<C>,
}

impl<'a, C: Dim> Classes<'a, C> {
    fn new(path: &'a Path, given: Option<&'a [String]>) -> Result<Self, CsvError> {
        let numbers = given.unwrap_or_default().iter().cloned().zip(0..).collect();
        let classes = Self { path, given, numbers, found: Vec::new(), classes: PhantomData };
        if given.is_some() {
            classes.names()?;
        }
        Ok(classes)
    }

    fn add(&mut self, field: &Field<'_>) -> Result<(), CsvError> {
        let name = field.text()?;
        let next = self.numbers.len();
        let number = match self.numbers.get(name) {
            Some(number) => *number,
            None if self.given.is_none() && next < C::SIZE => {
                self.numbers.insert(name.into(), next);
                next
            }
            None => return Err(field.no_class(self.numbers.keys().cloned().collect())),
        };
        self.found.push(number);
        Ok(())
    }

    /// The names of all classes, which are as many as the type has, each once.
    fn names(&self) -> Result<ClassNames<C>, CsvError> {
        let names: Vec<String> = match self.given {
            Some(names) => names.into(),
            None => sorted_names(self.numbers.keys().cloned().collect()),
        };
        let wrong = |found| CsvError::Classes { path: self.path.into(), expected: C::SIZE, found };
        ClassNames::new(names.iter().cloned()).map_err(|_| wrong(names))
    }

    /// The classes that were found.
    fn indexed(&self, names: &ClassNames<C>) -> Box<[Class<C>]> {
        let mut classes = alloc::vec![None; self.numbers.len()];
        for (name, number) in &self.numbers {
            classes[*number] = names.class(name);
        }
        let class = |number: &usize| classes[*number].expect("each class that was found is named");
        self.found.iter().map(class).collect()
    }
}
