//! The beginning of a safetensors file: its own length in 8 bytes, the lowest first, then a JSON object
//! with type, shape and place of each tensor.
//!
//! The format is described at <https://github.com/huggingface/safetensors>.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use std::io::Read;
use std::path::Path;

use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use serde_core::Deserializer;
use serde_core::de::{IgnoredAny, MapAccess, Visitor};

use super::StorageError;
use crate::element::Element;
use crate::network::Network;
use crate::parameters::Kind;

/// The format's own library refuses longer headers, too.
const LONGEST: u64 = 100_000_000;

/// The bytes of the length.
const LENGTH: usize = 8;

/// What a file says of its tensors: no hole between them, none over another.
pub(super) struct SafetensorsHeader {
    /// The header's own bytes.
    pub(super) len: u64,
    tensors: Metadata,
}

impl SafetensorsHeader {
    pub(super) fn read(reader: &mut impl Read, path: &Path) -> Result<Self, StorageError> {
        let mut read = |count: u64| {
            let mut bytes = Vec::new();
            let read = reader.by_ref().take(count).read_to_end(&mut bytes);
            read.map_err(|error| StorageError::Io { path: path.into(), error })?;
            Ok(bytes)
        };
        let Ok(length) = <[u8; LENGTH]>::try_from(read(LENGTH as u64)?) else {
            return Err(StorageError::Format(SafeTensorError::HeaderTooSmall));
        };
        let length = u64::from_le_bytes(length);
        if length > LONGEST {
            return Err(StorageError::Format(SafeTensorError::HeaderTooLarge));
        }
        let bytes = read(length)?;
        if (bytes.len() as u64) < length {
            return Err(StorageError::Format(SafeTensorError::InvalidHeaderLength));
        }
        let json = |error| StorageError::Format(SafeTensorError::InvalidHeaderDeserialization(error));
        if let Some(tensor) = duplicate(&bytes).map_err(json)? {
            return Err(StorageError::Duplicate { tensor });
        }
        let tensors = serde_json::from_slice(&bytes).map_err(json)?;
        Ok(Self { len: LENGTH as u64 + length, tensors })
    }

    /// Returns the range of the network's elements that each tensor fills, in the order of the file. The tensors
    /// must be those of the network.
    pub(super) fn stretches<N: Network>(&self) -> Result<Vec<Range<usize>>, StorageError> {
        let tensors = self.tensors.tensors();
        let mut stretches = Vec::new();
        let mut known = BTreeSet::new();
        let mut result = Ok(());
        N::segments(|segment| {
            let tensor = segment.path.to_string();
            if result.is_ok() {
                result = match tensors.get(&tensor) {
                    // What a layer's chance depends on is no weight: a file from elsewhere lacks it.
                    None if segment.kind == Kind::Seed => Ok(()),
                    None => Err(StorageError::Missing { tensor: tensor.clone() }),
                    Some(info) => {
                        stretches.push((info.data_offsets, segment.range()));
                        compare::<N::Element>(info, &tensor, segment.dims)
                    }
                };
            }
            known.insert(tensor);
        });
        result?;
        if let Some(tensor) = tensors.into_keys().filter(|name| !known.contains(name)).min() {
            return Err(StorageError::Unknown { tensor });
        }
        stretches.sort_by_key(|(offsets, _)| *offsets);
        Ok(stretches.into_iter().map(|(_, stretch)| stretch).collect())
    }
}

/// Compares a tensor's shape and type with the network's.
fn compare<T: Element>(
    info: &TensorInfo,
    tensor: &str,
    expected: &'static [usize],
) -> Result<(), StorageError> {
    let tensor = String::from(tensor);
    if info.shape != expected {
        return Err(StorageError::Shape { tensor, expected, found: info.shape.clone() });
    }
    if info.dtype != dtype::<T>() {
        let found = format!("{:?}", info.dtype).to_lowercase();
        return Err(StorageError::Type { tensor, expected: T::NAME, found });
    }
    Ok(())
}

fn dtype<T: Element>() -> Dtype {
    if size_of::<T>() == 4 { Dtype::F32 } else { Dtype::F64 }
}

/// The first name that stands twice in a JSON object: which of the two is meant, no reader can know.
fn duplicate(json: &[u8]) -> Result<Option<String>, serde_json::Error> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut names = BTreeSet::new();
            let mut duplicate = None;
            // An escaped letter is the letter, so names are compared as they are read.
            while let Some((name, _)) = map.next_entry::<String, IgnoredAny>()? {
                if duplicate.is_none() && names.contains(&name) {
                    duplicate = Some(name);
                } else {
                    names.insert(name);
                }
            }
            Ok(duplicate)
        }
    }
    serde_json::Deserializer::from_slice(json).deserialize_map(Names)
}

/// The header of a file in which the network's elements follow in their order in memory.
pub(super) fn to_bytes<N: Network>() -> Result<Vec<u8>, StorageError> {
    let size = size_of::<N::Element>();
    let mut tensors = Vec::new();
    N::segments(|segment| {
        let range = segment.range();
        let info = TensorInfo {
            dtype: dtype::<N::Element>(),
            shape: segment.dims.to_vec(),
            data_offsets: (range.start * size, range.end * size),
        };
        tensors.push((segment.path.to_string(), info));
    });
    let tensors = Metadata::new(None, tensors).map_err(StorageError::Format)?;
    let json = |error| StorageError::Format(SafeTensorError::JsonError(error));
    let mut text = serde_json::to_vec(&tensors).map_err(json)?;
    // The numbers begin at a multiple of 8 bytes, as the format asks.
    text.resize(text.len().next_multiple_of(8), b' ');
    if text.len() as u64 > LONGEST {
        return Err(StorageError::Format(SafeTensorError::HeaderTooLarge));
    }
    Ok([&(text.len() as u64).to_le_bytes(), &text[..]].concat())
}
