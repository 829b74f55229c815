//! How many elements a shape has, as a type: [`Flat`].

use core::ops::Mul;

use typenum::{Prod, U1};

use super::Dim;
use super::Shape;

/// A shape whose number of elements the compiler computes as a type.
///
/// The only place that multiplies sizes as types.
#[diagnostic::on_unimplemented(
    message = "the elements of this shape cannot be counted",
    label = "a shape is a size like `U784` or `dim!(4320)`, or a tuple of sizes"
)]
pub trait Flat: Shape {
    /// The vector of as many elements.
    type Flat: Dim;
}

impl Flat for () {
    type Flat = U1;
}

impl<N: Dim> Flat for N {
    type Flat = N;
}

/// The first axis times all others.
macro_rules! flat {
    ($first:ident $($other:ident)+) => {
        impl<$first: Dim, $($other: Dim),+> Flat for ($first, $($other),+)
        where
            shape!($($other)+): Flat,
            $first: Mul<<shape!($($other)+) as Flat>::Flat, Output: Dim>,
        {
            type Flat = Prod<$first, <shape!($($other)+) as Flat>::Flat>;
        }
    };
}
flat!(A B);
flat!(A B C);
flat!(A B C D);
flat!(A B C D E);
flat!(A B C D E F);
