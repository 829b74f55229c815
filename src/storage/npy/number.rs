//! [`NumberType`]: the types that numpy's numbers can have.

/// The type of an array's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NumberType {
    Bool,
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F16,
    F32,
    F64,
}

impl NumberType {
    /// The type with this name, without the order of its bytes: a letter, and the number of bytes, where Rust's
    /// names count bits.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "b1" => Self::Bool,
            "u1" => Self::U8,
            "u2" => Self::U16,
            "u4" => Self::U32,
            "u8" => Self::U64,
            "i1" => Self::I8,
            "i2" => Self::I16,
            "i4" => Self::I32,
            "i8" => Self::I64,
            "f2" => Self::F16,
            "f4" => Self::F32,
            "f8" => Self::F64,
            _ => return None,
        })
    }

    /// The bytes of one number.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The number with these bytes, as many as [`size`](Self::size) says, the lowest first; of whole numbers beyond
    /// 2⁵³ the nearest.
    pub(super) fn number(self, bytes: &[u8]) -> f64 {
        fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
            let mut array = [0; N];
            array.copy_from_slice(bytes);
            array
        }
        match self {
            Self::Bool => f64::from(u8::from(bytes[0] != 0)),
            Self::U8 => u8::from_le_bytes(array(bytes)).into(),
            Self::U16 => u16::from_le_bytes(array(bytes)).into(),
            Self::U32 => u32::from_le_bytes(array(bytes)).into(),
            Self::U64 => u64::from_le_bytes(array(bytes)) as f64,
            Self::I8 => i8::from_le_bytes(array(bytes)).into(),
            Self::I16 => i16::from_le_bytes(array(bytes)).into(),
            Self::I32 => i32::from_le_bytes(array(bytes)).into(),
            Self::I64 => i64::from_le_bytes(array(bytes)) as f64,
            Self::F16 => half(u16::from_le_bytes(array(bytes))),
            Self::F32 => f32::from_le_bytes(array(bytes)).into(),
            Self::F64 => f64::from_le_bytes(array(bytes)),
        }
    }
}

/// A number of 16 bits (IEEE 754): a sign, 5 bits of an exponent from -14 to 15, 10 bits of a fraction.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (u64::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    // A power of two as `f64` is its exponent alone, counted from -1023.
    let power = |exponent: u64| f64::from_bits(exponent << 52);
    sign * match exponent {
        0 => fraction * power(1023 - 14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * power(exponent + 1023 - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition, in whole numbers: `fraction · 2⁻²⁴`, or `(1024 + fraction) · 2^(exponent - 25)`.
    #[test]
    fn every_half_is_what_its_bits_say() {
        for bits in 0..=u16::MAX {
            let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
            let magnitude = match exponent {
                0 => fraction * 2_f64.powi(-24),
                31 => f64::INFINITY,
                _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
            };
            let found = half(bits);
            if exponent == 31 && fraction != 0.0 {
                assert!(found.is_nan());
            } else {
                assert_eq!(
                    found.to_bits(),
                    magnitude.copysign(if bits >> 15 == 0 { 1.0 } else { -1.0 }).to_bits()
                );
            }
        }
        assert_eq!(
            [half(0x3C00), half(0xC000), half(0x7BFF), half(0x3555)],
            [1.0, -2.0, 65504.0, 0.333251953125]
        );
    }
}
