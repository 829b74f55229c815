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

/// The left matrix of a tile, `ROWS` rows of it.
pub(super) trait Left<T, const ROWS: usize>: Copy {
    /// Its first `depth` columns, so that nobody need look where it ends.
    fn up_to(self, depth: usize) -> Self;
    /// A column: its number in each row.
    fn column(&self, k: usize) -> impl Fn(usize) -> T;
}

/// A left matrix whose rows lie anywhere.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, T, const ROWS: usize>([&'a [T]; ROWS]);

impl<'a, T, const ROWS: usize> Rows<'a, T, ROWS> {
    /// The rows that a function gives. (`array::from_fn` would be a call.)
    #[inline(always)]
    pub(super) fn of(row: impl Fn(usize) -> &'a [T]) -> Self {
        let mut rows = [[].as_slice(); ROWS];
        for (side, place) in rows.iter_mut().enumerate() {
            *place = row(side);
        }
        Self(rows)
    }
}

impl<T: Number, const ROWS: usize> Left<T, ROWS> for Rows<'_, T, ROWS> {
    #[inline(always)]
    fn up_to(self, depth: usize) -> Self {
        Self::of(|side| &self.0[side][..depth])
    }
    #[inline(always)]
    fn column(&self, k: usize) -> impl Fn(usize) -> T {
        move |row| self.0[row][k]
    }
}

/// A left matrix of which its transpose lies in memory: its columns one after the other.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a, T>(pub(super) View<'a, T>);

impl<T: Number, const ROWS: usize> Left<T, ROWS> for Columns<'_, T> {
    #[inline(always)]
    fn up_to(self, _: usize) -> Self {
        self
    }
    #[inline(always)]
    fn column(&self, k: usize) -> impl Fn(usize) -> T {
        let column = &self.0.values[k * self.0.stride..][..ROWS];
        move |row| column[row]
    }
}

/// The right matrix of a tile.
pub(super) trait Right<T>: Copy {
    /// A row of it, from its first column on.
    fn row(&self, k: usize) -> &[T];
}

/// Rows at equal distances.
impl<T: Copy> Right<T> for View<'_, T> {
    #[inline(always)]
    fn row(&self, k: usize) -> &[T] {
        &self.values[k * self.stride..]
    }
}

/// Rows that begin anywhere in `values`.
#[derive(Clone, Copy)]
pub(super) struct At<'a, T> {
    pub(super) values: &'a [T],
    pub(super) starts: &'a [usize],
}

impl<T: Copy> Right<T> for At<'_, T> {
    #[inline(always)]
    fn row(&self, k: usize) -> &[T] {
        &self.values[self.starts[k]..]
    }
}

/// What a tile is computed from, and where it goes: `out = start + left · right`.
pub(super) struct Tile<'a, L, R, T> {
    pub(super) depth: usize,
    /// `[rows, depth]`
    pub(super) left: L,
    /// `[depth, cols]`
    pub(super) right: R,
    pub(super) start: Start<'a, T>,
    /// Where the last vector begins. It may overlap the one before: both compute the same sums.
    pub(super) last: usize,
    /// `[rows, cols]`
    pub(super) out: ViewMut<'a, T>,
}

impl<R: Right<T>, L, T: Number> Tile<'_, L, R, T> {
    /// Computes `ROWS` rows and `VECTORS` vectors of columns, side by side. Each sum runs over `depth` in
    /// order.
    ///
    /// It is called through [`Vector::tile`], which is compiled once for all products.
    #[inline(always)]
    pub(super) fn compute<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(self, proof: V::Proof)
    where
        L: Left<T, ROWS>,
    {
        let Self { depth, left, right, start, last, out } = self;
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

        let left = left.up_to(depth);
        for k in 0..depth {
            let terms: [V; VECTORS] = load(proof, right.row(k), last);
            let column = left.column(k);
            for (row, sums) in sums.iter_mut().enumerate() {
                let factor = V::splat(proof, column(row));
                for (sum, term) in sums.iter_mut().zip(terms) {
                    *sum = term.multiply_add(factor, *sum);
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
