//! Tensors from what Rust has of its own, and back: arrays, slices, vectors, iterators.
//!
//! If the memory layout is the same, nothing is copied: a reference stays a reference, a box keeps its
//! allocation. Sizes that the types do not determine are checked, and the error names both.

mod array;
mod iterator;
mod slice;

use alloc::vec::Vec;
use core::fmt;

use crate::shape::Shape;

/// The number of elements is not that of the shape.
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

/// The number of elements is no multiple of a tensor's.
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
    /// Returns how many tensors `found` elements make. No elements make no tensors, even if a tensor has none.
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

/// The array has another shape than the tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// The sizes of the tensor.
    pub expected: &'static [usize],
    /// The sizes of the array.
    pub found: Vec<usize>,
}

impl ShapeError {
    /// Compares with a shape that is known only at run time.
    #[cfg(any(feature = "ndarray", feature = "nalgebra"))]
    pub(super) fn check<S: Shape>(found: &[usize]) -> Result<(), Self> {
        if found == S::DIMS { Ok(()) } else { Err(Self { expected: S::DIMS, found: found.into() }) }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, found } = self;
        write!(f, "expected an array of shape {expected:?}, found one of shape {found:?}")
    }
}

impl core::error::Error for ShapeError {}

/// Why an array cannot be viewed as a tensor without a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViewError {
    /// It has another shape.
    Shape(ShapeError),
    /// Its elements are not contiguous in row-major order. They can be copied.
    Strides {
        /// The sizes of the array, and of the tensor.
        shape: &'static [usize],
        /// The stride of each axis, in elements.
        found: Vec<isize>,
    },
}

impl From<ShapeError> for ViewError {
    fn from(error: ShapeError) -> Self {
        Self::Shape(error)
    }
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(error) => error.fmt(f),
            Self::Strides { shape, found } => write!(
                f,
                "an array of shape {shape:?} with the strides {found:?} is not in row-major order, so it \
                 must be copied"
            ),
        }
    }
}

impl core::error::Error for ViewError {}
