//! Networks as ONNX files, which ONNX Runtime, PyTorch's tools and most others read.
//!
//! [`export`] writes the network as it is when it is used: with its weights inside, for any number of samples, which are the
//! first axis of `input` and of `output`. Numbers are those of the network, `f32` or `f64` (of which ONNX Runtime has few
//! operators). The file is of IR version 8 with operators of opset 17, of 2022.
//!
//! | layer | operators |
//! |---|---|
//! | `Affine` | `Gemm` |
//! | `Conv1d`, `Conv2d`, `ConvTranspose1d`, `ConvTranspose2d` | `Conv`, `ConvTranspose` |
//! | `MaxPool1d`, `MaxPool2d`, `AvgPool1d`, `AvgPool2d` | `MaxPool`, `AveragePool` with `count_include_pad` |
//! | `GlobalAvgPool1d`, `GlobalAvgPool2d` | `GlobalAveragePool`, `Flatten` |
//! | `ZeroPad2d`, `Reshape`, `Flatten` | `Pad`, `Reshape`, `Flatten` |
//! | `BatchNorm`, `LayerNorm` | `BatchNormalization`, `LayerNormalization` |
//! | `GroupNorm` | `Reshape`, `LayerNormalization`, `Reshape`, `Mul`, `Add` |
//! | `Standardize` | `Sub`, `Div` |
//! | `Relu`, `LeakyRelu`, `PRelu`, `Elu`, `Softplus`, `Sigmoid`, `Tanh`, `Softmax`, `LogSoftmax` | those of the same name |
//! | `Silu`, `Gelu`, `GeluTanh` | `Sigmoid`, `Mul`; `Div`, `Erf`, `Add`, `Mul`, `Mul`; `Mul`, `Mul`, `Add`, `Mul`, `Sigmoid`, `Mul` |
//! | `Parallel`, `Residual` | `Add`, or `Concat` |
//! | `Identity`, `Dropout` | none |
//! | `Frozen` | those of the layer inside, of the same names |
//!
//! A layer of your own implements [`ToOnnx`]:
//!
//! ```
//! use core::marker::PhantomData;
//! use dimwise::layer::prelude::*;
//! use dimwise::prelude::*;
//! use dimwise::storage::onnx::{self, Graph, Options, ToOnnx, Value};
//!
//! /// `y = |x|`
//! #[repr(C)]
//! struct Abs<S: Shape, T: Element = f32> {
//!     shape: PhantomData<(S, T)>,
//! }
//! dimwise::parameters!(Abs<S: Shape, T: Element>: T {} marker shape);
//!
//! impl<S: Shape, T: Element> InPlace for Abs<S, T> {
//!     // …
//! #   type Shape = S;
//! #   type Derivative = FromInput;
//! #   fn apply(&self, values: &mut [Tensor<S, T>]) {
//! #       flat_mut(values).iter_mut().for_each(|x| *x = x.abs());
//! #   }
//! #   fn differentiate(&self, _: &[Tensor<S, T>], _: &mut [Tensor<S, T>], _: &mut Self) {}
//! }
//!
//! impl<S: Shape, T: Element> ToOnnx for Abs<S, T> {
//!     fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
//!         graph.node("Abs", &[input], &[])
//!     }
//! }
//!
//! network! { type Net = [Affine<U4, U3>, Abs<_>, Affine<_, U2>]; }
//! let bytes = onnx::to_bytes(&*Net::initialized(HeNormal, 1), Options { softmax: true })?;
//! # assert!(!bytes.is_empty());
//! # Ok::<(), onnx::OnnxError>(())
//! ```
//!
//! The other way round, the macro `onnx!` of the package `dimwise-onnx` makes a network's type, and its weights, of a file.

mod graph;
mod layers;
mod networks;
mod windows;

pub use graph::{Attribute, Graph, Value};
pub use networks::JoinToOnnx;

use alloc::vec::Vec;
use core::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::replacement::Replacement;
use crate::layer::Layer;
use crate::network::Network;

/// A layer, or a network of layers, that can be written as nodes of an ONNX graph.
///
/// All layers of the library are, and so is every network of layers that are.
#[diagnostic::on_unimplemented(
    message = "there is a layer that does not say what it is in ONNX",
    label = "each layer of your own implements `ToOnnx`",
    note = "a network in a `Box` is given as `&*network`"
)]
pub trait ToOnnx: Layer {
    /// Adds the layer's nodes and weights, and gives its output.
    fn to_onnx(&self, graph: &mut Graph<Self::Element>, input: &Value) -> Value;

    /// The same as one link of a stack, or as several where the value is a stack itself; with the number of links.
    #[doc(hidden)]
    fn links_to_onnx(&self, graph: &mut Graph<Self::Element>, input: &Value) -> (Value, usize) {
        (graph.inside("0", |graph| self.to_onnx(graph, input)), 1)
    }
}

/// What is exported beside the network itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Ends the graph with the softmax of the network's scores along their last axis, which
    /// [`CrossEntropy`](crate::loss::CrossEntropy) computes in training. Not unless said.
    pub softmax: bool,
}

/// Why a network could not be exported.
///
/// | refused | message |
/// |---|---|
/// | a file that cannot be written | the path, and what the system says |
/// | a network of 2 GiB or more | `an ONNX file has at most 2147483647 bytes, but the network takes 4294967296` |
#[derive(Debug)]
#[non_exhaustive]
pub enum OnnxError {
    /// The file cannot be written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The format holds files of less than 2³¹ bytes.
    TooLarge {
        /// The bytes that it would have.
        bytes: usize,
    },
}

impl fmt::Display for OnnxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::TooLarge { bytes } => {
                write!(f, "an ONNX file has at most {MOST_BYTES} bytes, but the network takes {bytes}")
            }
        }
    }
}

impl core::error::Error for OnnxError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            Self::TooLarge { .. } => None,
        }
    }
}

/// Lengths are 32-bit in what reads the messages.
const MOST_BYTES: usize = i32::MAX as usize;

/// Writes the network to an ONNX file, which replaces an old one as [`storage`](super) does: whole, or not at all.
///
/// # Errors
///
/// [`OnnxError`] if the file cannot be written, or the network is too large for the format.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::onnx::{self, Options};
///
/// network! { type Net = [Affine<U2, U3>, Tanh<_>, Affine<_, U2>]; }
/// let net = Net::initialized(XavierUniform, 1);
/// let path = std::env::temp_dir().join("dimwise-doc.onnx");
/// onnx::export(&*net, &path, Options::default())?;
/// assert_eq!(std::fs::read(&path).unwrap(), onnx::to_bytes(&*net, Options::default())?);
/// # Ok::<(), onnx::OnnxError>(())
/// ```
pub fn export<N: Network + ToOnnx>(
    network: &N,
    path: impl AsRef<Path>,
    options: Options,
) -> Result<(), OnnxError> {
    let path = path.as_ref();
    let bytes = to_bytes(network, options)?;
    let save = || {
        let mut file = Replacement::create(path)?;
        file.write_all(&bytes)?;
        file.commit()
    };
    save().map_err(|error| OnnxError::Io { path: path.into(), error })
}

/// The network as the bytes of an ONNX file.
///
/// # Errors
///
/// [`OnnxError::TooLarge`] if the format cannot hold the network.
pub fn to_bytes<N: Network + ToOnnx>(network: &N, options: Options) -> Result<Vec<u8>, OnnxError> {
    let mut graph = Graph::new();
    let input = graph.input();
    let mut output = network.to_onnx(&mut graph, &input);
    if options.softmax {
        output = layers::along_last_axis::<N::Out, _>("Softmax", &mut graph, &output);
    }
    let model = graph.finish::<N::In, N::Out>(input, output);
    match model.len_in_bytes() {
        bytes if bytes > MOST_BYTES => Err(OnnxError::TooLarge { bytes }),
        _ => Ok(model.to_bytes()),
    }
}
