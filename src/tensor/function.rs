//! Functions of each element.

use super::{Placed, Tensor};
use crate::element::Element;
use crate::kernel::{Exponential, HyperbolicTangent, Logistic};
use crate::plain::Plain;
use crate::shape::Shape;

/// Functions of each element of a tensor; the shape stays.
pub trait Functions: Placed {
    /// Returns `function` of each element.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0]).map(|x| 10.0 * x + 1.0), Tensor::from([11.0, 21.0]));
    /// ```
    #[inline]
    fn map(&self, mut function: impl FnMut(Self::Element) -> Self::Element) -> Self {
        let numbers = self.tensor().as_slice();
        Self::like(|position| function(numbers[position]))
    }

    /// `|x|`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([-1.5, 2.0]).abs(), Tensor::from([1.5, 2.0]));
    /// ```
    fn abs(&self) -> Self {
        self.map(Element::abs)
    }

    /// 1 with the element's sign; NaN if it is NaN.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([-1.5, 2.0]).signum(), Tensor::from([-1.0, 1.0]));
    /// ```
    fn signum(&self) -> Self {
        self.map(Element::signum)
    }

    /// `1 / x`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([2.0, 4.0]).recip(), Tensor::from([0.5, 0.25]));
    /// ```
    fn recip(&self) -> Self {
        self.map(|x| Self::Element::ONE / x)
    }

    /// `x²`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([-3.0, 2.0]).square(), Tensor::from([9.0, 4.0]));
    /// ```
    fn square(&self) -> Self {
        self.map(|x| x * x)
    }

    /// `√x`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([9.0, 2.25]).sqrt(), Tensor::from([3.0, 1.5]));
    /// ```
    fn sqrt(&self) -> Self {
        self.map(Element::sqrt)
    }

    /// `xⁿ`, by repeated squaring.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([2.0, -1.0]).powi(3), Tensor::from([8.0, -1.0]));
    /// assert_eq!(Tensor::from([2.0, -1.0]).powi(-2), Tensor::from([0.25, 1.0]));
    /// ```
    fn powi(&self, exponent: i32) -> Self {
        self.map(|x| power(x, exponent))
    }

    /// `xʸ`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([4.0_f32, 9.0]).powf(0.5), Tensor::from([2.0, 3.0]));
    /// ```
    fn powf(&self, exponent: Self::Element) -> Self {
        self.map(|x| x.powf(exponent))
    }

    /// `eˣ`; in `f32` at most one unit in the last place from the exact value.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([0.0, f32::NEG_INFINITY]).exp(), Tensor::from([1.0, 0.0]));
    /// ```
    #[inline]
    fn exp(&self) -> Self {
        with_kernel(self, Exponential::map)
    }

    /// The natural logarithm.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.0_f32, 0.0]).ln(), Tensor::from([0.0, f32::NEG_INFINITY]));
    /// ```
    fn ln(&self) -> Self {
        self.map(Element::ln)
    }

    /// The hyperbolic tangent; in `f32` at most 1.4 units in the last place from the exact value.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([0.0_f32, 50.0]).tanh(), Tensor::from([0.0, 1.0]));
    /// ```
    fn tanh(&self) -> Self {
        with_kernel(self, HyperbolicTangent::map)
    }

    /// The logistic function, `1 / (1 + e⁻ˣ)`; in `f32` at most 2.3 units in the last place from the
    /// exact value.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([0.0_f32, 50.0]).sigmoid(), Tensor::from([0.5, 1.0]));
    /// ```
    fn sigmoid(&self) -> Self {
        with_kernel(self, Logistic::map)
    }

    /// The sine of an angle in radians.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([0.0_f32, 0.0]).sin(), Tensor::from([0.0, 0.0]));
    /// ```
    fn sin(&self) -> Self {
        self.map(Element::sin)
    }

    /// The cosine of an angle in radians.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([0.0_f32, 0.0]).cos(), Tensor::from([1.0, 1.0]));
    /// ```
    fn cos(&self) -> Self {
        self.map(Element::cos)
    }

    /// The largest integer that is not above.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.7, -1.2]).floor(), Tensor::from([1.0, -2.0]));
    /// ```
    fn floor(&self) -> Self {
        self.map(Element::floor)
    }

    /// The smallest integer that is not below.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.2, -1.7]).ceil(), Tensor::from([2.0, -1.0]));
    /// ```
    fn ceil(&self) -> Self {
        self.map(Element::ceil)
    }

    /// The nearest integer; of two equally near, the one farther from 0.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(Tensor::from([1.5, -1.2]).round(), Tensor::from([2.0, -1.0]));
    /// ```
    fn round(&self) -> Self {
        self.map(Element::round)
    }
}

impl<P: Placed> Functions for P {}

impl<S: Shape, T: Element> Tensor<S, T> {
    /// [`map`](Functions::map) that overwrites the elements.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let mut tensor = Tensor::from([1.0, 2.0]);
    /// tensor.map_in_place(|x| 10.0 * x);
    /// assert_eq!(tensor, Tensor::from([10.0, 20.0]));
    /// ```
    #[inline]
    pub fn map_in_place(&mut self, mut function: impl FnMut(T) -> T) {
        self.as_mut_slice().iter_mut().for_each(|x| *x = function(*x));
    }
}

/// A copy to which a kernel has been applied.
#[inline]
fn with_kernel<P: Placed>(of: &P, kernel: fn(&mut [P::Element])) -> P {
    let mut numbers = of.map(|x| x);
    kernel(numbers.tensor_mut().as_mut_slice());
    numbers
}

#[inline]
fn power<T: Element>(x: T, exponent: i32) -> T {
    let (mut left, mut square, mut power) = (exponent.unsigned_abs(), x, T::ONE);
    while left > 0 {
        if left & 1 == 1 {
            power *= square;
        }
        square *= square;
        left >>= 1;
    }
    if exponent < 0 { T::ONE / power } else { power }
}
