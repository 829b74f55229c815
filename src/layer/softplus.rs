//! [`Softplus`]: the smooth rectifier.

use core::marker::PhantomData;

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::kernel::{Function, Set, elementwise, exp, exp_m1, multiply_add, polynomial, positive};
use crate::plain::{flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = ln(1 + eˣ)`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Accuracy
///
/// At most 2 units in the last place from the exact value, and the derivative at most 3.
///
/// Dugas et al., *Incorporating second-order functional knowledge for better option pricing*, 2000.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = Softplus::<U2>::zeroed().predict(&Tensor::from([0.0, 100.0]));
/// assert!((output[0] - 2.0_f32.ln()).abs() < 1e-6);
/// assert_eq!(output[1], 100.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Softplus<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

crate::parameters!(Softplus<S: Shape, T: Element>: T {} marker shape);

impl<S: Shape, T: Element> InPlace for Softplus<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        SoftplusValue::map(flat_mut(values));
    }

    // y' = σ(x) = 1 - e⁻ʸ
    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        SoftplusDerivative::multiply(flat(outputs), flat_mut(grads));
    }
}

/// `ln(1 + eˣ)`.
pub(super) struct SoftplusValue;

elementwise!(map SoftplusValue);

impl Function<f32> for SoftplusValue {
    #[inline(always)]
    fn of<S: Set<f32>>(x: f32) -> f32 {
        positive(x) + ln_1p::<S>(exp::<S>(-x.abs()))
    }
}

impl Function<f64> for SoftplusValue {
    fn of<S: Set<f64>>(x: f64) -> f64 {
        positive(x) + Element::ln_1p(Element::exp(-x.abs()))
    }
}

/// Told from the result: `1 - e⁻ʸ`.
pub(super) struct SoftplusDerivative;

elementwise!(multiply SoftplusDerivative);

impl Function<f32> for SoftplusDerivative {
    #[inline(always)]
    fn of<S: Set<f32>>(y: f32) -> f32 {
        -exp_m1::<S>(-y)
    }
}

impl Function<f64> for SoftplusDerivative {
    fn of<S: Set<f64>>(y: f64) -> f64 {
        -Element::exp_m1(-y)
    }
}

/// `ln(1 + t)` for `t` in [0, 1]: with `s = t / (2 + t)` it is `2 s + ⅔ s³ + ⅖ s⁵ + …`. FreeBSD, `log1pf`.
#[inline(always)]
fn ln_1p<S: Set<f32>>(t: f32) -> f32 {
    let s = t / (2.0 + t);
    let square = s * s;
    let tail = polynomial::<S>(
        square,
        [6.666_667e-1, 4.000_001e-1, 2.857_029_6e-1, 2.226_495_1e-1, 1.746_222_6e-1, 2.079_656_4e-1],
    );
    let half = 0.5 * t * t;
    t - (half - s * multiply_add::<S>(square, tail, half))
}
