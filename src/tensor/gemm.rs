//! The kernel boundary: the three matrix products that a layer needs, behind a safe face.
//!
//! A batch is a row-major matrix, so `rows` is the number of samples. Lengths are checked here,
//! then the one `unsafe` call follows; nothing outside this file calls a kernel. matrixmultiply
//! takes strides, so no matrix is ever transposed in memory; it allocates a packing buffer at each
//! call.
#![allow(unsafe_code)]

use crate::element::Element;

/// A matrix product `out = left · right + beta · out` over strided operands; see
/// [`matrixmultiply::sgemm`].
pub trait Gemm: Copy {
    /// The raw kernel of matrixmultiply.
    ///
    /// # Safety
    ///
    /// `left`, `right` and `out` are valid for `rows × inner`, `inner × cols` and `rows × cols`
    /// elements at these strides, in elements, as (row, column); `out` overlaps neither.
    #[doc(hidden)]
    unsafe fn gemm(size: Size, left: Operand<Self>, right: Operand<Self>, beta: Self, out: *mut Self);
}

/// `rows × inner` times `inner × cols`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Size {
    rows: usize,
    inner: usize,
    cols: usize,
}

/// A matrix in memory: its first element and the strides to the next row and column.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Operand<T> {
    start: *const T,
    row: usize,
    col: usize,
}

macro_rules! gemm {
    ($t:ident, $kernel:path) => {
        impl Gemm for $t {
            unsafe fn gemm(
                size: Size,
                left: Operand<Self>,
                right: Operand<Self>,
                beta: Self,
                out: *mut Self,
            ) {
                let Size { rows, inner, cols } = size;
                // SAFETY: the caller's promise is the kernel's; `out` is row-major and dense.
                unsafe {
                    $kernel(
                        rows,
                        inner,
                        cols,
                        1.0,
                        left.start,
                        left.row as isize,
                        left.col as isize,
                        right.start,
                        right.row as isize,
                        right.col as isize,
                        beta,
                        out,
                        cols as isize,
                        1,
                    );
                }
            }
        }
    };
}
gemm!(f32, matrixmultiply::sgemm);
gemm!(f64, matrixmultiply::dgemm);

/// `output += input · weight`, with `input` `[rows, inner]`, `weight` `[inner, cols]`.
///
/// # Panics
///
/// Where a length is not that of its matrix.
pub(crate) fn add_product<T: Element>(
    inner: usize,
    cols: usize,
    input: &[T],
    weight: &[T],
    output: &mut [T],
) {
    let rows = output.len() / cols.max(1);
    check(rows * inner, input, inner * cols, weight, rows * cols, output);
    let left = Operand { start: input.as_ptr(), row: inner, col: 1 };
    let right = Operand { start: weight.as_ptr(), row: cols, col: 1 };
    // SAFETY: `check` has compared each length with its dense matrix, and `output` is borrowed
    // uniquely, so it overlaps neither.
    unsafe { T::gemm(Size { rows, inner, cols }, left, right, T::ONE, output.as_mut_ptr()) }
}

/// `grad_weight = inputᵀ · grad_output`, with `input` `[rows, inner]`, `grad_output` `[rows, cols]`.
///
/// # Panics
///
/// Where a length is not that of its matrix.
pub(crate) fn weight_gradient<T: Element>(
    inner: usize,
    cols: usize,
    input: &[T],
    grad_output: &[T],
    grad_weight: &mut [T],
) {
    let rows = grad_output.len() / cols.max(1);
    check(rows * inner, input, rows * cols, grad_output, inner * cols, grad_weight);
    let left = Operand { start: input.as_ptr(), row: 1, col: inner };
    let right = Operand { start: grad_output.as_ptr(), row: cols, col: 1 };
    let size = Size { rows: inner, inner: rows, cols };
    // SAFETY: as in `add_product`; the left operand is `input` read by columns.
    unsafe { T::gemm(size, left, right, T::ZERO, grad_weight.as_mut_ptr()) }
}

/// `grad_input = grad_output · weightᵀ`, with `grad_output` `[rows, cols]`, `weight` `[inner, cols]`.
///
/// # Panics
///
/// Where a length is not that of its matrix.
pub(crate) fn input_gradient<T: Element>(
    inner: usize,
    cols: usize,
    grad_output: &[T],
    weight: &[T],
    grad_input: &mut [T],
) {
    let rows = grad_input.len() / inner.max(1);
    check(rows * cols, grad_output, inner * cols, weight, rows * inner, grad_input);
    let left = Operand { start: grad_output.as_ptr(), row: cols, col: 1 };
    let right = Operand { start: weight.as_ptr(), row: 1, col: cols };
    let size = Size { rows, inner: cols, cols: inner };
    // SAFETY: as in `add_product`; the right operand is `weight` read by columns.
    unsafe { T::gemm(size, left, right, T::ZERO, grad_input.as_mut_ptr()) }
}

fn check<T>(left_len: usize, left: &[T], right_len: usize, right: &[T], out_len: usize, out: &[T]) {
    assert_eq!((left.len(), right.len(), out.len()), (left_len, right_len, out_len), "matrix sizes disagree");
}
