//! Saving and loading: networks in the safetensors format, tensors in the files of numpy.
//!
//! After training: a checkpoint is the network's value, tensor by tensor. Storage sees segments and
//! bytes, no layers; it never trusts a length that it read.

mod numbers;
#[cfg(feature = "npy")]
pub mod npy;
mod replacement;
#[cfg(feature = "safetensors")]
mod safetensors;

#[cfg(feature = "safetensors")]
pub use safetensors::{Layout, Loaded, StorageError, Weights, from_safetensors, load, save, to_safetensors};
