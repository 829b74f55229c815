//! Numbers as bytes, a piece at a time: no value is ever copied whole.

use alloc::vec::Vec;
#[cfg(any(feature = "checkpoint", feature = "safetensors"))]
use std::io::Read;
use std::io::{self, Write};

#[cfg(feature = "safetensors")]
use safetensors::tensor::Dtype;

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
#[cfg(feature = "checkpoint")]
pub(super) fn read_numbers<T: Element>(reader: &mut impl Read, numbers: &mut [T]) -> io::Result<u64> {
    read_pieces(reader, numbers, size_of::<T>(), T::read_le)
}

/// [`read_numbers`] of the file's own type, one of those that [`convert`] knows.
#[cfg(feature = "safetensors")]
pub(super) fn read_numbers_of<T: Element>(
    reader: &mut impl Read,
    dtype: Dtype,
    numbers: &mut [T],
) -> io::Result<u64> {
    read_pieces(reader, numbers, dtype.bitsize() / 8, |bytes| convert(dtype, bytes))
}

/// Fills the slice with what `number` makes of each `size` bytes.
#[cfg(any(feature = "checkpoint", feature = "safetensors"))]
fn read_pieces<T>(
    reader: &mut impl Read,
    numbers: &mut [T],
    size: usize,
    number: impl Fn(&[u8]) -> T,
) -> io::Result<u64> {
    let mut found = 0;
    let mut bytes = Vec::new();
    for piece in numbers.chunks_mut(PIECE) {
        bytes.clear();
        let wanted = piece.len() * size;
        reader.by_ref().take(wanted as u64).read_to_end(&mut bytes)?;
        found += bytes.len() as u64;
        for (place, bytes) in piece.iter_mut().zip(bytes.chunks_exact(size)) {
            *place = number(bytes);
        }
        if bytes.len() < wanted {
            break;
        }
    }
    Ok(found)
}

/// A number of one type in another one, with the bits that it has where the types are the same.
#[cfg(feature = "safetensors")]
fn convert<T: Element>(dtype: Dtype, bytes: &[u8]) -> T {
    if dtype.bitsize() == 8 * size_of::<T>() {
        return T::read_le(bytes);
    }
    match *bytes {
        [low, high] if dtype == Dtype::BF16 => T::from_f64(f32::from_le_bytes([0, 0, low, high]).into()),
        [low, high] => T::from_f64(from_half(u16::from_le_bytes([low, high]))),
        [_, _, _, _] => T::from_f64(f32::read_le(bytes).into()),
        _ => T::from_f64(f64::read_le(bytes)),
    }
}

/// IEEE 754 half precision: a sign, five bits of exponent, ten of fraction.
#[cfg(feature = "safetensors")]
fn from_half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from((bits >> 10) & 0x1F), f64::from(bits & 0x3FF));
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        0x1F if fraction == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    sign * magnitude
}
