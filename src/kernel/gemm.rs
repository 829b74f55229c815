//! Matrix products: a Goto-style GEMM whose left matrix is read where it lies.
//!
//! The loops, numbered as in the literature (Goto and van de Geijn, *Anatomy of high-performance matrix
//! multiplication*, 2008; Van Zee and van de Geijn, *BLIS*, 2015):
//!
//! ```text
//! loop 2  over the columns, in micropanels of NR      (macrokernel.rs)
//! loop 4    over the reduction, in cache blocks of KC  (here)
//! loop 1      over the rows, in microtiles of MR        (macrokernel.rs)
//! loop 0        over the block: the microkernel          (microkernel.rs)
//! ```
//!
//! A micropanel of the right matrix, of one block, takes at most 24 KiB and stays in the first-level cache while the
//! rows go over it. It is packed where it would not stay there: where it has to be transposed, and where its rows lie so
//! far apart that they fall onto the same few cache sets. Loops 5 and 3 are for what does not fit into the other caches:
//! loop 3 is in `packed_gemm.rs`, and loop 5 is not needed, as micropanels are packed one by one.
//!
//! No order of summation depends on any of this: each output is one chain of additions, in the order
//! of the reduction, from its start to its end. A block continues from what the output holds.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::dgemm;
use super::instruction_set::InstructionSet;
use super::macrokernel::{Micropanel, Micropanels, Microtiles, each_micropanel, each_microtile};
use super::microkernel::{ColumnSlices, Microtile, RowSlices, Start, Strided, StridedMut};
use super::operation::{Compiled, Entries, Operation, family};
use super::packed_gemm::PackedGemm;
use super::packing::{PackAll, Packing};
use super::scratch::Scratch;
use super::transpose::transpose;
use super::vector::{Number, Set, Tiled, Vector};
use super::vector_gradients::{OuterProduct, VectorTransposed};
use crate::element::Element;

/// Steps of the reduction in a cache block.
pub(super) const KC: usize = 128;

/// Memory for a micropanel of a block: of `f32`, a microtile has no more than 48 columns.
pub(super) type MicropanelScratch = Scratch<u8, { 48 * KC * size_of::<f32>() }>;

/// Rows of the product from which on a micropanel is packed where its own rows lie far apart; four times as many where
/// they do not, but straddle cache lines.
const PACKED_ROWS: usize = 16;

/// Bytes between rows that lie far apart.
pub(super) const FAR: usize = 1024;

/// What the sums of a product begin with.
#[derive(Clone, Copy)]
pub(super) enum FirstTerm<'a, T> {
    /// 0.
    Zero,
    /// A number for each column.
    Bias(&'a [T]),
    /// What the output holds.
    Output,
}

/// How the right matrix lies in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RightLayout {
    /// `[depth, cols]`, row by row.
    Rows,
    /// `[cols, depth]`, row by row.
    Transposed,
    /// Packed by [`pack`](super::packed_gemm::pack).
    Panels,
}

/// A matrix product: `out = first_term + left · right` with `[rows, depth] · [depth, cols]`.
pub(super) struct Gemm<'a, T> {
    pub(super) rows: usize,
    pub(super) depth: usize,
    pub(super) cols: usize,
    /// `[rows, depth]`, or its transpose.
    pub(super) left: &'a [T],
    /// From a row of `left`, as it lies in memory, to the next.
    pub(super) left_stride: usize,
    pub(super) left_is_transposed: bool,
    /// `[depth, cols]`, or its transpose, or its micropanels.
    pub(super) right: &'a [T],
    pub(super) right_layout: RightLayout,
    /// `[cols]`: what the sums begin with; zeros where it is left out.
    pub(super) first_term: FirstTerm<'a, T>,
    /// `[rows, cols]`
    pub(super) out: &'a mut [T],
}

family!(Gemm);

impl<'a, T: Element> Compiled for Gemm<'a, T> {
    type Element = T;
    type Entries = Gemm<'a, f32>;
}

impl<'a> Entries for Gemm<'a, f32> {
    // Not one operation for all: in the frame of each there is no more than its own scratch.
    #[inline(never)]
    fn single(gemm: Self, set: InstructionSet) {
        let Gemm { rows, depth, left, right, first_term, .. } = gemm;
        if depth == 1 && gemm.left_is_transposed && matches!(first_term, FirstTerm::Output) {
            return set.single(OuterProduct { column: &left[..rows], row: right, out: gemm.out });
        }
        let right_is_transposed = gemm.right_layout == RightLayout::Transposed;
        if rows == 1 && right_is_transposed && matches!(first_term, FirstTerm::Zero) {
            return set.single(VectorTransposed { vector: &left[..depth], matrix: right, out: gemm.out });
        }
        let packs_left = gemm.right_layout == RightLayout::Panels || gemm.packs_left();
        match (packs_left, gemm.left_is_transposed) {
            (false, false) => set.single(UnpackedGemm::<f32, false>(gemm)),
            (false, true) => set.single(UnpackedGemm::<f32, true>(gemm)),
            (true, _) => set.single(PackedGemm(gemm)),
        }
    }

    #[inline(never)]
    fn double(gemm: Gemm<'a, f64>, _: InstructionSet) {
        dgemm::multiply(gemm);
    }
}

/// A cache block of the reduction.
#[derive(Clone, Copy)]
pub(super) struct CacheBlock {
    pub(super) from: usize,
    pub(super) depth: usize,
}

/// A product whose left matrix is read where it lies; whether that is its transpose, the compiler knows.
struct UnpackedGemm<'a, T, const TRANSPOSED: bool>(Gemm<'a, T>);

impl<T: Number, const TRANSPOSED: bool> Operation<T> for UnpackedGemm<'_, T, TRANSPOSED> {
    #[inline(always)]
    fn run<S: Set<T>>(self, set: S) {
        set.tiled(self);
    }
}

impl<T: Number, const TRANSPOSED: bool> Tiled<T> for UnpackedGemm<'_, T, TRANSPOSED> {
    #[inline(always)]
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(mut self, set: S) {
        let cols = self.0.cols;
        if self.0.rows > 0 && cols > 0 {
            let continues = matches!(self.0.first_term, FirstTerm::Output);
            each_micropanel::<T, S, _, MR, VECTORS>(set, 0..cols, continues, &mut self);
        }
    }
}

impl<T: Number, const TRANSPOSED: bool> Micropanels<T> for UnpackedGemm<'_, T, TRANSPOSED> {
    #[inline(always)]
    fn micropanel<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
    ) {
        let gemm = &mut self.0;
        let far = gemm.cols * size_of::<T>() >= FAR;
        let often = gemm.rows >= if far { PACKED_ROWS } else { 4 * PACKED_ROWS };
        let pack = often || gemm.right_layout == RightLayout::Transposed;
        let mut memory = MaybeUninit::<MicropanelScratch>::uninit();
        let memory = MicropanelScratch::numbers::<T>(&mut memory);
        let mut from = 0;
        loop {
            let block = CacheBlock { from, depth: (gemm.depth - from).min(KC) };
            // Not in a closure: it would be compiled without the instruction set.
            let packed = if pack {
                let memory = &mut memory[..block.depth * (panel.last + V::LANES)];
                Some(gemm.pack_right::<V, VECTORS>(proof, block, panel, memory))
            } else {
                None
            };
            let rows = gemm.rows;
            let mut tiles = UnpackedTiles::<T, TRANSPOSED> { gemm, block, panel, packed };
            each_microtile::<T, V, _, MR, VECTORS>(proof, rows, &mut tiles);
            from += block.depth;
            if from == gemm.depth {
                break;
            }
        }
    }
}

/// A micropanel of a product, in one block of the reduction.
struct UnpackedTiles<'p, 'a, T, const TRANSPOSED: bool> {
    gemm: &'p mut Gemm<'a, T>,
    block: CacheBlock,
    panel: Micropanel,
    packed: Option<Strided<'p, T>>,
}

impl<T: Number, const TRANSPOSED: bool> Microtiles<T> for UnpackedTiles<'_, '_, T, TRANSPOSED> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let Self { gemm, block, panel, packed } = self;
        let (CacheBlock { from, depth }, stride) = (*block, gemm.left_stride);
        let right = match packed {
            Some(packed) => *packed,
            None => gemm.part_of_right(*block, *panel),
        };
        let start = gemm.start(from, *panel);
        let (left, last) = (gemm.left, panel.last);
        let out = StridedMut { values: &mut gemm.out[row * gemm.cols + panel.first..], stride: gemm.cols };
        if TRANSPOSED {
            let left = ColumnSlices(Strided { values: part(left, from * stride + row), stride });
            Microtile { depth, left, right, start, last, out }.compute::<V, MR, VECTORS>(proof);
        } else {
            let left = RowSlices::of(|side| &left[(row + side) * stride + from..]);
            Microtile { depth, left, right, start, last, out }.compute::<V, MR, VECTORS>(proof);
        }
    }
}

impl<'a, T> Gemm<'a, T> {
    /// What the sums of a micropanel begin with in the block of the reduction that begins at `from`.
    #[inline(always)]
    pub(super) fn start(&self, from: usize, panel: Micropanel) -> Start<'a, T> {
        match self.first_term {
            _ if from > 0 => Start::Output,
            FirstTerm::Output => Start::Output,
            FirstTerm::Zero => Start::Zero,
            FirstTerm::Bias(bias) => Start::Row(&bias[panel.first..]),
        }
    }

    /// The part of the right matrix that belongs to a block and a micropanel, where it is not transposed.
    #[inline(always)]
    pub(super) fn part_of_right(&self, block: CacheBlock, panel: Micropanel) -> Strided<'a, T> {
        Strided { values: part(self.right, block.from * self.cols + panel.first), stride: self.cols }
    }
}

impl<T: Number> Gemm<'_, T> {
    /// Packs the right matrix's part in a block and in a micropanel of `VECTORS` vectors.
    #[inline(always)]
    pub(super) fn pack_right<'m, V: Vector<T>, const VECTORS: usize>(
        &self,
        proof: V::Proof,
        block: CacheBlock,
        panel: Micropanel,
        memory: &'m mut [MaybeUninit<T>],
    ) -> Strided<'m, T> {
        let CacheBlock { from, depth } = block;
        let width = panel.last + V::LANES;
        assert_eq!(memory.len(), depth * width, "the whole micropanel");
        if self.right_layout == RightLayout::Transposed {
            let values = &self.right[panel.first * self.depth + from..];
            return Strided { values: transpose(values, self.depth, depth, width, memory), stride: width };
        }
        let packing = Packing::new(self.part_of_right(block, panel), width, memory);
        V::apart(proof, PackAll::<_, VECTORS> { packing, depth })
    }
}

/// From an element on; nothing where the matrix is empty because the reduction is.
#[inline(always)]
fn part<T>(values: &[T], from: usize) -> &[T] {
    values.get(from..).unwrap_or(&[])
}
