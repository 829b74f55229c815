//! How a tensor is stored, and so the results of operations on it: [`Placed`].

use alloc::boxed::Box;

use super::Tensor;
use crate::element::Element;
use crate::plain::{
    Plain, cast_boxed, generated, generated_boxed, generated_in_runs, generated_in_runs_boxed,
};
use crate::shape::Shape;

/// A tensor as it is stored: a `Tensor` by value, or a `Box<Tensor>`.
///
/// All operations that return a tensor are methods of traits for both. **What is computed from a tensor by
/// value is a value, what is computed from a tensor in a `Box` is in a `Box`**, and was never on the stack,
/// however large, in debug builds, too. Right operands are references to either.
///
/// ```
/// use dimwise::prelude::*;
///
/// let small = Tensor::from([1.0_f32, 4.0, 9.0]);
/// let roots: Tensor<U3> = small.sqrt();
/// assert_eq!(roots, Tensor::from([1.0, 2.0, 3.0]));
///
/// type Large = (dim!(2000), dim!(3000));
/// let large: Box<Tensor<Large>> =
///     Tensor::boxed_from_fn(|index: [usize; 2]| index[0] as f32);
/// let sums: Box<Tensor<dim!(2000)>> = large.sum_axis(Axis::<1>);
/// assert_eq!(sums[2], 6000.0);
/// ```
pub trait Placed: Sized {
    /// The tensor's shape.
    type Shape: Shape;
    /// The type of its elements.
    type Element: Element;
    /// A tensor of another shape, stored in the same way.
    type With<S: Shape>: Placed<Shape = S, Element = Self::Element>;

    /// The tensor.
    fn tensor(&self) -> &Tensor<Self::Shape, Self::Element>;
    /// Mutable access to the tensor.
    fn tensor_mut(&mut self) -> &mut Tensor<Self::Shape, Self::Element>;
    /// The tensor whose elements are `number(0)`, `number(1)` and so on, in row-major order.
    fn generate<S: Shape>(number: impl FnMut(usize) -> Self::Element) -> Self::With<S>;
    /// [`generate`](Self::generate) in this tensor's own shape.
    fn like(number: impl FnMut(usize) -> Self::Element) -> Self;
    /// [`like`](Self::like) in runs of `len` elements: `run(0)` returns the function of the first run.
    #[doc(hidden)]
    fn like_in_runs<F: FnMut(usize) -> Self::Element>(len: usize, run: impl FnMut(usize) -> F) -> Self;
    /// All zeros.
    fn zeros<S: Shape>() -> Self::With<S>;
    /// The same elements in another shape of as many; what is in a `Box` is not moved.
    ///
    /// # Panics
    ///
    /// Panics if the shapes hold different numbers of elements.
    #[doc(hidden)]
    fn recast<S: Shape>(self) -> Self::With<S>;
    /// The tensor that lies in a `Box`.
    #[doc(hidden)]
    fn from_box(tensor: Box<Tensor<Self::Shape, Self::Element>>) -> Self;
}

impl<S: Shape, T: Element> Placed for Tensor<S, T> {
    type Shape = S;
    type Element = T;
    type With<R: Shape> = Tensor<R, T>;

    #[inline]
    fn tensor(&self) -> &Self {
        self
    }
    #[inline]
    fn tensor_mut(&mut self) -> &mut Self {
        self
    }
    #[inline]
    fn generate<R: Shape>(number: impl FnMut(usize) -> T) -> Tensor<R, T> {
        generated(number)
    }
    #[inline]
    fn like(number: impl FnMut(usize) -> T) -> Self {
        generated(number)
    }
    #[inline]
    fn like_in_runs<F: FnMut(usize) -> T>(len: usize, run: impl FnMut(usize) -> F) -> Self {
        generated_in_runs(len, run)
    }
    #[inline]
    fn zeros<R: Shape>() -> Tensor<R, T> {
        Tensor::ZERO
    }
    #[inline]
    fn recast<R: Shape>(self) -> Tensor<R, T> {
        assert_eq!(S::LEN, R::LEN, "the shapes hold different numbers of elements");
        let numbers = self.as_slice();
        generated(|position| numbers[position])
    }
    fn from_box(tensor: Box<Self>) -> Self {
        *tensor
    }
}

impl<S: Shape, T: Element> Placed for Box<Tensor<S, T>> {
    type Shape = S;
    type Element = T;
    type With<R: Shape> = Box<Tensor<R, T>>;

    fn tensor(&self) -> &Tensor<S, T> {
        self
    }
    fn tensor_mut(&mut self) -> &mut Tensor<S, T> {
        self
    }
    fn generate<R: Shape>(number: impl FnMut(usize) -> T) -> Box<Tensor<R, T>> {
        generated_boxed(number)
    }
    fn like(number: impl FnMut(usize) -> T) -> Self {
        generated_boxed(number)
    }
    fn like_in_runs<F: FnMut(usize) -> T>(len: usize, run: impl FnMut(usize) -> F) -> Self {
        generated_in_runs_boxed(len, run)
    }
    fn zeros<R: Shape>() -> Box<Tensor<R, T>> {
        // A few zeros are written faster than the allocator finds zeroed memory.
        if const { R::LEN <= 256 } { generated_boxed(|_| T::ZERO) } else { Tensor::zeroed() }
    }
    fn recast<R: Shape>(self) -> Box<Tensor<R, T>> {
        cast_boxed(self)
    }
    fn from_box(tensor: Self) -> Self {
        tensor
    }
}
