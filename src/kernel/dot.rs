//! One column: a matrix times a vector.

use super::vector::Number;

/// Sums side by side: one alone would wait for each of its additions.
const LANES: usize = 32;

/// `output = matrix · vector`.
#[inline(always)]
pub(super) fn dot_rows<T: Number>(matrix: &[T], vector: &[T], output: &mut [T]) {
    if vector.is_empty() {
        return output.fill(T::default());
    }
    for (row, output) in matrix.chunks_exact(vector.len()).zip(output) {
        *output = dot(row, vector);
    }
}

#[inline(always)]
fn dot<T: Number>(left: &[T], right: &[T]) -> T {
    let mut sums = [T::default(); LANES];
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    for (left, right) in left.iter().zip(right) {
        for lane in 0..LANES {
            sums[lane] = sums[lane] + left[lane] * right[lane];
        }
    }
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] = sums[lane] + sums[lane + half];
        }
        half /= 2;
    }
    left_rest.iter().zip(right_rest).fold(sums[0], |sum, (x, y)| sum + *x * *y)
}
