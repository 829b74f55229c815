//! [`Vector`]: what takes one axis.

use typenum::U1;

use super::{Dim, Shape};

/// A shape, seen by what takes one axis: its size.
///
/// Every shape has it, with a size of 1 where it has other than one axis. So a layer that takes a vector can be *named*
/// with an image, where [`network!`](crate::network!) works its input out, and is refused in decimal.
pub trait Vector: Shape {
    /// The size of the axis.
    type Size: Dim;
}

impl<N: Dim> Vector for N {
    type Size = N;
}

macro_rules! no_vector {
    ($($axis:ident)*) => {
        impl<$($axis: Dim),*> Vector for ($($axis,)*) {
            type Size = U1;
        }
    };
}
no_vector!();
no_vector!(A B);
no_vector!(A B C);
no_vector!(A B C D);
no_vector!(A B C D E);
no_vector!(A B C D E F);
