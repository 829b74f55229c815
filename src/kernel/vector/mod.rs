//! Vectors of numbers, and the instruction sets that they belong to: one file for each set.
//!
//! A vector is made only with the proof that its instructions exist, a value of the type of the
//! instruction set. So a function that is generic over vectors needs no `unsafe`, and whoever has a
//! vector may compute with it.

#[cfg(target_arch = "x86_64")]
#[macro_use]
mod x86;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;

#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(super) use avx512::Avx512;
pub(super) use portable::Portable;

use core::mem::MaybeUninit;

use super::dgemm;
use super::four_lanes::FourLanes;
use super::operation::Operation;
use crate::element::Element;

/// `f32` or `f64`, as kernels see it.
pub(crate) trait Number: Element + FourLanes {
    /// Terms of a product's sum that are one chain of additions, from 0 on, before they are added to the others; where
    /// it is left out, all of them are.
    const CHAIN: Option<usize>;
    /// Whether eight vectors of a single row are computed side by side, not four: for what has to be fast.
    const WIDE: bool;
    /// `self · factor + term`, rounded once where [`ALWAYS_FUSED`].
    fn multiply_add(self, factor: Self, term: Self) -> Self;
}

/// Whether each processor of the target multiplies and adds in one instruction: without it, one
/// rounding takes a call.
// `core` has no such function.
#[cfg_attr(not(feature = "std"), allow(dead_code))]
const ALWAYS_FUSED: bool = cfg!(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma")));

macro_rules! number {
    ($t:ident, chain $chain:expr, wide $wide:literal) => {
        impl Number for $t {
            const CHAIN: Option<usize> = $chain;
            const WIDE: bool = $wide;

            #[inline(always)]
            fn multiply_add(self, factor: Self, term: Self) -> Self {
                #[cfg(feature = "std")]
                if ALWAYS_FUSED {
                    return self.mul_add(factor, term);
                }
                self * factor + term
            }
        }
    };
}
number!(f32, chain None, wide true);
number!(f64, chain Some(dgemm::KC), wide false);

/// Lanes of the widest vector.
pub(super) const MOST_LANES: usize = 16;

/// Some numbers side by side in a register.
pub(crate) trait Vector<T>: Copy {
    /// How many.
    const LANES: usize;
    /// That the processor has the instructions.
    type Proof: Copy;

    /// The same number in each lane.
    fn splat(proof: Self::Proof, value: T) -> Self;
    /// The first numbers of a slice, which has as many.
    fn load(proof: Self::Proof, values: &[T]) -> Self;
    /// All numbers of a slice that has no more than a vector; zeros behind them.
    #[inline(always)]
    fn load_part(proof: Self::Proof, values: &[T]) -> Self
    where
        T: Number,
    {
        let mut padded = [T::default(); MOST_LANES];
        padded[..values.len()].copy_from_slice(values);
        Self::load(proof, &padded)
    }
    /// The inverse of [`load`](Self::load).
    fn store(self, values: &mut [T]);
    /// [`store`](Self::store) where nothing has been written yet.
    fn write(self, values: &mut [MaybeUninit<T>]);
    /// `self · factor + sum`, rounded once where the instruction set can.
    fn multiply_add(self, factor: Self, sum: Self) -> Self;
    /// `self + other`.
    fn plus(self, other: Self) -> Self;
    /// Whether the tallest microtiles are compiled where they stand.
    const INLINES: bool;
    /// Runs `work` in a function of its own, compiled for the instruction set: all who have the same work share it, and
    /// without optimisation its frame is there only while it runs.
    fn apart<W: Apart<T>>(proof: Self::Proof, work: W) -> W::Output;
}

/// What is worth a function of its own: called often enough from several places, or large.
pub(crate) trait Apart<T> {
    type Output;

    fn run<V: Vector<T>>(self, proof: V::Proof) -> Self::Output;
}

/// An instruction set: its vectors, from wide to narrow, and the microtile that fills its registers.
///
/// A value of it is the proof that the processor has it.
pub(crate) trait Set<T>: Copy {
    /// Whether a multiplication and an addition are one instruction, which rounds once.
    // Asked where there is such a function, which `core` does not have.
    #[cfg_attr(not(feature = "std"), allow(dead_code))]
    const FUSED: bool;
    /// The widest, for nearly all of the work.
    type Full: Vector<T, Proof: From<Self>>;
    type Eight: Vector<T, Proof: From<Self>>;
    type Four: Vector<T, Proof: From<Self>>;
    type Two: Vector<T, Proof: From<Self>>;
    type One: Vector<T, Proof: From<Self>>;

    /// Runs an operation in a function that is compiled for the set.
    fn enter(self, operation: impl Operation<T>);
    /// Computes with microtiles that fill the set's registers.
    fn tiled(self, computation: impl Tiled<T>);
}

/// What is computed in microtiles of up to `MR` rows and `NR` columns, the literature's names: `NR` is the width of
/// `VECTORS` full vectors.
pub(crate) trait Tiled<T> {
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(self, set: S);
}

/// Asks for the memory of the number at `index` to come as near as the second-level cache; any may be asked for.
#[inline(always)]
pub(super) fn prefetch_far<T>(values: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    x86::prefetch_far(values.as_ptr().wrapping_add(index));
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, index);
}

/// Asks for the memory of the number at `index`, which is soon needed; any may be asked for.
#[inline(always)]
pub(super) fn prefetch<T>(values: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    x86::prefetch(values.as_ptr().wrapping_add(index));
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, index);
}
