//! Numbers as bytes, a piece at a time: no value is ever copied whole.

use alloc::vec::Vec;
#[cfg(any(feature = "checkpoint", feature = "safetensors"))]
use std::io::Read;
use std::io::{self, Write};

use crate::element::Element;

/// How many numbers are turned into bytes at once.
const PIECE: usize = 1 << 13;

/// Writes numbers, each with its lowest byte first.
pub(super) fn write_numbers<T: Element>(writer: &mut impl Write, numbers: &[T]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(PIECE.min(numbers.len()) * size_of::<T>());
    for piece in numbers.chunks(PIECE) {
        bytes.clear();
        piece.iter().for_each(|number| number.write_le(&mut bytes));
        writer.write_all(&bytes)?;
    }
    Ok(())
}

/// Fills the slice with numbers that have their lowest byte first, and returns how many bytes were read:
/// fewer than the slice takes if the reader ends before.
#[cfg(any(feature = "checkpoint", feature = "safetensors"))]
pub(super) fn read_numbers<T: Element>(reader: &mut impl Read, numbers: &mut [T]) -> io::Result<u64> {
    let mut found = 0;
    let mut bytes = Vec::new();
    for piece in numbers.chunks_mut(PIECE) {
        bytes.clear();
        let wanted = size_of_val(piece);
        reader.by_ref().take(wanted as u64).read_to_end(&mut bytes)?;
        found += bytes.len() as u64;
        for (number, bytes) in piece.iter_mut().zip(bytes.chunks_exact(size_of::<T>())) {
            *number = T::read_le(bytes);
        }
        if bytes.len() < wanted {
            break;
        }
    }
    Ok(found)
}
