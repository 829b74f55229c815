//! Transposing while copying, in 4×4 blocks.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::four_lanes::SIDE;
use super::operation::{Operation, compute_inline, family};
use super::vector::{Number, Set};
use crate::element::Element;

/// Writes the transpose of `width` rows of `depth` numbers, `stride` apart, and gives it: all of `memory`.
///
/// It is compiled once, for any processor.
pub(super) fn transpose<'m, T: Number>(
    values: &[T],
    stride: usize,
    depth: usize,
    width: usize,
    memory: &'m mut [MaybeUninit<T>],
) -> &'m [T] {
    transpose_inline(values, stride, depth, width, memory)
}

/// [`transpose`] where the compiler may know the sizes. Blocks that do not fit side by side overlap.
#[inline(always)]
fn transpose_inline<'m, T: Number>(
    values: &[T],
    stride: usize,
    depth: usize,
    width: usize,
    memory: &'m mut [MaybeUninit<T>],
) -> &'m [T] {
    assert_eq!(Some(memory.len()), depth.checked_mul(width), "the transpose of all rows");
    // How far rows and columns are written: they are taken in order, and leave no gap.
    let (mut rows_end, mut columns_end) = (0, depth);
    if width < SIDE || depth < SIDE {
        for row in 0..width {
            for (k, value) in values[row * stride..][..depth].iter().enumerate() {
                memory[k * width + row].write(*value);
            }
            rows_end = row + 1;
        }
    }
    for row in (rows_end..width).step_by(SIDE) {
        let row = row.min(width - SIDE);
        columns_end = 0;
        let rows: [&[T]; SIDE] = core::array::from_fn(|side| &values[(row + side) * stride..][..depth]);
        for k in (0..depth).step_by(SIDE) {
            let k = k.min(depth - SIDE);
            let mut block = [[T::default(); SIDE]; SIDE];
            for side in 0..SIDE {
                block[side] = *rows[side][k..].first_chunk().expect("SIDE numbers");
            }
            let columns = &mut memory[k * width + row..][..(SIDE - 1) * width + SIDE];
            for (side, column) in T::transposed(block).iter().enumerate() {
                columns[side * width..][..SIDE].write_copy_of_slice(column);
            }
            columns_end = k + SIDE;
        }
        rows_end = row + SIDE;
    }
    assert!(rows_end == width && columns_end == depth, "all is transposed");
    // SAFETY: `memory` is `depth` rows of `width` numbers, as asserted at the beginning. Either each row of
    // `values` has been written as a column of it, of `depth` numbers; or blocks of `SIDE` rows and columns
    // have been, each of which begins where the one before it ends or earlier, up to both ends, as asserted.
    unsafe { memory.assume_init_ref() }
}

/// ColumnSlices that are transposed together: as many rows of what is written stay in cache.
const STRIPE: usize = 16;

/// The transpose of a matrix with rows of `cols` numbers.
#[inline(always)]
pub(crate) fn transpose_matrix<T: Element>(matrix: &[T], cols: usize, transposed: &mut [T]) {
    compute_inline::<TransposedMatrix<f32>, T>(TransposedMatrix { matrix, cols, transposed });
}

struct TransposedMatrix<'a, T> {
    matrix: &'a [T],
    cols: usize,
    transposed: &'a mut [T],
}

family!(TransposedMatrix);

impl<T: Number> Operation<T> for TransposedMatrix<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { matrix, cols, transposed } = self;
        let rows = matrix.len() / cols;
        // SAFETY: a `MaybeUninit<T>` has the layout of a `T`; the borrow is passed on; and `transpose_inline` writes
        // nothing but numbers, so that all stay initialised.
        let memory = unsafe { &mut *(&raw mut *transposed as *mut [MaybeUninit<T>]) };
        for (stripe, memory) in memory.chunks_mut(STRIPE * rows).enumerate() {
            transpose_inline(&matrix[stripe * STRIPE..], cols, memory.len() / rows, rows, memory);
        }
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
            let found = transpose(&values, stride, depth, width, &mut memory);
            for (index, found) in found.iter().enumerate() {
                assert_eq!(*found, values[index % width * stride + index / width], "{width} of {depth}");
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
