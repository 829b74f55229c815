//! The three products of a dense layer, split over threads where they are large.
//!
//! Each thread computes rows of the result. No bit of a number depends on how the rows are split: see
//! [`kernel`](crate::kernel).

use crate::element::Element;
use crate::kernel::{
    DenseSizes, InstructionSet, add_weight_gradient, forward, forward_packed, forward_row, input_gradient,
    pack, packed_len,
};
use crate::threads::{Work, split};

/// The rows of an output that are finished, while they are in cache, before the next are computed.
const BLOCK: usize = 128;

/// Bytes of a cache line.
pub(crate) const CACHE_LINE: usize = 64;

/// The matrices of a dense layer: `input` `[rows, inner]`, `weight` `[inner, cols]`, `output`
/// `[rows, cols]`.
#[derive(Clone, Copy)]
pub(crate) struct Dense {
    pub(crate) inner: usize,
    pub(crate) cols: usize,
}

impl Dense {
    /// `output = input · weight + bias`, then `finish` on each block of finished rows. Where `packed` is not empty, it
    /// holds the weight as [`pack`](Self::pack) lays it out.
    #[inline]
    pub(crate) fn forward<T: Element>(
        self,
        input: &[T],
        (weight, packed): (&[T], &[T]),
        bias: &[T],
        output: &mut [T],
        finish: impl Fn(&mut [T]) + Sync,
    ) {
        let Self { inner, cols } = self;
        // A single sample: nothing to split, and in a small network no time for it.
        if output.len() == cols {
            forward_row(InstructionSet::best(), [inner, cols], input, weight, bias, output);
            return finish(output);
        }
        let work =
            Work { rows: output.len().checked_div(cols).unwrap_or(0), row_len: cols, row_work: inner * cols };
        split(output, work, |first, output| {
            let mut rows = first..first;
            for output in output.chunks_mut(BLOCK * cols.max(1)) {
                rows = rows.end..rows.end + output.len() / cols;
                let size = DenseSizes { rows: rows.len(), inner, cols };
                let input = &input[rows.start * inner..rows.end * inner];
                if packed.is_empty() {
                    forward(InstructionSet::best(), size, input, weight, Some(bias), output);
                } else {
                    forward_packed(
                        InstructionSet::best(),
                        size,
                        input,
                        &packed[..inner * cols],
                        bias,
                        output,
                    );
                }
                finish(output);
            }
        });
    }

    /// The numbers that [`pack`](Self::pack) lays a weight out in: 0 where it is best as it is. Whole cache lines.
    pub(crate) const fn packed_len<T>(self) -> usize {
        packed_len::<T>(self.inner, self.cols).next_multiple_of(CACHE_LINE / size_of::<T>())
    }

    /// Lays a weight out for products of many rows.
    pub(crate) fn pack<T: Element>(self, weight: &[T], packed: &mut [T]) {
        if !packed.is_empty() {
            pack(InstructionSet::best(), [self.inner, self.cols], weight, &mut packed[..weight.len()]);
        }
    }

    /// `grad_weight += inputᵀ · grad_output`.
    pub(crate) fn add_weight_gradient<T: Element>(
        self,
        input: &[T],
        grad_output: &[T],
        grad_weight: &mut [T],
    ) {
        let Self { inner, cols } = self;
        let rows = grad_output.len().checked_div(cols).unwrap_or(0);
        let work = Work { rows: inner, row_len: cols, row_work: rows * cols };
        split(grad_weight, work, |first, grad_weight| {
            let size = DenseSizes { rows, inner, cols };
            add_weight_gradient(InstructionSet::best(), size, first, input, grad_output, grad_weight);
        });
    }

    /// `grad_input = grad_output · weightᵀ`.
    pub(crate) fn input_gradient<T: Element>(self, grad_output: &[T], weight: &[T], grad_input: &mut [T]) {
        let Self { inner, cols } = self;
        let rows = grad_input.len().checked_div(inner).unwrap_or(0);
        let work = Work { rows, row_len: inner, row_work: inner * cols };
        split(grad_input, work, |first, grad_input| {
            let size = DenseSizes { rows: grad_input.len().checked_div(inner).unwrap_or(0), inner, cols };
            let grad_output = &grad_output[first * cols..][..size.rows * cols];
            input_gradient(InstructionSet::best(), size, grad_output, weight, grad_input);
        });
    }
}
