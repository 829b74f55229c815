//! IDX files, the format of MNIST, as data: plain or gzipped.

mod error;
mod file;
mod gzip;

use alloc::boxed::Box;
use alloc::format;
use std::path::{Path, PathBuf};

pub use error::DataError;
use file::{Idx, NumberType};

use super::{Dataset, fits};
use crate::element::Element;
use crate::loss::Class;
use crate::plain::zeroed_slice;
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// Which of a folder's two sets of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`.
    Train,
    /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`.
    Test,
}

impl<S: Shape, C: Dim, T: Element> Dataset<S, Class<C>, T> {
    /// Images and labels from two IDX files, plain or gzipped.
    ///
    /// Images of 28 by 28 pixels can be read as `U784`, as `(U28, U28)` or as `(U1, U28, U28)`. Their
    /// numbers become elements:
    ///
    /// | in the file | element |
    /// |---|---|
    /// | unsigned bytes, which are pixels | from 0 to 1: the number divided by 255 |
    /// | signed bytes, whole numbers of 16 or 32 bits | the number itself |
    /// | `f32`, `f64` | the number itself, or the nearest that `T` has |
    ///
    /// Labels are whole numbers of any of these types, and a label is the index of its class.
    ///
    /// No more is read than the headers say and the types take: counts and sizes are compared before any
    /// number is read.
    ///
    /// # Errors
    ///
    /// [`DataError`] if a file cannot be read, is damaged or of another kind, if the images have another size
    /// than `S`, if a label is not below `C`, or if the counts differ.
    pub fn from_idx(images: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<Self, DataError> {
        Self::from_idx_with_first_label(images, labels, 0)
    }

    /// [`from_idx`](Self::from_idx) of files whose labels do not begin at 0: `first_label` is class 0, the
    /// next one class 1. The letters of EMNIST are labelled from 1 to 26.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let folder = std::env::temp_dir();
    /// let (images, labels) = (folder.join("dimwise-doc-images"), folder.join("dimwise-doc-labels"));
    /// std::fs::write(&images, [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 255, 255, 255])?;
    /// std::fs::write(&labels, [0, 0, 8, 1, 0, 0, 0, 2, 1, 26])?;
    /// let letters = Dataset::<U3, Class<U26>>::from_idx_with_first_label(&images, &labels, 1)?;
    /// assert_eq!(letters.targets()[1].index(), 25);
    ///
    /// let error = Dataset::<U3, Class<U26>>::from_idx(&images, &labels).unwrap_err().to_string();
    /// assert!(error.ends_with("they begin at 1, which `from_idx_with_first_label` takes"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_idx`](Self::from_idx); a label is refused if it is not among the `C` labels from
    /// `first_label` on.
    pub fn from_idx_with_first_label(
        images: impl AsRef<Path>,
        labels: impl AsRef<Path>,
        first_label: i64,
    ) -> Result<Self, DataError> {
        let (images, labels) = (images.as_ref(), labels.as_ref());
        let label_file = open_labels(labels)?;
        let image_file = open_images::<S>(images)?;
        let (image_count, label_count) = (image_file.dims[0], label_file.dims[0]);
        if image_count != label_count {
            let (images, labels) = (images.to_path_buf(), labels.to_path_buf());
            return Err(DataError::Counts { images, image_count, labels, label_count });
        }
        let samples = read_samples(image_file)?;
        let targets = read_classes(label_file, labels, first_label)?;
        Ok(Self { samples, targets })
    }

    /// [`from_idx`](Self::from_idx) with MNIST's own file names, each with or without `.gz`, and with a
    /// dot (`train-images.idx3-ubyte`), as some unpack them, or a dash.
    ///
    /// ```
    /// use dimwise::data::Split;
    /// use dimwise::prelude::*;
    ///
    /// let test = Dataset::<(U1, U28, U28), Class<U10>>::from_idx_folder("examples/data", Split::Test)?;
    /// assert_eq!(test.len(), 2000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_idx`](Self::from_idx), and [`DataError::Missing`].
    pub fn from_idx_folder(folder: impl AsRef<Path>, split: Split) -> Result<Self, DataError> {
        let set = match split {
            Split::Train => "train",
            Split::Test => "t10k",
        };
        let folder = folder.as_ref();
        let images = find(folder, &format!("{set}-images"), "idx3-ubyte")?;
        Self::from_idx(images, find(folder, &format!("{set}-labels"), "idx1-ubyte")?)
    }
}

/// The file of this name, in whatever spelling it is there.
fn find(folder: &Path, name: &str, ending: &str) -> Result<PathBuf, DataError> {
    let names = ["-", "."].map(|dot| ["", ".gz"].map(|packed| format!("{name}{dot}{ending}{packed}")));
    let found = names.iter().flatten().map(|name| folder.join(name)).find(|path| path.exists());
    found.ok_or_else(|| DataError::Missing { folder: folder.into(), names: names.concat() })
}

fn open_labels(path: &Path) -> Result<Idx<'_>, DataError> {
    let taken = |kind: NumberType, rank| kind.is_whole() && rank == 1;
    Idx::open(path, "an IDX file of whole numbers with 1 axis", taken)
}

fn open_images<S: Shape>(path: &Path) -> Result<Idx<'_>, DataError> {
    let taken = |_: NumberType, rank| (2..=4).contains(&rank);
    let file = Idx::open(path, "an IDX file with 2 to 4 axes", taken)?;
    let found = &file.dims[1..];
    if !fits(found, S::DIMS) {
        return Err(DataError::Size { path: path.into(), expected: S::DIMS, found: found.into() });
    }
    Ok(file)
}

fn read_samples<S: Shape, T: Element>(file: Idx<'_>) -> Result<Box<[Tensor<S, T>]>, DataError> {
    let (kind, count) = (file.kind, file.dims[0]);
    let numbers = file.read_numbers(|number| match kind {
        NumberType::U8 => T::from_f64(number / 255.0),
        _ => T::from_f64(number),
    })?;
    // The number of samples without elements does not follow from their elements.
    if S::LEN == 0 {
        return Ok(zeroed_slice(count));
    }
    Ok(Tensor::boxed_batch(numbers).expect("an image of the sample's size has as many numbers"))
}

/// The labels as classes, the first one class 0.
fn read_classes<C: Dim>(file: Idx<'_>, path: &Path, first_label: i64) -> Result<Box<[Class<C>]>, DataError> {
    let labels = file.read_numbers(|number| number as i64)?;
    let class = |(position, found): (usize, &i64)| {
        let index = found.checked_sub(first_label).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| Class::new(index).ok()).ok_or_else(|| DataError::Label {
            path: path.into(),
            classes: C::SIZE,
            first_label,
            found: *found,
            position,
            advice: advice(&labels, C::SIZE, first_label),
        })
    };
    labels.iter().enumerate().map(class).collect()
}

/// Returns the lowest label if the labels span as many values as there are classes, and do not begin where
/// they were said to.
fn advice(labels: &[i64], classes: usize, first_label: i64) -> Option<i64> {
    let (lowest, highest) = (*labels.iter().min()?, *labels.iter().max()?);
    let spanned = usize::try_from(highest.checked_sub(lowest)?).ok()?.checked_add(1)?;
    (spanned == classes && lowest != first_label).then_some(lowest)
}
