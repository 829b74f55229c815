//! Saving and loading: networks in the safetensors format, tensors in the files of numpy.
//!
//! After the flow: a checkpoint is the network's value, tensor by tensor. Storage sees segments and
//! bytes, no layers; it never trusts a length that it read.

#[cfg(feature = "npy")]
pub mod npy;
#[cfg(feature = "safetensors")]
mod safetensors;

use std::path::Path;
use std::{fs, io};

#[cfg(feature = "safetensors")]
pub use safetensors::{StorageError, from_safetensors, load, save, to_safetensors};

/// Writes a file. What was there before stays whole until the new file is.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_added_extension("part");
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, path)
}
