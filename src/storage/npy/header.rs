//! The first lines of an `.npy` file: magic, version, and a Python dict as text,
//! `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
//!
//! The format is described in numpy's `numpy.lib.format`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::io::Read;
use std::path::Path;

use super::NpyError;
use super::number::NumberType;
use crate::element::Element;

const MAGIC: &[u8] = b"\x93NUMPY";

/// numpy refuses longer headers, too, unless told otherwise.
const LONGEST: u64 = 10_000;

/// What a file says of its array.
#[derive(Debug, PartialEq)]
pub(super) struct NpyHeader {
    pub(super) shape: Vec<usize>,
    pub(super) fortran_order: bool,
    pub(super) big_endian: bool,
    pub(super) kind: NumberType,
    /// The header's own bytes.
    pub(super) len: u64,
}

impl NpyHeader {
    /// The bytes of the numbers that follow, `u64::MAX` if there cannot be as many.
    pub(super) fn numbers_len(&self) -> u64 {
        let size = self.kind.size() as u64;
        self.shape.iter().fold(size, |product, size| product.saturating_mul(*size as u64))
    }

    /// Reads a header.
    pub(super) fn read(file: &mut impl Read, path: &Path) -> Result<Self, NpyError> {
        let wrong = |expected, found| NpyError::Format { path: path.into(), expected, found };
        let mut read = |count: u64| {
            let mut bytes = Vec::new();
            let read = file.by_ref().take(count).read_to_end(&mut bytes);
            read.map_err(|error| NpyError::Io { path: path.into(), error })?;
            Ok(bytes)
        };
        let start = read(8)?;
        let length_size = match start.strip_prefix(MAGIC) {
            Some([1, 0]) => 2,
            Some([2 | 3, 0]) => 4,
            _ => {
                return Err(wrong("an .npy file of version 1, 2 or 3", format!("the first bytes {start:?}")));
            }
        };
        let length = read(length_size)?.iter().rev().fold(0, |length, byte| length << 8 | u64::from(*byte));
        if length > LONGEST {
            return Err(wrong("a header of 10000 bytes at most", format!("one of {length}")));
        }
        let bytes = read(length)?;
        let text = String::from_utf8_lossy(&bytes);
        let dict = bytes.len() as u64 == length;
        let (kind, fortran_order, shape) = dict.then(|| parse(&text)).flatten().ok_or_else(|| {
            wrong("a header with 'descr', 'fortran_order' and 'shape'", format!("{:?}", text.trim_end()))
        })?;
        let named = kind.trim_matches('\'');
        // Bytes that stand alone have no order, which is a `|`.
        let number = named.strip_prefix(['<', '>', '|']).and_then(NumberType::from_name);
        match number.filter(|number| !named.starts_with('|') || number.size() == 1) {
            Some(number) => {
                let (big_endian, len) = (named.starts_with('>'), 8 + length_size + length);
                Ok(Self { shape, fortran_order, big_endian, kind: number, len })
            }
            None => Err(NpyError::Type { path: path.into(), found: kind }),
        }
    }
}

/// `f4` or `f8`: the number of bytes, where Rust's names count bits.
fn numpy_name<T: Element>() -> String {
    format!("f{}", size_of::<T>())
}

/// The header of an array of these sizes, row-major and little-endian.
pub(super) fn to_bytes<T: Element>(dims: &[usize]) -> Vec<u8> {
    let comma = if dims.len() == 1 { "," } else { "" };
    let shape = dims.iter().map(|size| format!("{size}")).collect::<Vec<_>>().join(", ");
    let kind = numpy_name::<T>();
    let mut text = format!("{{'descr': '<{kind}', 'fortran_order': False, 'shape': ({shape}{comma}), }}");
    // The numbers begin at a multiple of 64 bytes: behind magic, version, length, text and line end.
    let length = (MAGIC.len() + 4 + text.len() + 1).next_multiple_of(64) - (MAGIC.len() + 4);
    text.extend(core::iter::repeat_n(' ', length - 1 - text.len()));
    text.push('\n');
    let length = u16::try_from(length).expect("no shape has as many axes");
    [MAGIC, &[1, 0], &length.to_le_bytes(), text.as_bytes()].concat()
}

/// Type (as it is written), order and shape; `None` if anything is not as numpy writes it.
fn parse(text: &str) -> Option<(String, bool, Vec<usize>)> {
    let (mut kind, mut fortran_order, mut shape) = (None, None, None);
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim_start();
    while !rest.is_empty() {
        let (key, value) = rest.split_once(':')?;
        let value = value.trim_start();
        let end = end_of_value(value)?;
        let (value, behind) = (value[..end].trim_end(), &value[end..]);
        match key.trim_end().trim_matches(['\'', '"']) {
            // A key that stands twice means two things.
            "descr" if kind.is_some() => return None,
            "fortran_order" if fortran_order.is_some() => return None,
            "shape" if shape.is_some() => return None,
            "descr" => kind = Some(value.replace('"', "'")),
            "fortran_order" => fortran_order = Some(parse_bool(value)?),
            "shape" => shape = Some(parse_shape(value)?),
            _ => return None,
        }
        rest = behind.strip_prefix(',').unwrap_or(behind).trim_start();
    }
    Some((kind?, fortran_order?, shape?))
}

/// Returns the position of the comma after a value, or the end: the first comma outside of brackets.
fn end_of_value(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (position, character) in text.char_indices() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => return Some(position),
            _ => {}
        }
    }
    (depth == 0).then_some(text.len())
}

fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    }
}

/// `()`, `(3,)` or `(2, 3)`; from Python 2 on Windows, `(2L, 3L)`.
fn parse_shape(text: &str) -> Option<Vec<usize>> {
    let sizes = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    if sizes.is_empty() {
        return Some(Vec::new());
    }
    let sizes = sizes.strip_suffix(',').unwrap_or(sizes);
    let size = |text: &str| {
        let text = text.trim();
        text.strip_suffix('L').unwrap_or(text).parse().ok()
    };
    sizes.split(',').map(size).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn headers_come_back() {
        for dims in [&[][..], &[3], &[2, 3], &[1, 2, 3, 4, 5, 6], &[usize::MAX; 6]] {
            let bytes = to_bytes::<f64>(dims);
            assert_eq!(bytes.len() % 64, 0);
            let header = NpyHeader::read(&mut &bytes[..], Path::new("x.npy")).unwrap();
            let len = bytes.len() as u64;
            assert_eq!(
                header,
                NpyHeader {
                    shape: dims.into(),
                    fortran_order: false,
                    big_endian: false,
                    kind: NumberType::F64,
                    len
                }
            );
        }
    }

    #[test]
    fn python_writes_it_in_many_ways() {
        let parsed = Some(("'<f4'".into(), true, vec![2, 3]));
        for text in [
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }",
            "  {\"shape\":(2,3),\"fortran_order\":True,\"descr\":\"<f4\"}  \n",
            // Python 2 on Windows.
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2L, 3L), }",
            "{ 'fortran_order' : True , 'descr' : '<f4' , 'shape' : ( 2 , 3 , ) , }",
        ] {
            assert_eq!(parse(text), parsed, "{text}");
        }
        let structured = "{'descr': [('a', '<f4'), ('b', '<i8')], 'fortran_order': False, 'shape': (3,), }";
        assert_eq!(parse(structured), Some(("[('a', '<f4'), ('b', '<i8')]".into(), false, vec![3])));
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f4', 'fortran_order': True}",
            "{'descr': '<f4', 'fortran_order': 1, 'shape': (2, 3), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2, -3), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': 2, 3), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (99999999999999999999999,), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2,,), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), 'more': 1}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2LL, 3L), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (L, 3L), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), 'shape': (3,)}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"(".repeat(10_000)), None);
    }
}
