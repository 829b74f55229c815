//! [`Identity`]: the layer that changes nothing.

use core::marker::PhantomData;

use super::{Activation, FromOutput};
use crate::element::Element;
use crate::shape::Shape;

/// `y = x`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// The output layer of a regression. Saito, *Deep Learning from Scratch*, 3.5.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Identity::<U3>::value(-2.0), -2.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Identity<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Identity<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> Activation for Identity<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    #[inline]
    fn value(x: T) -> T {
        x
    }

    // y' = 1
    #[inline]
    fn derivative(_y: T) -> T {
        T::ONE
    }
}
