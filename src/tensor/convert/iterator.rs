//! Tensors from iterators, and iterators over tensors.

use alloc::boxed::Box;
use core::slice;

use super::LengthError;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

impl<S: Shape, T: Element> Tensor<S, T> {
    /// The iterator's elements, in row-major order.
    ///
    /// # Errors
    ///
    /// [`LengthError`] if the iterator yields fewer elements or more; at most one too many is asked for.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let tensor = Tensor::<(U2, U2)>::try_from_iter((0..4).map(|i| i as f32))?;
    /// assert_eq!(tensor, Tensor::from([[0.0, 1.0], [2.0, 3.0]]));
    ///
    /// let error = Tensor::<U3>::try_from_iter([1.0, 2.0]).unwrap_err();
    /// assert_eq!(error.to_string(), "a tensor of shape [3] takes 3 elements, but 2 are given");
    /// # Ok::<(), dimwise::tensor::LengthError>(())
    /// ```
    pub fn try_from_iter(elements: impl IntoIterator<Item = T>) -> Result<Self, LengthError> {
        let mut tensor = Self::default();
        tensor.fill_from(elements.into_iter())?;
        Ok(tensor)
    }

    /// [`try_from_iter`](Self::try_from_iter) on the heap, never on the stack, however large.
    ///
    /// # Errors
    ///
    /// Those of [`try_from_iter`](Self::try_from_iter).
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let tensor = Tensor::<(U512, U512)>::boxed_try_from_iter((0..512 * 512).map(|i| i as f32))?;
    /// assert_eq!(tensor[[1, 0]], 512.0);
    /// # Ok::<(), dimwise::tensor::LengthError>(())
    /// ```
    pub fn boxed_try_from_iter(elements: impl IntoIterator<Item = T>) -> Result<Box<Self>, LengthError> {
        let mut tensor = Self::zeroed();
        tensor.fill_from(elements.into_iter())?;
        Ok(tensor)
    }

    fn fill_from(&mut self, mut elements: impl Iterator<Item = T>) -> Result<(), LengthError> {
        let mut found = 0;
        for (slot, element) in self.as_mut_slice().iter_mut().zip(&mut elements) {
            *slot = element;
            found += 1;
        }
        // An iterator that has ended is not asked again.
        if found == S::LEN && elements.next().is_some() {
            found = elements.size_hint().0.saturating_add(found + 1);
        }
        LengthError::check::<S>(found)
    }
}

/// Goes over the elements in row-major order.
///
/// ```
/// use dimwise::prelude::*;
///
/// let matrix = Tensor::<(U2, U2)>::from([[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!((&matrix).into_iter().sum::<f32>(), 10.0);
/// ```
impl<'a, S: Shape, T: Element> IntoIterator for &'a Tensor<S, T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

/// Goes over the elements in row-major order, to change them.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut vector = Tensor::<U3>::from([1.0, 2.0, 3.0]);
/// for x in &mut vector {
///     *x *= 2.0;
/// }
/// assert_eq!(vector, Tensor::from([2.0, 4.0, 6.0]));
/// ```
impl<'a, S: Shape, T: Element> IntoIterator for &'a mut Tensor<S, T> {
    type Item = &'a mut T;
    type IntoIter = slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_mut_slice().iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn iterators_of_another_length_are_refused() {
        let found = |count| Tensor::<(U2, U2)>::try_from_iter((0..count).map(|_| 1.0)).map_err(|e| e.found);
        assert_eq!(found(3), Err(3));
        assert_eq!(found(4), Ok(Tensor::filled_with(|| 1.0)));
        assert_eq!(found(9), Err(9));
        let endless = Tensor::<U4>::try_from_iter(core::iter::repeat(1.0)).unwrap_err();
        assert_eq!((endless.expected, endless.found), (4, usize::MAX));
        let unknown = (0..9).map(|i| i as f32).filter(|x| *x > 1.0);
        assert_eq!(Tensor::<U4>::boxed_try_from_iter(unknown).unwrap_err().found, 5);
    }

    #[test]
    fn an_iterator_that_has_ended_is_not_asked_again() {
        let mut calls = 0;
        let mut numbers = core::iter::from_fn(|| {
            calls += 1;
            (calls < 3).then_some(1.0)
        });
        assert!(Tensor::<U4>::try_from_iter(&mut numbers).is_err());
        assert_eq!(calls, 3);
    }
}
