//! [`Tensor`]: numbers in a typed shape, as one plain value.
//!
//! Third in the flow: layers take slices of tensors (a batch) and give slices of tensors. A tensor
//! knows its shape from its type alone; it has no strides, no reference count and no device.

mod convert;
mod debug;

use alloc::boxed::Box;
use core::ops::{Index, IndexMut};

pub use convert::LengthError;

use crate::element::Element;
use crate::plain::{Plain, cast, cast_mut};
use crate::shape::{self, Shape};

/// Numbers of type `T` in shape `S`, row-major, the last axis contiguous.
///
/// A plain value: it lies where it is put, on the stack where it is small
/// (`Tensor::<U3>::from([1.0, 2.0, 3.0])`), in a `Box` where it is large
/// ([`Tensor::zeroed`](Plain::zeroed), [`Tensor::boxed_from_fn`]).
///
/// ```
/// use dimwise::prelude::*;
///
/// let matrix: Tensor<(U2, U3)> = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// assert_eq!(matrix[[1, 2]], 6.0);
/// assert_eq!(matrix.as_slice(), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert_eq!(matrix.map(|x| 2.0 * x)[[0, 1]], 4.0);
/// ```
#[repr(transparent)]
pub struct Tensor<S: Shape, T: Element = f32> {
    array: S::Array<T>,
}

crate::plain!(Tensor<S: Shape, T: Element>: T { array });

impl<S: Shape, T: Element> Tensor<S, T> {
    /// The tensor whose element at `index` is `element(index)`.
    ///
    /// It is returned by value; where it is large, [`boxed_from_fn`](Self::boxed_from_fn) keeps it
    /// off the stack.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let identity = Tensor::<(U2, U2)>::from_fn(|[row, col]| if row == col { 1.0 } else { 0.0 });
    /// assert_eq!(identity, Tensor::from([[1.0, 0.0], [0.0, 1.0]]));
    /// ```
    pub fn from_fn(element: impl FnMut(S::Index) -> T) -> Self {
        let mut tensor = Self::default();
        tensor.fill_with(element);
        tensor
    }

    /// [`from_fn`](Self::from_fn) on the heap, never on the stack, however large.
    pub fn boxed_from_fn(element: impl FnMut(S::Index) -> T) -> Box<Self> {
        let mut tensor = Self::zeroed();
        tensor.fill_with(element);
        tensor
    }

    fn fill_with(&mut self, mut element: impl FnMut(S::Index) -> T) {
        for (offset, slot) in self.as_mut_slice().iter_mut().enumerate() {
            *slot = element(shape::index::<S>(offset));
        }
    }

    /// `function` of each element.
    pub fn map(&self, mut function: impl FnMut(T) -> T) -> Self {
        let mut mapped = self.clone();
        mapped.as_mut_slice().iter_mut().for_each(|x| *x = function(*x));
        mapped
    }

    /// The same numbers in the same order under another shape of as many elements.
    ///
    /// Whether the counts agree is checked when the program is built.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let image = Tensor::<(U2, U2)>::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(image.reshaped::<U4>()[3], 4.0);
    /// ```
    pub fn reshaped<R: Shape>(&self) -> &Tensor<R, T> {
        const { assert!(S::LEN == R::LEN, "the two shapes differ in their number of elements") };
        &cast(core::slice::from_ref(self))[0]
    }

    /// [`reshaped`](Self::reshaped), to be changed.
    pub fn reshaped_mut<R: Shape>(&mut self) -> &mut Tensor<R, T> {
        const { assert!(S::LEN == R::LEN, "the two shapes differ in their number of elements") };
        &mut cast_mut(core::slice::from_mut(self))[0]
    }
}

/// All zeros.
impl<S: Shape, T: Element> Default for Tensor<S, T> {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<S: Shape, T: Element> Clone for Tensor<S, T> {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

impl<S: Shape, T: Element> PartialEq for Tensor<S, T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

/// # Panics
///
/// Names index and shape where an axis is out of range.
impl<S: Shape, T: Element> Index<S::Index> for Tensor<S, T> {
    type Output = T;

    fn index(&self, index: S::Index) -> &T {
        &self.as_slice()[shape::offset::<S>(index)]
    }
}

impl<S: Shape, T: Element> IndexMut<S::Index> for Tensor<S, T> {
    fn index_mut(&mut self, index: S::Index) -> &mut T {
        &mut self.as_mut_slice()[shape::offset::<S>(index)]
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn index_and_from_fn_agree_at_every_rank() {
        let tensor =
            Tensor::<(U2, U3, U4, U5)>::from_fn(|[a, b, c, d]| (a * 1000 + b * 100 + c * 10 + d) as f32);
        assert_eq!(tensor[[1, 2, 3, 4]], 1234.0);
        assert_eq!(tensor[[0, 1, 0, 3]], 103.0);
        assert_eq!(tensor.as_slice()[1], 1.0);
        assert_eq!(Tensor::<U4>::from_fn(|i| i as f32)[3], 3.0);
        let deep = Tensor::<(U2, U3, U2, U3, U2, U3)>::from_fn(|[a, b, c, d, e, f]| {
            (((((a * 10 + b) * 10 + c) * 10 + d) * 10 + e) * 10 + f) as f32
        });
        assert_eq!(deep[[1, 2, 0, 1, 1, 2]], 120112.0);
        assert_eq!(
            Tensor::<(U2, U1, U2, U1, U3)>::from_fn(|[a, _, c, _, e]| (a * 100 + c * 10 + e) as f32)
                [[1, 0, 1, 0, 2]],
            112.0
        );
    }

    #[test]
    #[should_panic(expected = "index [0, 3] is outside of shape [2, 3]")]
    fn index_outside_names_index_and_shape() {
        let _ = Tensor::<(U2, U3)>::default()[[0, 3]];
    }

    #[test]
    fn a_tensor_without_elements_is_empty() {
        let empty = Tensor::<(U3, U0)>::default();
        assert!(empty.as_slice().is_empty());
        assert_eq!(empty, Tensor::from_fn(|_| 1.0));
    }

    #[test]
    fn large_tensors_never_touch_the_stack() {
        let tensor = Tensor::<(dim!(4096), dim!(4096))>::boxed_from_fn(|[row, col]| (row ^ col) as f32);
        assert_eq!(tensor.to_boxed()[[4095, 1]], 4094.0);
    }
}
