//! A micropanel of the right matrix that is packed while a microtile reads it.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::gemm::FAR;
use super::microkernel::{Right, Strided, column};
use super::vector::{Apart, Number, Vector, prefetch};

/// Rows that are prefetched ahead of the one that is packed.
const AHEAD: usize = 32;

/// A right matrix whose rows are packed while they are read.
pub(super) struct Packing<'v, 'm, T> {
    original: Strided<'v, T>,
    width: usize,
    /// `[depth, width]`
    memory: &'m mut [MaybeUninit<T>],
    /// Numbers.
    written: usize,
}

impl<T: Number> Right<T> for Packing<'_, '_, T> {
    #[inline(always)]
    fn check(&self, depth: usize, width: usize) {
        Right::check(&self.original, depth, width);
    }
    #[inline(always)]
    unsafe fn row<V: Vector<T>, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        k: usize,
        last: usize,
    ) -> [V; VECTORS] {
        let Strided { values, stride } = self.original;
        // What lies near is fetched without being asked for.
        if stride * size_of::<T>() >= FAR {
            let ahead = (k + AHEAD) * stride;
            prefetch(values, ahead);
            prefetch(values, ahead + last + V::LANES - 1);
        }
        // Without a gap before the last vector.
        assert!(last <= (VECTORS - 1) * V::LANES, "vectors that cover a row");
        // SAFETY: `check` passes only where that of `original` does, which the caller has asked for more rows
        // than `k` and this width.
        let vectors: [V; VECTORS] = unsafe { Right::row(&mut self.original, proof, k, last) };
        let row = &mut self.memory[self.written..][..last + V::LANES];
        for (vector, numbers) in vectors.iter().enumerate() {
            numbers.write(&mut row[column::<T, V, VECTORS>(vector, last)..]);
        }
        self.written += row.len();
        vectors
    }
}

impl<'v, 'm, T> Packing<'v, 'm, T> {
    /// Packs `original`'s first `width` columns, of as many rows as fit into `memory`.
    #[inline(always)]
    pub(super) fn new(original: Strided<'v, T>, width: usize, memory: &'m mut [MaybeUninit<T>]) -> Self {
        Self { original, width, memory, written: 0 }
    }

    /// The packed micropanel, once all rows have been read.
    #[inline(always)]
    pub(super) fn done(self) -> Strided<'m, T> {
        assert_eq!(self.written, self.memory.len(), "all rows are read");
        // SAFETY: as many numbers are written, as asserted: each row behind the one before it, and all of a
        // row, since each of its vectors begins where the one before it ends or earlier (`row` asserts that),
        // and the last one ends with it.
        Strided { values: unsafe { self.memory.assume_init_ref() }, stride: self.width }
    }
}

/// Packs a micropanel of `VECTORS` vectors and `depth` rows without computing anything.
pub(super) struct PackAll<P, const VECTORS: usize> {
    pub(super) packing: P,
    pub(super) depth: usize,
}

impl<'m, T: Number, const VECTORS: usize> Apart<T> for PackAll<Packing<'_, 'm, T>, VECTORS> {
    type Output = Strided<'m, T>;

    #[inline(always)]
    fn run<V: Vector<T>>(self, proof: V::Proof) -> Strided<'m, T> {
        let Self { mut packing, depth } = self;
        let width = packing.width;
        packing.check(depth, width);
        for k in 0..depth {
            // SAFETY: `check` has passed for `depth` rows of `width` numbers, `k` is below `depth`,
            // and all rows are asked for in order.
            unsafe { packing.row::<V, VECTORS>(proof, k, width - V::LANES) };
        }
        packing.done()
    }
}
