//! Functions of one and of two elements, each with its derivatives: what [`Unary`](super::Unary) and
//! [`Binary`](super::Binary) nodes compute.

use core::fmt::Debug;

use crate::element::Element;
use crate::loss::weighted;

/// A function of one element.
///
/// ```
/// use dimwise::graph::function::Function;
/// use dimwise::graph::{Graph, Node, Variable};
///
/// #[derive(Clone, Copy, Debug)]
/// struct Cube;
///
/// impl Function<f64> for Cube {
///     fn value(self, x: f64) -> f64 {
///         x * x * x
///     }
///     fn derivative(self, x: f64, _y: f64) -> f64 {
///         3.0 * x * x
///     }
/// }
///
/// let x = Variable::new(2.0);
/// let mut y = Graph::new(x.apply(Cube));
/// assert_eq!(y.forward()[[]], 8.0);
/// y.backward();
/// assert_eq!(x.gradient()[[]], 12.0);
/// ```
pub trait Function<T>: Copy + Debug {
    /// `y = f(x)`.
    fn value(self, x: T) -> T;

    /// `f'(x)`, computed from `x` or from `y = f(x)`.
    fn derivative(self, x: T, y: T) -> T;
}

/// A function of two elements.
pub trait Function2<T>: Copy + Debug {
    /// `y = f(left, right)`.
    fn value(self, left: T, right: T) -> T;

    /// The derivatives of `y` by `left` and by `right`.
    fn derivatives(self, left: T, right: T) -> (T, T);
}

/// The functions of one element: name, `x` to `y`, and the derivative by `x`.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $(($number:ident: $field:ty))?: |$x:ident| $value:expr, |$dx:ident, $dy:ident| $derivative:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name $((
                /// The exponent.
                pub $field
            ))?;

            impl<T: Element> Function<T> for $name {
                #[inline]
                fn value(self, $x: T) -> T {
                    $(let Self($number) = self;)?
                    $value
                }

                #[inline]
                fn derivative(self, $dx: T, $dy: T) -> T {
                    $(let Self($number) = self;)?
                    $derivative
                }
            }
        )*
    };
}
functions! {
    /// `y = -x`, `y' = -1`.
    Negate: |x| -x, |_x, _y| -T::ONE;
    /// `y = eˣ`, `y' = y`.
    Exp: |x| x.exp(), |_x, y| y;
    /// `y = ln x`, `y' = 1 / x`.
    Ln: |x| x.ln(), |x, _y| T::ONE / x;
    /// `y = x²`, `y' = 2x`.
    Square: |x| x * x, |x, _y| x + x;
    /// `y = xⁿ`, `y' = n xⁿ⁻¹`, which is 0 for `n = 0`, even at `x = 0`.
    Power(n: i32): |x| power(x, n),
        |x, _y| if n == 0 { T::ZERO } else { T::from_f64(f64::from(n)) * power(x, n - 1) };
    /// `y = √x`, `y' = 1 / 2y`.
    Sqrt: |x| x.sqrt(), |_x, y| T::ONE / (y + y);
    /// `y = tanh x`, `y' = 4 s / (1 + s)²` with `s = e^(-2 |x|)`: `1 - y²` would be 0 if `y` is rounded to 1.
    HyperbolicTangent: |x| x.tanh(), |x, _y| {
        let small = (-(x.abs() + x.abs())).exp();
        T::from_f64(4.0) * small / ((T::ONE + small) * (T::ONE + small))
    };
    /// `y = 0`, `y' = 0` if `x ≤ 0`, else `y = x`, `y' = 1`; NaN stays NaN.
    Rectifier: |x| if x <= T::ZERO { T::ZERO } else { x }, |x, _y| if x <= T::ZERO { T::ZERO } else { T::ONE };
    /// `y = 1 / (1 + e⁻ˣ)`, `y' = y / (1 + eˣ)`: `1 - y` would be 0 if `y` is rounded to 1.
    Logistic: |x| T::ONE / (T::ONE + (-x).exp()), |x, y| y / (T::ONE + x.exp());
}

/// The functions of an element and of a number in the formula.
macro_rules! functions_with_number {
    ($($(#[$doc:meta])* $name:ident: |$x:ident, $c:ident| $value:expr, |$dx:ident, $dy:ident, $dc:ident| $derivative:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name<T>(
                /// The number `c`.
                pub T,
            );

            impl<T: Element> Function<T> for $name<T> {
                #[inline]
                fn value(self, $x: T) -> T {
                    let $c = self.0;
                    $value
                }

                #[inline]
                fn derivative(self, $dx: T, $dy: T) -> T {
                    let $dc = self.0;
                    $derivative
                }
            }
        )*
    };
}
functions_with_number! {
    /// `y = x + c`, `y' = 1`.
    PlusNumber: |x, c| x + c, |_x, _y, _c| T::ONE;
    /// `y = x - c`, `y' = 1`.
    MinusNumber: |x, c| x - c, |_x, _y, _c| T::ONE;
    /// `y = c - x`, `y' = -1`.
    NumberMinus: |x, c| c - x, |_x, _y, _c| -T::ONE;
    /// `y = c x`, `y' = c`.
    TimesNumber: |x, c| c * x, |_x, _y, c| c;
    /// `y = x / c`, `y' = 1 / c`.
    OverNumber: |x, c| x / c, |_x, _y, c| T::ONE / c;
    /// `y = c / x`, `y' = -c / x² = -y / x`.
    NumberOver: |x, c| c / x, |x, y, _c| -y / x;
}

/// The functions of two elements, and the derivatives by each.
macro_rules! functions_of_two {
    ($($(#[$doc:meta])* $name:ident: |$a:ident, $b:ident| $value:expr, |$da:ident, $db:ident| $derivatives:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl<T: Element> Function2<T> for $name {
                #[inline]
                fn value(self, $a: T, $b: T) -> T {
                    $value
                }

                #[inline]
                fn derivatives(self, $da: T, $db: T) -> (T, T) {
                    $derivatives
                }
            }
        )*
    };
}
functions_of_two! {
    /// `y = a + b`; the derivatives are 1 and 1.
    Add: |a, b| a + b, |_a, _b| (T::ONE, T::ONE);
    /// `y = a - b`; the derivatives are 1 and -1.
    Sub: |a, b| a - b, |_a, _b| (T::ONE, -T::ONE);
    /// `y = a b`; the derivatives are `b` and `a`.
    Mul: |a, b| a * b, |a, b| (b, a);
    /// `y = a / b`; the derivatives are `1 / b` and `-a / b²`.
    Div: |a, b| a / b, |a, b| (T::ONE / b, -(a / b) / b);
    /// `y = a b`, or 0 if `a` is 0, even if `b` is infinite; the derivatives are `b` and `a`.
    Weigh: |a, b| weighted(a, b), |a, b| (b, a);
    /// `y` is the larger of `a` and `b`, NaN if one of them is; the derivatives are 1 for that one, for `a` if
    /// they are equal, and 0 for the other.
    Larger: |a, b| a.maximum(b),
        |a, b| if b > a || b.is_nan() { (T::ZERO, T::ONE) } else { (T::ONE, T::ZERO) };
}

/// `xⁿ`, with `n` of either sign.
fn power<T: Element>(x: T, n: i32) -> T {
    let power = x.power(n.unsigned_abs() as usize);
    if n < 0 { T::ONE / power } else { power }
}
