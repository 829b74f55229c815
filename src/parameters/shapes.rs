//! The shapes of all tensors of a network as one number, known when the program is compiled.

use super::Tensor;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;

/// What [`mixed`] begins with.
pub const NO_SHAPES: u64 = 0xCBF2_9CE4_8422_2325;

/// FNV-1a over the bytes of a number.
pub const fn mixed(mut hash: u64, number: u64) -> u64 {
    let mut bytes = number;
    let mut index = 0;
    while index < 8 {
        hash = (hash ^ (bytes & 0xFF)).wrapping_mul(0x0100_0000_01B3);
        bytes >>= 8;
        index += 1;
    }
    hash
}

/// With the shape of a field.
pub const fn mixed_field<L: Plain<Element: Element>, S: Shape>(
    _field: fn(&L) -> &Tensor<S, L::Element>,
    mut hash: u64,
) -> u64 {
    hash = mixed(hash, S::RANK as u64);
    let mut axis = 0;
    while axis < S::RANK {
        hash = mixed(hash, S::DIMS[axis] as u64);
        axis += 1;
    }
    hash
}
