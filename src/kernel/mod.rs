//! Kernels of dense layers: three matrix products, some functions over slices, optimizer steps.
//!
//! All are for matrices that are row-major and dense, and run on an [`InstructionSet`]: all versions are
//! compiled, and [`InstructionSet::best`] chooses when the program runs. The environment variable
//! `DIMWISE_INSTRUCTION_SET` (`portable`, `avx2` or `avx512`) makes a whole process run on another one.
//!
//! # Memory
//!
//! They need none but the stack, on any instruction set:
//!
//! | at most | optimised | in a debug build |
//! |---|---|---|
//! | any kernel | 168 KiB | 224 KiB |
//! | where no layer has 96 outputs or more, in `f32` | 76 KiB | 146 KiB |
//! | the same in `f64` | 124 KiB | 146 KiB |
//! | a thread that trains, with all that it calls | 192 KiB | 512 KiB |
//!
//! In `f32` nothing is allocated. In `f64` each product of several rows (forward, by the weights, by the input, and
//! a matrix product of tensors) takes a packing buffer from the heap and gives it back: with `M` rows and `N` columns
//! of the result and `K` terms a sum, about `min(K, 256) · (min(M, 64) + min(N, 1024))` numbers, at most 2.2 MB. Each
//! thread takes its own, and forward a new one every 128 rows. Single samples, convolutions and all else take none.
//!
//! # Same bits
//!
//! Each output of a product is one chain of additions, in the order of its reduction:
//! `fma(left_n, right_n, … fma(left_1, right_1, start))`. Tiles, blocks and panels only decide which
//! chains advance together. So no bit of a result depends on how many rows are computed at once, on
//! how rows or columns are split over threads, or on which fused instruction set runs; and a batch
//! of `n` equals `n` batches of one.
//!
//! Which code computes a product depends on its element type alone: that of `f64` matrices is `matrixmultiply`'s,
//! whose chains begin anew every 256 terms (see `dgemm`), and the kernel for a single row adds up in that order, too.
//! `matrixmultiply` knows nothing of an instruction set that is asked for. So where a processor that can fuse is made
//! to run as `portable`, a single `f64` sample is rounded otherwise than in a batch: there alone.
//!
//! # Layers of the module
//!
//! | file | knows |
//! |---|---|
//! | `vector`, `x86` | registers |
//! | `tile` | sums in registers, over a block of the reduction |
//! | `product` | how a matrix splits into tiles, and what to copy together first |
//! | `packed` | the same for what is large, with copies of both matrices |
//! | `dgemm` | products in `f64`, by matrixmultiply |
//! | `copying` | a copy that is made while the matrix is read |
//! | `scratch` | memory for copies, on the stack |
//! | `row` | a single sample |
//! | `dot` | a single column, and sums of rows |
//! | `fours` | four numbers, and four of these |
//! | `transpose` | the copy of a matrix with its rows as columns |
//! | `grid` | panels of columns, tiles of rows |
//! | `convolution`, `strip`, `patches` | products with a matrix that is made of an image, strip by strip |
//! | `pool` | windows over a channel |
//! | `function`, `activation`, `update` | one number after the other: the compiler makes vectors of it |
//! | `dispatch` | instruction sets, and all entries into code that is compiled for one |

mod activation;
mod dispatch;
mod convolution;
mod copying;
mod dgemm;
mod dot;
mod fours;
mod function;
mod grid;
mod halve;
mod packed;
mod patches;
mod pool;
mod product;
mod row;
mod scratch;
mod strip;
mod tile;
mod transpose;
mod update;
mod vector;
#[cfg(test)]
mod tests;

pub(crate) use convolution::{
    ConvolutionSizes, add_weight_gradient, convolution_input_gradient, convolve, lay_out_gradient,
    turn_kernels,
};
pub(crate) use dispatch::{InstructionSet, Kernel};
pub(crate) use pool::Windows;
pub(crate) use update::{Adam, Lion};

pub(crate) use dot::{add_row, dot, dot_rows as dot_rows_inline, sum, sum_rows};
pub(crate) use transpose::transpose_matrix;

use product::{FirstTerm, Operand, Product};
use row::Row;

/// The sizes of a dense layer's matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Samples.
    pub rows: usize,
    /// Inputs of a sample.
    pub inner: usize,
    /// Outputs of a sample.
    pub cols: usize,
}

/// `output = input · weight + bias`: `[rows, inner] · [inner, cols]`, plus `[cols]` or nothing.
///
/// # Panics
///
/// Where a length is not that of its matrix; so do the other products.
#[inline]
pub(crate) fn forward<T: Kernel>(
    set: InstructionSet,
    size: Size,
    input: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    output: &mut [T],
) {
    let Size { rows, inner, cols } = size;
    check([input.len(), weight.len(), output.len()], [len(rows, inner), len(inner, cols), len(rows, cols)]);
    assert!(bias.is_none_or(|bias| bias.len() == cols), "a bias for each column");
    if rows == 1 {
        return T::row(set, Row { input, weight, bias, output });
    }
    let product = Product {
        rows,
        depth: inner,
        cols,
        left: input,
        left_stride: inner,
        right: Operand::Matrix(weight),
        first_term: bias.map_or(FirstTerm::Zero, FirstTerm::OfColumn),
        out: output,
    };
    T::product(set, product);
}

/// `output = matrix · vector`: `[rows, inner] · [inner]`. In the order of several sums side by side, which
/// is the same for any number of rows.
pub(crate) fn dot_rows<T: Kernel>(set: InstructionSet, matrix: &[T], vector: &[T], output: &mut [T]) {
    assert_eq!(matrix.len(), len(output.len(), vector.len()), "matrix sizes disagree");
    T::dot_rows(set, matrix, vector, output);
}

/// `grad_weight = inputᵀ · grad_output`: `[rows, inner]ᵀ · [rows, cols]`, or the part of it that begins
/// at input `first` and is as long as `grad_weight`.
pub(crate) fn weight_gradient<T: Kernel>(
    set: InstructionSet,
    size: Size,
    first: usize,
    input: &[T],
    grad_output: &[T],
    grad_weight: &mut [T],
) {
    let Size { rows, inner, cols } = size;
    let part = grad_weight.len().checked_div(cols).unwrap_or(0);
    assert!(first + part <= inner, "inputs {first} to {} of {inner}", first + part);
    check(
        [input.len(), grad_weight.len(), grad_output.len()],
        [len(rows, inner), len(part, cols), len(rows, cols)],
    );
    let product = Product {
        rows: part,
        depth: rows,
        cols,
        left: input.get(first..).unwrap_or(&[]),
        left_stride: inner,
        right: Operand::Matrix(grad_output),
        first_term: FirstTerm::Zero,
        out: grad_weight,
    };
    T::left_transposed_product(set, product);
}

/// `grad_input = grad_output · weightᵀ`: `[rows, cols] · [inner, cols]ᵀ`.
pub(crate) fn input_gradient<T: Kernel>(
    set: InstructionSet,
    size: Size,
    grad_output: &[T],
    weight: &[T],
    grad_input: &mut [T],
) {
    let Size { rows, inner, cols } = size;
    check(
        [grad_input.len(), weight.len(), grad_output.len()],
        [len(rows, inner), len(inner, cols), len(rows, cols)],
    );
    let product = Product {
        rows,
        depth: cols,
        cols: inner,
        left: grad_output,
        left_stride: cols,
        right: Operand::Transposed(weight),
        first_term: FirstTerm::Zero,
        out: grad_input,
    };
    T::product(set, product);
}

/// The numbers of a matrix.
#[inline(always)]
fn len(rows: usize, cols: usize) -> usize {
    rows.checked_mul(cols).expect("a matrix whose numbers can be counted")
}

// Number by number: arrays would be compared through memory, which takes longer than a small layer.
#[inline(always)]
fn check(found: [usize; 3], expected: [usize; 3]) {
    let equal = found[0] == expected[0] && found[1] == expected[1] && found[2] == expected[2];
    assert!(equal, "matrix sizes disagree");
}
