//! Saving and loading networks.
//!
//! After the flow: a checkpoint is the network's value, tensor by tensor. Storage sees segments and
//! bytes, no layers; it never trusts a length that it read.

mod safetensors;

pub use safetensors::{StorageError, from_safetensors, load, save, to_safetensors};
