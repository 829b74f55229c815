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

use super::patches::Patches;
use super::tile::{Start, View, ViewMut, tile};
use super::vector::{Number, Set, Vector};

/// Steps of the reduction in a block.
const DEPTH: usize = 128;

/// Numbers in a block of a panel at most: a tile has no more than 48 columns.
const PANEL: usize = 48 * DEPTH;

/// Rows from which on a panel is copied, where it may be.
const PACKED_ROWS: usize = 16;

/// Bytes between rows from which on a panel is copied.
const PACKED_STRIDE: usize = 1024;

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
    pub(super) right: Right<'a, T>,
    pub(super) first_term: FirstTerm<'a, T>,
    /// `[rows, cols]`
    pub(super) out: &'a mut [T],
}

/// Where the right matrix comes from.
#[derive(Clone, Copy)]
pub(super) enum Right<'a, T> {
    /// It lies in memory.
    Matrix(&'a [T]),
    /// Its transpose `[cols, depth]` lies in memory.
    Transposed(&'a [T]),
    /// The patches of an image as columns: only ever made block by block.
    Patches(&'a [T], Patches),
    /// The patches as rows.
    PatchesTransposed(&'a [T], Patches),
}

/// What a sum begins with.
#[derive(Clone, Copy)]
pub(super) enum FirstTerm<'a, T> {
    /// 0.
    Zero,
    /// A number for each column.
    OfColumn(&'a [T]),
    /// A number for each row.
    OfRow(&'a [T]),
    /// What `out` holds.
    Output,
}

/// Where a panel begins, and where in it its last vector.
#[derive(Clone, Copy)]
struct Panel {
    first: usize,
    last: usize,
}

/// A part of the reduction.
#[derive(Clone, Copy)]
struct Block {
    from: usize,
    depth: usize,
}

impl<T: Number> Product<'_, T> {
    /// Computes the product with tiles of up to `ROWS` rows and `VECTORS` vectors.
    #[inline(always)]
    pub(super) fn run<S: Set<T>, const TRANSPOSED: bool, const ROWS: usize, const VECTORS: usize>(
        mut self,
        set: S,
    ) {
        let lanes = S::Full::LANES;
        let Self { rows, cols, .. } = self;
        if rows == 0 || cols == 0 {
            return;
        }
        let mut col = 0;
        while VECTORS >= 3 && cols - col >= 3 * lanes && cols - col != 4 * lanes {
            self.panel::<S::Full, TRANSPOSED, ROWS, 3>(set.into(), Panel { first: col, last: 2 * lanes });
            col += 3 * lanes;
        }
        while VECTORS >= 2 && cols - col >= 2 * lanes {
            self.panel::<S::Full, TRANSPOSED, ROWS, 2>(set.into(), Panel { first: col, last: lanes });
            col += 2 * lanes;
        }
        // Two vectors that overlap are read once and computed together, rather than one by one.
        if VECTORS >= 2 && cols - col > lanes + 2 {
            let last = cols - col - lanes;
            self.panel::<S::Full, TRANSPOSED, ROWS, 2>(set.into(), Panel { first: col, last });
            return;
        }
        while cols - col >= lanes {
            self.panel::<S::Full, TRANSPOSED, ROWS, 1>(set.into(), Panel { first: col, last: 0 });
            col += lanes;
        }
        // What is left is narrower than a vector: the narrowest vector that covers it, shifted to the
        // left so far that it ends where the matrix ends. Where the matrix has not as many columns,
        // the widest that it has.
        while col < cols {
            let left = cols - col;
            let covering = left.next_power_of_two().min(1 << cols.ilog2());
            // What continues from the output must not be computed twice.
            let continues = matches!(self.first_term, FirstTerm::Output);
            let width = if continues { 1 << left.ilog2() } else { covering };
            let panel = Panel { first: if width > left { cols - width } else { col }, last: 0 };
            match width {
                1 => self.panel::<S::One, TRANSPOSED, ROWS, 1>(set.into(), panel),
                2 => self.panel::<S::Two, TRANSPOSED, ROWS, 1>(set.into(), panel),
                4 if lanes > 4 => self.panel::<S::Four, TRANSPOSED, ROWS, 1>(set.into(), panel),
                8 if lanes > 8 => self.panel::<S::Eight, TRANSPOSED, ROWS, 1>(set.into(), panel),
                _ => self.panel::<S::Full, TRANSPOSED, ROWS, 1>(set.into(), panel),
            }
            col = panel.first + width;
        }
    }

    /// All rows of a panel.
    #[inline(always)]
    fn panel<V: Vector<T>, const TRANSPOSED: bool, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Panel,
    ) {
        let far = self.cols * size_of::<T>() >= PACKED_STRIDE && self.rows >= PACKED_ROWS;
        let pack = far || !matches!(self.right, Right::Matrix(_));
        let mut memory = Aligned([const { MaybeUninit::uninit() }; PANEL]);
        let mut from = 0;
        loop {
            let block = Block { from, depth: (self.depth - from).min(DEPTH) };
            let packed = pack.then(|| self.pack(block, panel.first, panel.last + V::LANES, &mut memory.0));
            self.rows::<V, TRANSPOSED, ROWS, VECTORS>(proof, block, panel, packed);
            from += block.depth;
            if from == self.depth {
                break;
            }
        }
    }

    /// Copies the right matrix's part in a block and in `width` columns from `first` on together.
    ///
    /// It is compiled once, for any processor.
    #[inline(never)]
    fn pack<'m>(
        &self,
        Block { from, depth }: Block,
        first: usize,
        width: usize,
        memory: &'m mut [MaybeUninit<T>; PANEL],
    ) -> &'m [T] {
        let memory = &mut memory[..depth * width];
        match self.right {
            Right::Matrix(values) => {
                for (k, row) in memory.chunks_exact_mut(width).enumerate() {
                    row.write_copy_of_slice(&values[(from + k) * self.cols + first..][..width]);
                }
            }
            Right::Transposed(values) => {
                transpose(&values[first * self.depth + from..], self.depth, depth, width, memory);
            }
            Right::Patches(image, patches) => {
                for (k, row) in memory.chunks_exact_mut(width).enumerate() {
                    patches.at(from + k).write(image, first, row);
                }
            }
            Right::PatchesTransposed(image, patches) => {
                let mut positions = [const { MaybeUninit::uninit() }; DEPTH];
                for col in 0..width {
                    let values = patches.at(first + col).write(image, from, &mut positions[..depth]);
                    for (row, value) in memory.chunks_exact_mut(width).zip(values) {
                        row[col].write(*value);
                    }
                }
            }
        }
        // SAFETY: each branch has written `width` numbers to each of the `depth` rows.
        unsafe { memory.assume_init_ref() }
    }

    /// All rows of a panel, for one block of the reduction.
    #[inline(always)]
    fn rows<V: Vector<T>, const TRANSPOSED: bool, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        block: Block,
        panel: Panel,
        packed: Option<&[T]>,
    ) {
        let rows = self.rows;
        let mut row = 0;
        while rows - row >= ROWS {
            self.tile::<V, TRANSPOSED, ROWS, VECTORS>(proof, row, block, panel, packed);
            row += ROWS;
        }
        // Narrow panels are little work, not worth the code.
        let wide = V::LANES >= 4;
        if ROWS > 4 && wide && rows - row >= 4 {
            self.tile::<V, TRANSPOSED, 4, VECTORS>(proof, row, block, panel, packed);
            row += 4;
        }
        if wide && rows - row >= 2 {
            self.tile::<V, TRANSPOSED, 2, VECTORS>(proof, row, block, panel, packed);
            row += 2;
        }
        while rows - row >= 1 {
            self.tile::<V, TRANSPOSED, 1, VECTORS>(proof, row, block, panel, packed);
            row += 1;
        }
    }

    #[inline(always)]
    fn tile<V: Vector<T>, const TRANSPOSED: bool, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
        Block { from, depth }: Block,
        panel: Panel,
        packed: Option<&[T]>,
    ) {
        let left = if TRANSPOSED {
            View { values: part(self.left, from * self.left_stride + row), stride: self.left_stride }
        } else {
            View { values: &self.left[row * self.left_stride + from..], stride: self.left_stride }
        };
        let right = match packed {
            Some(packed) => View { values: packed, stride: panel.last + V::LANES },
            None => View { values: part(self.matrix(), from * self.cols + panel.first), stride: self.cols },
        };
        let start = match self.first_term {
            _ if from > 0 => Start::Output,
            FirstTerm::Zero => Start::Zero,
            FirstTerm::OfColumn(terms) => Start::Row(&terms[panel.first..]),
            FirstTerm::OfRow(terms) => Start::Column(&terms[row..]),
            FirstTerm::Output => Start::Output,
        };
        let out = ViewMut { values: &mut self.out[row * self.cols + panel.first..], stride: self.cols };
        tile::<T, V, TRANSPOSED, ROWS, VECTORS>(proof, depth, left, right, start, panel.last, out);
    }
}

impl<'a, T> Product<'a, T> {
    /// The right matrix where it is read without being copied together; nothing otherwise.
    #[inline(always)]
    fn matrix(&self) -> &'a [T] {
        if let Right::Matrix(values) = self.right { values } else { &[] }
    }
}

/// From an element on; nothing where the matrix is empty because the reduction is.
#[inline(always)]
fn part<T>(values: &[T], from: usize) -> &[T] {
    values.get(from..).unwrap_or(&[])
}

/// Writes the transpose of `width` rows of `depth` numbers, `stride` apart: all of `memory`.
fn transpose<T: Number>(
    values: &[T],
    stride: usize,
    depth: usize,
    width: usize,
    memory: &mut [MaybeUninit<T>],
) {
    const SIDE: usize = 4;
    let mut row = 0;
    while width - row >= SIDE {
        let rows: [&[T]; SIDE] = core::array::from_fn(|side| &values[(row + side) * stride..][..depth]);
        let mut k = 0;
        while depth - k >= SIDE {
            let mut square = [[T::default(); SIDE]; SIDE];
            for side in 0..SIDE {
                square[side] = *rows[side][k..].first_chunk().expect("SIDE numbers");
            }
            for side in 0..SIDE {
                let column = [square[0][side], square[1][side], square[2][side], square[3][side]];
                memory[(k + side) * width + row..][..SIDE].write_copy_of_slice(&column);
            }
            k += SIDE;
        }
        for k in k..depth {
            let column = [rows[0][k], rows[1][k], rows[2][k], rows[3][k]];
            memory[k * width + row..][..SIDE].write_copy_of_slice(&column);
        }
        row += SIDE;
    }
    for row in row..width {
        for (k, value) in values[row * stride..][..depth].iter().enumerate() {
            memory[k * width + row].write(*value);
        }
    }
}

/// Memory whose vectors do not straddle cache lines.
#[repr(align(64))]
struct Aligned<T>(T);
