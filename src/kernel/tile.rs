//! The innermost loop: a tile of outputs whose sums stay in registers.

use super::vector::{Number, Vector};

/// A part of a matrix: its elements from the first one on, and the distance between the beginnings of
/// its rows.
#[derive(Clone, Copy)]
pub(super) struct View<'a, T> {
    pub(super) values: &'a [T],
    pub(super) stride: usize,
}

/// The same for what is written.
pub(super) struct ViewMut<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) stride: usize,
}

/// What a sum starts from.
#[derive(Clone, Copy)]
pub(super) enum Start<'a, T> {
    /// 0.
    Zero,
    /// The same row for all rows.
    Row(&'a [T]),
    /// A number for each row.
    Column(&'a [T]),
    /// What the output holds: the sum of the blocks before this one.
    Output,
}

/// The left matrix of a tile.
#[derive(Clone, Copy)]
pub(super) enum Left<'a, T, const ROWS: usize> {
    /// Its rows.
    Rows([&'a [T]; ROWS]),
    /// Its transpose, whose rows are its columns.
    Columns(View<'a, T>),
}

impl<'a, T, const ROWS: usize> Left<'a, T, ROWS> {
    /// The rows that a function gives. (`array::from_fn` would be a call.)
    #[inline(always)]
    pub(super) fn rows(row: impl Fn(usize) -> &'a [T]) -> Self {
        let mut rows = [[].as_slice(); ROWS];
        for (side, place) in rows.iter_mut().enumerate() {
            *place = row(side);
        }
        Self::Rows(rows)
    }
}

/// The right matrix of a tile.
#[derive(Clone, Copy)]
pub(super) enum Right<'a, T> {
    /// Rows at equal distances.
    Even(View<'a, T>),
    /// Rows that begin anywhere in `values`.
    At { values: &'a [T], starts: &'a [usize] },
}

impl<'a, T> Right<'a, T> {
    #[inline(always)]
    fn row(&self, k: usize) -> &'a [T] {
        match self {
            Self::Even(view) => &view.values[k * view.stride..],
            Self::At { values, starts } => &values[starts[k]..],
        }
    }
}

/// `out = start + left · right` for `ROWS` rows and `VECTORS` vectors of columns.
///
/// Vectors lie side by side, but the last one begins at column `last`, so it may overlap the one
/// before: both compute the same sums. Each sum runs over `depth` in order.
#[allow(clippy::needless_range_loop)] // `row` and `k` index one of two arrays
#[inline(always)]
pub(super) fn tile<T: Number, V: Vector<T>, const ROWS: usize, const VECTORS: usize>(
    proof: V::Proof,
    depth: usize,
    left: Left<T, ROWS>,
    right: Right<T>,
    start: Start<T>,
    last: usize,
    out: ViewMut<T>,
) {
    let mut sums = [[V::splat(proof, T::default()); VECTORS]; ROWS];
    match start {
        Start::Zero => {}
        Start::Row(row) => sums = [load(proof, row, last); ROWS],
        Start::Column(values) => {
            for (sums, value) in sums.iter_mut().zip(&values[..ROWS]) {
                *sums = [V::splat(proof, *value); VECTORS];
            }
        }
        Start::Output => {
            for (row, sums) in sums.iter_mut().enumerate() {
                *sums = load(proof, &out.values[row * out.stride..], last);
            }
        }
    }

    // Of one length, so that the loop need not look.
    let mut rows = [[].as_slice(); ROWS];
    if let Left::Rows(given) = left {
        for (row, given) in rows.iter_mut().zip(given) {
            *row = &given[..depth];
        }
    }
    for k in 0..depth {
        let terms: [V; VECTORS] = load(proof, right.row(k), last);
        let column = match left {
            Left::Rows(_) => &[],
            Left::Columns(columns) => &columns.values[k * columns.stride..][..ROWS],
        };
        for row in 0..ROWS {
            let factor = match left {
                Left::Rows(_) => rows[row][k],
                Left::Columns(_) => column[row],
            };
            let factor = V::splat(proof, factor);
            for vector in 0..VECTORS {
                sums[row][vector] = terms[vector].multiply_add(factor, sums[row][vector]);
            }
        }
    }

    for (row, sums) in sums.iter().enumerate() {
        let out = &mut out.values[row * out.stride..][..last + V::LANES];
        for (vector, sum) in sums.iter().enumerate() {
            sum.store(&mut out[column::<T, V, VECTORS>(vector, last)..]);
        }
    }
}

/// A row of vectors.
#[inline(always)]
fn load<T: Number, V: Vector<T>, const VECTORS: usize>(
    proof: V::Proof,
    row: &[T],
    last: usize,
) -> [V; VECTORS] {
    let row = &row[..last + V::LANES];
    let mut vectors = [V::splat(proof, T::default()); VECTORS];
    for (vector, values) in vectors.iter_mut().enumerate() {
        *values = V::load(proof, &row[column::<T, V, VECTORS>(vector, last)..]);
    }
    vectors
}

/// Where a vector begins.
#[inline(always)]
pub(super) fn column<T, V: Vector<T>, const VECTORS: usize>(vector: usize, last: usize) -> usize {
    if vector + 1 == VECTORS { last } else { vector * V::LANES }
}
