//! [`LeakyRelu`]: a rectifier that lets some of the negative through.

use core::marker::PhantomData;

use super::{Activation, FromOutput};
use crate::element::Element;
use crate::shape::Shape;

/// `y = x` where `x > 0`, `x / 100` elsewhere, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// Maas et al., *Rectifier nonlinearities improve neural network acoustic models*, 2013.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(LeakyRelu::<U3>::value(-2.0), -0.02);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct LeakyRelu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(LeakyRelu<S: Shape, T: Element>: T {} marker shape);

/// What is left of a negative number.
const SLOPE: f64 = 0.01;

impl<S: Shape, T: Element> Activation for LeakyRelu<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    #[inline]
    fn value(x: T) -> T {
        if x > T::ZERO { x } else { x * T::from_f64(SLOPE) }
    }

    // y' = 1, or the slope
    #[inline]
    fn derivative(y: T) -> T {
        if y > T::ZERO { T::ONE } else { T::from_f64(SLOPE) }
    }
}
