//! Sizes as types: [`Dim`], and [`dim!`](crate::dim!).
//!
//! The only file that spells out the bounds of typenum and generic-array: everywhere after it, a size is
//! `N: Dim`.

use generic_array::{ArrayLength, GenericArray};
use typenum::{B0, B1, UInt, UTerm};

use super::length::Length;
use super::{AxisTo, IsOne, NotOne, Shape};
use crate::decimal::{self, Decimal};
use crate::plain::Plain;

/// A size known to the compiler: `U784`, `U50`, `dim!(4320)`.
///
/// Implemented for every unsigned typenum number, and for nothing else. A dim by itself is also
/// the [`Shape`] of a vector.
///
/// ```
/// use dimwise::prelude::*;
///
/// fn area<H: Dim, W: Dim>() -> usize {
///     H::SIZE * W::SIZE
/// }
/// assert_eq!(area::<U28, U28>(), 784);
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not a size",
    label = "a size is a number as a type: `U784`, `dim!(4320)`"
)]
pub trait Dim:
    Length + Shape<Index = usize, Decimal: AxisTo<<Self as Shape>::Decimal, <Self as Shape>::Ones>>
{
    /// The size as a number.
    const SIZE: usize;
}

// For each of typenum's two types, not for all types with the bounds: so the error for another type is just
// "this is not a size".
#[diagnostic::do_not_recommend]
impl Dim for UTerm {
    const SIZE: usize = 0;
}
#[diagnostic::do_not_recommend]
impl<U, B> Dim for UInt<U, B>
where
    Self: Length + Shape<Index = usize, Decimal: AxisTo<<Self as Shape>::Decimal, <Self as Shape>::Ones>>,
{
    const SIZE: usize = Self::LENGTH;
}

/// A [`Dim`] of at least 1: the capacity of a batch in samples.
///
/// ```
/// use dimwise::prelude::*;
///
/// fn bytes_per_sample<N: Network, B: BatchSize>() -> usize {
///     size_of::<Workspace<N, B>>() / B::SIZE
/// }
/// assert_eq!(bytes_per_sample::<Relu<U2>, U10>(), 2 * 2 * 4);
/// ```
#[diagnostic::on_unimplemented(
    message = "a batch has room for at least one sample, but this is not such a size",
    label = "the size of a batch is a number as a type, from `U1` on: `U32`, `dim!(4320)`"
)]
pub trait BatchSize: Dim + ArrayLength {}
#[diagnostic::do_not_recommend]
impl<U, B> BatchSize for UInt<U, B> where Self: Dim + ArrayLength {}

/// Memory for up to `B` samples, of a size that the compiler knows.
pub type Batch<P, B> = GenericArray<P, B>;

/// A [`Dim`] of any size, from a literal or a `const`: `dim!(4320)`.
///
/// typenum names the sizes 0 to 1024, the powers of two and of ten and few others; this names the
/// rest, below 2³². `dim!(1000)` is the very type `U1000`.
///
/// ```
/// use dimwise::prelude::*;
///
/// const FEATURES: usize = 30 * 12 * 12;
/// type Features = dim!(FEATURES);
/// assert_eq!(Features::SIZE, 4320);
///
/// fn same_type<A: Dim>(_: &Tensor<A>, _: &Tensor<A>) {}
/// same_type(&Tensor::<dim!(1000)>::default(), &Tensor::<U1000>::default());
/// ```
#[macro_export]
macro_rules! dim {
    ($size:expr) => {
        $crate::__dim_bits!($size;
            32 31 30 29 28 27 26 25 24 23 22 21 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0;
            $crate::shape::Empty)
    };
}

/// Pushes the bits of a number one by one, the highest first. Bit 32 stands for all that is too
/// large: pushed as 2, which no number takes.
#[doc(hidden)]
#[macro_export]
macro_rules! __dim_bits {
    ($size:expr; 32 $($bit:literal)*; $number:ty) => {
        $crate::__dim_bits!($size; $($bit)*;
            <$number as $crate::shape::Push<{ let size: ::core::primitive::usize = $size; if size > 0xFFFF_FFFF { 2 } else { 0 } }>>::Out)
    };
    ($size:expr; $high:literal $($bit:literal)*; $number:ty) => {
        $crate::__dim_bits!($size; $($bit)*;
            <$number as $crate::shape::Push<{ let size: ::core::primitive::usize = $size; (size >> $high) & 1 }>>::Out)
    };
    ($size:expr; ; $number:ty) => { $number };
}

/// The number before its first bit: typenum's zero.
#[doc(hidden)]
pub type Empty = UTerm;

/// `2 * Self + BIT`, leading zeros folded away.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`dim!` takes sizes below 4294967296",
    label = "this size is too large"
)]
pub trait Push<const BIT: usize> {
    type Out;
}

impl Push<0> for UTerm {
    type Out = UTerm;
}
impl Push<1> for UTerm {
    type Out = UInt<UTerm, B1>;
}
impl<U, B> Push<0> for UInt<U, B> {
    type Out = UInt<UInt<U, B>, B0>;
}
impl<U, B> Push<1> for UInt<U, B> {
    type Out = UInt<UInt<U, B>, B1>;
}

/// A vector: one axis.
#[diagnostic::do_not_recommend]
impl Shape for UTerm {
    type Array<P: Plain> = <Self as Length>::Items<P>;
    type Index = usize;
    type Decimal = decimal::U<0>;
    type Ones = NotOne;
    type First = Self;
    type Last = Self;
    type WithLast<N: Dim> = N;
    type Appended<N: Dim> = (Self, N);
    type Transposed = Self;
    const RANK: usize = 1;
    const DIMS: &'static [usize] = &[0];
}

#[diagnostic::do_not_recommend]
impl<U, B> Shape for UInt<U, B>
where
    Self: Length + IsOne + Decimal<Twin: AxisTo<<Self as Decimal>::Twin, <Self as IsOne>::Is>>,
{
    type Array<P: Plain> = <Self as Length>::Items<P>;
    type Index = usize;
    type Decimal = <Self as Decimal>::Twin;
    type Ones = <Self as IsOne>::Is;
    type First = Self;
    type Last = Self;
    type WithLast<N: Dim> = N;
    type Appended<N: Dim> = (Self, N);
    type Transposed = Self;
    const RANK: usize = 1;
    const DIMS: &'static [usize] = &[Self::LENGTH];
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn dim_takes_literals_and_consts() {
        const SIDE: usize = 96;
        assert_eq!(<dim!(SIDE * SIDE)>::SIZE, 9216);
        assert_eq!(<dim!(0)>::SIZE, 0);
        assert_eq!(<dim!(3072) as Shape>::DIMS, &[3072]);
    }
}
