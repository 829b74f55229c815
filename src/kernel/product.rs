//! Blocks: from a whole product to tiles.
//!
//! The columns of the output are split into panels as wide as a tile, the reduction into blocks of
//! [`DEPTH`]; the part of the right matrix that belongs to both, at most 24 KiB, stays in the
//! first-level cache while the rows go over it. It is copied together where it would not: where it
//! has to be transposed, and where its rows lie so far apart that they fall onto the same few cache
//! sets.
//!
//! No order of summation depends on any of this: each output is one chain of additions, in the order
//! of the reduction, from its start to its end. A block continues from what the output holds.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::copying::Copying;
use super::grid::{Panel, Panels, Tiles, each_panel, each_tile};
use super::scratch::Scratch;
use super::tile::{Columns, Right, Rows, Start, Tile, View, ViewMut};
use super::transpose::transpose;
use super::vector::{Number, Set, Vector};

/// Steps of the reduction in a block.
pub(super) const DEPTH: usize = 128;

/// Memory for a block of a panel: of `f32`, a tile has no more than 48 columns.
pub(super) type PanelScratch = Scratch<u8, { 48 * DEPTH * size_of::<f32>() }>;

/// Rows from which on a panel is copied where its rows lie far apart; four times as many where they do
/// not, but straddle cache lines.
const PACKED_ROWS: usize = 16;

/// Bytes between rows that lie far apart.
pub(super) const FAR: usize = 1024;

/// One of the three products: `out = start + left · right` with `[rows, depth] · [depth, cols]`.
#[allow(missing_debug_implementations)]
pub struct Product<'a, T> {
    pub(super) rows: usize,
    pub(super) depth: usize,
    pub(super) cols: usize,
    /// `[rows, depth]`, or `[depth, rows]` where the product takes it transposed.
    pub(super) left: &'a [T],
    /// From a row of `left` to the next.
    pub(super) left_stride: usize,
    /// `[depth, cols]`
    pub(super) right: Operand<'a, T>,
    pub(super) first_term: FirstTerm<'a, T>,
    /// `[rows, cols]`
    pub(super) out: &'a mut [T],
}

/// Where the right matrix comes from.
#[derive(Clone, Copy)]
pub(super) enum Operand<'a, T> {
    /// It lies in memory.
    Matrix(&'a [T]),
    /// Its transpose `[cols, depth]` lies in memory.
    Transposed(&'a [T]),
}

/// What a sum begins with.
#[derive(Clone, Copy)]
pub(super) enum FirstTerm<'a, T> {
    /// 0.
    Zero,
    /// What the output holds.
    Output,
    /// A number for each column.
    OfColumn(&'a [T]),
}

/// A part of the reduction.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) from: usize,
    pub(super) depth: usize,
}

impl<T: Number> Product<'_, T> {
    /// Computes the product with tiles of up to `ROWS` rows and `VECTORS` vectors.
    #[inline(always)]
    pub(super) fn run<S: Set<T>, const TRANSPOSED: bool, const ROWS: usize, const VECTORS: usize>(
        self,
        set: S,
    ) {
        let cols = self.cols;
        if self.rows > 0 && cols > 0 {
            each_panel::<T, S, _, ROWS, VECTORS>(set, cols, false, &mut Oriented::<T, TRANSPOSED>(self));
        }
    }

    /// Copies the right matrix's part in a block and in a panel of `VECTORS` vectors together.
    #[inline(always)]
    pub(super) fn pack<'m, V: Vector<T>, const VECTORS: usize>(
        &self,
        proof: V::Proof,
        block: Block,
        panel: Panel,
        memory: &'m mut [MaybeUninit<T>],
    ) -> View<'m, T> {
        let Block { from, depth } = block;
        let width = panel.last + V::LANES;
        assert_eq!(memory.len(), depth * width, "the whole panel");
        match self.right {
            Operand::Matrix(values) => {
                let mut copying = Copying::new(self.part_of(values, block, panel), width, memory);
                copying.check(depth, width);
                for k in 0..depth {
                    // SAFETY: `check` has passed for `depth` rows of `width` numbers, `k` is below `depth`,
                    // and all rows are asked for in order.
                    unsafe { copying.row::<V, VECTORS>(proof, k, panel.last) };
                }
                copying.done()
            }
            Operand::Transposed(values) => {
                let values = &values[panel.first * self.depth + from..];
                View { values: transpose(values, self.depth, depth, width, memory), stride: width }
            }
        }
    }
}

/// A product whose left matrix is given, or its transpose.
struct Oriented<'a, T, const TRANSPOSED: bool>(Product<'a, T>);

impl<T: Number, const TRANSPOSED: bool> Panels<T> for Oriented<'_, T, TRANSPOSED> {
    #[inline(always)]
    fn panel<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Panel,
    ) {
        let product = &mut self.0;
        let far = product.cols * size_of::<T>() >= FAR;
        let often = product.rows >= if far { PACKED_ROWS } else { 4 * PACKED_ROWS };
        let pack = often || !matches!(product.right, Operand::Matrix(_));
        let mut memory = MaybeUninit::<PanelScratch>::uninit();
        let memory = PanelScratch::numbers::<T>(&mut memory);
        let mut from = 0;
        loop {
            let block = Block { from, depth: (product.depth - from).min(DEPTH) };
            // Not in a closure: it would be compiled without the instruction set.
            let packed = if pack {
                let memory = &mut memory[..block.depth * (panel.last + V::LANES)];
                Some(product.pack::<V, VECTORS>(proof, block, panel, memory))
            } else {
                None
            };
            let rows = product.rows;
            let mut tiles = InBlock::<T, TRANSPOSED> { product, block, panel, packed };
            each_tile::<T, V, _, ROWS, VECTORS>(proof, rows, &mut tiles);
            from += block.depth;
            if from == product.depth {
                break;
            }
        }
    }
}

/// A panel of a product, in one block of the reduction.
struct InBlock<'p, 'a, T, const TRANSPOSED: bool> {
    product: &'p mut Product<'a, T>,
    block: Block,
    panel: Panel,
    packed: Option<View<'p, T>>,
}

impl<T: Number, const TRANSPOSED: bool> Tiles<T> for InBlock<'_, '_, T, TRANSPOSED> {
    #[inline(always)]
    fn tile<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(&mut self, proof: V::Proof, row: usize) {
        let Self { product, block, panel, packed } = self;
        let (Block { from, depth }, stride) = (*block, product.left_stride);
        let right = match packed {
            Some(packed) => *packed,
            None => product.part_of(product.matrix(), *block, *panel),
        };
        let start = product.start(from, *panel);
        let (left, last) = (product.left, panel.last);
        let out =
            ViewMut { values: &mut product.out[row * product.cols + panel.first..], stride: product.cols };
        if TRANSPOSED {
            let left = Columns(View { values: part(left, from * stride + row), stride });
            V::tile::<_, _, ROWS, VECTORS>(proof, Tile { depth, left, right, start, last, out });
        } else {
            let left = Rows::of(|side| &left[(row + side) * stride + from..]);
            V::tile::<_, _, ROWS, VECTORS>(proof, Tile { depth, left, right, start, last, out });
        }
    }
}

impl<'a, T> Product<'a, T> {
    /// What the sums of a panel begin with in the block of the reduction that begins at `from`.
    #[inline(always)]
    pub(super) fn start(&self, from: usize, panel: Panel) -> Start<'a, T> {
        match self.first_term {
            _ if from > 0 => Start::Output,
            FirstTerm::Output => Start::Output,
            FirstTerm::Zero => Start::Zero,
            FirstTerm::OfColumn(terms) => Start::Row(&terms[panel.first..]),
        }
    }

    /// The part of a right matrix that belongs to a block and a panel.
    #[inline(always)]
    pub(super) fn part_of<'v>(&self, right: &'v [T], block: Block, panel: Panel) -> View<'v, T> {
        View { values: part(right, block.from * self.cols + panel.first), stride: self.cols }
    }

    /// The right matrix where it is read without being copied together; nothing otherwise.
    #[inline(always)]
    fn matrix(&self) -> &'a [T] {
        if let Operand::Matrix(values) = self.right { values } else { &[] }
    }
}

/// From an element on; nothing where the matrix is empty because the reduction is.
#[inline(always)]
fn part<T>(values: &[T], from: usize) -> &[T] {
    values.get(from..).unwrap_or(&[])
}
