//! Products of `f64` matrices, which [`matrixmultiply`] computes.
//!
//! Its sums begin anew every [`KC`] terms: an output is `((start + block) + block) + …`, and each block is one
//! chain of additions from 0, fused where the processor can. Neither the number of rows nor the tile that a row
//! falls into changes that, so a row has the same bits in every batch. A single row is computed by
//! [`VectorMatrix`](super::vector_matrix::VectorMatrix) in the same order.
#![allow(unsafe_code)]

use super::gemm::{FirstTerm, Gemm, RightLayout};

/// Terms of a block of the reduction: the KC of matrixmultiply's loop 4.
pub(super) const KC: usize = 256;

/// Computes a product.
pub(super) fn multiply(gemm: Gemm<f64>) {
    let Gemm { rows, depth, cols, left, left_stride, right, first_term, out, .. } = gemm;
    let beta = match first_term {
        FirstTerm::Zero => 0.0,
        FirstTerm::Output => 1.0,
        FirstTerm::Bias(bias) => {
            out.chunks_exact_mut(cols.max(1)).for_each(|row| row.copy_from_slice(bias));
            1.0
        }
    };
    // From a row to the next, and from a column.
    let [left_row, left_column] = if gemm.left_is_transposed { [1, left_stride] } else { [left_stride, 1] };
    let [right_row, right_column] =
        if gemm.right_layout == RightLayout::Transposed { [1, depth] } else { [cols, 1] };
    // What is read of a matrix with these sizes and strides ends here.
    let end = |[rows, row]: [usize; 2], [cols, column]: [usize; 2]| match (rows, cols) {
        (0, _) | (_, 0) => Some(0),
        _ => (rows - 1).checked_mul(row)?.checked_add((cols - 1).checked_mul(column)?)?.checked_add(1),
    };
    let fits = |end: Option<usize>, len: usize| end.is_some_and(|end| end <= len);
    assert!(fits(end([rows, left_row], [depth, left_column]), left.len()), "the left matrix is too short");
    assert!(
        fits(end([depth, right_row], [cols, right_column]), right.len()),
        "the right matrix is too short"
    );
    assert!(fits(end([rows, cols], [cols, 1]), out.len()), "the output is too short");
    let [left_row, left_column, right_row, right_column] =
        [left_row, left_column, right_row, right_column].map(usize::cast_signed);
    // SAFETY: `dgemm` reads `left` at `row · left_row + column · left_column` for each row below `rows` and column
    // below `depth`, `right` likewise below `depth` and `cols`, and writes `out` at `row · cols + column`, below
    // `rows` and `cols`: all lie within their slices, as asserted for the last of them, and no two places of `out`
    // are one. `out` is initialised, and borrowed for writing alone; strides that matter are below the lengths
    // of slices, and so below `isize::MAX`.
    unsafe {
        matrixmultiply::dgemm(
            rows,
            depth,
            cols,
            1.0,
            left.as_ptr(),
            left_row,
            left_column,
            right.as_ptr(),
            right_row,
            right_column,
            beta,
            out.as_mut_ptr(),
            cols.cast_signed(),
            1,
        );
    }
}
