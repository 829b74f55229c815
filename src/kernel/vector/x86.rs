//! What the instruction sets of x86-64 have in common.
#![allow(unsafe_code)]

use core::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch};

/// Whether the processor has all of these features: asked at run time with `std` (and remembered
/// there), at compile time without.
macro_rules! has {
    ($($feature:tt),*) => {{
        #[cfg(feature = "std")]
        {
            true $(&& std::arch::is_x86_feature_detected!($feature))*
        }
        #[cfg(not(feature = "std"))]
        {
            true $(&& cfg!(target_feature = $feature))*
        }
    }};
}

/// Asks for the memory of an address.
#[inline(always)]
pub(super) fn prefetch<T>(address: *const T) {
    // SAFETY: each x86-64 has the instruction, which does nothing where the address may not be read.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
}

/// Asks for the memory of an address to come into the second-level cache.
#[inline(always)]
pub(super) fn prefetch_far<T>(address: *const T) {
    // SAFETY: each x86-64 has the instruction, which does nothing where the address may not be read.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(address.cast()) }
}

/// Implements [`Set::enter`](super::Set::enter).
macro_rules! enter {
    ($t:ident, $set:ident $features:literal) => {
        #[inline(always)]
        fn enter(self, operation: impl Operation<$t>) {
            #[target_feature(enable = $features)]
            fn enter(set: $set, operation: impl Operation<$t>) {
                operation.run(set);
            }
            // SAFETY: a `$set` exists only where the processor has these features.
            unsafe { enter(self, operation) }
        }
    };
}

/// Implements [`Vector`] for a register type.
macro_rules! vector {
    (
        $(#[$meta:meta])*
        $name:ident($register:ident) = $lanes:literal $t:ident, $proof:ident $features:literal,
        $splat:expr, $load:expr, $store:expr, $multiply_add:expr, $plus:expr $(, part $load_part:expr)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub(crate) struct $name($register);

        impl Vector<$t> for $name {
            const LANES: usize = $lanes;
            type Proof = $proof;

            #[inline(always)]
            fn splat(_: $proof, value: $t) -> Self {
                // SAFETY: a `$proof` exists only where the processor has the instruction.
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            fn load(_: $proof, values: &[$t]) -> Self {
                assert!(values.len() >= $lanes);
                // SAFETY: a `$proof` exists only where the processor has the instruction, which reads `$lanes`
                // numbers: so many there are, as asserted.
                Self(unsafe { $load(values.as_ptr().cast()) })
            }
            $(
                #[inline(always)]
                fn load_part(_: $proof, values: &[$t]) -> Self {
                    assert!(values.len() <= $lanes);
                    // SAFETY: a `$proof` exists only where the processor has the instruction, which reads as many
                    // numbers as it is told: those that are there.
                    Self(unsafe { $load_part(values.as_ptr(), values.len()) })
                }
            )?
            #[inline(always)]
            fn store(self, values: &mut [$t]) {
                assert!(values.len() >= $lanes);
                // SAFETY: a vector is made with a `$proof` alone, which exists only where the processor has the
                // instruction. It writes `$lanes` numbers: so many places there are, as asserted.
                unsafe { $store(values.as_mut_ptr().cast(), self.0) }
            }
            #[inline(always)]
            fn write(self, values: &mut [MaybeUninit<$t>]) {
                assert!(values.len() >= $lanes);
                // SAFETY: a vector is made with a `$proof` alone, which exists only where the processor has the
                // instruction. It writes `$lanes` numbers: so many places there are, as asserted.
                unsafe { $store(values.as_mut_ptr().cast(), self.0) }
            }
            #[inline(always)]
            fn multiply_add(self, factor: Self, sum: Self) -> Self {
                // SAFETY: a vector is made with a `$proof` alone, which exists only where the processor has the
                // instruction.
                Self(unsafe { $multiply_add(self.0, factor.0, sum.0) })
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                // SAFETY: a vector is made with a `$proof` alone, which exists only where the processor has the
                // instruction.
                Self(unsafe { $plus(self.0, other.0) })
            }
            const INLINES: bool = true;

            #[inline(always)]
            fn apart<W: Apart<$t>>(proof: $proof, work: W) -> W::Output {
                #[inline(never)]
                #[target_feature(enable = $features)]
                fn apart<W: Apart<$t>>(proof: $proof, work: W) -> W::Output {
                    work.run::<$name>(proof)
                }
                // SAFETY: a `$proof` exists only where the processor has these features.
                unsafe { apart(proof, work) }
            }
        }
    };
}
