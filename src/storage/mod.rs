//! Saving and loading: networks in the safetensors format and as ONNX, runs in a format of their own, tensors in the
//! files of numpy.
//!
//! After training. A network is saved for others to read, tensor by tensor; a run, to go on with it, whole. Storage sees
//! segments and bytes, no layers (but for ONNX, which says what they compute); it never trusts a length that it read.

#[cfg(feature = "checkpoint")]
mod checkpoint;
#[cfg(any(feature = "checkpoint", feature = "npy", feature = "safetensors"))]
mod numbers;
#[cfg(feature = "npy")]
pub mod npy;
#[cfg(feature = "onnx")]
pub mod onnx;
mod replacement;
#[cfg(feature = "safetensors")]
mod safetensors;

#[cfg(feature = "checkpoint")]
pub use checkpoint::{CheckpointError, Checkpoints, Part};
#[cfg(feature = "safetensors")]
pub use safetensors::{Layout, Loaded, StorageError, Weights, from_safetensors, load, save, to_safetensors};
