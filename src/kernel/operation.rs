//! What a kernel computes, written once for all instruction sets: [`Operation`].
//!
//! # Adding an operation
//!
//! It is a struct of the slices that it reads and writes, with a lifetime and an element type, one generic
//! [`run`](Operation::run), and a line that has it compiled:
//!
//! ```text
//! struct Halve<'a, T> { numbers: &'a mut [T] }
//! impl<T: Element> Operation<T> for Halve<'_, T> {
//!     #[inline(always)]
//!     fn run<S: Set<T>>(self, _: S) { … }
//! }
//! compiled!(Halve);
//! ```
//!
//! `Halve { numbers }.compute()` then runs it on the best instruction set. It stands where it is used: in the file of its
//! optimizer or its layer.

use super::instruction_set::InstructionSet;
use super::vector::{Portable, Set};
use crate::element::{Concrete, Element, Family};

/// A computation on numbers of type `T`, which any instruction set can run.
pub(crate) trait Operation<T> {
    /// Computes it, with the vectors of `set` or in plain loops.
    ///
    /// The compiler does not know here that slices do not overlap: what a loop needs of an element after it has written to
    /// another slice, it has read before.
    ///
    /// It is `#[inline(always)]`, and so is what it calls in its loops: a function that is not inlined, be it a closure,
    /// is compiled without the instruction set.
    fn run<S: Set<T>>(self, set: S);
}

/// An operation that is compiled once for each instruction set and element type, in this crate.
///
/// Generic code is compiled by the crate that uses it, in a release build each time that it is built. So what is generic
/// over its element type calls, by [`Element::concrete`], functions that are not: [`Entries`].
pub(crate) trait Compiled: Sized {
    /// The type of its numbers.
    type Element: Element;
    /// The operation on any numbers.
    type Entries: Entries<Of<Self::Element> = Self>;

    /// Computes it on the best instruction set.
    #[inline]
    fn compute(self) {
        self.compute_on(InstructionSet::best());
    }

    /// Computes it on an instruction set.
    #[inline(always)]
    fn compute_on(self, set: InstructionSet) {
        match Self::Element::concrete::<Self::Entries>(self) {
            Concrete::F32(operation) => Self::Entries::single(operation, set),
            Concrete::F64(operation) => Self::Entries::double(operation, set),
        }
    }
}

/// The functions by which an operation's compiled code is entered.
pub(crate) trait Entries: Family {
    /// The operation on `f32`.
    fn single(operation: Self::Of<f32>, set: InstructionSet);
    /// The operation on `f64`.
    fn double(operation: Self::Of<f64>, set: InstructionSet);
}

/// Has operations compiled: `Name<'a, T>`, or `Name<'a, Parameter, T>` for a `Name[Parameter]`.
macro_rules! compiled {
    ($($name:ident $([$parameter:ty])?),+) => {$(
        $crate::kernel::family!($name $([$parameter])?);
        impl<'a, T: $crate::element::Element> $crate::kernel::Compiled for $name<'a, $($parameter,)? T> {
            type Element = T;
            type Entries = $name<'a, $($parameter,)? f32>;
        }
        impl<'a> $crate::kernel::Entries for $name<'a, $($parameter,)? f32> {
            #[inline(never)]
            fn single(operation: Self, set: $crate::kernel::InstructionSet) {
                set.single(operation);
            }
            #[inline(never)]
            fn double(operation: $name<'a, $($parameter,)? f64>, set: $crate::kernel::InstructionSet) {
                set.double(operation);
            }
        }
    )+};
}
pub(crate) use compiled;

/// The operation's type for each element type: all that [`compute_inline`] asks for, and the part of [`compiled!`] for
/// an operation whose [`Entries`] are written by hand.
macro_rules! family {
    ($name:ident $([$parameter:ty])?) => {
        impl<'a> $crate::element::Family for $name<'a, $($parameter,)? f32> {
            type Of<T: $crate::element::Element> = $name<'a, $($parameter,)? T>;
        }
    };
}
pub(crate) use family;

/// Runs an operation where it stands, in the instructions that any processor of the target has: for what is often so
/// small that a call would take as long.
#[inline(always)]
pub(super) fn compute_inline<F, T: Element>(operation: F::Of<T>)
where
    F: Family<Of<f32>: Operation<f32>, Of<f64>: Operation<f64>>,
{
    match T::concrete::<F>(operation) {
        Concrete::F32(operation) => operation.run(Portable),
        Concrete::F64(operation) => operation.run(Portable),
    }
}
