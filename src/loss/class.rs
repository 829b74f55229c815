//! [`Class`]: a class index that cannot be out of range.

use core::fmt;
use core::marker::PhantomData;

use super::{Target, is_largest};
use crate::element::Element;
use crate::shape::Dim;
use crate::tensor::best::argmax;

/// One of `C` classes: an index below `C`, checked once when it is made.
///
/// ```
/// use dimwise::prelude::*;
///
/// let seven = Class::<U10>::new(7).unwrap();
/// assert_eq!(seven.index(), 7);
/// assert_eq!(Class::<U10>::new(10).unwrap_err().to_string(), "class 10 is none of the 10 classes 0 to 9");
/// ```
pub struct Class<C: Dim> {
    index: u32,
    classes: PhantomData<C>,
}

/// A class index that is not below the number of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassError {
    /// The number of classes.
    pub classes: usize,
    /// The index given.
    pub found: usize,
}

impl fmt::Display for ClassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { classes, found } = self;
        match classes {
            0 => write!(f, "class {found} is none: there are no classes"),
            _ => write!(f, "class {found} is none of the {classes} classes 0 to {}", classes - 1),
        }
    }
}

impl core::error::Error for ClassError {}

impl<C: Dim> Class<C> {
    /// The class with this index.
    ///
    /// # Errors
    ///
    /// [`ClassError`] if the index is not below `C`.
    pub fn new(index: usize) -> Result<Self, ClassError> {
        match u32::try_from(index) {
            Ok(small) if index < C::SIZE => Ok(Self { index: small, classes: PhantomData }),
            _ => Err(ClassError { classes: C::SIZE, found: index }),
        }
    }

    /// The class of the largest of `C` outputs, the first one of equals; that of the first NaN if there is one.
    ///
    /// # Panics
    ///
    /// Panics if there are not exactly `C` outputs, or none.
    pub fn of_largest<T: Element>(outputs: &[T]) -> Self {
        assert_eq!(outputs.len(), C::SIZE, "one output per class");
        match Self::new(argmax(outputs)) {
            Ok(class) => class,
            Err(error) => panic!("{error}"),
        }
    }

    /// The index, below `C`.
    pub fn index(self) -> usize {
        self.index as usize
    }
}

impl<C: Dim> Target for Class<C> {
    type Shape = C;

    fn is_right<T: Element>(&self, output: &[T]) -> Option<bool> {
        Some(is_largest(output, self.index()))
    }

    fn class_index(&self) -> Option<usize> {
        Some(self.index())
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        core::iter::once(f64::from(self.index))
    }
}

impl<C: Dim> Clone for Class<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C: Dim> Copy for Class<C> {}

impl<C: Dim> PartialEq for Class<C> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}
impl<C: Dim> Eq for Class<C> {}

impl<C: Dim> fmt::Debug for Class<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Class({} of {})", self.index, C::SIZE)
    }
}

impl<C: Dim> fmt::Display for Class<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.index)
    }
}
