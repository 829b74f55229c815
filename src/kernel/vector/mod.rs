//! Vectors of numbers: what a tile is made of, for each instruction set.
//!
//! A vector is made only with the proof that its instructions exist, a value of the type of the
//! instruction set. So a function that is generic over vectors needs no `unsafe`, and whoever has a
//! vector may compute with it.

use core::mem::MaybeUninit;
use core::ops::{Div, Sub};

use super::dgemm;
use super::fours::Fours;
use super::grid::{Panel, Panels};
use super::tile::{Left, Right, Tile};

/// `f32` or `f64`; its default is 0.
pub trait Number: Default + Fours + Sub<Output = Self> + Div<Output = Self> + Send + Sync {
    /// Terms of a product's sum that are added up before they are added to the others; all where there is none.
    #[doc(hidden)]
    const KC: Option<usize>;
    /// `self · factor + term`, rounded once where [`ALWAYS_FUSED`].
    #[doc(hidden)]
    fn multiply_add(self, factor: Self, term: Self) -> Self;
}

/// Whether each processor of the target multiplies and adds in one instruction: without it, one
/// rounding takes a call.
pub(super) const ALWAYS_FUSED: bool =
    cfg!(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma")));

macro_rules! number {
    ($t:ident, $kc:expr) => {
        impl Number for $t {
            const KC: Option<usize> = $kc;
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
number!(f32, None);
number!(f64, Some(dgemm::KC));

/// Some numbers side by side in a register.
pub(super) trait Vector<T>: Copy {
    /// How many.
    const LANES: usize;
    /// That the processor has the instructions.
    type Proof: Copy;

    /// The same number in each lane.
    fn splat(proof: Self::Proof, value: T) -> Self;
    /// The first numbers of a slice, which has as many.
    fn load(proof: Self::Proof, values: &[T]) -> Self;
    /// The inverse of [`load`](Self::load).
    fn store(self, values: &mut [T]);
    /// [`store`](Self::store) where nothing has been written yet.
    fn write(self, values: &mut [MaybeUninit<T>]);
    /// `self · factor + sum`, rounded once where the instruction set can.
    fn multiply_add(self, factor: Self, sum: Self) -> Self;
    /// `self + other`.
    fn plus(self, other: Self) -> Self;
    /// [`Tile::compute`]: where it stands for the tallest tiles, most of the work of most products, and as
    /// a function that all products share for the others, which would take minutes to compile.
    fn tile<L: Left<T, ROWS>, R: Right<T>, const ROWS: usize, const VECTORS: usize>(
        proof: Self::Proof,
        tile: Tile<L, R, T>,
    );
    /// [`Panels::panels`]; in debug builds as a function of its own. Without optimisation the frame of a
    /// function holds all that is inlined into it, and all panels together would not fit onto a stack.
    fn panels<P: Panels<T>, const ROWS: usize, const VECTORS: usize>(
        proof: Self::Proof,
        panels: &mut P,
        first: Panel,
        count: usize,
    );
}

/// An instruction set: its vectors, from wide to narrow, and the tile that fills its registers.
///
/// A value of it is the proof that the processor has it.
pub(super) trait Set<T>: Copy {
    /// The widest, for nearly all of the work.
    type Full: Vector<T, Proof: From<Self>>;
    type Eight: Vector<T, Proof: From<Self>>;
    type Four: Vector<T, Proof: From<Self>>;
    type Two: Vector<T, Proof: From<Self>>;
    type One: Vector<T, Proof: From<Self>>;
}

/// Any processor: arrays, of which the compiler makes vectors: on 64-bit ARM those of NEON. Multiplied and
/// added in two roundings, or in one where [`ALWAYS_FUSED`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Portable;

impl<T: Number, const LANES: usize> Vector<T> for [T; LANES] {
    const LANES: usize = LANES;
    type Proof = Portable;

    #[inline(always)]
    fn splat(_: Portable, value: T) -> Self {
        [value; LANES]
    }
    #[inline(always)]
    fn load(_: Portable, values: &[T]) -> Self {
        *values.first_chunk().expect("as many numbers as lanes")
    }
    #[inline(always)]
    fn store(self, values: &mut [T]) {
        values[..LANES].copy_from_slice(&self);
    }
    #[inline(always)]
    fn write(self, values: &mut [MaybeUninit<T>]) {
        values[..LANES].write_copy_of_slice(&self);
    }
    #[inline(always)]
    fn multiply_add(self, factor: Self, mut sum: Self) -> Self {
        for lane in 0..LANES {
            sum[lane] = self[lane].multiply_add(factor[lane], sum[lane]);
        }
        sum
    }
    #[inline(always)]
    fn plus(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self[lane] = self[lane] + other[lane];
        }
        self
    }
    #[inline(never)]
    fn tile<L: Left<T, ROWS>, R: Right<T>, const ROWS: usize, const VECTORS: usize>(
        proof: Portable,
        tile: Tile<L, R, T>,
    ) {
        tile.compute::<Self, ROWS, VECTORS>(proof);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn panels<P: Panels<T>, const ROWS: usize, const VECTORS: usize>(
        proof: Portable,
        panels: &mut P,
        first: Panel,
        count: usize,
    ) {
        panels.panels::<Self, ROWS, VECTORS>(proof, first, count);
    }
}

impl Portable {
    /// Rows of a tile of two vectors: half of the registers hold sums.
    pub(super) const ROWS: usize = if cfg!(target_arch = "aarch64") { 8 } else { 4 };
}

impl<T: Number> Set<T> for Portable {
    type Full = [T; 4];
    type Eight = [T; 4];
    type Four = [T; 4];
    type Two = [T; 2];
    type One = [T; 1];
}

/// Asks for the memory of the number at `index`, which is soon needed; any may be asked for.
#[inline(always)]
pub(super) fn prefetch<T>(values: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    x86::prefetch(values.as_ptr().wrapping_add(index));
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, index);
}

/// Implements [`Vector`] for a register type.
#[cfg(target_arch = "x86_64")]
macro_rules! vector {
    (
        $(#[$meta:meta])*
        $name:ident($register:ident) = $lanes:literal $t:ident, $proof:ident $features:literal,
        $splat:expr, $load:expr, $store:expr, $multiply_add:expr, $plus:expr
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub(in super::super) struct $name($register);

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
            #[inline(always)]
            fn store(self, values: &mut [$t]) {
                assert!(values.len() >= $lanes);
                // SAFETY: a vector is made with a `$proof` alone, which exists only where the processor has the
                // instruction. It writes `$lanes` numbers: so many places there are, as asserted.
                unsafe { $store(values.as_mut_ptr().cast(), self.0) }
            }
            #[inline(always)]
            fn write(self, values: &mut [core::mem::MaybeUninit<$t>]) {
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
            #[inline(always)]
            fn tile<L: Left<$t, ROWS>, R: Right<$t>, const ROWS: usize, const VECTORS: usize>(
                proof: $proof,
                tile: Tile<L, R, $t>,
            ) {
                #[inline(never)]
                #[target_feature(enable = $features)]
                fn alone<L: Left<$t, ROWS>, R: Right<$t>, const ROWS: usize, const VECTORS: usize>(
                    proof: $proof,
                    tile: Tile<L, R, $t>,
                ) {
                    tile.compute::<$name, ROWS, VECTORS>(proof);
                }
                if ROWS > 4 {
                    return tile.compute::<$name, ROWS, VECTORS>(proof);
                }
                // SAFETY: a `$proof` exists only where the processor has these features.
                unsafe { alone::<L, R, ROWS, VECTORS>(proof, tile) }
            }
            #[inline(always)]
            fn panels<P: Panels<$t>, const ROWS: usize, const VECTORS: usize>(
                proof: $proof,
                panels: &mut P,
                first: Panel,
                count: usize,
            ) {
                #[inline(never)]
                #[target_feature(enable = $features)]
                fn alone<P: Panels<$t>, const ROWS: usize, const VECTORS: usize>(
                    proof: $proof,
                    panels: &mut P,
                    first: Panel,
                    count: usize,
                ) {
                    panels.panels::<$name, ROWS, VECTORS>(proof, first, count);
                }
                if cfg!(debug_assertions) {
                    // SAFETY: a `$proof` exists only where the processor has these features.
                    return unsafe { alone::<P, ROWS, VECTORS>(proof, panels, first, count) };
                }
                panels.panels::<$name, ROWS, VECTORS>(proof, first, count);
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub(super) mod x86;
