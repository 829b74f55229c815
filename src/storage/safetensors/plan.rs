//! [`Plan`]: which tensor of a file goes where, and reading them there.

use alloc::vec::Vec;
use std::io::{self, Read};
use std::path::Path;

use safetensors::tensor::Dtype;

use super::layout::Arrangement;
use super::{Loaded, StorageError};
use crate::network::Network;
use crate::plain::Plain;
use crate::storage::numbers::read_numbers_of;

/// What will be read into what: made of the header alone, before a network is allocated.
pub(super) struct Plan {
    /// Of the header, in bytes.
    pub(super) header_len: u64,
    /// The tensors of the file, in its order.
    pub(super) stretches: Vec<Stretch>,
    /// What is in the file or in the network alone.
    pub(super) loaded: Loaded,
}

impl Plan {
    /// Reads the tensors, which follow the header, into the network.
    pub(super) fn read<N: Network>(&self, network: &mut N, mut reader: impl Read) -> Result<(), Stop> {
        let expected = self.header_len + self.stretches.iter().map(|stretch| stretch.bytes).sum::<u64>();
        let mut found = self.header_len;
        let numbers = network.as_mut_slice();
        let mut scratch = Vec::new();
        for stretch in &self.stretches {
            let read = match &stretch.into {
                None => io::copy(&mut reader.by_ref().take(stretch.bytes), &mut io::sink())?,
                Some(Place { start, len, arrangement: Arrangement::Same, .. }) => {
                    read_numbers_of(&mut reader, stretch.dtype, &mut numbers[*start..start + len])?
                }
                Some(Place { start, len, arrangement, dims }) => {
                    scratch.resize(*len, N::Element::ZERO);
                    let read = read_numbers_of(&mut reader, stretch.dtype, &mut scratch)?;
                    for (position, number) in scratch.iter().enumerate() {
                        numbers[start + arrangement.here(position, dims)] = *number;
                    }
                    read
                }
            };
            found += read;
            if read < stretch.bytes {
                return Err(Stop::Length { expected, found });
            }
        }
        match io::copy(&mut reader.take(1), &mut io::sink())? {
            0 => Ok(()),
            more => Err(Stop::Length { expected, found: found + more }),
        }
    }
}

/// Why reading ended before its time.
pub(super) enum Stop {
    Io(io::Error),
    Length { expected: u64, found: u64 },
}

impl Stop {
    pub(super) fn at(self, path: &Path) -> StorageError {
        match self {
            Self::Io(error) => StorageError::Io { path: path.into(), error },
            Self::Length { expected, found } => StorageError::Length { expected, found },
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A tensor of the file, and where it goes if the network has it.
pub(super) struct Stretch {
    pub(super) bytes: u64,
    pub(super) dtype: Dtype,
    pub(super) into: Option<Place>,
}

/// Where a tensor stands in the network.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) len: usize,
    pub(super) arrangement: Arrangement,
    pub(super) dims: &'static [usize],
}
