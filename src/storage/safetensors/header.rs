//! The beginning of a safetensors file: its own length in 8 bytes, the lowest first, then a JSON object
//! with type, shape and place of each tensor.
//!
//! The format is described at <https://github.com/huggingface/safetensors>.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io::Read;
use std::path::Path;

use safetensors::SafeTensorError;
use safetensors::tensor::{Metadata, TensorInfo};
use serde_core::de::{IgnoredAny, MapAccess, Visitor};
use serde_core::ser::SerializeMap;
use serde_core::{Deserializer, Serialize, Serializer};

use super::StorageError;

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

    /// What the file says of itself.
    pub(super) fn note(&self, name: &str) -> Option<&str> {
        self.tensors.metadata().as_ref()?.get(name).map(String::as_str)
    }

    /// The tensors, in the order in which they lie in the file.
    pub(super) fn tensors(&self) -> Vec<(String, &TensorInfo)> {
        let mut tensors: Vec<_> = self.tensors.tensors().into_iter().collect();
        tensors.sort_by(|(a, first), (b, second)| (first.data_offsets, a).cmp(&(second.data_offsets, b)));
        tensors
    }
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

/// What a file says, in an order of its own: the format's library keeps notes in a table of random order, and equal
/// networks are to give equal files.
struct Ordered<'a> {
    notes: BTreeMap<&'a str, &'a str>,
    /// In the order in which they lie in the file.
    tensors: &'a [(String, TensorInfo)],
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.tensors.len()))?;
        map.serialize_entry("__metadata__", &self.notes)?;
        self.tensors.iter().try_for_each(|(name, tensor)| map.serialize_entry(name, tensor))?;
        map.end()
    }
}

/// The header of a file with these notes, in which these tensors follow each other.
pub(super) fn to_bytes(
    notes: &[(&str, String)],
    tensors: Vec<(String, TensorInfo)>,
) -> Result<Vec<u8>, StorageError> {
    let notes = notes.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let json = |error| StorageError::Format(SafeTensorError::JsonError(error));
    let mut text = serde_json::to_vec(&Ordered { notes, tensors: &tensors }).map_err(json)?;
    // Whether they follow each other.
    Metadata::new(None, tensors).map_err(StorageError::Format)?;
    // The numbers begin at a multiple of 8 bytes, as the format asks.
    text.resize(text.len().next_multiple_of(8), b' ');
    if text.len() as u64 > LONGEST {
        return Err(StorageError::Format(SafeTensorError::HeaderTooLarge));
    }
    Ok([&(text.len() as u64).to_le_bytes(), &text[..]].concat())
}
