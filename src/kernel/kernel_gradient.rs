//! The gradient by a convolution's kernels: the other product with the im2col matrix.
//!
//! Each number is the sum over all outputs of an image, in one of two orders, of which the sizes alone decide:
//!
//! - filters side by side in vectors: one chain of additions, in the order of the outputs, as in `gemm.rs`;
//! - outputs side by side in vectors, as in `pixel_sums.rs`: where there are so few filters that they would not fill
//!   vectors, or so small kernels that to transpose the gradient of the output would take as long as to multiply by it.

use core::mem::MaybeUninit;
use core::ops::Range;

use super::gemm::{KC, MicropanelScratch};
use super::im2col::{Im2col, Im2colBlock, Starts};
use super::implicit_gemm::CAPACITY;
use super::macrokernel::{
    Micropanel, Micropanels, Microtiles, TALL, compute, each_microtile, each_wide_micropanel, ranges,
};
use super::microkernel::{Microtile, RowSlices, Start, Strided, StridedMut};
use super::operation::{Operation, compiled};
use super::pixel_sums::PixelSums;
use super::scratch::Scratch;
use super::transpose::transpose;
use super::vector::{Number, Set, Tiled, Vector};
use crate::shape::product;

/// Filters from which on they fill a vector of any instruction set.
const FULL_VECTOR: usize = 16;

/// Numbers of a filter's kernels up to which transposing the gradient of the output is not worth it; and outputs below
/// which it is: sums over so few of them would be computed in less time than it takes to add up their lanes.
const SMALL_KERNELS: usize = 32;
const FEW_OUTPUTS: usize = 64;

/// The part of the memory for the im2col matrix that is left to the gradients of three filters' outputs.
const GRADS: usize = 3 * 1024;

/// `out += matrix · grad_outputᵀ`: `[taps, outputs] · [filters, outputs]ᵀ`, for as many numbers of the
/// kernels as `out` has rows, from `first` on.
pub(super) struct KernelGradient<'a, T> {
    pub(super) im2col: Im2col,
    pub(super) channels: usize,
    pub(super) filters: usize,
    pub(super) first: usize,
    /// `[channels, height, width]`
    pub(super) image: &'a [T],
    /// `[filters, outputs]`
    pub(super) grad_output: &'a [T],
    /// `[taps, filters]`
    pub(super) out: &'a mut [T],
}

compiled!(KernelGradient);

impl<T: Number> Operation<T> for KernelGradient<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, set: S) {
        set.tiled(self);
    }
}

impl Im2col {
    /// The outputs whose products are added up side by side in the gradient by the kernels, block by block; nothing
    /// where filters lie side by side.
    pub(super) fn pixel_blocks(
        &self,
        channels: usize,
        filters: usize,
    ) -> Option<impl Iterator<Item = Im2colBlock> + use<>> {
        let [taps, outputs] = [product(&self.kernel) * channels, product(&self.out)];
        let by_pixel = filters < FULL_VECTOR || taps <= SMALL_KERNELS && outputs >= FEW_OUTPUTS;
        // Of all channels, so that no order depends on how many of them a thread computes.
        by_pixel.then(|| self.spaced_for(channels, filters).blocks(channels, GRADS / 3, CAPACITY - GRADS))
    }
}

impl<T: Number> Tiled<T> for KernelGradient<'_, T> {
    #[inline(always)]
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(mut self, set: S) {
        let area = product(&self.im2col.kernel);
        let rows = self.first..self.first + self.out.len() / self.filters;
        let channels = rows.start / area..rows.end.div_ceil(area);
        let mut memory = MaybeUninit::<Scratch<T, CAPACITY>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        // The rows that belong to some channels.
        let taps_of = |channels: &Range<usize>| {
            rows.start.max(channels.start * area)..rows.end.min(channels.end * area)
        };
        if let Some(blocks) = self.im2col.pixel_blocks(self.channels, self.filters) {
            let (outputs, (memory, grads)) =
                (product(&self.im2col.out), memory.split_at_mut(CAPACITY - GRADS));
            for columns in blocks {
                for channels in ranges(channels.clone(), memory.len() / columns.channel_len()) {
                    let values =
                        columns.pack::<T, S::Eight>(set.into(), self.image, channels.clone(), memory);
                    let taps = taps_of(&channels);
                    let place = (taps.start - self.first) * self.filters;
                    let sums = PixelSums {
                        columns: &columns,
                        values,
                        tap: taps.start - channels.start * area,
                        filters: self.filters,
                        grad_output: self.grad_output,
                        outputs,
                        memory: &mut *grads,
                        out: &mut self.out[place..][..taps.len() * self.filters],
                    };
                    sums.add::<S::Full>(set.into());
                }
            }
            return;
        }
        for columns in self.im2col.blocks(channels.len(), KC, CAPACITY) {
            for channels in ranges(channels.clone(), CAPACITY / columns.channel_len()) {
                let values = columns.pack::<T, S::Eight>(set.into(), self.image, channels.clone(), memory);
                let (packed, taps) = (channels.start * area, taps_of(&channels));
                for positions in ranges(0..columns.len(), KC) {
                    let (from, depth) = (positions.start, positions.len());
                    let filters = self.filters;
                    let (gradient, taps) = (&mut self, taps.clone());
                    let mut block = GradientBlock { gradient, columns, packed, taps, from, depth, values };
                    if filters == S::Full::LANES {
                        let panel = Micropanel { first: 0, last: 0 };
                        compute::<T, S::Full, _, TALL, 1>(set.into(), &mut block, panel, 1);
                    } else {
                        each_wide_micropanel::<T, S, _, MR, VECTORS>(set, filters, &mut block);
                    }
                }
            }
        }
    }
}

/// Some rows of the gradient, in one block of the reduction: some positions of a block of columns.
struct GradientBlock<'p, 'a, T> {
    gradient: &'p mut KernelGradient<'a, T>,
    columns: Im2colBlock,
    /// The first number of the kernels that is packed.
    packed: usize,
    /// Those to be computed.
    taps: Range<usize>,
    from: usize,
    depth: usize,
    values: &'p [T],
}

impl<T: Number> Micropanels<T> for GradientBlock<'_, '_, T> {
    #[inline(always)]
    fn micropanel<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
    ) {
        let outputs = product(&self.gradient.im2col.out);
        let width = panel.last + V::LANES;
        let mut memory = MaybeUninit::<MicropanelScratch>::uninit();
        let memory = &mut MicropanelScratch::numbers(&mut memory)[..self.depth * width];
        let grads = &self.gradient.grad_output[panel.first * outputs + self.columns.first() + self.from..];
        let right = Strided { values: transpose(grads, outputs, self.depth, width, memory), stride: width };
        let starts = self.columns.starts(self.taps.start - self.packed);
        let rows = self.taps.len();
        let mut panel = GradientPanel { block: self, panel, right, starts };
        each_microtile::<T, V, _, MR, VECTORS>(proof, rows, &mut panel);
    }
}

struct GradientPanel<'b, 'p, 'a, T> {
    block: &'b mut GradientBlock<'p, 'a, T>,
    panel: Micropanel,
    right: Strided<'b, T>,
    /// Of the rows that are left: tiles ask for theirs in order.
    starts: Starts,
}

impl<T: Number> Microtiles<T> for GradientPanel<'_, '_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let GradientBlock { gradient, taps, from, depth, values, .. } = &mut *self.block;
        let stride = gradient.filters;
        let place = (taps.start + row - gradient.first) * stride + self.panel.first;
        let (starts, values) = (&mut self.starts, *values);
        let tile = Microtile {
            depth: *depth,
            left: RowSlices::of(|_| &values[starts.start() + *from..]),
            right: self.right,
            start: Start::Output,
            last: self.panel.last,
            out: StridedMut { values: &mut gradient.out[place..], stride },
        };
        tile.compute::<V, MR, VECTORS>(proof);
    }
}
