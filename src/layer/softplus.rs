//! [`Softplus`]: the smooth rectifier.

use core::marker::PhantomData;

use super::Activation;
use crate::element::{Element, ln_1_plus};
use crate::shape::Shape;

/// `y = ln(1 + eˣ)`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// Dugas et al., *Incorporating second-order functional knowledge for better option pricing*, 2000.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert!((Softplus::<U3>::value(0.0) - 2.0_f32.ln()).abs() < 1e-6);
/// assert_eq!(Softplus::<U3>::value(100.0), 100.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Softplus<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Softplus<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> Activation for Softplus<S, T> {
    type Shape = S;

    // max(0, x) + ln(1 + e^-|x|), which does not overflow
    #[inline]
    fn value(x: T) -> T {
        x.max(T::ZERO) + ln_1_plus((-x.abs()).exp())
    }

    // y' = σ(x) = 1 - e⁻ʸ
    #[inline]
    fn derivative(y: T) -> T {
        T::ONE - (-y).exp()
    }
}
