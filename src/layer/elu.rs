//! [`Elu`]: the exponential linear unit.

use core::marker::PhantomData;

use super::Activation;
use crate::element::Element;
use crate::shape::Shape;

/// `y = x` where `x > 0`, `eˣ - 1` elsewhere, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// Clevert et al., *Fast and accurate deep network learning by exponential linear units*, 2015.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(Elu::<U3>::value(2.0), 2.0);
/// assert!((Elu::<U3>::value(-1.0) + 0.632).abs() < 1e-3);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Elu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Elu<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> Activation for Elu<S, T> {
    type Shape = S;

    #[inline]
    fn value(x: T) -> T {
        if x > T::ZERO { x } else { x.exp() - T::ONE }
    }

    // y' = 1, or eˣ = y + 1
    #[inline]
    fn derivative(y: T) -> T {
        if y > T::ZERO { T::ONE } else { y + T::ONE }
    }
}
