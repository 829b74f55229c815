//! The safetensors format: each tensor by its path (`0.weight`), readable from Python and elsewhere.
//!
//! [`save`] and [`load`] are for networks of this library. [`Weights`] reads and writes files as PyTorch and Keras have
//! them: other names, other layouts, other types of number.
//!
//! | file | knows |
//! |---|---|
//! | `header` | the beginning of a file: what stands where |
//! | `layout` | whose files: the order of a tensor's numbers in them |
//! | `names` | what a tensor is called |
//! | `plan` | which tensor goes where, and reading it there |
//! | `weights` | what is written, and what is compared before anything is read |
//! | `error` | what can be wrong |

mod error;
mod header;
mod layout;
mod names;
mod plan;
mod weights;

pub use error::StorageError;
pub use layout::Layout;
pub use weights::{Loaded, Weights};

use alloc::boxed::Box;
use alloc::vec::Vec;
use std::path::Path;

use crate::network::Network;

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
    Weights::of(Layout::Native).save(network, path)
}

/// Reads a network from a file that [`save`] has written.
///
/// Only a file whose header names the network's own tensors is read on, straight into the network: no
/// more memory is taken than the network and the header need.
///
/// # Errors
///
/// [`StorageError`] if the file cannot be read, is damaged, was not written by dimwise, or holds another network's
/// tensors.
pub fn load<N: Network>(path: impl AsRef<Path>) -> Result<Box<N>, StorageError> {
    Weights::of(Layout::Native).load(path)
}

/// The network as the bytes of a file that [`save`] writes.
///
/// # Errors
///
/// [`StorageError::Format`] if the format cannot hold the network.
pub fn to_safetensors<N: Network>(network: &N) -> Result<Vec<u8>, StorageError> {
    Weights::of(Layout::Native).to_bytes(network)
}

/// The network that the bytes of a file hold, as [`load`] reads it.
///
/// # Errors
///
/// [`StorageError`] if the bytes are damaged, not of dimwise, or hold another network's tensors: each is compared
/// by path, shape and type.
pub fn from_safetensors<N: Network>(bytes: &[u8]) -> Result<Box<N>, StorageError> {
    Weights::of(Layout::Native).from_bytes(bytes)
}
