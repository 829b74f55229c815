//! The safetensors format: each tensor by its path (`0.weight`), readable from Python and elsewhere.
//!
//! Weights of `Affine` are `[In, Out]`, so PyTorch's `Linear` has them transposed.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

use crate::element::Element;
use crate::initializer::seed_of_path;
use crate::network::Network;
use crate::parameters::Kind;

/// Why a network could not be saved or loaded.
#[derive(Debug)]
#[non_exhaustive]
pub enum StorageError {
    /// The file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The bytes are no safetensors file.
    Format(SafeTensorError),
    /// The network has a tensor that the file has not.
    Missing {
        /// The tensor's path in the network.
        tensor: String,
    },
    /// The file has a tensor that the network has not.
    Unknown {
        /// The tensor's name in the file.
        tensor: String,
    },
    /// A tensor has another shape.
    Shape {
        /// The tensor's path in the network.
        tensor: String,
        /// Its shape in the network.
        expected: &'static [usize],
        /// Its shape in the file.
        found: Vec<usize>,
    },
    /// A tensor has numbers of another type.
    Type {
        /// The tensor's path in the network.
        tensor: String,
        /// The type in the network.
        expected: &'static str,
        /// The type in the file.
        found: String,
    },
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Format(error) => write!(f, "no safetensors file: {error}"),
            Self::Missing { tensor } => write!(f, "the network's {tensor} is not in the file"),
            Self::Unknown { tensor } => write!(f, "the file's {tensor} is not in the network"),
            Self::Shape { tensor, expected, found } => {
                write!(f, "{tensor} is of shape {expected:?} in the network, but {found:?} in the file")
            }
            Self::Type { tensor, expected, found } => {
                write!(f, "{tensor} is of type {expected} in the network, but {found} in the file")
            }
        }
    }
}

impl core::error::Error for StorageError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            Self::Format(error) => Some(error),
            _ => None,
        }
    }
}

/// Writes the network to a file. What was there before stays whole until the new file is.
///
/// # Errors
///
/// [`StorageError::Io`] where the file cannot be written.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage;
///
/// network! { type Net = [Affine<U2, U3>, Tanh<U3>, Affine<U3, U1>]; }
/// let net = Net::initialized(XavierUniform, 1);
/// let path = std::env::temp_dir().join("dimwise-doc.safetensors");
/// storage::save(&*net, &path)?;
/// assert_eq!(storage::load::<Net>(&path)?, net);
/// # Ok::<(), storage::StorageError>(())
/// ```
pub fn save<N: Network>(network: &N, path: impl AsRef<Path>) -> Result<(), StorageError> {
    let path = path.as_ref();
    let bytes = to_safetensors(network)?;
    super::replace(path, &bytes).map_err(|error| StorageError::Io { path: path.into(), error })
}

/// Reads a network from a file.
///
/// # Errors
///
/// [`StorageError`] where the file cannot be read, is damaged, or holds another network's tensors.
pub fn load<N: Network>(path: impl AsRef<Path>) -> Result<Box<N>, StorageError> {
    let path = path.as_ref();
    let bytes = fs::read(path).map_err(|error| StorageError::Io { path: path.into(), error })?;
    from_safetensors(&bytes)
}

/// The network as the bytes of a safetensors file.
///
/// # Errors
///
/// [`StorageError::Format`] where the format cannot hold the network.
pub fn to_safetensors<N: Network>(network: &N) -> Result<Vec<u8>, StorageError> {
    let mut bytes = Vec::with_capacity(size_of::<N>());
    network.as_slice().iter().for_each(|number| number.write_le(&mut bytes));
    let mut views = Vec::new();
    let mut failed = None;
    N::segments(|segment| {
        let range = segment.range();
        let data = &bytes[range.start * size_of::<N::Element>()..range.end * size_of::<N::Element>()];
        match TensorView::new(dtype::<N::Element>(), segment.dims.to_vec(), data) {
            Ok(view) => views.push((segment.path.to_string(), view)),
            Err(error) => failed = Some(error),
        }
    });
    match failed {
        Some(error) => Err(StorageError::Format(error)),
        None => safetensors::serialize(views, None).map_err(StorageError::Format),
    }
}

/// The network that a safetensors file holds.
///
/// # Errors
///
/// [`StorageError`] where the bytes are damaged, or hold another network's tensors: each is compared
/// by path, shape and type. The seeds of a [`Dropout`](crate::layer::Dropout) may be missing: each then follows
/// from its path.
pub fn from_safetensors<N: Network>(bytes: &[u8]) -> Result<Box<N>, StorageError> {
    let file = SafeTensors::deserialize(bytes).map_err(StorageError::Format)?;
    let mut network = N::zeroed();
    let mut known = Vec::new();
    let mut result = Ok(());
    let numbers = network.as_mut_slice();
    N::segments(|segment| {
        let tensor = segment.path.to_string();
        if segment.kind == Kind::Seed && file.tensor(&tensor).is_err() {
            // Weights from elsewhere have no such thing.
            seed_of_path(&tensor, &mut numbers[segment.range()]);
        } else if result.is_ok() {
            result = read(&file, &tensor, segment.dims, &mut numbers[segment.range()]);
        }
        known.push(tensor);
    });
    result?;
    match file.names().into_iter().find(|name| !known.iter().any(|tensor| tensor == name)) {
        Some(name) => Err(StorageError::Unknown { tensor: name.into() }),
        None => Ok(network),
    }
}

/// Reads one tensor, if it is what the network has there.
fn read<T: Element>(
    file: &SafeTensors<'_>,
    tensor: &str,
    expected: &'static [usize],
    numbers: &mut [T],
) -> Result<(), StorageError> {
    let tensor = || String::from(tensor);
    let view = file.tensor(&tensor()).map_err(|_| StorageError::Missing { tensor: tensor() })?;
    if view.shape() != expected {
        return Err(StorageError::Shape { tensor: tensor(), expected, found: view.shape().to_vec() });
    }
    if view.dtype() != dtype::<T>() {
        let found = format!("{:?}", view.dtype()).to_lowercase();
        return Err(StorageError::Type { tensor: tensor(), expected: T::NAME, found });
    }
    for (number, bytes) in numbers.iter_mut().zip(view.data().chunks_exact(size_of::<T>())) {
        *number = T::read_le(bytes);
    }
    Ok(())
}

fn dtype<T: Element>() -> Dtype {
    if size_of::<T>() == 4 { Dtype::F32 } else { Dtype::F64 }
}
