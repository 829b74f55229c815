//! [`Relu`]: the rectified linear unit.

use core::marker::PhantomData;

use super::{Activation, FromOutput};
use crate::element::Element;
use crate::shape::Shape;

/// `y = max(0, x)`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// The derivative at 0 is taken as 0. NaN stays, with a derivative of 1. Saito, *Deep Learning from Scratch*, 5.5.1.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Relu::<U3>::value(-2.0), 0.0);
/// assert_eq!(Relu::<U3>::value(2.0), 2.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Relu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Relu<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> Activation for Relu<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    #[inline]
    fn value(x: T) -> T {
        if x < T::ZERO { T::ZERO } else { x }
    }

    // y' = 0 where y ≤ 0, else 1
    #[inline]
    fn derivative(y: T) -> T {
        if y <= T::ZERO { T::ZERO } else { T::ONE }
    }
}
