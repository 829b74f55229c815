//! The gradient by a convolution's kernels with outputs, not filters, side by side in vectors.
//!
//! Both matrices are read as they lie, along their rows: no vector is left half empty where there are few filters or few
//! channels, and nothing is transposed.
//!
//! Each sum over a block of outputs is [`CHAINS`] chains of additions, on any instruction set: chain `p` begins with 0
//! and adds the outputs `p`, `p + CHAINS`, … in order; those behind the last one, and between the rows of a spaced block,
//! count as 0. Then chains are added in
//! halves, chain `p` and chain `p + 8` first; and their sum to what there is.

use core::mem::MaybeUninit;

use super::im2col::Im2colBlock;
use super::scratch::zeroed;
use super::vector::{Apart, Number, Vector};

/// Chains of additions of each sum.
pub(super) const CHAINS: usize = 16;

/// Some rows of the gradient by the kernels, over one block of outputs: `out += matrix · grad_outputᵀ`.
pub(super) struct PixelSums<'p, T> {
    pub(super) columns: &'p Im2colBlock,
    /// The packed matrix.
    pub(super) values: &'p [T],
    /// The row of it that is the first one of `out`.
    pub(super) tap: usize,
    pub(super) filters: usize,
    /// `[filters, outputs]`
    pub(super) grad_output: &'p [T],
    pub(super) outputs: usize,
    /// Memory for three filters' gradients over a spaced block.
    pub(super) memory: &'p mut [MaybeUninit<T>],
    /// `[taps, filters]`
    pub(super) out: &'p mut [T],
}

impl<T: Number> PixelSums<'_, T> {
    /// Adds them up, with as many sums side by side as registers hold.
    #[inline(always)]
    pub(super) fn add<V: Vector<T>>(mut self, proof: V::Proof) {
        if const { V::LANES * 8 == CHAINS } {
            self.add_by::<V, 8, 1, 1>(proof);
        }
        if const { V::LANES * 4 == CHAINS } {
            self.add_by::<V, 4, 1, 3>(proof);
        }
        if const { V::LANES * 2 == CHAINS } {
            self.add_by::<V, 2, 2, 6>(proof);
        }
        if const { V::LANES == CHAINS } {
            self.add_by::<V, 1, 4, 12>(proof);
        }
    }

    /// All filters: `A` rows of three filters at a time, `B` rows of each of the others.
    #[inline(always)]
    fn add_by<V: Vector<T>, const VECTORS: usize, const A: usize, const B: usize>(
        &mut self,
        proof: V::Proof,
    ) {
        let threes = self.filters / 3 * 3;
        for filter in (0..threes).step_by(3) {
            self.rows::<V, VECTORS, A, 3>(proof, filter);
        }
        for filter in threes..self.filters {
            self.rows::<V, VECTORS, B, 1>(proof, filter);
        }
    }

    /// All rows of `FILTERS` filters, in tiles.
    #[inline(always)]
    fn rows<V: Vector<T>, const VECTORS: usize, const TAPS: usize, const FILTERS: usize>(
        &mut self,
        proof: V::Proof,
        filter: usize,
    ) {
        let (columns, len) = (self.columns, self.columns.len());
        let grads_of = |side: usize| &self.grad_output[(filter + side) * self.outputs..][..self.outputs];
        let mut grads = [[].as_slice(); FILTERS];
        if columns.is_spaced() {
            // With zeros between the rows: there the matrix has pixels that no output meets.
            let memory = zeroed(&mut self.memory[..FILTERS * len]);
            for (side, spaced) in memory.chunks_exact_mut(len).enumerate() {
                columns.space(grads_of(side), spaced);
            }
            grads.iter_mut().zip(memory.chunks_exact(len)).for_each(|(grads, spaced)| *grads = spaced);
        } else {
            for (side, grads) in grads.iter_mut().enumerate() {
                *grads = &grads_of(side)[columns.first()..][..len];
            }
        }
        let mut starts = columns.starts(self.tap);
        for out in self.out.chunks_mut(TAPS * self.filters) {
            let (mut rows, mut start) = ([[].as_slice(); TAPS], 0);
            // Where fewer rows are left, the last one is computed several times.
            for (side, row) in rows.iter_mut().enumerate() {
                if side * self.filters < out.len() {
                    start = starts.start();
                }
                *row = &self.values[start..][..len];
            }
            let sums = V::apart(proof, Tile::<T, VECTORS, TAPS, FILTERS> { rows, grads });
            for (out, sums) in out.chunks_exact_mut(self.filters).zip(sums) {
                out[filter..][..FILTERS].iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
            }
        }
    }
}

/// The products of `TAPS` rows and `FILTERS` others, all of the same length.
struct Tile<'p, T, const VECTORS: usize, const TAPS: usize, const FILTERS: usize> {
    rows: [&'p [T]; TAPS],
    grads: [&'p [T]; FILTERS],
}

impl<T: Number, const VECTORS: usize, const TAPS: usize, const FILTERS: usize> Apart<T>
    for Tile<'_, T, VECTORS, TAPS, FILTERS>
{
    type Output = [[T; FILTERS]; TAPS];

    #[inline(always)]
    fn run<V: Vector<T>>(self, proof: V::Proof) -> Self::Output {
        assert!(VECTORS * V::LANES == CHAINS, "vectors for all chains");
        let Self { rows, grads } = self;
        let (len, count) = (grads[0].len(), grads[0].len() / CHAINS);
        let (whole_rows, whole_grads) = (in_steps(&rows, count), in_steps(&grads, count));
        let mut sums = [[[V::splat(proof, T::default()); VECTORS]; FILTERS]; TAPS];
        for step in 0..count {
            for vector in 0..VECTORS {
                let at = vector * V::LANES;
                let (mut pixels, mut factors) = ([sums[0][0][0]; TAPS], [sums[0][0][0]; FILTERS]);
                for tap in 0..TAPS {
                    pixels[tap] = V::load(proof, &whole_rows[tap][step][at..]);
                }
                for filter in 0..FILTERS {
                    factors[filter] = V::load(proof, &whole_grads[filter][step][at..]);
                }
                add_products(&pixels, &factors, vector, &mut sums);
            }
        }
        if count * CHAINS < len {
            for vector in 0..VECTORS {
                let at = (count * CHAINS + vector * V::LANES).min(len);
                let part = at..len.min(at + V::LANES);
                let (mut pixels, mut factors) = ([sums[0][0][0]; TAPS], [sums[0][0][0]; FILTERS]);
                for tap in 0..TAPS {
                    pixels[tap] = V::load_part(proof, &rows[tap][part.clone()]);
                }
                for filter in 0..FILTERS {
                    factors[filter] = V::load_part(proof, &grads[filter][part.clone()]);
                }
                add_products(&pixels, &factors, vector, &mut sums);
            }
        }
        let mut found = [[T::default(); FILTERS]; TAPS];
        for (found, sums) in found.iter_mut().zip(&sums) {
            for (found, sums) in found.iter_mut().zip(sums) {
                *found = sum_of_chains::<T, V, VECTORS>(sums);
            }
        }
        found
    }
}

/// The first steps of each row. (`array::map` stays a loop now and then.)
#[inline(always)]
fn in_steps<'p, T, const ROWS: usize>(rows: &[&'p [T]; ROWS], count: usize) -> [&'p [[T; CHAINS]]; ROWS] {
    let mut steps = [[].as_slice(); ROWS];
    for (steps, row) in steps.iter_mut().zip(rows) {
        *steps = &row.as_chunks().0[..count];
    }
    steps
}

#[inline(always)]
fn add_products<T, V: Vector<T>, const VECTORS: usize, const TAPS: usize, const FILTERS: usize>(
    pixels: &[V; TAPS],
    factors: &[V; FILTERS],
    vector: usize,
    sums: &mut [[[V; VECTORS]; FILTERS]; TAPS],
) {
    for tap in 0..TAPS {
        for filter in 0..FILTERS {
            let sum = &mut sums[tap][filter][vector];
            *sum = pixels[tap].multiply_add(factors[filter], *sum);
        }
    }
}

/// The sum of all chains.
#[inline(always)]
fn sum_of_chains<T: Number, V: Vector<T>, const VECTORS: usize>(vectors: &[V; VECTORS]) -> T {
    let mut chains = [[T::default(); 4]; CHAINS / 4];
    let flat = chains.as_flattened_mut();
    for (vector, sums) in vectors.iter().enumerate() {
        sums.store(&mut flat[vector * V::LANES..]);
    }
    let [a, b, c, d] = chains;
    let [p, q, r, s] = T::plus(T::plus(a, c), T::plus(b, d));
    (p + r) + (q + s)
}
