//! Data sets from archives: samples under one name, targets under another.

use alloc::boxed::Box;
use core::cmp::Ordering;
use std::path::Path;

use super::{NpyError, Npz};
use crate::data::{self, Dataset};
use crate::element::Element;
use crate::loss::{Class, Target};
use crate::plain::flat_mut;
use crate::shape::{Dim, Shape};
use crate::sizes::U1;
use crate::tensor::Tensor;

impl<S: Shape, C: Dim, T: Element> Dataset<S, Class<C>, T> {
    /// Samples and classes from two arrays of an archive that numpy wrote, as Keras keeps its data sets: `mnist.npz`,
    /// for example.
    ///
    /// Each number of a sample is multiplied by `scale`: pixels of bytes become numbers from 0 to 1 by `1.0 / 255.0`;
    /// what is to stay as it is has the scale 1. The arrays can be of any type of number. Images of 28 by 28 pixels can
    /// be read as `U784`, as `(U28, U28)` or as `(U1, U28, U28)`. A target is the index of its class.
    ///
    /// ```no_run
    /// use dimwise::prelude::*;
    ///
    /// type Digits = Dataset<U784, Class<U10>>;
    /// let train = Digits::from_npz("mnist.npz", "x_train", "y_train", 1.0 / 255.0)?;
    /// let test = Digits::from_npz("mnist.npz", "x_test", "y_test", 1.0 / 255.0)?;
    /// # Ok::<(), dimwise::storage::npy::NpyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NpyError`], which has a table of all refusals.
    pub fn from_npz(
        path: impl AsRef<Path>,
        samples: &str,
        targets: &str,
        scale: f64,
    ) -> Result<Self, NpyError> {
        let mut archive = Npz::open(path)?;
        archive.check_counts(samples, targets)?;
        let classes = archive.read_fitting::<U1, f64>(targets)?;
        let class = |(position, label): (usize, &Tensor<U1, f64>)| {
            let found = label[0];
            let index = found as usize;
            // Of whole numbers alone the cast is exact.
            let is_index = (index as f64).partial_cmp(&found).is_some_and(Ordering::is_eq);
            let class = Class::new(index).ok().filter(|_| is_index);
            class.ok_or_else(|| NpyError::Label {
                path: archive.path_of(targets),
                classes: C::SIZE,
                position,
                found,
            })
        };
        let classes = classes.iter().enumerate().map(class).collect::<Result<Box<[_]>, _>>()?;
        Ok(dataset(scaled(&mut archive, samples, scale)?, classes))
    }
}

impl<S: Shape, R: Shape, U: Element, T: Element> Dataset<S, Tensor<R, U>, T> {
    /// Samples and the values of a regression from two arrays of an archive that numpy wrote; each number of a sample
    /// is multiplied by `scale`, those of targets are as they are.
    ///
    /// ```
    /// use dimwise::prelude::*;
    /// use dimwise::storage::npy::{NpyError, NpzWriter};
    ///
    /// let path = std::env::temp_dir().join("dimwise-doc-regression.npz");
    /// let mut archive = NpzWriter::create(&path)?;
    /// archive.add_batch("x", &[Tensor::<U2>::from([1.0, 2.0]), Tensor::from([3.0, 4.0])])?;
    /// archive.add_batch("y", &[Tensor::<U1>::from([5.0]), Tensor::from([6.0])])?;
    /// archive.finish()?;
    ///
    /// let data = Dataset::<U2, Tensor<U1>>::from_npz(&path, "x", "y", 0.5)?;
    /// assert_eq!(data.samples()[1], Tensor::from([1.5, 2.0]));
    /// assert_eq!(data.targets()[1], Tensor::from([6.0]));
    /// # Ok::<(), NpyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NpyError`], which has a table of all refusals.
    pub fn from_npz(
        path: impl AsRef<Path>,
        samples: &str,
        targets: &str,
        scale: f64,
    ) -> Result<Self, NpyError> {
        let mut archive = Npz::open(path)?;
        archive.check_counts(samples, targets)?;
        let values = archive.read_fitting(targets)?;
        Ok(dataset(scaled(&mut archive, samples, scale)?, values))
    }
}

fn scaled<S: Shape, T: Element>(
    archive: &mut Npz,
    name: &str,
    scale: f64,
) -> Result<Box<[Tensor<S, T>]>, NpyError> {
    let mut samples: Box<[Tensor<S, T>]> = archive.read_fitting(name)?;
    for number in flat_mut(&mut samples) {
        *number = T::from_f64(number.to_f64() * scale);
    }
    Ok(samples)
}

fn dataset<S: Shape, G: Target, T: Element>(
    samples: Box<[Tensor<S, T>]>,
    targets: Box<[G]>,
) -> Dataset<S, G, T> {
    Dataset::new(samples, targets).expect("the counts of both arrays were compared")
}

/// Whether an array is a batch of samples of these sizes, but for axes of one.
pub(super) fn is_batch(found: &[usize], expected: &[usize]) -> bool {
    found.split_first().is_some_and(|(_, sizes)| data::fits(sizes, expected))
}
