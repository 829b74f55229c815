//! Any processor: arrays, of which the compiler makes vectors.

use core::mem::MaybeUninit;

use super::super::instruction_set::InstructionSet;
use super::super::operation::Operation;
use super::{ALWAYS_FUSED, Apart, Number, Set, Tiled, Vector};

/// Any processor; on 64-bit ARM the compiler makes vectors of NEON. Multiplied and added in two roundings, or in one
/// where [`ALWAYS_FUSED`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portable;

/// Rows of a microtile of two vectors: half of the registers hold sums.
const MR: usize = if cfg!(target_arch = "aarch64") { 8 } else { 4 };

impl Portable {
    #[inline]
    pub(in super::super) fn detect() -> Option<Self> {
        Some(Self)
    }

    #[inline]
    pub(in super::super) fn for_pass_over(self, _numbers: usize) -> InstructionSet {
        self.into()
    }
}

/// Implements [`Set`]: the widest vector is a register of 128 bits.
macro_rules! portable {
    ($t:ident, $lanes:literal) => {
        impl Set<$t> for Portable {
            const FUSED: bool = ALWAYS_FUSED;
            type Full = [$t; $lanes];
            type Eight = [$t; $lanes];
            type Four = [$t; $lanes];
            type Two = [$t; 2];
            type One = [$t; 1];

            // Inlined, its frame would be there, too, while another set computes.
            #[cfg_attr(target_arch = "x86_64", inline(never))]
            fn enter(self, operation: impl Operation<$t>) {
                operation.run(self);
            }

            #[inline(always)]
            fn tiled(self, computation: impl Tiled<$t>) {
                computation.compute::<Self, MR, 2>(self);
            }
        }
    };
}
portable!(f32, 4);
portable!(f64, 2);

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
            self[lane] += other[lane];
        }
        self
    }
    const INLINES: bool = false;

    #[inline(never)]
    fn apart<W: Apart<T>>(proof: Portable, work: W) -> W::Output {
        work.run::<Self>(proof)
    }
}
