//! Transposing while copying, square by square.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::fours::SIDE;
use super::vector::Number;

/// Writes the transpose of `width` rows of `depth` numbers, `stride` apart: all of `memory`.
///
/// It is compiled once, for any processor.
pub(super) fn transpose<T: Number>(
    values: &[T],
    stride: usize,
    depth: usize,
    width: usize,
    memory: &mut [MaybeUninit<T>],
) {
    transpose_inline(values, stride, depth, width, memory);
}

/// [`transpose`] where the compiler may know the sizes. Squares that do not fit side by side overlap.
#[inline(always)]
fn transpose_inline<T: Number>(
    values: &[T],
    stride: usize,
    depth: usize,
    width: usize,
    memory: &mut [MaybeUninit<T>],
) {
    assert_eq!(memory.len(), depth * width, "the transpose of all rows");
    if width < SIDE || depth < SIDE {
        for row in 0..width {
            for (k, value) in values[row * stride..][..depth].iter().enumerate() {
                memory[k * width + row].write(*value);
            }
        }
        return;
    }
    for row in (0..width).step_by(SIDE) {
        let row = row.min(width - SIDE);
        let rows: [&[T]; SIDE] = core::array::from_fn(|side| &values[(row + side) * stride..][..depth]);
        for k in (0..depth).step_by(SIDE) {
            let k = k.min(depth - SIDE);
            let mut square = [[T::default(); SIDE]; SIDE];
            for side in 0..SIDE {
                square[side] = *rows[side][k..].first_chunk().expect("SIDE numbers");
            }
            let columns = &mut memory[k * width + row..][..(SIDE - 1) * width + SIDE];
            for (side, column) in T::transposed(square).iter().enumerate() {
                columns[side * width..][..SIDE].write_copy_of_slice(column);
            }
        }
    }
}

/// Columns that are transposed together: as many rows of what is written stay in cache.
const STRIPE: usize = 16;

/// The transpose of a matrix with rows of `cols` numbers.
#[inline(always)]
pub(crate) fn transpose_matrix<T: Number>(matrix: &[T], cols: usize, transposed: &mut [T]) {
    let rows = matrix.len() / cols;
    // SAFETY: the same numbers, and what is written to them are numbers.
    let memory = unsafe { &mut *(&raw mut *transposed as *mut [MaybeUninit<T>]) };
    for (stripe, memory) in memory.chunks_mut(STRIPE * rows).enumerate() {
        transpose_inline(&matrix[stripe * STRIPE..], cols, memory.len() / rows, rows, memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T: Number + PartialEq + core::fmt::Debug>(number: impl Fn(usize) -> T) {
        for (width, depth) in [(1, 9), (3, 5), (4, 4), (5, 2), (6, 13), (16, 128), (7, 31)] {
            let stride = depth + 3;
            let values: alloc::vec::Vec<T> = (0..width * stride).map(&number).collect();
            let mut memory = alloc::vec![MaybeUninit::uninit(); depth * width];
            transpose(&values, stride, depth, width, &mut memory);
            for (index, place) in memory.iter().enumerate() {
                // SAFETY: `transpose` has written all of it.
                let found = unsafe { place.assume_init() };
                assert_eq!(found, values[index % width * stride + index / width], "{width} of {depth}");
            }
        }
    }

    #[test]
    fn matrices_in_stripes() {
        for (rows, cols) in [(1, 40), (40, 1), (3, 17), (4, 16), (8, 8), (5, 33), (33, 50), (100, 98)] {
            let matrix: alloc::vec::Vec<f32> = (0..rows * cols).map(|i| i as f32).collect();
            let mut transposed = alloc::vec![-1.0; rows * cols];
            transpose_matrix(&matrix, cols, &mut transposed);
            for (index, found) in transposed.iter().enumerate() {
                assert_eq!(*found, matrix[index % rows * cols + index / rows], "{rows} by {cols}");
            }
        }
    }

    #[test]
    fn every_number_is_where_its_row_and_column_say() {
        of(|i| i as f32);
        of(|i| i as f64);
    }
}
