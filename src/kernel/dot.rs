//! Sums of rows, and of rows times a vector.

use super::instruction_set::InstructionSet;
use super::operation::{Compiled, Operation, compiled, compute_inline, family};
use super::vector::{Number, Set};
use crate::element::Element;

/// Rows that are taken at a time: what is read of the vector serves all of them, and their last four
/// sums each are added up as a 4×4 block.
const ROWS: usize = 4;

/// Sums of four side by side, for each row: one alone would wait for each of its additions.
const CHAINS: usize = 2;

/// `output = matrix · vector`: `[rows, inner] · [inner]`. In the order of several sums side by side, which
/// is the same for any number of rows.
///
/// # Panics
///
/// Panics if the matrix has another size.
pub(crate) fn dot_rows<T: Element>(set: InstructionSet, matrix: &[T], vector: &[T], output: &mut [T]) {
    assert_eq!(Some(matrix.len()), output.len().checked_mul(vector.len()), "matrix sizes disagree");
    MatrixVector { matrix, vector, output }.compute_on(set);
}

/// [`dot_rows`] where it stands, for few numbers.
#[inline(always)]
pub(crate) fn dot_rows_inline<T: Element>(matrix: &[T], vector: &[T], output: &mut [T]) {
    compute_inline::<MatrixVector<f32>, T>(MatrixVector { matrix, vector, output });
}

/// The sum of each of the matrix's rows, which are so long.
#[inline(always)]
pub(crate) fn sum_rows<T: Element>(matrix: &[T], len: usize, output: &mut [T]) {
    compute_inline::<RowSums<f32>, T>(RowSums { matrix, len, output });
}

/// `sums += row`.
#[inline(always)]
pub(crate) fn add_row<T: Element>(sums: &mut [T], row: &[T]) {
    compute_inline::<RowAddition<f32>, T>(RowAddition { sums, row });
}

/// The sum of all numbers.
#[inline(always)]
pub(crate) fn sum<T: Element>(numbers: &[T]) -> T {
    let mut sum = T::ZERO;
    compute_inline::<Dot<f32>, T>(Dot { row: numbers, factors: None, sum: &mut sum });
    sum
}

/// `x · y`.
#[inline(always)]
pub(crate) fn dot<T: Element>(x: &[T], y: &[T]) -> T {
    let mut sum = T::ZERO;
    compute_inline::<Dot<f32>, T>(Dot { row: x, factors: Some(y), sum: &mut sum });
    sum
}

struct MatrixVector<'a, T> {
    matrix: &'a [T],
    vector: &'a [T],
    output: &'a mut [T],
}

compiled!(MatrixVector);

impl<T: Number> Operation<T> for MatrixVector<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        sums(self.matrix, self.vector.len(), Some(self.vector), self.output);
    }
}

struct RowSums<'a, T> {
    matrix: &'a [T],
    len: usize,
    output: &'a mut [T],
}

family!(RowSums);

impl<T: Number> Operation<T> for RowSums<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        sums(self.matrix, self.len, None, self.output);
    }
}

struct RowAddition<'a, T> {
    sums: &'a mut [T],
    row: &'a [T],
}

family!(RowAddition);

impl<T: Number> Operation<T> for RowAddition<'_, T> {
    // In fours: few sums the compiler would hold one by one.
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let (sums, sums_rest) = self.sums.as_chunks_mut();
        let (row, row_rest) = self.row.as_chunks();
        for (sums, numbers) in sums.iter_mut().zip(row) {
            *sums = T::plus(*sums, *numbers);
        }
        for (sum, number) in sums_rest.iter_mut().zip(row_rest) {
            *sum += *number;
        }
    }
}

/// `sum = row · factors`, or the sum of the row's numbers.
struct Dot<'a, T> {
    row: &'a [T],
    factors: Option<&'a [T]>,
    sum: &'a mut T,
}

family!(Dot);

impl<T: Number> Operation<T> for Dot<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        *self.sum = single(self.row, self.factors);
    }
}

/// With twice the sums side by side: there are no other rows to be added up meanwhile.
#[inline(always)]
fn single<T: Number>(row: &[T], factors: Option<&[T]>) -> T {
    if row.is_empty() {
        return T::default();
    }
    let [sum] = sums_of::<_, 1, { 2 * CHAINS }>([row], factors);
    sum
}

/// The sum of each row, times `factors` where there are some; the same bits, however many rows there are.
#[inline(always)]
fn sums<T: Number>(matrix: &[T], len: usize, factors: Option<&[T]>, output: &mut [T]) {
    if len == 0 {
        return output.fill(T::default());
    }
    let (outputs, rest) = output.as_chunks_mut::<ROWS>();
    let (matrix, matrix_rest) = matrix.split_at(outputs.len() * ROWS * len);
    for (rows, outputs) in matrix.chunks_exact(ROWS * len).zip(outputs) {
        let rows = [&rows[..len], &rows[len..][..len], &rows[2 * len..][..len], &rows[3 * len..]];
        *outputs = sums_of::<_, _, CHAINS>(rows, factors);
    }
    for (row, output) in matrix_rest.chunks_exact(len).zip(rest) {
        [*output] = sums_of::<_, _, CHAINS>([row], factors);
    }
}

/// A row as chunks of fours, fours that make no chunk, and numbers that make no four.
type Parts<'a, T, const CHAINS: usize> = (&'a [[[T; 4]; CHAINS]], &'a [[T; 4]], &'a [T]);

#[inline(always)]
fn parts<T, const CHAINS: usize>(row: &[T]) -> Parts<'_, T, CHAINS> {
    let (fours, rest) = row.as_chunks();
    let (chunks, fours) = fours.as_chunks();
    (chunks, fours, rest)
}

/// The sums of up to four rows.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // several arrays and slices at the same places
fn sums_of<T: Number, const ROWS: usize, const CHAINS: usize>(
    rows: [&[T]; ROWS],
    factors: Option<&[T]>,
) -> [T; ROWS] {
    let len = rows[0].len();
    let rows = rows.map(|row| parts::<_, CHAINS>(&row[..len]));
    let factors = factors.map(|factors| parts::<_, CHAINS>(&factors[..len]));
    let (chunks, fours, rest) = rows[0];
    let mut chains = [[[T::ADDITIVE_IDENTITY; 4]; CHAINS]; ROWS];
    for position in 0..chunks.len() {
        for row in 0..ROWS {
            for chain in 0..CHAINS {
                let numbers = rows[row].0[position][chain];
                let terms = factors.map_or(numbers, |of| T::times(numbers, of.0[position][chain]));
                chains[row][chain] = T::plus(chains[row][chain], terms);
            }
        }
    }
    let mut block = [[T::ADDITIVE_IDENTITY; 4]; 4];
    for row in 0..ROWS {
        block[row] = chains[row].into_iter().fold([T::ADDITIVE_IDENTITY; 4], T::plus);
    }
    for position in 0..fours.len() {
        for row in 0..ROWS {
            let numbers = rows[row].1[position];
            let terms = factors.map_or(numbers, |of| T::times(numbers, of.1[position]));
            block[row] = T::plus(block[row], terms);
        }
    }
    // Columns are added up instead of rows: all four at once.
    let [a, b, c, d] = T::transposed(block);
    let totals = T::plus(T::plus(a, c), T::plus(b, d));
    let mut sums = [T::ADDITIVE_IDENTITY; ROWS];
    for row in 0..ROWS {
        sums[row] = totals[row];
        for position in 0..rest.len() {
            let number = rows[row].2[position];
            sums[row] += factors.map_or(number, |of| number * of.2[position]);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;
    use crate::kernel::InstructionSet;

    /// Sums of whole numbers are exact in any order.
    fn exact<T: Element>(number: impl Fn(usize) -> T) {
        for len in 0..=41 {
            for rows in 0..=9 {
                let whole = |position: usize| position * 7 % 11;
                let matrix: Vec<T> = (0..rows * len).map(|i| number(whole(i))).collect();
                let vector: Vec<T> = (0..len).map(|i| number(whole(i + 3))).collect();
                let of = |row: usize, factor: &dyn Fn(usize) -> usize| {
                    number((0..len).map(|k| whole(row * len + k) * factor(k)).sum())
                };
                let products: Vec<T> = (0..rows).map(|row| of(row, &|k| whole(k + 3))).collect();
                let totals: Vec<T> = (0..rows).map(|row| of(row, &|_| 1)).collect();
                let mut found = vec![number(99); rows];
                dot_rows_inline(&matrix, &vector, &mut found);
                assert_eq!(found, products, "{rows} by {len}");
                sum_rows(&matrix, len, &mut found);
                assert_eq!(found, totals, "{rows} by {len}");
                for row in 0..rows {
                    let numbers = &matrix[row * len..][..len];
                    assert_eq!((dot(numbers, &vector), sum(numbers)), (products[row], totals[row]));
                }
            }
        }
    }

    #[test]
    fn sums_and_products_are_exact_at_all_lengths() {
        exact(|i| i as f32);
        exact(|i| i as f64);
    }

    #[test]
    fn no_bit_depends_on_the_other_rows_or_the_instruction_set() {
        let number = |i: usize| (i as f32 * 0.7).sin();
        for len in [1, 3, 4, 7, 8, 15, 100] {
            for rows in 1..=9 {
                let matrix: Vec<f32> = (0..rows * len).map(number).collect();
                let vector: Vec<f32> = (0..len).map(|i| number(i + 5)).collect();
                let (mut alone, mut together) = (vec![0.0; rows], vec![0.0; rows]);
                for (row, output) in matrix.chunks(len).zip(alone.chunks_mut(1)) {
                    dot_rows_inline(row, &vector, output);
                }
                dot_rows_inline(&matrix, &vector, &mut together);
                assert_eq!(alone, together);
                for set in InstructionSet::all() {
                    dot_rows(set, &matrix, &vector, &mut together);
                    assert_eq!(alone, together, "{set:?}");
                }
            }
        }
    }

    #[test]
    fn a_sum_of_nothing_is_a_zero_without_sign() {
        let mut sums = [1.0_f32; 2];
        dot_rows_inline(&[], &[], &mut sums);
        for zero in [sums[0], sums[1], sum::<f32>(&[]), dot::<f32>(&[], &[])] {
            assert_eq!(zero.to_bits(), 0);
        }
    }
}
