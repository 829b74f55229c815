//! One column: a matrix times a vector.

use core::array::from_fn;

use super::vector::Number;

/// Rows that are taken at a time: what is read of the vector serves all of them.
const ROWS: usize = 4;

/// Sums side by side: one alone would wait for each of its additions.
const LANES: usize = 16;

/// `output = matrix · vector`.
#[inline(always)]
pub(super) fn dot_rows<T: Number>(matrix: &[T], vector: &[T], output: &mut [T]) {
    let len = vector.len();
    if len == 0 {
        return output.fill(T::default());
    }
    let (outputs, rest) = output.as_chunks_mut::<ROWS>();
    let (matrix, matrix_rest) = matrix.split_at(outputs.len() * ROWS * len);
    for (rows, outputs) in matrix.chunks_exact(ROWS * len).zip(outputs) {
        *outputs = dots(from_fn(|row| &rows[row * len..][..len]), vector);
    }
    for (row, output) in matrix_rest.chunks_exact(len).zip(rest) {
        [*output] = dots([row], vector);
    }
}

/// The products of rows with a vector.
#[inline(always)]
fn dots<const ROWS: usize, T: Number>(rows: [&[T]; ROWS], vector: &[T]) -> [T; ROWS] {
    let mut sums = [[T::default(); LANES]; ROWS];
    let (chunks, rest) = vector.as_chunks::<LANES>();
    let row_chunks: [_; ROWS] = from_fn(|row| &rows[row].as_chunks::<LANES>().0[..chunks.len()]);
    for (position, numbers) in chunks.iter().enumerate() {
        for row in 0..ROWS {
            // As a whole, which keeps the sums in registers.
            let row_numbers = &row_chunks[row][position];
            sums[row] = from_fn(|lane| sums[row][lane] + row_numbers[lane] * numbers[lane]);
        }
    }
    from_fn(|row| {
        let row_rest = &rows[row][vector.len() - rest.len()..];
        row_rest.iter().zip(rest).fold(total(sums[row]), |sum, (x, y)| sum + *x * *y)
    })
}

#[inline(always)]
fn total<T: Number>(mut sums: [T; LANES]) -> T {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] = sums[lane] + sums[lane + half];
        }
        half /= 2;
    }
    sums[0]
}
