//! The files of numpy: a tensor as `.npy`, named tensors as `.npz`.
//!
//! What `np.save` and `np.savez` wrote is read, and `np.load` reads what is written here. The shape is
//! the tensor's type, so a file of another shape is refused. Numbers of every type are converted. Arrays in
//! Fortran's order and of big-endian numbers are read too; complex numbers and structured types are not.
//!
//! | in the file | element |
//! |---|---|
//! | `u1` to `u8`, `i1` to `i8`: whole numbers of 8 to 64 bits | the number itself, or the nearest that `T` has |
//! | `f2`, `f4`, `f8` | likewise |
//! | `b1` | 0 or 1 |
//!
//! Our own reading, not a library's: those that we looked at either allocate as much as a file promises
//! or multiply its sizes until they overflow, and bring twenty packages to read one line of text.

mod dataset;
mod header;
mod npz;
mod number;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use header::NpyHeader;
pub use npz::{Npz, NpzWriter};

use super::numbers::write_numbers;
use super::replacement::Replacement;
use crate::element::Element;
use crate::plain::{flat, zeroed_slice};
use crate::shape::{self, Shape};
use crate::tensor::{Placed, Tensor};

/// Why a file of numpy could not be read or written. The path of a tensor in an archive is the
/// archive's with the tensor's name behind it.
///
/// | refused | message, behind the path |
/// |---|---|
/// | a file that cannot be read or written, damaged compression | what the system or the decompressor says |
/// | no `.npy` file | `: expected an .npy file of version 1, 2 or 3, found the first bytes [80, 75, …]` |
/// | a header that is damaged, or too long | `: expected a header with 'descr', 'fortran_order' and 'shape', found …` |
/// | no archive, two tensors of one name, entries that overlap | `: expected entries of different names, found two named "x.npy"` |
/// | a file that is cut off or goes on | `: expected 24 bytes of numbers as its header says, found 20` |
/// | another shape | `: expected an array of shape [2, 3], found [3, 2]` |
/// | no batch | `: expected a batch of arrays of shape [3], found [2, 4]` |
/// | complex numbers, text, structures | `: expected whole numbers, floating-point numbers or truth values, found '<c8'` |
/// | a name that is not there | `: expected a tensor named "x", found ["y"]` |
/// | more or fewer targets than samples | `: expected as many as there are samples in mnist.npz/x, 60000, found 10000` |
/// | a label that is no class | `: expected labels below 10, found 10 at position 7` |
#[derive(Debug)]
#[non_exhaustive]
pub enum NpyError {
    /// The file cannot be read or written, or its compression is damaged.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system or the decompressor says.
        error: io::Error,
    },
    /// The bytes are not those of such a file.
    Format {
        /// The file.
        path: PathBuf,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// The file ends too early, or goes on after its end.
    Length {
        /// The file.
        path: PathBuf,
        /// The bytes of the numbers that its header promises.
        expected: u64,
        /// The bytes that it has, counted no further than one past the end.
        found: u64,
    },
    /// The array has another shape than the tensor.
    Shape {
        /// The file.
        path: PathBuf,
        /// The sizes of the tensor.
        expected: &'static [usize],
        /// The sizes of the array.
        found: Vec<usize>,
    },
    /// The array is no batch of tensors of this shape along its first axis.
    Batch {
        /// The file.
        path: PathBuf,
        /// The sizes of each tensor.
        expected: &'static [usize],
        /// The sizes of the array.
        found: Vec<usize>,
    },
    /// The array has no numbers, or complex ones.
    Type {
        /// The file.
        path: PathBuf,
        /// The array's type, as numpy writes it.
        found: String,
    },
    /// There are not as many targets as samples.
    Counts {
        /// The array of the samples.
        samples: PathBuf,
        /// How many there are.
        expected: usize,
        /// The array of the targets.
        targets: PathBuf,
        /// How many there are.
        found: usize,
    },
    /// A label is no class.
    Label {
        /// The array.
        path: PathBuf,
        /// The number of classes.
        classes: usize,
        /// Which label it is, from 0 on.
        position: usize,
        /// The label.
        found: f64,
    },
    /// The archive has no tensor of this name.
    Missing {
        /// The archive.
        path: PathBuf,
        /// The name that was asked for.
        tensor: String,
        /// The names that it has.
        found: Vec<String>,
    },
}

impl fmt::Display for NpyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Format { path, expected, found } => {
                write!(f, "{}: expected {expected}, found {found}", path.display())
            }
            Self::Length { path, expected, found } => {
                let (path, more) = (path.display(), if found > expected { " or more" } else { "" });
                write!(
                    f,
                    "{path}: expected {expected} bytes of numbers as its header says, found {found}{more}"
                )
            }
            Self::Shape { path, expected, found } => {
                write!(f, "{}: expected an array of shape {expected:?}, found {found:?}", path.display())
            }
            Self::Batch { path, expected, found } => {
                write!(
                    f,
                    "{}: expected a batch of arrays of shape {expected:?}, found {found:?}",
                    path.display()
                )
            }
            Self::Type { path, found } => write!(
                f,
                "{}: expected whole numbers, floating-point numbers or truth values, found {found}",
                path.display()
            ),
            Self::Counts { samples, expected, targets, found } => {
                let (samples, targets) = (samples.display(), targets.display());
                write!(
                    f,
                    "{targets}: expected as many as there are samples in {samples}, {expected}, found {found}"
                )
            }
            Self::Label { path, classes, position, found } => {
                let path = path.display();
                write!(f, "{path}: expected labels below {classes}, found {found} at position {position}")
            }
            Self::Missing { path, tensor, found } => {
                write!(f, "{}: expected a tensor named {tensor:?}, found {found:?}", path.display())
            }
        }
    }
}

impl core::error::Error for NpyError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Reads a tensor that numpy saved, `np.save(path, array)`: by value, or in a `Box`, where it was never on the stack.
///
/// # Errors
///
/// [`NpyError`] if the file cannot be read, is damaged, or holds an array of another shape.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::npy;
///
/// let path = std::env::temp_dir().join("dimwise-doc.npy");
/// let tensor = Tensor::<(U2, U3)>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// npy::write(&tensor, &path)?;
/// let small: Tensor<(U2, U3)> = npy::read(&path)?;
/// let large: Box<Tensor<(U2, U3)>> = npy::read(&path)?;
/// assert_eq!((small, &*large), (tensor.clone(), &tensor));
///
/// let error = npy::read::<Tensor<(U3, U2)>>(&path).unwrap_err().to_string();
/// assert!(error.ends_with("dimwise-doc.npy: expected an array of shape [3, 2], found [2, 3]"));
/// # Ok::<(), npy::NpyError>(())
/// ```
pub fn read<P: Placed>(path: impl AsRef<Path>) -> Result<P, NpyError> {
    let path = path.as_ref();
    read_tensor(open(path)?, None, path)
}

/// Reads an array as a batch of tensors along its first axis: of an array of shape `[1000, 28, 28]`
/// a thousand tensors of shape `(U28, U28)`.
///
/// # Errors
///
/// Those of [`read`].
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::npy;
///
/// let path = std::env::temp_dir().join("dimwise-doc-batch.npy");
/// npy::write(&Tensor::<(U2, U3)>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), &path)?;
/// let samples = npy::read_batch::<U3, f32>(&path)?;
/// assert_eq!(samples[1], Tensor::from([4.0, 5.0, 6.0]));
/// # Ok::<(), npy::NpyError>(())
/// ```
pub fn read_batch<S: Shape, T: Element>(path: impl AsRef<Path>) -> Result<Box<[Tensor<S, T>]>, NpyError> {
    let path = path.as_ref();
    read_tensors(open(path)?, None, path, is_exact_batch)
}

/// Writes a tensor so that `np.load(path)` reads it. An old file stays until the new one is complete, and for
/// good if that fails; its permissions are kept. If the path is a symbolic link, the file that it points to is
/// replaced.
///
/// # Errors
///
/// [`NpyError::Io`] if the file cannot be written.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::npy;
///
/// let path = std::env::temp_dir().join("dimwise-doc-write.npy");
/// npy::write(&Tensor::<U3>::from([1.0, 2.0, 3.0]), &path)?;
/// assert_eq!(npy::read::<Tensor<U3>>(&path)?[1], 2.0);
/// # Ok::<(), npy::NpyError>(())
/// ```
pub fn write<S: Shape, T: Element>(tensor: &Tensor<S, T>, path: impl AsRef<Path>) -> Result<(), NpyError> {
    replace(path.as_ref(), core::slice::from_ref(tensor), S::DIMS)
}

/// Writes a batch as one array, the samples along its first axis.
///
/// # Errors
///
/// Those of [`write()`].
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::npy;
///
/// let path = std::env::temp_dir().join("dimwise-doc-write-batch.npy");
/// npy::write_batch(&[Tensor::<U2>::from([1.0, 2.0]), Tensor::from([3.0, 4.0])], &path)?;
/// assert_eq!(npy::read::<Tensor<(U2, U2)>>(&path)?[[1, 0]], 3.0);
/// # Ok::<(), npy::NpyError>(())
/// ```
pub fn write_batch<S: Shape, T: Element>(
    tensors: &[Tensor<S, T>],
    path: impl AsRef<Path>,
) -> Result<(), NpyError> {
    replace(path.as_ref(), tensors, &batch_dims::<S>(tensors.len()))
}

fn open(path: &Path) -> Result<impl Read, NpyError> {
    let file = File::open(path).map_err(|error| NpyError::Io { path: path.into(), error })?;
    Ok(BufReader::new(file))
}

fn replace<S: Shape, T: Element>(
    path: &Path,
    tensors: &[Tensor<S, T>],
    dims: &[usize],
) -> Result<(), NpyError> {
    let replace = || {
        let mut file = Replacement::create(path)?;
        file.write_all(&header::to_bytes::<T>(dims))?;
        write_numbers(&mut file, flat(tensors))?;
        file.commit()
    };
    replace().map_err(|error| NpyError::Io { path: path.into(), error })
}

fn batch_dims<S: Shape>(count: usize) -> Vec<usize> {
    core::iter::once(count).chain(S::DIMS.iter().copied()).collect()
}

fn read_tensor<P: Placed>(mut file: impl Read, size: Option<u64>, path: &Path) -> Result<P, NpyError> {
    let header = NpyHeader::read(&mut file, path)?;
    let expected = P::Shape::DIMS;
    if header.shape != expected {
        return Err(NpyError::Shape { path: path.into(), expected, found: header.shape });
    }
    check_size(size, &header, path)?;
    // As many as the type says, which can be trusted.
    let numbers = Vec::with_capacity(P::Shape::LEN);
    let numbers = read_numbers(file, path, &header, numbers)?;
    let tensor = numbers.try_into().expect("an array of the tensor's shape has as many numbers");
    Ok(P::from_box(tensor))
}

/// Whether an array is a batch of tensors of these sizes.
fn is_exact_batch(found: &[usize], expected: &[usize]) -> bool {
    found.get(1..) == Some(expected)
}

fn read_tensors<S: Shape, T: Element>(
    mut file: impl Read,
    size: Option<u64>,
    path: &Path,
    is_batch: impl Fn(&[usize], &[usize]) -> bool,
) -> Result<Box<[Tensor<S, T>]>, NpyError> {
    let header = NpyHeader::read(&mut file, path)?;
    if !is_batch(&header.shape, S::DIMS) {
        return Err(NpyError::Batch { path: path.into(), expected: S::DIMS, found: header.shape });
    }
    check_size(size, &header, path)?;
    let numbers = read_numbers(file, path, &header, Vec::new())?;
    // The number of tensors without elements does not follow from their elements.
    if S::LEN == 0 {
        return Ok(zeroed_slice(header.shape[0]));
    }
    Ok(Tensor::boxed_batch(numbers).expect("an array of such tensors has a multiple of their numbers"))
}

/// Compares the size that an archive states for a file with what the file's header says, before the
/// numbers are read.
fn check_size(size: Option<u64>, header: &NpyHeader, path: &Path) -> Result<(), NpyError> {
    let expected = header.numbers_len();
    match size.map(|size| size.saturating_sub(header.len)) {
        Some(found) if found != expected => Err(NpyError::Length {
            path: path.into(),
            expected,
            found: found.min(expected.saturating_add(1)),
        }),
        _ => Ok(()),
    }
}

/// The numbers behind the header, in row-major order. `numbers` is empty; it grows no further than
/// by what is there.
fn read_numbers<T: Element>(
    mut file: impl Read,
    path: &Path,
    header: &NpyHeader,
    mut numbers: Vec<T>,
) -> Result<Vec<T>, NpyError> {
    const CHUNK: u64 = 1 << 16;
    let expected = header.numbers_len();
    let mut found = 0;
    let mut chunk = Vec::new();
    loop {
        chunk.clear();
        // The last one asks for one byte past the end.
        let read =
            file.by_ref().take(CHUNK.min((expected - found).saturating_add(1))).read_to_end(&mut chunk);
        found += read.map_err(|error| NpyError::Io { path: path.into(), error })? as u64;
        if found > expected || (chunk.is_empty() && found < expected) {
            return Err(NpyError::Length { path: path.into(), expected, found });
        }
        if chunk.is_empty() {
            break;
        }
        for bytes in chunk.chunks_exact_mut(header.kind.size()) {
            if header.big_endian {
                bytes.reverse();
            }
            numbers.push(T::from_f64(header.kind.number(bytes)));
        }
    }
    Ok(if header.fortran_order { row_major(&numbers, &header.shape) } else { numbers })
}

/// Numbers that lie with the first axis contiguous, put so that the last one is.
fn row_major<T: Element>(numbers: &[T], dims: &[usize]) -> Vec<T> {
    let position = |mut offset: usize| {
        let mut position = 0;
        for (axis, size) in dims.iter().enumerate().rev() {
            position += offset % size * shape::product(&dims[..axis]);
            offset /= size;
        }
        position
    };
    (0..numbers.len()).map(|offset| numbers[position(offset)]).collect()
}
