//! Sizes in decimal, for error messages.
//!
//! rustc prints types, and typenum's are nests of bits: 784 takes a line. What it prints as a number is a
//! const parameter. So each size has a twin type, `U<784>`, and from a thousand on `Thousands<4, 320>`,
//! `Millions<1, 0, 5>`; sizes that go together are compared as twins, and the message about two that differ can
//! be read.
//!
//! A binary number becomes digits from its highest bit on: each further bit doubles the digits so
//! far and adds itself, as the "double dabble" of hardware does.
#![allow(missing_docs, missing_debug_implementations, unreachable_pub)]

use typenum::{B0, B1, Bit, UInt, UTerm};

/// A size below a thousand, as messages spell it: `U<784>` is [`U784`](typenum::U784).
pub struct U<const ONES: usize>;

/// A larger size, in groups of three digits: `Thousands<4, 320>` is 4320, `Thousands<1, 5>` is 1005.
pub struct Thousands<const THOUSANDS: usize, const ONES: usize>;

/// `Millions<1, 0, 5>` is 1000005.
pub struct Millions<const MILLIONS: usize, const THOUSANDS: usize, const ONES: usize>;

/// `Billions<4, 294, 967, 295>` is 4294967295.
pub struct Billions<const BILLIONS: usize, const MILLIONS: usize, const THOUSANDS: usize, const ONES: usize>;

/// No sizes at all.
///
/// Traits that hold for the same sizes hold for these, too: from a single impl the compiler would infer the sizes of
/// one side from the other's, and then have words of its own for the type that they are of.
#[doc(hidden)]
pub struct Unlike<Sizes>(core::marker::PhantomData<Sizes>);

/// A size with its decimal twin.
#[doc(hidden)]
pub trait Decimal {
    type Twin;
}
impl<N: HasDigits<Digits: Grouped>> Decimal for N {
    type Twin = <N::Digits as Grouped>::Twin;
}

#[doc(hidden)]
pub trait HasDigits {
    type Digits: Digits;
}
impl HasDigits for UTerm {
    type Digits = NoDigits;
}
impl<High: HasDigits, B: Bit + Carry> HasDigits for UInt<High, B> {
    type Digits = <High::Digits as Digits>::Twice<B>;
}

/// A list of digits, the last one outermost: `((NoDigits, N4), N9)`.
#[doc(hidden)]
pub trait Digits {
    /// Twice the number, plus the carry.
    type Twice<C: Carry>: Digits;
}
#[doc(hidden)]
pub struct NoDigits;
impl Digits for NoDigits {
    type Twice<C: Carry> = C::Lead;
}
impl<High: Digits, Low: Digit> Digits for (High, Low) {
    type Twice<C: Carry> = (High::Twice<Low::Carry>, C::Into<Low>);
}

#[doc(hidden)]
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
#[doc(hidden)]
pub trait Digit {
    type Twice: Digit;
    type TwiceAndOne: Digit;
    type Carry: Carry;
}
macro_rules! digits {
    ($($digit:ident: $twice:ident or $more:ident, carry $carry:ident;)*) => {$(
        #[doc(hidden)]
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

/// Three digits as one number.
#[doc(hidden)]
pub trait Group {
    type Size;
}
macro_rules! groups {
    ($($digit:ident $value:literal)*) => { groups!(@hundreds [$($digit $value)*] $($digit $value)*); };
    (@hundreds $all:tt $($digit:ident $value:literal)*) => { $(groups!(@tens $all $all $digit $value);)* };
    (@tens [$($digit:ident $value:literal)*] $all:tt $a:ident $hundreds:literal) => {
        $(groups!(@ones $all $a $hundreds $digit $value);)*
    };
    (@ones [$($digit:ident $value:literal)*] $a:ident $hundreds:literal $b:ident $tens:literal) => {
        $(impl Group for ($a, $b, $digit) {
            type Size = U<{ 100 * $hundreds + 10 * $tens + $value }>;
        })*
    };
}
groups!(N0 0 N1 1 N2 2 N3 3 N4 4 N5 5 N6 6 N7 7 N8 8 N9 9);

/// A list of digits, in groups of three.
#[doc(hidden)]
pub trait Grouped {
    type Twin;
}
impl<C> Grouped for (NoDigits, C)
where
    (N0, N0, C): Group,
{
    type Twin = <(N0, N0, C) as Group>::Size;
}
impl<B, C> Grouped for ((NoDigits, B), C)
where
    (N0, B, C): Group,
{
    type Twin = <(N0, B, C) as Group>::Size;
}
impl<A, B, C> Grouped for (((NoDigits, A), B), C)
where
    (A, B, C): Group,
{
    type Twin = <(A, B, C) as Group>::Size;
}
impl<High, Low, A, B, C> Grouped for ((((High, Low), A), B), C)
where
    (High, Low): Grouped<Twin: Then<<(A, B, C) as Group>::Size>>,
    (A, B, C): Group,
{
    type Twin = <<(High, Low) as Grouped>::Twin as Then<<(A, B, C) as Group>::Size>>::Twin;
}

/// The number with one more group of digits.
#[doc(hidden)]
pub trait Then<Group> {
    type Twin;
}
impl<const A: usize, const B: usize> Then<U<B>> for U<A> {
    type Twin = Thousands<A, B>;
}
impl<const A: usize, const B: usize, const C: usize> Then<U<C>> for Thousands<A, B> {
    type Twin = Millions<A, B, C>;
}
impl<const A: usize, const B: usize, const C: usize, const D: usize> Then<U<D>> for Millions<A, B, C> {
    type Twin = Billions<A, B, C, D>;
}
/// Sizes that no memory has, but a product of sizes on the way to a message.
impl<const A: usize, const B: usize, const C: usize, const D: usize, const E: usize> Then<U<E>>
    for Billions<A, B, C, D>
{
    type Twin = (Billions<A, B, C, D>, U<E>);
}
impl<High, Low, Next> Then<Next> for (High, Low) {
    type Twin = ((High, Low), Next);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    fn spelt<S: Shape<Decimal = Twin>, Twin>() {}

    #[test]
    fn sizes_are_spelt_in_decimal() {
        spelt::<U0, U<0>>();
        spelt::<U7, U<7>>();
        spelt::<U10, U<10>>();
        spelt::<U784, U<784>>();
        spelt::<dim!(4320), Thousands<4, 320>>();
        spelt::<dim!(1005), Thousands<1, 5>>();
        spelt::<dim!(1000005), Millions<1, 0, 5>>();
        spelt::<dim!(4294967295), Billions<4, 294, 967, 295>>();
        spelt::<typenum::U1000000000000000, ((Billions<1, 0, 0, 0>, U<0>), U<0>)>();
        spelt::<(U3, U28), (U<3>, U<28>)>();
    }
}
