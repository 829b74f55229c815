//! One column: a matrix times a vector.

use core::array::from_fn;

use super::vector::Number;

/// Rows that are taken at a time: what is read of the vector serves all of them.
const ROWS: usize = 4;

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
        *outputs = dots::<8, ROWS, _>(from_fn(|row| &rows[row * len..][..len]), vector);
    }
    for (row, output) in matrix_rest.chunks_exact(len).zip(rest) {
        [*output] = dots::<32, 1, _>([row], vector);
    }
}

/// The products of rows with a vector, each as `LANES` sums side by side: one alone would wait for each
/// of its additions.
#[inline(always)]
fn dots<const LANES: usize, const ROWS: usize, T: Number>(rows: [&[T]; ROWS], vector: &[T]) -> [T; ROWS] {
    let mut sums = [[T::default(); LANES]; ROWS];
    let (chunks, rest) = vector.as_chunks::<LANES>();
    let row_chunks: [_; ROWS] = from_fn(|row| &rows[row].as_chunks::<LANES>().0[..chunks.len()]);
    for (position, numbers) in chunks.iter().enumerate() {
        for row in 0..ROWS {
            for lane in 0..LANES {
                sums[row][lane] = sums[row][lane] + row_chunks[row][position][lane] * numbers[lane];
            }
        }
    }
    let mut half = LANES / 2;
    while half > 0 {
        for sums in &mut sums {
            for lane in 0..half {
                sums[lane] = sums[lane] + sums[lane + half];
            }
        }
        half /= 2;
    }
    from_fn(|row| {
        let row_rest = &rows[row][vector.len() - rest.len()..];
        row_rest.iter().zip(rest).fold(sums[row][0], |sum, (x, y)| sum + *x * *y)
    })
}
