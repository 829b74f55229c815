//! Data: [`Dataset`], samples with their targets in memory, and [`Source`], samples from anywhere.
//!
//! A trainer gathers batches of typed samples from them, in the order of [`Batches`]. Data know shapes and targets;
//! they know no layers.
//!
//! | data | are read by |
//! |---|---|
//! | slices and vectors | [`Dataset::new`] |
//! | MNIST's files | [`Dataset::from_idx_folder`] |
//! | tables in CSV (feature `csv`) | `Dataset::from_csv`, with `Columns` |
//! | pictures in a folder a class (feature `images`) | `Dataset::from_image_folder`, or `ImageFolder`, which holds none in memory |
//! | numpy's archives (feature `npy`) | `Dataset::from_npz` |
//! | anything else | a [`Source`] of your own: two functions |
//!
//! What was read is taken apart and put together by [`split`](Dataset::split), [`folds`](Dataset::folds),
//! [`shuffled`](Dataset::shuffled), [`select`](Dataset::select), [`concat`](Dataset::concat) and
//! [`map`](Dataset::map); in training, [`Source::augmented`] changes samples at random, [`Source::mixup`] mixes them, and `Source::read_ahead` reads
//! on a thread of its own.
//!
//! # Refusals
//!
//! Every reader says which file it refuses, where, what it expected and what it found:
//! [`DataError`] of IDX files, `CsvError` of tables, `ImageError` of pictures,
//! `storage::npy::NpyError` of numpy's files, each with a table of its messages.

mod arrange;
mod augmented;
mod batches;
mod class_names;
#[cfg(feature = "csv")]
mod csv;
mod dataset;
mod fingerprint;
#[cfg(feature = "std")]
mod idx;
#[cfg(feature = "images")]
mod images;
mod mixup;
#[cfg(feature = "std")]
mod read_ahead;
mod source;

pub use augmented::Augmented;
pub use batches::Batches;
pub use class_names::{ClassNames, NamesError};
#[cfg(feature = "csv")]
pub use csv::{Column, Columns, CsvError, Fill};
pub use dataset::{CountError, Dataset};
pub(crate) use fingerprint::Fingerprint;
#[cfg(feature = "std")]
pub use idx::{DataError, Split};
#[cfg(feature = "images")]
pub use images::{Channels, ImageError, ImageFolder};
pub use mixup::Mixup;
#[cfg(feature = "std")]
pub use read_ahead::ReadAhead;
pub use source::{NextBatch, Part, Source, SourceError};

#[cfg(feature = "std")]
use alloc::vec::Vec;

/// Whether arrays of these sizes can be read as samples of shape `expected`: the same sizes but for
/// axes of one, or a vector of as many elements.
#[cfg(feature = "std")]
pub(crate) fn fits(found: &[usize], expected: &[usize]) -> bool {
    let wide = |sizes: &[usize]| sizes.iter().copied().filter(|size| *size != 1).collect::<Vec<_>>();
    let elements = found.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
    wide(found) == wide(expected) || (expected.len() == 1 && elements == Some(expected[0]))
}
