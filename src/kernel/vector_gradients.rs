//! The two gradients of a single sample, in `f32`.
//!
//! Each weight is read once, and so all waits for the cache that the weights lie in: there is no scratch and no block, and
//! rows are read from their beginning to their end.
#![allow(unsafe_code)]

use super::four_lanes::{FourLanes, SIDE};
use super::microkernel::Strided;
use super::operation::Operation;
use super::vector::{Set, Vector};

/// `out += column · row`: `[rows]` times `[cols]`.
pub(super) struct OuterProduct<'a, T> {
    pub(super) column: &'a [T],
    pub(super) row: &'a [T],
    pub(super) out: &'a mut [T],
}

impl Operation<f32> for OuterProduct<'_, f32> {
    #[inline(always)]
    fn run<S: Set<f32>>(self, set: S) {
        match self.row.len() {
            0 => {}
            1 => self.compute::<S::One>(set.into()),
            2..4 => self.compute::<S::Two>(set.into()),
            cols if cols < S::Full::LANES => self.compute::<S::Four>(set.into()),
            _ => self.compute::<S::Full>(set.into()),
        }
    }
}

impl OuterProduct<'_, f32> {
    /// In vectors of which a row has at least one.
    #[inline(always)]
    fn compute<V: Vector<f32>>(self, proof: V::Proof) {
        let Self { column, row, out } = self;
        let last = row.len() - V::LANES;
        for (factor, out) in column.iter().zip(out.chunks_exact_mut(row.len())) {
            let factor = V::splat(proof, *factor);
            // The last vector overlaps the one before it: computed before that is written, stored after it.
            let sum = V::load(proof, &row[last..]).multiply_add(factor, V::load(proof, &out[last..]));
            let mut col = 0;
            while col < last {
                let sum = V::load(proof, &row[col..]).multiply_add(factor, V::load(proof, &out[col..]));
                sum.store(&mut out[col..]);
                col += V::LANES;
            }
            sum.store(&mut out[last..]);
        }
    }
}

/// `out = vector · matrixᵀ`: `[depth]` times the transpose of `[cols, depth]`.
pub(super) struct VectorTransposed<'a, T> {
    pub(super) vector: &'a [T],
    pub(super) matrix: &'a [T],
    pub(super) out: &'a mut [T],
}

/// Blocks of rows side by side: the sums of one alone would wait for each of its additions.
const BLOCKS: usize = 4;

impl Operation<f32> for VectorTransposed<'_, f32> {
    #[inline(always)]
    fn run<S: Set<f32>>(mut self, set: S) {
        let rows = self.out.len();
        let mut row = 0;
        while rows - row >= BLOCKS * SIDE {
            self.blocks::<S::Four, BLOCKS>(set.into(), row);
            row += BLOCKS * SIDE;
        }
        while row < rows && rows >= SIDE {
            // The last block overlaps the one before it.
            row = row.min(rows - SIDE);
            self.blocks::<S::Four, 1>(set.into(), row);
            row += SIDE;
        }
        for row in row..rows {
            self.single::<S::One>(set.into(), row);
        }
    }
}

impl VectorTransposed<'_, f32> {
    /// Some blocks of four rows of the matrix, from `row` on: they are transposed in registers, 4×4 numbers at a time.
    #[inline(always)]
    fn blocks<V: Vector<f32>, const BLOCKS: usize>(&mut self, proof: V::Proof, row: usize) {
        let depth = self.vector.len();
        let rows = Strided { values: &self.matrix[row * depth..], stride: depth };
        // Once, and not at each step: that would be as many instructions as the sums.
        rows.check(BLOCKS * SIDE, depth);
        let (fours, rest) = self.vector.as_chunks::<SIDE>();
        let mut sums = [V::splat(proof, 0.0); BLOCKS];
        for (position, factors) in fours.iter().enumerate() {
            for (block, sum) in sums.iter_mut().enumerate() {
                let mut numbers = [[0.0; SIDE]; SIDE];
                for (side, numbers) in numbers.iter_mut().enumerate() {
                    // SAFETY: `check` has passed for `BLOCKS * SIDE` rows, of which this is one, and for their width.
                    let row = unsafe { rows.row(block * SIDE + side, depth) };
                    *numbers = row.as_chunks().0[position];
                }
                for (column, factor) in f32::transposed(numbers).iter().zip(factors) {
                    *sum = V::load(proof, column).multiply_add(V::splat(proof, *factor), *sum);
                }
            }
        }
        for (k, factor) in (depth - rest.len()..).zip(rest) {
            for (block, sum) in sums.iter_mut().enumerate() {
                let mut column = [0.0; SIDE];
                for (side, number) in column.iter_mut().enumerate() {
                    // SAFETY: `check` has passed for `BLOCKS * SIDE` rows, of which this is one, and for their width.
                    *number = unsafe { rows.row(block * SIDE + side, depth) }[k];
                }
                *sum = V::load(proof, &column).multiply_add(V::splat(proof, *factor), *sum);
            }
        }
        for (sum, out) in sums.iter().zip(self.out[row..].chunks_exact_mut(SIDE)) {
            sum.store(out);
        }
    }

    /// One row.
    #[inline(always)]
    fn single<V: Vector<f32>>(&mut self, proof: V::Proof, row: usize) {
        let mut sum = V::splat(proof, 0.0);
        for (factor, number) in self.vector.iter().zip(&self.matrix[row * self.vector.len()..]) {
            sum = V::load(proof, core::slice::from_ref(number)).multiply_add(V::splat(proof, *factor), sum);
        }
        sum.store(&mut self.out[row..]);
    }
}
