//! Sizes in decimal, for error messages.
//!
//! rustc prints types, and typenum's are nests of bits: 784 takes a line. The one thing that it
//! prints as a number, without a path, is the length of an array. So each size has a twin type,
//! `[(); 784]`, and from a thousand on `([(); 4], [(); 320])`; sizes that go together are compared
//! as twins, and the message about two that differ can be read.
//!
//! A binary number becomes digits from its highest bit on: each further bit doubles the digits so
//! far and adds itself, as the "double dabble" of hardware does.
#![allow(missing_docs, missing_debug_implementations, unreachable_pub)]

use typenum::{B0, B1, Bit, UInt, UTerm};

/// A size with its decimal twin.
pub trait Decimal {
    type Array;
}
impl<N: HasDigits<Digits: Grouped>> Decimal for N {
    type Array = <N::Digits as Grouped>::Array;
}

pub trait HasDigits {
    type Digits: Digits;
}
impl HasDigits for UTerm {
    type Digits = NoDigits;
}
impl<U: HasDigits, B: Bit + Carry> HasDigits for UInt<U, B> {
    type Digits = <U::Digits as Digits>::Twice<B>;
}

/// A list of digits, the last one outermost: `((NoDigits, N4), N9)`.
pub trait Digits {
    /// Twice the number, plus the carry.
    type Twice<C: Carry>: Digits;
}
pub struct NoDigits;
impl Digits for NoDigits {
    type Twice<C: Carry> = C::Lead;
}
impl<High: Digits, Low: Digit> Digits for (High, Low) {
    type Twice<C: Carry> = (High::Twice<Low::Carry>, C::Into<Low>);
}

pub trait Carry {
    /// Twice the digit, plus this.
    type Into<D: Digit>: Digit;
    /// The digits in front of the first one, which this carry makes.
    type Lead: Digits;
}
impl Carry for B0 {
    type Into<D: Digit> = D::Twice;
    type Lead = NoDigits;
}
impl Carry for B1 {
    type Into<D: Digit> = D::TwiceAndOne;
    type Lead = (NoDigits, N1);
}

/// One digit, with the last digit of its double and the carry that this leaves.
pub trait Digit {
    type Twice: Digit;
    type TwiceAndOne: Digit;
    type Carry: Carry;
}
macro_rules! digits {
    ($($digit:ident: $twice:ident or $more:ident, carry $carry:ident;)*) => {$(
        pub struct $digit;
        impl Digit for $digit {
            type Twice = $twice;
            type TwiceAndOne = $more;
            type Carry = $carry;
        }
    )*};
}
digits! {
    N0: N0 or N1, carry B0;
    N1: N2 or N3, carry B0;
    N2: N4 or N5, carry B0;
    N3: N6 or N7, carry B0;
    N4: N8 or N9, carry B0;
    N5: N0 or N1, carry B1;
    N6: N2 or N3, carry B1;
    N7: N4 or N5, carry B1;
    N8: N6 or N7, carry B1;
    N9: N8 or N9, carry B1;
}

/// Three digits as the length of an array.
pub trait Group {
    type Array;
}
macro_rules! groups {
    ($($digit:ident $value:literal)*) => { groups!(@hundreds [$($digit $value)*] $($digit $value)*); };
    (@hundreds $all:tt $($digit:ident $value:literal)*) => { $(groups!(@tens $all $all $digit $value);)* };
    (@tens [$($digit:ident $value:literal)*] $all:tt $a:ident $hundreds:literal) => {
        $(groups!(@ones $all $a $hundreds $digit $value);)*
    };
    (@ones [$($digit:ident $value:literal)*] $a:ident $hundreds:literal $b:ident $tens:literal) => {
        $(impl Group for ($a, $b, $digit) {
            type Array = [(); 100 * $hundreds + 10 * $tens + $value];
        })*
    };
}
groups!(N0 0 N1 1 N2 2 N3 3 N4 4 N5 5 N6 6 N7 7 N8 8 N9 9);

/// A list of digits, in groups of three.
pub trait Grouped {
    type Array;
}
impl<C> Grouped for (NoDigits, C)
where
    (N0, N0, C): Group,
{
    type Array = <(N0, N0, C) as Group>::Array;
}
impl<B, C> Grouped for ((NoDigits, B), C)
where
    (N0, B, C): Group,
{
    type Array = <(N0, B, C) as Group>::Array;
}
impl<A, B, C> Grouped for (((NoDigits, A), B), C)
where
    (A, B, C): Group,
{
    type Array = <(A, B, C) as Group>::Array;
}
impl<High, Low, A, B, C> Grouped for ((((High, Low), A), B), C)
where
    (High, Low): Grouped,
    (A, B, C): Group,
{
    type Array = (<(High, Low) as Grouped>::Array, <(A, B, C) as Group>::Array);
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    fn spelt<S: Shape<Decimal = Array>, Array>() {}

    #[test]
    fn sizes_are_spelt_in_decimal() {
        spelt::<U0, [(); 0]>();
        spelt::<U7, [(); 7]>();
        spelt::<U10, [(); 10]>();
        spelt::<U784, [(); 784]>();
        spelt::<dim!(4320), ([(); 4], [(); 320])>();
        spelt::<dim!(1005), ([(); 1], [(); 5])>();
        spelt::<dim!(4294967295), ((([(); 4], [(); 294]), [(); 967]), [(); 295])>();
        spelt::<(U3, U28), ([(); 3], [(); 28])>();
    }
}
