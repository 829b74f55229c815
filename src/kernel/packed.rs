//! Large products: a block of the left matrix is copied together, too.
//!
//! In `product.rs` a tile reads each of its rows of the left matrix where it lies. Where these are long,
//! they lie far apart, on as many pages, and every panel of columns would walk over all of them again.
//! Here the block that belongs to some rows and a part of the reduction, at most 132 rows of 1088
//! bytes, is laid out once, in the order in which the tiles read it, and stays in the second-level cache while
//! the panels go over it.
//!
//! The right matrix is copied panel by panel, as in `product.rs`, while the first tile of a panel reads it:
//! what the one waits for memory, the other computes.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;
use core::ops::Range;

use super::copying::Copying;
use super::grid::{Panel, Panels, Tiles, each_tile, each_wide_panel, ranges};
use super::product::{Block, DEPTH, Operand, PanelScratch, Product};
use super::scratch::Scratch;
use super::tile::{Columns, Right, Tile, View, ViewMut};
use super::transpose::transpose;
use super::vector::{Number, Set, Vector, prefetch};

/// Rows of a block, at most: a batch of 128, and so few that a thread with 192 KiB of stack has room for a block,
/// a panel and those who wait for them.
const BLOCK_ROWS: usize = 132;

/// Bytes of a block's row, at most.
const ROW_BYTES: usize = 1088;

/// About half of the first-level cache: what a panel of the right matrix may take.
const PANEL_BYTES: usize = 17 * 1024;

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
        let cols = self.cols;
        let most = (PANEL_BYTES / (VECTORS * S::Full::LANES * size_of::<T>()))
            .clamp(DEPTH, ROW_BYTES / size_of::<T>());
        let mut memory = MaybeUninit::<Scratch<u8, { BLOCK_ROWS * ROW_BYTES }>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        for rows in ranges(0..self.rows, BLOCK_ROWS) {
            for depth in parts(self.depth, most) {
                let block = Block { from: depth.start, depth: depth.len() };
                let memory = &mut memory[..rows.len() * block.depth];
                let first = rows.start;
                let mut packing =
                    Packing::<T, TRANSPOSED> { product: &self, block, first, memory, written: 0 };
                // With the vectors that the panels have, so that the tiles are theirs.
                each_tile::<T, S::Full, _, ROWS, 1>(set.into(), rows.len(), &mut packing);
                assert_eq!(packing.written, memory.len(), "all rows are copied");
                // SAFETY: as many numbers are written, each tile's behind those of the one before it.
                let left = unsafe { memory.assume_init_ref() };
                let mut packed = PackedBlock { product: &mut self, block, rows: rows.clone(), left };
                each_wide_panel::<T, S, _, ROWS, VECTORS>(set, cols, &mut packed);
            }
        }
    }
}

/// Ranges of at most `most` that make up all and are alike, so that none is all beginning and end.
fn parts(all: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    let count = all.div_ceil(most);
    (0..count).map(move |part| part * all / count..(part + 1) * all / count)
}

/// Copies the left matrix's part in some rows and a block: tile by tile, a tile's columns one after the
/// other.
struct Packing<'p, 'a, T, const TRANSPOSED: bool> {
    product: &'p Product<'a, T>,
    block: Block,
    first: usize,
    memory: &'p mut [MaybeUninit<T>],
    /// Numbers, from the beginning of `memory` on.
    written: usize,
}

impl<T: Number, const TRANSPOSED: bool> Tiles<T> for Packing<'_, '_, T, TRANSPOSED> {
    #[inline(always)]
    fn tile<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(&mut self, _: V::Proof, row: usize) {
        let Block { from, depth } = self.block;
        let (values, stride, first) = (self.product.left, self.product.left_stride, self.first + row);
        let memory = &mut self.memory[row * depth..][..ROWS * depth];
        assert_eq!(self.written, row * depth, "tiles follow each other");
        self.written += memory.len();
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
    rows: Range<usize>,
    left: &'p [T],
}

impl<T: Number> Panels<T> for PackedBlock<'_, '_, T> {
    #[inline(always)]
    fn panel<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Panel,
    ) {
        let mut memory = MaybeUninit::<PanelScratch>::uninit();
        let memory = &mut PanelScratch::numbers(&mut memory)[..(panel.last + V::LANES) * self.block.depth];
        let right = PanelOfRight::Unread(memory);
        let (product, block, first, left) = (&mut *self.product, self.block, self.rows.start, self.left);
        let mut tiles = PackedPanel { product, block, first, left, panel, right };
        each_tile::<T, V, _, ROWS, VECTORS>(proof, self.rows.len(), &mut tiles);
    }
}

struct PackedPanel<'b, 'a, T> {
    product: &'b mut Product<'a, T>,
    block: Block,
    /// The first row.
    first: usize,
    left: &'b [T],
    panel: Panel,
    right: PanelOfRight<'b, T>,
}

/// A panel's part of the right matrix.
enum PanelOfRight<'m, T> {
    /// To be copied into this memory.
    Unread(&'m mut [MaybeUninit<T>]),
    Copied(View<'m, T>),
}

impl<T: Number> Tiles<T> for PackedPanel<'_, '_, T> {
    #[inline(always)]
    fn tile<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(&mut self, proof: V::Proof, row: usize) {
        let empty = PanelOfRight::Copied(View { values: &[], stride: 0 });
        let right = match (core::mem::replace(&mut self.right, empty), self.product.right) {
            (PanelOfRight::Copied(right), _) => right,
            // The first tile reads the matrix where it lies, and copies it for the others: what it waits
            // for memory, it computes.
            (PanelOfRight::Unread(memory), Operand::Matrix(values)) if ROWS > 4 => {
                let width = self.panel.last + V::LANES;
                let original = self.product.part_of(values, self.block, self.panel);
                let mut copying = Copying::new(original, width, memory);
                self.tile_of::<V, _, ROWS, VECTORS>(proof, row, &mut copying);
                self.right = PanelOfRight::Copied(copying.done());
                return;
            }
            (PanelOfRight::Unread(memory), _) => {
                self.product.pack::<V, VECTORS>(proof, self.block, self.panel, memory)
            }
        };
        self.tile_of::<V, _, ROWS, VECTORS>(proof, row, right);
        self.right = PanelOfRight::Copied(right);
    }
}

impl<T: Number> PackedPanel<'_, '_, T> {
    #[inline(always)]
    fn tile_of<V: Vector<T>, R: Right<T>, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
        right: R,
    ) {
        let Self { product, block: Block { from, depth }, left, .. } = self;
        let (stride, last) = (product.cols, self.panel.last);
        let place = (self.first + row) * stride + self.panel.first;
        // What the next tile's sums begin with.
        for next in (ROWS..2 * ROWS).map(|side| place + side * stride) {
            prefetch(product.out, next);
            prefetch(product.out, next + last + V::LANES - 1);
        }
        let tile = Tile {
            depth: *depth,
            left: Columns(View { values: &left[row * *depth..], stride: ROWS }),
            right,
            start: product.start(*from, self.panel),
            last,
            out: ViewMut { values: &mut product.out[place..], stride },
        };
        V::tile::<_, _, ROWS, VECTORS>(proof, tile);
    }
}
