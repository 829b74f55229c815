//! Large products: a block of the left matrix is copied together, too.
//!
//! In `product.rs` a tile reads each of its rows of the left matrix where it lies. Where these are long,
//! they lie far apart, on as many pages, and every panel of columns would walk over all of them again.
//! Here the block that belongs to some rows and a part of the reduction, at most 144 times 256 numbers,
//! is laid out once, in the order in which the tiles read it, and stays in the second-level cache while
//! the panels go over it.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::grid::{Panel, Panels, Tiles, each_tile, each_wide_panel};
use super::product::{Aligned, Block, DEPTH, PANEL, Product};
use super::tile::{Columns, Tile, View, ViewMut};
use super::transpose::transpose;
use super::vector::{Number, Set, Vector, prefetch};

/// Rows of a block, at most: a multiple of every tile's.
const BLOCK_ROWS: usize = 144;

/// Steps of the reduction in a block, at most.
const MOST_DEPTH: usize = 256;

/// Half of the first-level cache: what a panel of the right matrix may take.
const PANEL_BYTES: usize = 16 * 1024;

/// Columns from which on a block is used often enough: where its rows have to be transposed, and where
/// they are just copied.
const LEAST_COLS: [usize; 2] = [128, 96];

/// Bytes of the left matrix from which on it is not near anyway.
const LEAST_BYTES: usize = 32 * 1024;

impl<T: Number> Product<'_, T> {
    /// Whether copies of the left matrix are worth their time.
    pub(super) fn is_large<const TRANSPOSED: bool>(&self) -> bool {
        self.cols >= LEAST_COLS[usize::from(TRANSPOSED)]
            && self.rows * self.depth * size_of::<T>() >= LEAST_BYTES
    }

    /// Computes the product with tiles of up to `ROWS` rows and `VECTORS` vectors.
    #[inline(always)]
    pub(super) fn run_packed<S: Set<T>, const TRANSPOSED: bool, const ROWS: usize, const VECTORS: usize>(
        mut self,
        set: S,
    ) {
        let steps = (PANEL_BYTES / (VECTORS * S::Full::LANES * size_of::<T>())).clamp(DEPTH, MOST_DEPTH);
        let mut memory = Aligned([const { MaybeUninit::uninit() }; BLOCK_ROWS * MOST_DEPTH]);
        for first in (0..self.rows).step_by(BLOCK_ROWS) {
            for from in (0..self.depth).step_by(steps) {
                let rows = BLOCK_ROWS.min(self.rows - first);
                let block = Block { from, depth: steps.min(self.depth - from) };
                let memory = &mut memory.0[..rows * block.depth];
                let mut packing = Packing::<T, TRANSPOSED> { product: &self, block, first, memory };
                // With the vectors that the panels have, so that the tiles are theirs.
                each_tile::<T, S::Full, _, ROWS, 1>(set.into(), rows, &mut packing);
                // SAFETY: the tiles make up the rows, and each has written its own.
                let left = unsafe { memory.assume_init_ref() };
                let cols = self.cols;
                let mut packed = PackedBlock { product: &mut self, block, first, rows, left };
                each_wide_panel::<T, S, _, ROWS, VECTORS>(set, cols, &mut packed);
            }
        }
    }
}

/// Copies the left matrix's part in some rows and a block: tile by tile, a tile's columns one after the
/// other.
struct Packing<'p, 'a, T, const TRANSPOSED: bool> {
    product: &'p Product<'a, T>,
    block: Block,
    first: usize,
    memory: &'p mut [MaybeUninit<T>],
}

impl<T: Number, const TRANSPOSED: bool> Tiles<T> for Packing<'_, '_, T, TRANSPOSED> {
    #[inline(always)]
    fn tile<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(&mut self, _: V::Proof, row: usize) {
        let Block { from, depth } = self.block;
        let (values, stride, first) = (self.product.left, self.product.left_stride, self.first + row);
        let memory = &mut self.memory[row * depth..][..ROWS * depth];
        if TRANSPOSED {
            for (k, column) in memory.chunks_exact_mut(ROWS).enumerate() {
                column.write_copy_of_slice(&values[(from + k) * stride + first..][..ROWS]);
            }
        } else {
            transpose(&values[first * stride + from..], stride, depth, ROWS, memory);
        }
    }
}

/// Some rows of a product, in one block of the reduction.
struct PackedBlock<'p, 'a, T> {
    product: &'p mut Product<'a, T>,
    block: Block,
    first: usize,
    rows: usize,
    left: &'p [T],
}

impl<T: Number> Panels<T> for PackedBlock<'_, '_, T> {
    #[inline(always)]
    fn panel<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Panel,
    ) {
        let mut memory = Aligned([const { MaybeUninit::uninit() }; PANEL]);
        let right = self.product.pack::<V, VECTORS>(proof, self.block, panel, &mut memory.0);
        let rows = self.rows;
        each_tile::<T, V, _, ROWS, VECTORS>(proof, rows, &mut PackedPanel { block: self, panel, right });
    }
}

struct PackedPanel<'b, 'p, 'a, T> {
    block: &'b mut PackedBlock<'p, 'a, T>,
    panel: Panel,
    right: View<'b, T>,
}

impl<T: Number> Tiles<T> for PackedPanel<'_, '_, '_, T> {
    #[inline(always)]
    fn tile<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(&mut self, proof: V::Proof, row: usize) {
        let PackedBlock { product, block: Block { from, depth }, first, left, .. } = &mut *self.block;
        let (stride, last) = (product.cols, self.panel.last);
        let place = (*first + row) * stride + self.panel.first;
        // What the next tile's sums begin with.
        for next in (ROWS..2 * ROWS).map(|side| place + side * stride) {
            prefetch(product.out, next);
            prefetch(product.out, next + last + V::LANES - 1);
        }
        let tile = Tile {
            depth: *depth,
            left: Columns(View { values: &left[row * *depth..], stride: ROWS }),
            right: self.right,
            start: product.start(*from, self.panel),
            last,
            out: ViewMut { values: &mut product.out[place..], stride },
        };
        V::tile::<_, _, ROWS, VECTORS>(proof, tile);
    }
}
