//! The memory of as many values as a number says: [`Length`].

use typenum::{B0, B1, UInt, UTerm, Unsigned};

use crate::plain::Plain;

/// A number with the memory of as many values.
///
/// That is what the crate generic-array does, which asks of each number and of each of its halves whether it is
/// below 2⁶⁴, in types: at 20 ms for 784, in every function anew, it was most of the time that a network took
/// to compile.
#[doc(hidden)]
pub trait Length: Unsigned + Send + Sync + 'static {
    /// The number.
    ///
    /// Does not compile where it is beyond `usize`.
    const LENGTH: usize;

    /// As many values, one after the other.
    type Items<P: Plain>: Plain<Element = P::Element>;
}

impl Length for UTerm {
    const LENGTH: usize = 0;
    type Items<P: Plain> = [P; 0];
}

impl<Half: Length> Length for UInt<Half, B0> {
    const LENGTH: usize = twice(Half::LENGTH);
    type Items<P: Plain> = [Half::Items<P>; 2];
}

impl<Half: Length> Length for UInt<Half, B1> {
    const LENGTH: usize = twice(Half::LENGTH) + 1;
    type Items<P: Plain> = Odd<Half::Items<P>, P>;
}

/// Two halves and one more.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct Odd<Half, P> {
    halves: [Half; 2],
    last: P,
}

crate::plain!(Odd<Half: Plain, P: Plain<Element = Half::Element>>: Half::Element { halves, last });

const fn twice(half: usize) -> usize {
    half.checked_mul(2).expect("a size is beyond usize")
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn values_lie_in_order_whatever_the_bits_of_their_number() {
        fn check<N: Dim>() {
            let mut batch = Batch::<Tensor<U2>, N>::zeroed();
            assert_eq!((batch.len(), size_of_val(&*batch)), (N::SIZE, 8 * N::SIZE));
            for (index, sample) in batch.iter_mut().enumerate() {
                *sample = Tensor::from([index as f32, 0.5]);
            }
            let expected = (0..N::SIZE).flat_map(|index| [index as f32, 0.5]);
            assert!(batch.as_slice().iter().copied().eq(expected));
        }
        check::<U0>();
        check::<U1>();
        check::<U2>();
        check::<U5>();
        check::<U50>();
        check::<U255>();
        check::<dim!(4321)>();
    }
}
