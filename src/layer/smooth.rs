//! [`Gelu`] and [`Silu`]: functions of single numbers whose derivative needs the input, since they fall
//! before they rise.

use core::marker::PhantomData;

use super::{Input, Layer, Output, Released};
use crate::dim::Dim;
use crate::element::Element;
use crate::plain::{Nothing, flat, flat_mut};
use crate::shape::Shape;

/// `y = x · Φ(x)` with the standard normal distribution function `Φ`, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// Hendrycks and Gimpel, *Gaussian error linear units*, 2016; this is the exact form, not that with
/// `tanh`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = Gelu::<U2>::zeroed().predict(&Tensor::from([1.0, -1.0]));
/// assert!((output[0] - 0.8413).abs() < 1e-4 && (output[1] + 0.1587).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Gelu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

/// `y = x · σ(x)` with the logistic function `σ`, element by element; elsewhere called swish.
///
/// # Shapes
///
/// Input and output `S`.
///
/// Elfwing et al., *Sigmoid-weighted linear units*, 2017.
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = Silu::<U2>::zeroed().predict(&Tensor::from([1.0, -1.0]));
/// assert!((output[0] - 0.7311).abs() < 1e-4 && (output[1] + 0.2689).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Silu<S: Shape, T: Element = f32> {
    shape: PhantomData<(S, T)>,
}

impl<S: Shape, T: Element> Gelu<S, T> {
    fn value(x: T) -> T {
        x * T::from_f64(normal_distribution(x.to_f64()))
    }

    // y' = Φ(x) + x · φ(x)
    fn derivative(x: T) -> T {
        let x = x.to_f64();
        let density = Element::exp(-0.5 * x * x) / ROOT_2_PI;
        T::from_f64(normal_distribution(x) + x * density)
    }
}

impl<S: Shape, T: Element> Silu<S, T> {
    fn logistic(x: T) -> T {
        T::ONE / (T::ONE + (-x).exp())
    }

    fn value(x: T) -> T {
        x * Self::logistic(x)
    }

    // y' = σ(x) + x · σ(x) · (1 - σ(x))
    fn derivative(x: T) -> T {
        let logistic = Self::logistic(x);
        logistic + x * logistic * (T::ONE - logistic)
    }
}

/// A layer of the functions `value` and `derivative`, both of the input.
macro_rules! function_of_input {
    ($name:ident) => {
        crate::parameters!($name<S: Shape, T: Element>: T {} marker shape);

        impl<S: Shape, T: Element> Layer for $name<S, T> {
            type In = S;
            type Out = S;
            type Cache<B: Dim> = Nothing<T>;
            type Placement = Released;
            const MULTIPLY_ADDS: usize = 0;

            fn forward<B: Dim>(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: &mut Nothing<T>) {
                self.infer(input, output);
            }

            fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
                for (y, x) in flat_mut(output).iter_mut().zip(flat(input)) {
                    *y = Self::value(*x);
                }
            }

            fn backward<B: Dim>(
                &self,
                input: &[Input<Self>],
                _output: &[Output<Self>],
                grad_output: &mut [Output<Self>],
                grad_input: Option<&mut [Input<Self>]>,
                _gradients: &mut Self,
                _cache: &mut Nothing<T>,
            ) {
                let Some(grad_input) = grad_input else { return };
                let grads = flat(grad_output).iter().zip(flat(input));
                for (grad_input, (grad_output, x)) in flat_mut(grad_input).iter_mut().zip(grads) {
                    *grad_input = *grad_output * Self::derivative(*x);
                }
            }
        }
    };
}
function_of_input!(Gelu);
function_of_input!(Silu);

/// `√(2π)`
const ROOT_2_PI: f64 = 2.506_628_274_631_000_2;

/// `Φ(x)`, the probability that a standard normal number is below `x`, to about 1e-15.
fn normal_distribution(x: f64) -> f64 {
    let density = Element::exp(-0.5 * x * x) / ROOT_2_PI;
    if x.abs() < 4.0 {
        // Φ(x) = 1/2 + φ(x) · (x + x³/3 + x⁵/(3·5) + …)
        let (mut term, mut sum, mut odd) = (x, x, 1.0);
        while term.abs() > 1e-17 {
            odd += 2.0;
            term *= x * x / odd;
            sum += term;
        }
        0.5 + density * sum
    } else {
        // 1 - Φ(|x|) = φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))), from the inside out
        let fraction = (1..=40).rev().fold(x.abs(), |inner, k| x.abs() + k as f64 / inner);
        let tail = density / fraction;
        if x > 0.0 { 1.0 - tail } else { tail }
    }
}

#[cfg(test)]
mod tests {
    use super::normal_distribution;

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        let known = [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.96, 0.024_997_895_148_220_43),
            (3.999, 0.999_968_194_659_945_9),
            (-4.0, 3.167_124_183_311_986e-5),
            (-10.0, 7.619_853_024_160_525e-24),
        ];
        for (x, expected) in known {
            let found = normal_distribution(x);
            assert!((found / expected - 1.0).abs() < 1e-10, "Φ({x}) is {found}, not {expected}");
        }
    }
}
