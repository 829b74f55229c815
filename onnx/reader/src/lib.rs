//! Which network of dimwise an ONNX file is: [`import`], what the macro `onnx!` does beside its tokens.
//!
//! It goes in four steps, a file for each:
//!
//! 1. `graph` reads the file. All that does not depend on the network's input is computed (`evaluate`: constants are
//!    folded), of all else the shape of a sample is known (`shapes`).
//! 2. `translate` goes from the input to the output. Wherever all goes through one value, a section ends. A section of one
//!    node is a layer (`layers`). One of several nodes is branches that a node joins, each translated in the same way; or a
//!    formula that is written in several nodes.
//! 3. `recognise` computes such formulas on some numbers, and compares with what our layers give.
//! 4. `write` makes a list of types, and the weights as bytes in the order of our memory.
//!
//! A file is never trusted: what it says is compared with what it holds before anything is allocated, and a damaged one is
//! a [`Refusal`] as one is that we have no layers for.

mod evaluate;
mod graph;
mod layers;
mod operators;
mod recognise;
mod refusal;
mod shapes;
mod step;
mod tensor;
#[cfg(test)]
mod tests;
mod translate;
mod windows;
mod write;

use std::path::{Path, PathBuf};

use dimwise_onnx_format::Model;

pub use refusal::Refusal;
pub use write::{Network, branch_name};

/// What the file of these bytes, which lies in `folder`, becomes.
///
/// # Errors
///
/// [`Refusal`] if the bytes are damaged, or compute what we have no layers for.
pub fn import(bytes: &[u8], folder: &Path) -> Result<Network, Refusal> {
    let graph = graph::Graph::read(bytes, folder)?;
    let steps = translate::translate(&graph)?;
    Network::new(&graph, steps)
}

/// The other files that a file's weights lie in, each once.
pub fn external_files(bytes: &[u8], folder: &Path) -> Vec<PathBuf> {
    let tensors = Model::from_bytes(bytes).ok().and_then(|model| model.graph).unwrap_or_default().initializer;
    let mut files: Vec<_> =
        tensors.iter().filter_map(|tensor| tensor::external_file(tensor, folder)).collect();
    files.sort();
    files.dedup();
    files
}
