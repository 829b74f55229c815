//! [`Idx`]: an IDX file that is being read, every length checked.
//!
//! A file is `0 0 type rank`, a big-endian `u32` for each axis, then the numbers, big-endian. Nothing is
//! allocated for a length that was only promised: a file is read up to what its header says, and its
//! size compared with that.

use alloc::boxed::Box;
use alloc::vec::Vec;
use std::io::{self, Read};
use std::path::Path;

use super::error::DataError;
use super::gzip::unpacked;

/// The type of a file's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NumberType {
    U8,
    I8,
    I16,
    I32,
    F32,
    F64,
}

impl NumberType {
    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0x08 => Self::U8,
            0x09 => Self::I8,
            0x0B => Self::I16,
            0x0C => Self::I32,
            0x0D => Self::F32,
            0x0E => Self::F64,
            _ => return None,
        })
    }

    pub(super) fn is_whole(self) -> bool {
        !matches!(self, Self::F32 | Self::F64)
    }

    /// The bytes of one number.
    fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The number with these bytes, as many as [`size`](Self::size) says; exact.
    fn number(self, bytes: &[u8]) -> f64 {
        fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
            let mut array = [0; N];
            array.copy_from_slice(bytes);
            array
        }
        match self {
            Self::U8 => u8::from_be_bytes(array(bytes)).into(),
            Self::I8 => i8::from_be_bytes(array(bytes)).into(),
            Self::I16 => i16::from_be_bytes(array(bytes)).into(),
            Self::I32 => i32::from_be_bytes(array(bytes)).into(),
            Self::F32 => f32::from_be_bytes(array(bytes)).into(),
            Self::F64 => f64::from_be_bytes(array(bytes)),
        }
    }
}

/// An open IDX file whose header was read.
pub(super) struct Idx<'a> {
    path: &'a Path,
    reader: Box<dyn Read>,
    pub(super) kind: NumberType,
    /// The sizes of the axes; there is one at least.
    pub(super) dims: Vec<usize>,
}

impl<'a> Idx<'a> {
    /// Opens a file and reads its header, which must be one that is `taken`.
    pub(super) fn open(
        path: &'a Path,
        expected: &'static str,
        taken: impl Fn(NumberType, u8) -> bool,
    ) -> Result<Self, DataError> {
        let reader = unpacked(path).map_err(|error| DataError::Io { path: path.into(), error })?;
        let mut file = Self { path, reader, kind: NumberType::U8, dims: Vec::new() };
        let magic: [u8; 4] = file.read_array(4)?;
        let kind = magic.starts_with(&[0, 0]).then(|| NumberType::from_code(magic[2])).flatten();
        file.kind = match kind {
            Some(kind) if taken(kind, magic[3]) => kind,
            _ => return Err(DataError::Magic { path: path.into(), expected, found: magic }),
        };
        let header = 4 + 4 * u64::from(magic[3]);
        for _ in 0..magic[3] {
            let size = u32::from_be_bytes(file.read_array(header)?);
            file.dims.push(size as usize);
        }
        Ok(file)
    }

    /// The numbers after the header, which must be as many as it says.
    pub(super) fn read_numbers<N>(mut self, convert: impl Fn(f64) -> N) -> Result<Vec<N>, DataError> {
        const PIECE: u64 = 1 << 16;
        let header = 4 + 4 * self.dims.len() as u64;
        let size = self.kind.size();
        let promised =
            self.dims.iter().fold(size as u64, |product, size| product.saturating_mul(*size as u64));
        let (mut found, mut bytes, mut numbers) = (0, Vec::new(), Vec::new());
        loop {
            bytes.clear();
            // The last one asks for one byte past the end.
            let wanted = PIECE.min((promised - found).saturating_add(1));
            let read = self.reader.by_ref().take(wanted).read_to_end(&mut bytes);
            found += read.map_err(|error| self.io(error))? as u64;
            if found > promised || (bytes.is_empty() && found < promised) {
                return Err(self.length(header.saturating_add(promised), header + found));
            }
            if bytes.is_empty() {
                return Ok(numbers);
            }
            // A piece that ends within a number is the file's last, which the next turn refuses.
            numbers.extend(bytes.chunks_exact(size).map(|bytes| convert(self.kind.number(bytes))));
        }
    }

    /// Four bytes of a header that has `header` bytes.
    fn read_array(&mut self, header: u64) -> Result<[u8; 4], DataError> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(4).read_to_end(&mut bytes);
        read.map_err(|error| self.io(error))?;
        let before = if header == 4 { 0 } else { 4 + 4 * self.dims.len() as u64 };
        <[u8; 4]>::try_from(bytes.as_slice()).map_err(|_| self.length(header, before + bytes.len() as u64))
    }

    fn io(&self, error: io::Error) -> DataError {
        DataError::Io { path: self.path.into(), error }
    }

    fn length(&self, expected: u64, found: u64) -> DataError {
        DataError::Length { path: self.path.into(), expected, found }
    }
}
