//! [`StorageError`]: what can be wrong with a file of weights.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io;
use std::path::PathBuf;

use safetensors::SafeTensorError;

use super::Layout;

/// Why a network could not be saved or loaded.
///
/// | refused | message |
/// |---|---|
/// | a file that cannot be read or written | the path, and what the system says |
/// | no safetensors file | `not a valid safetensors file: header too small`, or what else its header lacks |
/// | two tensors of one name | `not a valid safetensors file: it has 0.weight twice` |
/// | a file that is cut off or goes on | `not a valid safetensors file: expected 1064 bytes as its header says, found 1060` |
/// | a file of another library, read as one of ours | ``the file is not one of dimwise (Native layout): say how it is laid out, as `Weights::of(Layout::PyTorch).load(path)` `` |
/// | a file that was written in another layout | `the file is in PyTorch layout, but was to be read in Native layout` |
/// | a file of a later version | `the file is of version 2 of the format, but this dimwise knows no later one than 1` |
/// | another layer, which has the same tensors or none | `the file is of another network: its layer is 1 Relu, where this one has 1 Tanh` |
/// | more tensors than the network has | `in the file, but not in the network: 3.weight` |
/// | fewer tensors | `in the network, but not in the file: 2.bias` |
/// | two tensors for one | `both fc1.weight and fc2.weight of the file are renamed to 0.weight` |
/// | a tensor of another shape | `0.weight should be of shape [2, 3] in the file, but is of [2, 4]` |
/// | a tensor as another layout has it | `0.weight should be of shape [2, 3] in the file, but is of [3, 2]: it is transposed, as other layouts have it` |
/// | numbers of another type, unless [`converted`](super::Weights::converted) | `0.weight is of type f32 in the network, but f16 in the file` |
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
    /// The file was not written by dimwise, so how its numbers are laid out is not known.
    Foreign {
        /// The layout that was asked for.
        asked: Layout,
    },
    /// The file was written by dimwise, in another layout.
    Layout {
        /// The layout that was asked for.
        asked: Layout,
        /// The layout of the file.
        found: String,
    },
    /// The file was written by a later version of dimwise.
    Version {
        /// The latest version of the format that this one knows.
        known: u32,
        /// The file's.
        found: String,
    },
    /// The file is of a network with another layer, which has the same tensors or none.
    Layers {
        /// The network's layer, by path and name.
        expected: String,
        /// The file's.
        found: String,
    },
    /// The network has tensors that the file has not, or the file some that the network has not.
    Tensors {
        /// The paths in the network of what is not in the file.
        missing: Vec<String>,
        /// The names in the file of what is not in the network.
        unknown: Vec<String>,
    },
    /// Two tensors of the file are renamed to one of the network.
    Renamed {
        /// The tensor's path in the network.
        tensor: String,
        /// The names in the file.
        names: [String; 2],
    },
    /// A tensor has another shape.
    Shape {
        /// The tensor's path in the network.
        tensor: String,
        /// The shape that the file should have, in its layout.
        expected: Vec<usize>,
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
            Self::Foreign { asked } => write!(
                f,
                "the file is not one of dimwise ({asked:?} layout): say how it is laid out, as \
                 `Weights::of(Layout::PyTorch).load(path)`"
            ),
            Self::Layout { asked, found } => {
                write!(f, "the file is in {found} layout, but was to be read in {asked:?} layout")
            }
            Self::Version { known, found } => write!(
                f,
                "the file is of version {found} of the format, but this dimwise knows no later one than {known}"
            ),
            Self::Layers { expected, found } => {
                write!(
                    f,
                    "the file is of another network: its layer is {found}, where this one has {expected}"
                )
            }
            Self::Tensors { missing, unknown } => {
                let (missing, unknown) = (missing.join(", "), unknown.join(", "));
                match (missing.as_str(), unknown.as_str()) {
                    ("", unknown) => write!(f, "in the file, but not in the network: {unknown}"),
                    (missing, "") => write!(f, "in the network, but not in the file: {missing}"),
                    _ => write!(
                        f,
                        "in the network, but not in the file: {missing}; in the file, but not in the network: {unknown}"
                    ),
                }
            }
            Self::Renamed { tensor, names: [first, second] } => {
                write!(f, "both {first} and {second} of the file are renamed to {tensor}")
            }
            Self::Shape { tensor, expected, found } => {
                write!(f, "{tensor} should be of shape {expected:?} in the file, but is of {found:?}")?;
                if expected.len() > 1 && expected.iter().eq(found.iter().rev()) {
                    f.write_str(": it is transposed, as other layouts have it")?;
                }
                Ok(())
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
