//! Nested arrays as tensors and back: by value, by reference and in a box.
//!
//! The sizes of an array are numbers, those of a shape types; [`ToUInt`] translates, for the sizes
//! that typenum names. Any other array is a slice: `<&Tensor<_>>::try_from(array.as_flattened())`.

use alloc::boxed::Box;
use core::slice;

use typenum::{Const, ToUInt};

use crate::element::Element;
use crate::plain::{Plain, cast, cast_boxed, cast_mut};
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// The size of an array of `LEN`, if that is the size of an axis, `D`, too; `Size` is this in decimal.
///
/// A trait of ours, and not an equality of two types, about which the compiler has words of its own.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: an array of {LEN} does not fill an axis of {Size}",
    label = "the tensor has {Size} here, the array {LEN}"
)]
pub trait Fills<D, const LEN: usize, Size> {}
#[diagnostic::do_not_recommend]
impl<D, const LEN: usize, Size> Fills<D, LEN, Size> for D {}

/// The same elements by value.
fn copied<A: Plain, B: Plain<Element = A::Element>>(from: A) -> B {
    let mut to = B::ZERO;
    to.as_mut_slice().copy_from_slice(from.as_slice());
    to
}

fn cast_ref<A: Plain, B: Plain<Element = A::Element>>(from: &A) -> &B {
    &cast(slice::from_ref(from))[0]
}

fn cast_ref_mut<A: Plain, B: Plain<Element = A::Element>>(from: &mut A) -> &mut B {
    &mut cast_mut(slice::from_mut(from))[0]
}

/// All conversions between `Tensor<(A, B), T>` and `[[T; J]; I]`.
macro_rules! convert_array {
    ($shape:ty, $array:ty, $($sizes:tt)*) => {
        convert_array!(from [] $array => Tensor<$shape, T>, copied, $($sizes)*);
        convert_array!(from [] Tensor<$shape, T> => $array, copied, $($sizes)*);
        convert_array!(from ['a,] &'a $array => &'a Tensor<$shape, T>, cast_ref, $($sizes)*);
        convert_array!(from ['a,] &'a Tensor<$shape, T> => &'a $array, cast_ref, $($sizes)*);
        convert_array!(from ['a,] &'a mut $array => &'a mut Tensor<$shape, T>, cast_ref_mut, $($sizes)*);
        convert_array!(from ['a,] &'a mut Tensor<$shape, T> => &'a mut $array, cast_ref_mut, $($sizes)*);
        convert_array!(from [] Box<$array> => Box<Tensor<$shape, T>>, cast_boxed, $($sizes)*);
        convert_array!(from [] Box<Tensor<$shape, T>> => Box<$array>, cast_boxed, $($sizes)*);
    };
    (from [$($lifetime:tt)*] $from:ty => $to:ty, $convert:ident, $($dim:ident $size:ident),*) => {
        impl<$($lifetime)* T: Element, $($dim: Dim,)* $(const $size: usize,)*> From<$from> for $to
        where
            $(Const<$size>: ToUInt<Output: Fills<$dim, $size, <$dim as Shape>::Decimal>>,)*
        {
            fn from(from: $from) -> Self {
                $convert(from)
            }
        }
    };
}
convert_array!(A, [T; I], A I);
convert_array!((A, B), [[T; J]; I], A I, B J);
convert_array!((A, B, C), [[[T; K]; J]; I], A I, B J, C K);
convert_array!((A, B, C, D), [[[[T; L]; K]; J]; I], A I, B J, C K, D L);
convert_array!((A, B, C, D, E), [[[[[T; M]; L]; K]; J]; I], A I, B J, C K, D L, E M);
convert_array!((A, B, C, D, E, F), [[[[[[T; N]; M]; L]; K]; J]; I], A I, B J, C K, D L, E M, F N);

/// A scalar from its element.
impl<T: Element> From<T> for Tensor<(), T> {
    fn from(number: T) -> Self {
        copied(number)
    }
}

/// A scalar's element.
impl From<Tensor<(), f32>> for f32 {
    fn from(scalar: Tensor<(), f32>) -> Self {
        copied(scalar)
    }
}

/// A scalar's element.
impl From<Tensor<(), f64>> for f64 {
    fn from(scalar: Tensor<(), f64>) -> Self {
        copied(scalar)
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use alloc::boxed::Box;

    #[test]
    fn nested_arrays_of_every_rank() {
        let tensor = Tensor::from([[[[1.0_f64, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]]]);
        let expected = Tensor::<(U1, U3, U1, U2), f64>::from_fn(|[_, b, _, d]| (2 * b + d + 1) as f64);
        assert_eq!(tensor, expected);
        assert_eq!(<[[[[f64; 2]; 1]; 3]; 1]>::from(tensor), [[[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]]]);
        assert_eq!(Tensor::from([[[7.0_f32]]])[[0, 0, 0]], 7.0);
        assert_eq!(Tensor::from([7.0_f32, 8.0])[1], 8.0);
        assert_eq!(<[f32; 2]>::from(Tensor::from([7.0_f32, 8.0])), [7.0, 8.0]);
        assert_eq!(Tensor::from([[[[[7.0_f32, 8.0]]]]])[[0, 0, 0, 0, 1]], 8.0);
        assert_eq!(Tensor::from([[[[[[7.0_f32], [8.0]]]]]])[[0, 0, 0, 0, 1, 0]], 8.0);
        assert_eq!(f32::from(Tensor::from(7.0_f32)), 7.0);
        assert_eq!(f64::from(Tensor::from(7.0_f64)), 7.0);
    }

    #[test]
    fn references_and_boxes_are_the_same_memory() {
        let mut rows = [[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let tensor: &Tensor<(U2, U3)> = (&rows).into();
        assert_eq!(tensor[[1, 0]], 4.0);
        let back: &[[f32; 3]; 2] = tensor.into();
        assert!(core::ptr::eq(back, &rows));
        <&mut Tensor<(U2, U3)>>::from(&mut rows)[[0, 1]] = 9.0;
        assert_eq!(rows[0], [1.0, 9.0, 3.0]);
        let mut tensor = Tensor::from(rows);
        <&mut [[f32; 3]; 2]>::from(&mut tensor)[1] = [7.0; 3];
        assert_eq!(tensor, Tensor::from([[1.0, 9.0, 3.0], [7.0; 3]]));

        let boxed = Box::new(rows);
        let address = boxed.as_ptr().cast::<f32>();
        let boxed = Box::<Tensor<(U2, U3)>>::from(boxed);
        assert_eq!((boxed.as_slice().as_ptr(), boxed[[1, 2]]), (address, 6.0));
        assert_eq!(*Box::<[[f32; 3]; 2]>::from(boxed), rows);
    }

    #[test]
    fn empty_arrays_too() {
        let empty = [[0.0_f32; 0]; 3];
        assert_eq!(Tensor::<(U3, U0)>::from(empty).as_slice(), &[0.0; 0]);
        assert_eq!(*<&[[f32; 0]; 3]>::from(<&Tensor<(U3, U0)>>::from(&empty)), empty);
        assert_eq!(*Box::<[[f32; 0]; 3]>::from(Box::<Tensor<(U3, U0)>>::from(Box::new(empty))), empty);
    }
}
