//! The microkernel: a microtile of MR rows and NR columns of outputs, whose sums (accumulators) stay in registers while
//! it goes over a cache block of the reduction.
#![allow(unsafe_code)]

use super::vector::{Apart, Number, Vector};

/// A part of a matrix: its elements from the first one on, and the distance between the beginnings of
/// its rows.
#[derive(Clone, Copy)]
pub(super) struct Strided<'a, T> {
    pub(super) values: &'a [T],
    pub(super) stride: usize,
}

impl<T> Strided<'_, T> {
    /// Panics unless it has `rows` rows of `width` numbers.
    #[inline(always)]
    pub(super) fn check(&self, rows: usize, width: usize) {
        let Some(before) = rows.checked_sub(1) else { return };
        let end = before.checked_mul(self.stride).and_then(|start| start.checked_add(width));
        assert!(end.is_some_and(|end| end <= self.values.len()), "a tile beyond its matrix");
    }

    /// `width` numbers of row `k`.
    ///
    /// # Safety
    ///
    /// [`check`](Self::check) has passed for more rows than `k`, and for this width.
    #[inline(always)]
    pub(super) unsafe fn row(&self, k: usize, width: usize) -> &[T] {
        let first = k * self.stride;
        // SAFETY: the caller has had it checked that a row after this one, or this one, ends within `values`; and
        // with distances that are not negative this one ends no later.
        unsafe { self.values.get_unchecked(first..first + width) }
    }
}

/// The same for what is written.
pub(crate) struct StridedMut<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) stride: usize,
}

/// What a sum starts from.
#[derive(Clone, Copy)]
pub(crate) enum Start<'a, T> {
    /// 0.
    Zero,
    /// The same row for all rows.
    Row(&'a [T]),
    /// A number for each row.
    Column(&'a [T]),
    /// What the output holds: the sum of the blocks before this one.
    Output,
}

/// The left matrix of a microtile, `MR` rows of it.
///
/// Sizes are compared once a tile: in the innermost loop, that would take as many instructions as the
/// sums.
pub(crate) trait Left<T, const MR: usize> {
    /// Panics unless it has `depth` columns.
    fn check(&self, depth: usize);
    /// The number in a row and in column `k`.
    ///
    /// # Safety
    ///
    /// [`check`](Self::check) has passed for more columns than `k`; `row` is below `MR`.
    unsafe fn number(&self, row: usize, k: usize) -> T;
}

/// A left matrix whose rows lie anywhere.
#[derive(Clone, Copy)]
pub(super) struct RowSlices<'a, T, const MR: usize>([&'a [T]; MR]);

impl<'a, T, const MR: usize> RowSlices<'a, T, MR> {
    /// The rows that a function gives, asked for in order. (`array::from_fn` would be a call.)
    #[inline(always)]
    pub(super) fn of(mut row: impl FnMut(usize) -> &'a [T]) -> Self {
        let mut rows = [[].as_slice(); MR];
        for (side, place) in rows.iter_mut().enumerate() {
            *place = row(side);
        }
        Self(rows)
    }
}

impl<T: Number, const MR: usize> Left<T, MR> for RowSlices<'_, T, MR> {
    #[inline(always)]
    fn check(&self, depth: usize) {
        for row in self.0 {
            assert!(depth <= row.len(), "a tile beyond its matrix");
        }
    }
    #[inline(always)]
    unsafe fn number(&self, row: usize, k: usize) -> T {
        // SAFETY: the caller has had all rows checked to be longer than `k`; `row` is below `MR` in any case, as
        // the array is indexed with a check.
        unsafe { *self.0[row].get_unchecked(k) }
    }
}

/// A left matrix of which its transpose lies in memory: its columns one after the other.
pub(super) struct ColumnSlices<'a, T>(pub(super) Strided<'a, T>);

impl<T: Number, const MR: usize> Left<T, MR> for ColumnSlices<'_, T> {
    #[inline(always)]
    fn check(&self, depth: usize) {
        self.0.check(depth, MR);
    }
    #[inline(always)]
    unsafe fn number(&self, row: usize, k: usize) -> T {
        // SAFETY: the caller has had more columns than `k` checked, and `check` does so for columns of `MR`
        // numbers.
        unsafe { self.0.row(k, MR)[row] }
    }
}

/// The right matrix of a microtile.
pub(crate) trait Right<T> {
    /// Panics unless it has `depth` rows of `width` numbers.
    fn check(&self, depth: usize, width: usize);
    /// Row `k` in vectors, of which the last begins at column `last`.
    ///
    /// # Safety
    ///
    /// [`check`](Self::check) has passed for more rows than `k`, and for this width. A tile asks for all
    /// rows, in order.
    unsafe fn row<V: Vector<T>, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        k: usize,
        last: usize,
    ) -> [V; VECTORS];
}

impl<T, R: Right<T>> Right<T> for &mut R {
    #[inline(always)]
    fn check(&self, depth: usize, width: usize) {
        R::check(self, depth, width);
    }
    #[inline(always)]
    unsafe fn row<V: Vector<T>, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        k: usize,
        last: usize,
    ) -> [V; VECTORS] {
        // SAFETY: `check` passes only where that of `R` does, so the caller has kept what this asks for: more
        // rows than `k` and this width checked, and all rows asked for in order.
        unsafe { R::row(self, proof, k, last) }
    }
}

/// Rows at equal distances.
impl<T: Number> Right<T> for Strided<'_, T> {
    #[inline(always)]
    fn check(&self, depth: usize, width: usize) {
        Strided::check(self, depth, width);
    }
    #[inline(always)]
    unsafe fn row<V: Vector<T>, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        k: usize,
        last: usize,
    ) -> [V; VECTORS] {
        // SAFETY: the caller has had more rows than `k` checked, each of `last + LANES` numbers.
        load(proof, unsafe { Strided::row(self, k, last + V::LANES) }, last)
    }
}

/// The offsets at which the rows of a matrix begin, and the largest of them.
#[derive(Clone, Copy)]
pub(super) struct Offsets<'a> {
    offsets: &'a [usize],
    largest: usize,
}

impl<'a> Offsets<'a> {
    #[inline(always)]
    pub(super) fn of(offsets: &'a [usize]) -> Self {
        Self { offsets, largest: offsets.iter().copied().max().unwrap_or(0) }
    }
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.offsets.len()
    }
}

/// Rows that begin at any offsets in `values`.
pub(super) struct Gathered<'a, T> {
    pub(super) values: &'a [T],
    pub(super) offsets: Offsets<'a>,
}

impl<T: Number> Right<T> for Gathered<'_, T> {
    #[inline(always)]
    fn check(&self, depth: usize, width: usize) {
        assert!(depth <= self.offsets.len(), "a tile beyond its matrix");
        let end = self.offsets.largest.checked_add(width);
        assert!(end.is_some_and(|end| end <= self.values.len()), "a tile beyond its matrix");
    }
    #[inline(always)]
    unsafe fn row<V: Vector<T>, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        k: usize,
        last: usize,
    ) -> [V; VECTORS] {
        // SAFETY: the caller promises that `k` has been checked to be below `depth`, and so many offsets
        // to be there; no row begins after the largest offset, and the row there ends within `values`.
        let row = unsafe {
            let start = *self.offsets.offsets.get_unchecked(k);
            self.values.get_unchecked(start..start + last + V::LANES)
        };
        load(proof, row, last)
    }
}

/// A microtile: what it is computed from, and where it goes: `out = start + left · right`.
pub(crate) struct Microtile<'a, L, R, T> {
    pub(super) depth: usize,
    /// `[rows, depth]`
    pub(super) left: L,
    /// `[depth, cols]`
    pub(super) right: R,
    pub(super) start: Start<'a, T>,
    /// Where the last vector begins. It may overlap the one before: both compute the same sums.
    pub(super) last: usize,
    /// `[rows, cols]`
    pub(super) out: StridedMut<'a, T>,
}

impl<R: Right<T>, L, T: Number> Microtile<'_, L, R, T> {
    /// Computes `MR` rows and `VECTORS` vectors of columns, side by side. Each sum runs over `depth` in
    /// order.
    ///
    /// The tallest tiles, most of the work of most products, stand where they are called for, where that is fast. All
    /// others are functions that all products share: without that they would take minutes to compile.
    #[inline(always)]
    pub(super) fn compute<V: Vector<T>, const MR: usize, const VECTORS: usize>(self, proof: V::Proof)
    where
        L: Left<T, MR>,
    {
        if const { V::INLINES && MR > 5 } {
            self.compute_here::<V, MR, VECTORS>(proof);
        } else {
            V::apart(proof, MicrotileApart::<_, _, _, MR, VECTORS>(self));
        }
    }

    #[inline(always)]
    fn compute_here<V: Vector<T>, const MR: usize, const VECTORS: usize>(self, proof: V::Proof)
    where
        L: Left<T, MR>,
    {
        let Self { depth, left, mut right, start, last, out } = self;
        let mut sums = [[V::splat(proof, T::default()); VECTORS]; MR];
        match start {
            Start::Zero => {}
            Start::Row(row) => sums = [load(proof, row, last); MR],
            Start::Column(values) => {
                for (sums, value) in sums.iter_mut().zip(&values[..MR]) {
                    *sums = [V::splat(proof, *value); VECTORS];
                }
            }
            Start::Output => {
                for (row, sums) in sums.iter_mut().enumerate() {
                    *sums = load(proof, &out.values[row * out.stride..], last);
                }
            }
        }

        left.check(depth);
        right.check(depth, last + V::LANES);
        for k in 0..depth {
            // SAFETY: `check` has passed for `depth` rows of `last + LANES` numbers, and `k`, which takes all rows
            // in order, is below `depth`.
            let terms: [V; VECTORS] = unsafe { right.row(proof, k, last) };
            for (row, sums) in sums.iter_mut().enumerate() {
                // SAFETY: `check` has passed for `depth` columns, `k` is below `depth`, and `row` below `MR`, since
                // there are as many rows of sums.
                let factor = V::splat(proof, unsafe { left.number(row, k) });
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

/// A microtile of `MR` rows and `VECTORS` vectors, as a function of its own.
struct MicrotileApart<'a, L, R, T, const MR: usize, const VECTORS: usize>(Microtile<'a, L, R, T>);

impl<L: Left<T, MR>, R: Right<T>, T: Number, const MR: usize, const VECTORS: usize> Apart<T>
    for MicrotileApart<'_, L, R, T, MR, VECTORS>
{
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<T>>(self, proof: V::Proof) {
        self.0.compute_here::<V, MR, VECTORS>(proof);
    }
}

/// A row of vectors.
#[inline(always)]
pub(super) fn load<T: Number, V: Vector<T>, const VECTORS: usize>(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_ends_with_its_last_row() {
        Strided { values: &[0.0_f32; 7], stride: 4 }.check(2, 3);
        Strided { values: &[0.0_f32; 0], stride: 4 }.check(0, 3);
    }

    #[test]
    #[should_panic(expected = "a tile beyond its matrix")]
    fn a_row_beyond_the_matrix_is_refused() {
        Strided { values: &[0.0_f32; 7], stride: 4 }.check(2, 4);
    }

    #[test]
    #[should_panic(expected = "a tile beyond its matrix")]
    fn a_place_beyond_all_numbers_is_refused() {
        Strided { values: &[0.0_f32; 7], stride: usize::MAX / 2 + 1 }.check(3, 1);
    }

    #[test]
    #[should_panic(expected = "a tile beyond its matrix")]
    fn a_row_that_begins_too_far_is_refused() {
        Gathered { values: &[0.0_f32; 7], offsets: Offsets::of(&[5, 0]) }.check(2, 3);
    }

    #[test]
    #[should_panic(expected = "a tile beyond its matrix")]
    fn a_left_row_that_is_too_short_is_refused() {
        let rows = RowSlices::of(|side| &[0.0_f32; 4][side..]);
        Left::<f32, 2>::check(&rows, 4);
    }
}
