//! Larger matrix products: the left matrix is packed, too.
//!
//! In `gemm.rs` a microtile reads each of its rows of the left matrix where it lies. Where these are long,
//! they lie far apart, on as many pages, and every micropanel would walk over all of them again. Here the cache block of
//! MC rows and KC columns, at most 132 rows of 1088 bytes, is packed once, in the order in which the microtiles
//! read it, and stays in the second-level cache while the micropanels go over it:
//!
//! ```text
//! loop 3  over the rows, in cache blocks of MC; loop 4 over the reduction, in those of KC: packs the left block
//! loop 2    over the columns, in micropanels of NR: the first microtile packs the right one
//! loop 1      over the block's rows, in microtiles of MR
//! ```
//!
//! The right matrix is packed while it is read: what the one waits for memory, the other computes. One that is used
//! again and again is packed once, by [`pack`]: block after block, and micropanel after micropanel.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;
use core::ops::Range;

use super::gemm::{CacheBlock, Gemm, KC, MicropanelScratch, RightLayout};
use super::instruction_set::InstructionSet;
use super::macrokernel::{
    Micropanel, Micropanels, Microtiles, each_tall_microtile, each_wide_micropanel, ranges,
};
use super::microkernel::{ColumnSlices, Microtile, Right, Strided, StridedMut};
use super::operation::{Compiled, Entries, Operation, family};
use super::packing::Packing;
use super::scratch::Scratch;
use super::transpose::transpose;
use super::vector::{Number, Set, Tiled, Vector, prefetch, prefetch_far};
use crate::element::Element;

/// Rows of a cache block, at most: a batch of 128, and so few that a thread with 192 KiB of stack has room for a block,
/// a micropanel and those who wait for them.
const MC: usize = 132;

/// Bytes of a block's row, at most.
const ROW_BYTES: usize = 1088;

/// About half of the first-level cache: what a micropanel of the right matrix may take.
const MICROPANEL_BYTES: usize = 17 * 1024;

/// Columns from which on a packed block is used often enough: where its rows have to be transposed, and where
/// they are just copied.
const LEAST_COLS: [usize; 2] = [128, 96];

/// Bytes of the left matrix from which on it is not near anyway.
const LEAST_BYTES: usize = 32 * 1024;

impl<T> Gemm<'_, T> {
    /// Whether packing the left matrix is worth its time.
    pub(super) fn packs_left(&self) -> bool {
        self.cols >= LEAST_COLS[usize::from(self.left_is_transposed)]
            && self.rows * self.depth * size_of::<T>() >= LEAST_BYTES
    }
}

/// Columns from which on the right matrix is packed once where it is used again and again.
const LEAST_COLS_PACKED: usize = LEAST_COLS[0];

/// Terms of a sum from which on that is so.
const LEAST_DEPTH_PACKED: usize = 64;

/// The numbers that `[depth, cols]` of them are packed into: as many; 0 where packing gains nothing.
pub(crate) const fn packed_len<T>(depth: usize, cols: usize) -> usize {
    let is_single = size_of::<T>() == size_of::<f32>();
    if is_single && cols >= LEAST_COLS_PACKED && depth >= LEAST_DEPTH_PACKED { depth * cols } else { 0 }
}

/// Packs the right matrix `[depth, cols]` of products on the same instruction set.
pub(crate) fn pack<T: Element>(
    set: InstructionSet,
    [depth, cols]: [usize; 2],
    right: &[T],
    packed: &mut [T],
) {
    assert!(
        Some(right.len()) == depth.checked_mul(cols) && packed.len() == right.len(),
        "matrix sizes disagree"
    );
    RightMatrix { depth, cols, right, packed }.compute_on(set);
}

/// A right matrix to be packed.
struct RightMatrix<'a, T> {
    depth: usize,
    cols: usize,
    right: &'a [T],
    packed: &'a mut [T],
}

family!(RightMatrix);

impl<'a, T: Element> Compiled for RightMatrix<'a, T> {
    type Element = T;
    type Entries = RightMatrix<'a, f32>;
}

impl<'a> Entries for RightMatrix<'a, f32> {
    #[inline(never)]
    fn single(matrix: Self, set: InstructionSet) {
        set.single(matrix);
    }

    fn double(_: RightMatrix<'a, f64>, _: InstructionSet) {
        unreachable!("matrixmultiply packs by itself");
    }
}

impl Operation<f32> for RightMatrix<'_, f32> {
    #[inline(always)]
    fn run<S: Set<f32>>(self, set: S) {
        set.tiled(self);
    }
}

impl Tiled<f32> for RightMatrix<'_, f32> {
    #[inline(always)]
    fn compute<S: Set<f32>, const MR: usize, const VECTORS: usize>(self, set: S) {
        let Self { depth, cols, right, packed } = self;
        for depth in parts(depth, block_depth::<f32, S, VECTORS>()) {
            let (part, len) = (depth.start * cols..depth.end * cols, depth.len());
            let (right, packed) = (&right[part.clone()], &mut packed[part]);
            let mut panels = RightPanels { depth: len, cols, right, packed };
            each_wide_micropanel::<f32, S, _, MR, VECTORS>(set, cols, &mut panels);
        }
    }
}

/// A block of a right matrix.
struct RightPanels<'a> {
    depth: usize,
    cols: usize,
    right: &'a [f32],
    packed: &'a mut [f32],
}

impl Micropanels<f32> for RightPanels<'_> {
    #[inline(always)]
    fn micropanel<V: Vector<f32>, const MR: usize, const VECTORS: usize>(
        &mut self,
        _: V::Proof,
        panel: Micropanel,
    ) {
        let width = panel.last + V::LANES;
        let packed = &mut self.packed[panel.first * self.depth..][..width * self.depth];
        for (row, packed) in self.right.chunks_exact(self.cols).zip(packed.chunks_exact_mut(width)) {
            packed.copy_from_slice(&row[panel.first..][..width]);
        }
    }
}

/// Steps of the reduction in a cache block, at most.
const fn block_depth<T: Number, S: Set<T>, const VECTORS: usize>() -> usize {
    let most = MICROPANEL_BYTES / (VECTORS * S::Full::LANES * size_of::<T>());
    let row = ROW_BYTES / size_of::<T>();
    if most > row {
        row
    } else if most < KC {
        KC
    } else {
        most
    }
}

/// A product whose left matrix is packed.
pub(super) struct PackedGemm<'a, T>(pub(super) Gemm<'a, T>);

impl<T: Number> Operation<T> for PackedGemm<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, set: S) {
        set.tiled(self);
    }
}

impl<T: Number> Tiled<T> for PackedGemm<'_, T> {
    #[inline(always)]
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(self, set: S) {
        let Self(mut gemm) = self;
        let cols = gemm.cols;
        let most = block_depth::<T, S, VECTORS>();
        let mut memory = MaybeUninit::<Scratch<u8, { MC * ROW_BYTES }>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        for rows in ranges(0..gemm.rows, MC) {
            for depth in parts(gemm.depth, most) {
                let block = CacheBlock { from: depth.start, depth: depth.len() };
                let memory = &mut memory[..rows.len() * block.depth];
                let first = rows.start;
                let mut packing = LeftPacking { gemm: &gemm, block, first, memory, written: 0 };
                // With the vectors that the micropanels have, so that the microtiles are theirs.
                each_tall_microtile::<T, S::Full, _, MR, 1>(set.into(), rows.len(), &mut packing);
                assert_eq!(packing.written, memory.len(), "all rows are packed");
                // SAFETY: as many numbers are written, each tile's behind those of the one before it.
                let left = unsafe { memory.assume_init_ref() };
                let mut panels = PackedPanels { gemm: &mut gemm, block, rows: rows.clone(), left };
                each_wide_micropanel::<T, S, _, MR, VECTORS>(set, cols, &mut panels);
            }
        }
    }
}

/// Ranges of at most `most` that make up all and are alike, so that none is all beginning and end.
fn parts(all: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    let count = all.div_ceil(most);
    (0..count).map(move |part| part * all / count..(part + 1) * all / count)
}

/// Packs the left matrix's part in some rows and a block: microtile by microtile, a tile's columns one after the
/// other.
struct LeftPacking<'p, 'a, T> {
    gemm: &'p Gemm<'a, T>,
    block: CacheBlock,
    first: usize,
    memory: &'p mut [MaybeUninit<T>],
    /// Numbers, from the beginning of `memory` on.
    written: usize,
}

impl<T: Number> Microtiles<T> for LeftPacking<'_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(&mut self, _: V::Proof, row: usize) {
        let CacheBlock { from, depth } = self.block;
        let (values, stride, first) = (self.gemm.left, self.gemm.left_stride, self.first + row);
        let memory = &mut self.memory[row * depth..][..MR * depth];
        assert_eq!(self.written, row * depth, "microtiles follow each other");
        self.written += memory.len();
        if self.gemm.left_is_transposed {
            for (k, column) in memory.chunks_exact_mut(MR).enumerate() {
                column.write_copy_of_slice(&values[(from + k) * stride + first..][..MR]);
            }
        } else {
            transpose(&values[first * stride + from..], stride, depth, MR, memory);
        }
    }
}

/// Some rows of a product, in one block of the reduction.
struct PackedPanels<'p, 'a, T> {
    gemm: &'p mut Gemm<'a, T>,
    block: CacheBlock,
    rows: Range<usize>,
    left: &'p [T],
}

impl<T: Number> Micropanels<T> for PackedPanels<'_, '_, T> {
    #[inline(always)]
    fn micropanel<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
    ) {
        let mut memory = MaybeUninit::<MicropanelScratch>::uninit();
        let memory =
            &mut MicropanelScratch::numbers(&mut memory)[..(panel.last + V::LANES) * self.block.depth];
        let (mut right, mut next) = (RightPanel::Unread(memory), [].as_slice());
        if self.gemm.right_layout == RightLayout::Panels {
            let CacheBlock { from, depth } = self.block;
            let width = panel.last + V::LANES;
            let panels = &self.gemm.right[from * self.gemm.cols + panel.first * depth..];
            let (values, behind) = panels.split_at(width * depth);
            right = RightPanel::Packed(Strided { values, stride: width });
            next = &behind[..behind.len().min(values.len())];
        }
        let (gemm, block, first, left) = (&mut *self.gemm, self.block, self.rows.start, self.left);
        let mut tiles = PackedTiles { gemm, block, first, left, panel, right, next };
        each_tall_microtile::<T, V, _, MR, VECTORS>(proof, self.rows.len(), &mut tiles);
    }
}

struct PackedTiles<'b, 'a, T> {
    gemm: &'b mut Gemm<'a, T>,
    block: CacheBlock,
    /// The first row.
    first: usize,
    left: &'b [T],
    panel: Micropanel,
    right: RightPanel<'b, T>,
    /// What will be read of the right matrix after this micropanel, where that is known.
    next: &'b [T],
}

/// A micropanel of the right matrix.
enum RightPanel<'m, T> {
    /// To be packed into this memory.
    Unread(&'m mut [MaybeUninit<T>]),
    Packed(Strided<'m, T>),
}

impl<T: Number> Microtiles<T> for PackedTiles<'_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let empty = RightPanel::Packed(Strided { values: &[], stride: 0 });
        let right = match core::mem::replace(&mut self.right, empty) {
            RightPanel::Packed(right) => right,
            // The first tile reads the matrix where it lies, and packs it for the others: what it waits
            // for memory, it computes.
            RightPanel::Unread(memory) if const { MR > 5 } && self.gemm.right_layout == RightLayout::Rows => {
                let width = self.panel.last + V::LANES;
                let original = self.gemm.part_of_right(self.block, self.panel);
                let mut packing = Packing::new(original, width, memory);
                self.compute::<V, _, MR, VECTORS>(proof, row, &mut packing);
                self.right = RightPanel::Packed(packing.done());
                return;
            }
            RightPanel::Unread(memory) => {
                self.gemm.pack_right::<V, VECTORS>(proof, self.block, self.panel, memory)
            }
        };
        self.compute::<V, _, MR, VECTORS>(proof, row, right);
        self.right = RightPanel::Packed(right);
    }
}

impl<T: Number> PackedTiles<'_, '_, T> {
    #[inline(always)]
    fn compute<V: Vector<T>, R: Right<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
        right: R,
    ) {
        let Self { gemm, block: CacheBlock { from, depth }, left, next, .. } = self;
        let (stride, last) = (gemm.cols, self.panel.last);
        let place = (self.first + row) * stride + self.panel.first;
        // Its share of what is soon read of the right matrix.
        let numbers = next.len() / (left.len() / *depth);
        for number in (row * numbers..(row + MR) * numbers).step_by(64 / size_of::<T>()) {
            prefetch_far(next, number);
        }
        // What the next tile's sums begin with.
        for next in (MR..2 * MR).map(|side| place + side * stride) {
            prefetch(gemm.out, next);
            prefetch(gemm.out, next + last + V::LANES - 1);
        }
        let tile = Microtile {
            depth: *depth,
            left: ColumnSlices(Strided { values: &left[row * *depth..], stride: MR }),
            right,
            start: gemm.start(*from, self.panel),
            last,
            out: StridedMut { values: &mut gemm.out[place..], stride },
        };
        tile.compute::<V, MR, VECTORS>(proof);
    }
}
