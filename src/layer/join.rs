//! How the outputs of two branches become one: [`Sum`] and [`Concat`].

use core::ops::Add;

use crate::diagnostic::{BranchAxes, BranchOutputs};
use crate::element::Element;
use crate::shape::{Dim, HasAxis, Shape};

/// Makes one output of two, sample by sample: [`Sum`] or [`Concat`].
pub trait Join<A: Shape, B: Shape>: Send + Sync + 'static {
    /// The shape that comes out.
    type Out: Shape;
    /// What must fit of both, which the compiler says in decimal where it does not; `()` asks for nothing.
    type Requires;

    /// Computes a sample's output from those of the branches.
    fn join<T: Element>(first: &[T], second: &[T], output: &mut [T]);

    /// The gradients by the branches' outputs from the one by the output.
    fn split<T: Element>(grad_output: &[T], grad_first: &mut [T], grad_second: &mut [T]);
}

/// `output = first + second`: branches of the same shape.
#[doc(alias("Add"))]
#[derive(Clone, Copy, Debug)]
pub struct Sum;

impl<A: Shape, B: Shape> Join<A, B> for Sum {
    type Out = A;
    type Requires = BranchOutputs<A::Decimal, B::Decimal>;

    fn join<T: Element>(first: &[T], second: &[T], output: &mut [T]) {
        for (output, (first, second)) in output.iter_mut().zip(first.iter().zip(second)) {
            *output = *first + *second;
        }
    }

    fn split<T: Element>(grad_output: &[T], grad_first: &mut [T], grad_second: &mut [T]) {
        grad_first.copy_from_slice(grad_output);
        grad_second.copy_from_slice(grad_output);
    }
}

/// One after the other along the first axis, the channels of images: `(C, H, W)` and `(D, H, W)` become
/// `(C + D, H, W)`.
#[doc(alias("Concatenate", "cat"))]
#[derive(Clone, Copy, Debug)]
pub struct Concat;

impl<A: HasAxis<0>, B: HasAxis<0>> Join<A, B> for Concat
where
    (A, B): AddFirst,
{
    type Out = A::With<<(A, B) as AddFirst>::Sum>;
    type Requires = BranchAxes<<A::Without as Shape>::Decimal, <B::Without as Shape>::Decimal>;

    fn join<T: Element>(first: &[T], second: &[T], output: &mut [T]) {
        let (front, back) = output.split_at_mut(first.len());
        front.copy_from_slice(first);
        back.copy_from_slice(second);
    }

    fn split<T: Element>(grad_output: &[T], grad_first: &mut [T], grad_second: &mut [T]) {
        let (front, back) = grad_output.split_at(grad_first.len());
        grad_first.copy_from_slice(front);
        grad_second.copy_from_slice(back);
    }
}

/// The sum of two shapes' first axes.
#[doc(hidden)]
pub trait AddFirst {
    type Sum: Dim;
}

impl<A: HasAxis<0, Size: Add<B::Size, Output: Dim>>, B: HasAxis<0>> AddFirst for (A, B) {
    type Sum = <A::Size as Add<B::Size>>::Output;
}
