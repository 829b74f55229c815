//! The three products of a dense layer. All matrices are row-major and dense.

use super::gemm::{FirstTerm, Gemm, RightLayout};
use super::instruction_set::InstructionSet;
use super::operation::Compiled;
use super::vector_matrix::VectorMatrix;
use crate::element::Element;

/// The sizes of a dense layer's matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DenseSizes {
    /// Samples.
    pub(crate) rows: usize,
    /// Inputs of a sample.
    pub(crate) inner: usize,
    /// Outputs of a sample.
    pub(crate) cols: usize,
}

/// `output = input · weight + bias`: `[rows, inner] · [inner, cols]`, plus `[cols]` or nothing.
///
/// # Panics
///
/// Panics if a length is not that of its matrix; so do the other products.
#[inline]
pub(crate) fn forward<T: Element>(
    set: InstructionSet,
    size: DenseSizes,
    input: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    output: &mut [T],
) {
    let DenseSizes { rows, inner, cols } = size;
    check([input.len(), weight.len(), output.len()], [len(rows, inner), len(inner, cols), len(rows, cols)]);
    assert!(bias.is_none_or(|bias| bias.len() == cols), "a bias for each column");
    if rows == 1
        && let Some(bias) = bias
    {
        return forward_row(set, [inner, cols], input, weight, bias, output);
    }
    let gemm = Gemm {
        rows,
        depth: inner,
        cols,
        left: input,
        left_stride: inner,
        left_is_transposed: false,
        right: weight,
        right_layout: RightLayout::Rows,
        first_term: bias.map_or(FirstTerm::Zero, FirstTerm::Bias),
        out: output,
    };
    gemm.compute_on(set);
}

/// [`forward`] with a weight that [`pack`](super::packed_gemm::pack) has packed.
pub(crate) fn forward_packed<T: Element>(
    set: InstructionSet,
    size: DenseSizes,
    input: &[T],
    packed: &[T],
    bias: &[T],
    output: &mut [T],
) {
    let DenseSizes { rows, inner, cols } = size;
    check([input.len(), packed.len(), output.len()], [len(rows, inner), len(inner, cols), len(rows, cols)]);
    assert!(bias.len() == cols, "a bias for each column");
    let gemm = Gemm {
        rows,
        depth: inner,
        cols,
        left: input,
        left_stride: inner,
        left_is_transposed: false,
        right: packed,
        right_layout: RightLayout::Panels,
        first_term: FirstTerm::Bias(bias),
        out: output,
    };
    gemm.compute_on(set);
}

/// [`forward`] for a single sample, of `[inner, cols]` inputs and outputs.
#[inline(always)]
pub(crate) fn forward_row<T: Element>(
    set: InstructionSet,
    [inner, cols]: [usize; 2],
    input: &[T],
    weight: &[T],
    bias: &[T],
    output: &mut [T],
) {
    check([input.len(), weight.len(), output.len()], [inner, len(inner, cols), cols]);
    assert!(bias.len() == cols, "a bias for each column");
    VectorMatrix { input, weight, bias, output }.compute_on(set);
}

/// `grad_weight += inputᵀ · grad_output`: `[rows, inner]ᵀ · [rows, cols]`, or the part of it that begins
/// at input `first` and is as long as `grad_weight`.
pub(crate) fn add_weight_gradient<T: Element>(
    set: InstructionSet,
    size: DenseSizes,
    first: usize,
    input: &[T],
    grad_output: &[T],
    grad_weight: &mut [T],
) {
    let DenseSizes { rows, inner, cols } = size;
    let part = grad_weight.len().checked_div(cols).unwrap_or(0);
    assert!(first + part <= inner, "inputs {first} to {} of {inner}", first + part);
    check(
        [input.len(), grad_weight.len(), grad_output.len()],
        [len(rows, inner), len(part, cols), len(rows, cols)],
    );
    let gemm = Gemm {
        rows: part,
        depth: rows,
        cols,
        left: input.get(first..).unwrap_or(&[]),
        left_stride: inner,
        left_is_transposed: true,
        right: grad_output,
        right_layout: RightLayout::Rows,
        first_term: FirstTerm::Output,
        out: grad_weight,
    };
    gemm.compute_on(set);
}

/// `grad_input = grad_output · weightᵀ`: `[rows, cols] · [inner, cols]ᵀ`.
pub(crate) fn input_gradient<T: Element>(
    set: InstructionSet,
    size: DenseSizes,
    grad_output: &[T],
    weight: &[T],
    grad_input: &mut [T],
) {
    let DenseSizes { rows, inner, cols } = size;
    check(
        [grad_input.len(), weight.len(), grad_output.len()],
        [len(rows, inner), len(inner, cols), len(rows, cols)],
    );
    let gemm = Gemm {
        rows,
        depth: cols,
        cols: inner,
        left: grad_output,
        left_stride: cols,
        left_is_transposed: false,
        right: weight,
        right_layout: RightLayout::Transposed,
        first_term: FirstTerm::Zero,
        out: grad_input,
    };
    gemm.compute_on(set);
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
