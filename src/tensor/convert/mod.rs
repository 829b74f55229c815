//! Tensors from what Rust has of its own, and back: arrays, slices, vectors, iterators.
//!
//! Where memory is laid out alike, nothing is copied: a reference stays a reference, a box keeps its
//! allocation. What the types do not tell is checked, and refused with both numbers.

mod array;
mod iterator;
mod slice;

use core::fmt;

use crate::shape::Shape;

/// Another number of elements than the shape has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthError {
    /// The number of elements of the shape.
    pub expected: usize,
    /// The number of elements that were given; of an iterator that does not know its length, counted
    /// no further than one past the end.
    pub found: usize,
    /// The sizes of the shape.
    pub shape: &'static [usize],
}

impl LengthError {
    fn check<S: Shape>(found: usize) -> Result<(), Self> {
        let error = Self { expected: S::LEN, found, shape: S::DIMS };
        if found == S::LEN { Ok(()) } else { Err(error) }
    }
}

impl fmt::Display for LengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, found, shape } = self;
        write!(f, "a tensor of shape {shape:?} takes {expected} elements, but {found} are given")
    }
}

impl core::error::Error for LengthError {}

/// A number of elements that fills no whole number of tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLengthError {
    /// The number of elements of each tensor.
    pub each: usize,
    /// The number of elements that were given.
    pub found: usize,
    /// The sizes of the shape.
    pub shape: &'static [usize],
}

impl BatchLengthError {
    /// How many tensors `found` elements are. No elements are no tensors, also where a tensor has none.
    fn count<S: Shape>(found: usize) -> Result<usize, Self> {
        match found.checked_rem(S::LEN).unwrap_or(found) {
            0 => Ok(found / S::LEN.max(1)),
            _ => Err(Self { each: S::LEN, found, shape: S::DIMS }),
        }
    }
}

impl fmt::Display for BatchLengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { each, found, shape } = self;
        write!(
            f,
            "tensors of shape {shape:?} take {each} elements each, but {found} are given, no multiple of that"
        )
    }
}

impl core::error::Error for BatchLengthError {}
