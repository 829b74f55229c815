//! Imports an ONNX file as a network of dimwise, with its weights, when the program is compiled.

extern crate proc_macro;

mod evaluate;
mod graph;
mod layers;
mod operators;
mod recognise;
mod refusal;
mod request;
mod shapes;
mod step;
mod tensor;
#[cfg(test)]
mod tests;
mod translate;
mod windows;
mod write;

use std::path::Path;

use proc_macro::TokenStream;

use graph::Graph;
use refusal::Result;
use request::Request;
use write::Network;

/// Declares a network as an ONNX file says it, with a function `pretrained` that gives it with the file's weights.
#[proc_macro]
pub fn onnx(input: TokenStream) -> TokenStream {
    match Request::read(input) {
        Ok(request) => request.expand(),
        Err(error) => error,
    }
}

/// What the file of these bytes, which lies in `folder`, becomes.
fn import(bytes: &[u8], folder: &Path) -> Result<Network> {
    let graph = Graph::read(bytes, folder)?;
    let steps = translate::translate(&graph)?;
    Network::new(&graph, steps)
}
