//! Single elements at positions that the compiler checks: `matrix.at::<1, 2>()`.

use typenum::{B1, Const, IsLess, Le, ToUInt, U};

use super::Tensor;
use crate::element::Element;
use crate::shape::Dim;

/// Whether a position is on an axis, as typenum's truth; the size in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "position {AT} is outside of an axis of {Size}",
    label = "there is no position {AT}: the first one is 0, the last one {Size} less 1"
)]
pub trait IsInside<const AT: usize, Size> {}
#[diagnostic::do_not_recommend]
impl<const AT: usize, Size> IsInside<AT, Size> for B1 {}

/// `at` and `at_mut` for one rank, with the shape and the position of their examples.
macro_rules! at {
    ($shape:ty, $example:literal, $at:literal, $($axis:ident $size:ident),+) => {
        impl<$($size: Dim,)+ T: Element> Tensor<$shape, T> {
            /// The element at a position that the compiler checks, where `tensor[index]` panics.
            ///
            /// The position along each axis is at most 1024.
            ///
            /// ```
            /// use dimwise::prelude::*;
            ///
            #[doc = concat!("let tensor = Tensor::<", $example, ">::filled_with(|| 5.0);")]
            #[doc = concat!("assert_eq!(tensor.at::<", $at, ">(), 5.0);")]
            /// ```
            pub fn at<$(const $axis: usize),+>(&self) -> T
            where
                $(
                    Const<$axis>: ToUInt<Output: IsLess<$size>>,
                    Le<U<$axis>, $size>: IsInside<$axis, $size::Decimal>,
                )+
            {
                self[position!($($axis)+)]
            }

            /// [`at`](Self::at) for mutable access.
            ///
            /// ```
            /// use dimwise::prelude::*;
            ///
            #[doc = concat!("let mut tensor = Tensor::<", $example, ">::default();")]
            #[doc = concat!("*tensor.at_mut::<", $at, ">() = 5.0;")]
            /// assert_eq!(tensor.sum(), 5.0);
            /// ```
            pub fn at_mut<$(const $axis: usize),+>(&mut self) -> &mut T
            where
                $(
                    Const<$axis>: ToUInt<Output: IsLess<$size>>,
                    Le<U<$axis>, $size>: IsInside<$axis, $size::Decimal>,
                )+
            {
                &mut self[position!($($axis)+)]
            }
        }
    };
}
macro_rules! position {
    ($at:ident) => { $at };
    ($($at:ident)+) => { [$($at),+] };
}
at!(A, "U3", "2", I A);
at!((A, B), "(U2, U3)", "1, 2", I A, J B);
at!((A, B, C), "(U2, U3, U4)", "1, 2, 3", I A, J B, K C);
at!((A, B, C, D), "(U2, U3, U4, U5)", "1, 2, 3, 4", I A, J B, K C, L D);
at!((A, B, C, D, E), "(U2, U3, U4, U5, U6)", "1, 2, 3, 4, 5", I A, J B, K C, L D, M E);
at!((A, B, C, D, E, F), "(U2, U3, U4, U5, U6, U7)", "1, 2, 3, 4, 5, 6", I A, J B, K C, L D, M E, N F);

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn positions_agree_with_indices() {
        let mut image = Tensor::<(U2, U3, U4)>::from_fn(|[a, b, c]| (100 * a + 10 * b + c) as f32);
        assert_eq!((image.at::<1, 2, 3>(), image.at::<0, 0, 1>()), (123.0, 1.0));
        *image.at_mut::<1, 0, 2>() = 7.0;
        assert_eq!(image[[1, 0, 2]], 7.0);
        assert_eq!(Tensor::<U5>::from_fn(|[i]| i as f32).at::<4>(), 4.0);
    }
}
