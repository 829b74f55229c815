//! The operators `+ - * /`, element by element, and their assigning forms.
//!
//! Each operand is a number, or a tensor by value, by reference or in a `Box`; the right one is broadcast to the
//! left one's shape. The result reuses the memory of a left operand by value.
//!
//! ```
//! use dimwise::prelude::*;
//!
//! let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
//! let row = Tensor::from([10.0, 20.0]);
//! assert_eq!(&x + &row, Tensor::from([[11.0, 22.0], [13.0, 24.0]]));
//! assert_eq!(2.0 * &x - 1.0, Tensor::from([[1.0, 3.0], [5.0, 7.0]]));
//! assert_eq!(-&x / 2.0, Tensor::from([[-0.5, -1.0], [-1.5, -2.0]]));
//! let mut x = x;
//! x *= &row;
//! assert_eq!(x, Tensor::from([[10.0, 40.0], [30.0, 80.0]]));
//! ```

use alloc::boxed::Box;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::broadcast::{Operand, combine_in_place, combined};
use super::{Functions, Placed, Tensor};
use crate::element::Element;
use crate::shape::{Becomes, DecimalOf, RanksOf, Shape};

/// An operator and its assigning form.
macro_rules! operator {
    ($trait:ident $method:ident, $assign_trait:ident $assign:ident) => {
        operator!(@by_reference $trait $method: Tensor<S, T>);
        operator!(@by_reference $trait $method: Box<Tensor<S, T>>);
        operator!(@by_value $trait $method, $assign_trait $assign: Tensor<S, T>);
        operator!(@by_value $trait $method, $assign_trait $assign: Box<Tensor<S, T>>);
        operator!(@number $trait $method: f32);
        operator!(@number $trait $method: f64);
    };
    (@by_reference $trait:ident $method:ident: $left:ty) => {
        impl<S: Shape, T: Element, R: Operand<T>> $trait<R> for &$left
        where
            DecimalOf<R::Shape>: Becomes<DecimalOf<S>, RanksOf<R::Shape, S>>,
        {
            type Output = $left;
            #[inline]
            fn $method(self, right: R) -> $left {
                combined(self, right.operand(), T::$method)
            }
        }
    };
    (@by_value $trait:ident $method:ident, $assign_trait:ident $assign:ident: $left:ty) => {
        impl<S: Shape, T: Element, R: Operand<T>> $trait<R> for $left
        where
            DecimalOf<R::Shape>: Becomes<DecimalOf<S>, RanksOf<R::Shape, S>>,
        {
            type Output = $left;
            #[inline]
            fn $method(mut self, right: R) -> $left {
                combine_in_place(self.tensor_mut(), right.operand(), T::$method);
                self
            }
        }
        impl<S: Shape, T: Element, R: Operand<T>> $assign_trait<R> for $left
        where
            DecimalOf<R::Shape>: Becomes<DecimalOf<S>, RanksOf<R::Shape, S>>,
        {
            #[inline]
            fn $assign(&mut self, right: R) {
                combine_in_place(self.tensor_mut(), right.operand(), T::$method);
            }
        }
    };
    (@number $trait:ident $method:ident: $number:ident) => {
        operator!(@beside_number $trait $method: $number, Tensor<S, $number>);
        operator!(@beside_number $trait $method: $number, Box<Tensor<S, $number>>);
    };
    (@beside_number $trait:ident $method:ident: $number:ident, $right:ty) => {
        impl<S: Shape> $trait<&$right> for $number {
            type Output = $right;
            #[inline]
            fn $method(self, right: &$right) -> $right {
                right.map(|number| $number::$method(self, number))
            }
        }
        impl<S: Shape> $trait<$right> for $number {
            type Output = $right;
            #[inline]
            fn $method(self, mut right: $right) -> $right {
                right.map_in_place(|number| $number::$method(self, number));
                right
            }
        }
    };
}
operator!(Add add, AddAssign add_assign);
operator!(Sub sub, SubAssign sub_assign);
operator!(Mul mul, MulAssign mul_assign);
operator!(Div div, DivAssign div_assign);

macro_rules! negation {
    ($of:ty) => {
        impl<S: Shape, T: Element> Neg for &$of {
            type Output = $of;
            #[inline]
            fn neg(self) -> $of {
                self.map(T::neg)
            }
        }
        impl<S: Shape, T: Element> Neg for $of {
            type Output = $of;
            #[inline]
            fn neg(mut self) -> $of {
                self.map_in_place(T::neg);
                self
            }
        }
    };
}
negation!(Tensor<S, T>);
negation!(Box<Tensor<S, T>>);
