//! The safetensors format: each tensor by its path (`0.weight`), readable from Python and elsewhere.
//!
//! Weights of `Affine` are `[In, Out]`, so PyTorch's `Linear` has them transposed.

mod header;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use safetensors::SafeTensorError;

use header::SafetensorsHeader;

use super::numbers::{read_numbers, write_numbers};
use super::replacement::Replacement;
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
    /// The file has two tensors of one name.
    Duplicate {
        /// The name.
        tensor: String,
    },
    /// The file ends too early, or goes on after its end.
    Length {
        /// The bytes that its header promises, header included.
        expected: u64,
        /// The bytes that it has, counted no further than one past the end.
        found: u64,
    },
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
            Self::Format(error) => write!(f, "not a valid safetensors file: {error}"),
            Self::Duplicate { tensor } => write!(f, "not a valid safetensors file: it has {tensor} twice"),
            Self::Length { expected, found } => {
                let more = if found > expected { " or more" } else { "" };
                write!(
                    f,
                    "not a valid safetensors file: expected {expected} bytes as its header says, found {found}{more}"
                )
            }
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

/// Writes the network to a file. An old file stays until the new one is complete, and for good if that fails;
/// its permissions are kept. If the path is a symbolic link, the file that it points to is replaced.
///
/// The elements are written as they are in memory: saving takes some 100 KB, however large the network.
///
/// # Errors
///
/// [`StorageError::Io`] if the file cannot be written.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage;
///
/// network! { type Net = [Affine<U2, U3>, Tanh<_>, Affine<_, U1>]; }
/// let net = Net::initialized(XavierUniform, 1);
/// let path = std::env::temp_dir().join("dimwise-doc.safetensors");
/// storage::save(&*net, &path)?;
/// assert_eq!(storage::load::<Net>(&path)?, net);
/// # Ok::<(), storage::StorageError>(())
/// ```
pub fn save<N: Network>(network: &N, path: impl AsRef<Path>) -> Result<(), StorageError> {
    let path = path.as_ref();
    let header = header::to_bytes::<N>()?;
    let save = || {
        let mut file = Replacement::create(path)?;
        file.write_all(&header)?;
        write_numbers(&mut file, network.as_slice())?;
        file.commit()
    };
    save().map_err(|error| StorageError::Io { path: path.into(), error })
}

/// Reads a network from a file.
///
/// Only a file whose header names the network's own tensors is read on, straight into the network: no
/// more memory is taken than the network and the header need.
///
/// # Errors
///
/// [`StorageError`] if the file cannot be read, is damaged, or holds another network's tensors.
pub fn load<N: Network>(path: impl AsRef<Path>) -> Result<Box<N>, StorageError> {
    let path = path.as_ref();
    let file = File::open(path).map_err(|error| StorageError::Io { path: path.into(), error })?;
    read(BufReader::new(file), path)
}

/// The network as the bytes of a safetensors file.
///
/// # Errors
///
/// [`StorageError::Format`] if the format cannot hold the network.
pub fn to_safetensors<N: Network>(network: &N) -> Result<Vec<u8>, StorageError> {
    let mut bytes = header::to_bytes::<N>()?;
    bytes.reserve_exact(size_of::<N>());
    write_numbers(&mut bytes, network.as_slice()).expect("writing to memory does not fail");
    Ok(bytes)
}

/// The network that a safetensors file holds.
///
/// # Errors
///
/// [`StorageError`] if the bytes are damaged, or hold another network's tensors: each is compared
/// by path, shape and type. The seeds of a [`Dropout`](crate::layer::Dropout) may be missing: each then follows
/// from its path.
pub fn from_safetensors<N: Network>(bytes: &[u8]) -> Result<Box<N>, StorageError> {
    // Reading from memory does not fail, so no error names a path.
    read(bytes, Path::new(""))
}

fn read<N: Network>(mut reader: impl Read, path: &Path) -> Result<Box<N>, StorageError> {
    let wrong = |error| StorageError::Io { path: path.into(), error };
    let header = SafetensorsHeader::read(&mut reader, path)?;
    let stretches = header.stretches::<N>()?;
    let mut network = N::zeroed();
    let numbers = network.as_mut_slice();
    // Weights from elsewhere have no seeds: those that are in the file replace these.
    N::segments(|segment| {
        if segment.kind == Kind::Seed {
            seed_of_path(&segment.path.to_string(), &mut numbers[segment.range()]);
        }
    });
    let in_file: usize = stretches.iter().map(ExactSizeIterator::len).sum();
    let expected = header.len + (in_file * size_of::<N::Element>()) as u64;
    let mut found = header.len;
    for stretch in stretches {
        let wanted = (stretch.len() * size_of::<N::Element>()) as u64;
        let read = read_numbers(&mut reader, &mut numbers[stretch]).map_err(wrong)?;
        found += read;
        if read < wanted {
            return Err(StorageError::Length { expected, found });
        }
    }
    match io::copy(&mut reader.take(1), &mut io::sink()).map_err(wrong)? {
        0 => Ok(network),
        more => Err(StorageError::Length { expected, found: found + more }),
    }
}
