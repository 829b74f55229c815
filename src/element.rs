//! The numbers of a network: [`Element`], which is `f32` or `f64`.
//!
//! Everything else is generic over it: training runs in `f32`, gradient checks in `f64`.

use alloc::vec::Vec;
use core::fmt::{Debug, Display, LowerExp};
use core::iter::Sum;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::plain::Float;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A type for each element type.
#[doc(hidden)]
pub trait Family {
    /// The type that belongs to `T`.
    type Of<T: Element>;
}

/// A value of a [`Family`] whose element type is known.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub enum Concrete<F: Family> {
    F32(F::Of<f32>),
    F64(F::Of<f64>),
}

/// A floating-point number that tensors, layers and losses compute with: `f32` or `f64`.
///
/// ```
/// use dimwise::prelude::*;
///
/// fn logistic<T: Element>(x: T) -> T {
///     T::ONE / (T::ONE + (-x).exp())
/// }
/// assert_eq!(logistic(0.0_f32), 0.5);
/// assert_eq!(logistic(0.0_f64), 0.5);
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not an element type",
    label = "the elements of a tensor are `f32` or `f64`"
)]
pub trait Element:
    sealed::Sealed
    + Float
    + Copy
    + Default
    + PartialEq
    + PartialOrd
    + Debug
    + Display
    + LowerExp
    + Sum
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
{
    /// 1.
    const ONE: Self;
    /// The lowest finite number.
    const MIN: Self;
    /// The largest finite number.
    const MAX: Self;
    /// The smallest positive number that is normal: with all its digits.
    const MIN_POSITIVE: Self;
    /// The root of [`MIN_POSITIVE`](Self::MIN_POSITIVE): the smallest number whose square is normal.
    const SQRT_MIN_POSITIVE: Self;
    /// The distance from 1 to the next larger number.
    const EPSILON: Self;
    /// The type's name: `"f32"` or `"f64"`.
    const NAME: &'static str;

    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;
    /// The same number as `f64`; exact.
    fn to_f64(self) -> f64;
    /// `|self|`.
    fn abs(self) -> Self;
    /// `e^self`.
    fn exp(self) -> Self;
    /// `e^self - 1`, also where `e^self` is near 1.
    fn exp_m1(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The natural logarithm of `1 + self`, also where `self` is lost beside 1.
    fn ln_1p(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// The sine of an angle in radians.
    fn sin(self) -> Self;
    /// The cosine of an angle in radians.
    fn cos(self) -> Self;
    /// `self` to the power of `exponent`.
    fn powf(self, exponent: Self) -> Self;
    /// `self` to a whole power, by squaring: the same bits on every platform.
    fn power(self, mut exponent: usize) -> Self {
        let (mut base, mut product) = (self, Self::ONE);
        while exponent > 0 {
            if exponent % 2 == 1 {
                product *= base;
            }
            base *= base;
            exponent /= 2;
        }
        product
    }
    /// The largest whole number that is not above.
    fn floor(self) -> Self;
    /// The smallest whole number that is not below.
    fn ceil(self) -> Self;
    /// The nearest whole number; of two as near the one farther from 0.
    fn round(self) -> Self;
    /// 1 with the number's sign; NaN where it is NaN.
    fn signum(self) -> Self;
    /// The larger of two; NaN where one of them is.
    fn maximum(self, other: Self) -> Self;
    /// The smaller of two; NaN where one of them is.
    fn minimum(self, other: Self) -> Self;
    /// Whether the number is not one.
    fn is_nan(self) -> bool;
    /// The same value with its element type spelt out: generic code calls with it what is compiled for `f32` and for
    /// `f64`.
    #[doc(hidden)]
    fn concrete<F: Family>(value: F::Of<Self>) -> Concrete<F>;
    /// Appends the number's bytes, the lowest first.
    #[doc(hidden)]
    fn write_le(self, bytes: &mut Vec<u8>);
    /// The number with these bytes, the lowest first.
    ///
    /// # Panics
    ///
    /// Panics if there are not just as many.
    #[doc(hidden)]
    fn read_le(bytes: &[u8]) -> Self;
    /// Whether the number is neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// The number, or 0 where it is denormal: smaller than [`MIN_POSITIVE`](Self::MIN_POSITIVE). NaN stays
    /// NaN.
    ///
    /// For what decays from step to step: processors take up to a hundred times as long for denormal
    /// numbers.
    #[inline(always)]
    fn flushed(self) -> Self {
        if self.abs() < Self::MIN_POSITIVE { Self::ZERO } else { self }
    }
}

/// With `std` the platform's function, otherwise the software one of the `libm` feature.
macro_rules! function {
    ($x:ident . $name:ident, $libm:ident $(, $more:ident)?) => {{
        #[cfg(feature = "std")]
        {
            $x.$name($($more)?)
        }
        #[cfg(all(not(feature = "std"), feature = "libm"))]
        {
            libm::$libm($x $(, $more)?)
        }
        #[cfg(not(any(feature = "std", feature = "libm")))]
        {
            compile_error!("dimwise needs one of its features `std` and `libm`")
        }
    }};
}

macro_rules! element {
    (
        $t:ident, $variant:ident, $exp:ident, $expm1:ident, $ln:ident, $log1p:ident, $tanh:ident, $sqrt:ident,
        $sin:ident, $cos:ident, $pow:ident, $floor:ident, $ceil:ident, $round:ident
    ) => {
        impl Element for $t {
            const ONE: Self = 1.0;
            const MIN: Self = $t::MIN;
            const MAX: Self = $t::MAX;
            const MIN_POSITIVE: Self = $t::MIN_POSITIVE;
            // 2⁻⁶³ or 2⁻⁵¹¹: the exponent is halved.
            const SQRT_MIN_POSITIVE: Self =
                $t::from_bits(($t::to_bits($t::MIN_POSITIVE) + $t::to_bits(1.0)) / 2);
            const EPSILON: Self = $t::EPSILON;
            const NAME: &'static str = stringify!($t);

            #[inline]
            fn from_f64(value: f64) -> Self {
                value as $t
            }
            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline]
            fn abs(self) -> Self {
                $t::abs(self)
            }
            #[inline]
            fn exp(self) -> Self {
                function!(self.exp, $exp)
            }
            #[inline]
            fn exp_m1(self) -> Self {
                function!(self.exp_m1, $expm1)
            }
            #[inline]
            fn ln(self) -> Self {
                function!(self.ln, $ln)
            }
            #[inline]
            fn ln_1p(self) -> Self {
                function!(self.ln_1p, $log1p)
            }
            #[inline]
            fn tanh(self) -> Self {
                function!(self.tanh, $tanh)
            }
            #[inline]
            fn sqrt(self) -> Self {
                function!(self.sqrt, $sqrt)
            }
            #[inline]
            fn sin(self) -> Self {
                function!(self.sin, $sin)
            }
            #[inline]
            fn cos(self) -> Self {
                function!(self.cos, $cos)
            }
            #[inline]
            fn floor(self) -> Self {
                function!(self.floor, $floor)
            }
            #[inline]
            fn ceil(self) -> Self {
                function!(self.ceil, $ceil)
            }
            #[inline]
            fn round(self) -> Self {
                function!(self.round, $round)
            }
            #[inline]
            fn powf(self, exponent: Self) -> Self {
                function!(self.powf, $pow, exponent)
            }
            #[inline]
            fn signum(self) -> Self {
                $t::signum(self)
            }
            #[inline]
            fn maximum(self, other: Self) -> Self {
                if other > self || other.is_nan() { other } else { self }
            }
            #[inline]
            fn minimum(self, other: Self) -> Self {
                if other < self || other.is_nan() { other } else { self }
            }
            #[inline]
            fn is_nan(self) -> bool {
                $t::is_nan(self)
            }
            #[inline(always)]
            fn concrete<F: Family>(value: F::Of<Self>) -> Concrete<F> {
                Concrete::$variant(value)
            }
            fn write_le(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }
            fn read_le(bytes: &[u8]) -> Self {
                let mut array = [0; size_of::<Self>()];
                array.copy_from_slice(bytes);
                Self::from_le_bytes(array)
            }
            #[inline]
            fn is_finite(self) -> bool {
                $t::is_finite(self)
            }
        }
    };
}
element!(f32, F32, expf, expm1f, logf, log1pf, tanhf, sqrtf, sinf, cosf, powf, floorf, ceilf, roundf);
element!(f64, F64, exp, expm1, log, log1p, tanh, sqrt, sin, cos, pow, floor, ceil, round);
