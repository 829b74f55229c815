//! [`Batch`]: room for a batch, whose size the compiler knows.

use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::dim::Dim;
use crate::plain::{Plain, view, view_mut};
use crate::shape::Shape;

/// Room for up to `B` samples: batch memory whose size the compiler knows. It is a slice of `B` values.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut batch = Batch::<Tensor<U2>, U3>::ZERO;
/// batch[2] = Tensor::from([1.0, 2.0]);
/// assert_eq!(batch.as_slice(), [0.0, 0.0, 0.0, 0.0, 1.0, 2.0]);
/// ```
#[repr(transparent)]
pub struct Batch<P: Plain, B: Dim> {
    items: <B as Shape>::Array<P>,
}

crate::plain!(Batch<P: Plain, B: Dim>: P::Element { items });

impl<P: Plain, B: Dim> Deref for Batch<P, B> {
    type Target = [P];

    #[inline]
    fn deref(&self) -> &[P] {
        view(self.as_slice(), B::SIZE)
    }
}

impl<P: Plain, B: Dim> DerefMut for Batch<P, B> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [P] {
        view_mut(self.as_mut_slice(), B::SIZE)
    }
}

impl<P: Plain + fmt::Debug, B: Dim> fmt::Debug for Batch<P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&**self).finish()
    }
}
