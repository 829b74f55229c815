//! Convolution as an implicit GEMM: a product with the im2col matrix, of which no more than a block is packed at a time.
//!
//! Each output is one chain of additions, in the order of its reduction, as in `gemm.rs`: the blocks are columns of its
//! output.

use core::mem::MaybeUninit;

use super::gemm::KC;
use super::im2col::{Im2col, Im2colBlock};
use super::macrokernel::{
    Micropanel, Micropanels, Microtiles, TALL, each_micropanel, each_microtile, ranges,
};
use super::microkernel::{Gathered, Microtile, Offsets, RowSlices, Start, StridedMut};
use super::operation::{Operation, compiled};
use super::scratch::{Scratch, zeroed};
use super::sub_grid::SubGrid;
use super::vector::{Number, Set, Tiled, Vector};
use crate::shape::product;

/// Numbers of the im2col matrix that are packed at once.
pub(super) const CAPACITY: usize = 12 * 1024;

/// The part of them that is left out where outputs are scattered: some of them, before they are; and the kernels' numbers
/// that a microtile reads, gathered.
const OUTPUTS: usize = 4608;
const GATHERED: usize = TALL * KC;

/// Filters that are computed at once where outputs are scattered, at most.
pub(super) const SCATTERED_FILTERS: usize = 128;

/// `out = bias + weight · matrix`: `[filters] + [filters, taps] · [taps, outputs]`.
pub(super) struct ImplicitGemm<'a, T> {
    pub(super) im2col: Im2col,
    pub(super) channels: usize,
    pub(super) filters: usize,
    /// `[channels, height, width]`
    pub(super) image: &'a [T],
    /// `[filters, channels, height, width]`
    pub(super) weight: &'a [T],
    /// The numbers of the kernels that the matrix is multiplied by.
    pub(super) kernel: SubGrid,
    /// `[filters]`; zeros where it is left out.
    pub(super) bias: Option<&'a [T]>,
    /// `[filters, height, width]`
    pub(super) out: &'a mut [T],
    /// The pixels of `out` that are the outputs.
    pub(super) pixels: SubGrid,
}

compiled!(ImplicitGemm);

impl<T: Number> Operation<T> for ImplicitGemm<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, set: S) {
        set.tiled(self);
    }
}

impl<T: Number> Tiled<T> for ImplicitGemm<'_, T> {
    #[inline(always)]
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(self, set: S) {
        let Self { im2col, channels, filters, image, weight, kernel, bias, out, pixels } = self;
        let [taps, all_taps, area] = [im2col.kernel, kernel.whole, pixels.whole].map(|sides| product(&sides));
        let im2col = im2col.spaced_for(channels, filters);
        let scatters = im2col.spaced || !pixels.is_all();
        let (capacity, most) = if scatters {
            (CAPACITY - OUTPUTS - GATHERED, OUTPUTS / filters)
        } else {
            (CAPACITY, usize::MAX)
        };
        let mut memory = MaybeUninit::<Scratch<T, CAPACITY>>::uninit();
        let (memory, rest) = Scratch::numbers::<T>(&mut memory).split_at_mut(capacity);
        // No more than is needed: of a small image, that is little.
        let most_gathered = if kernel.is_all() { 0 } else { filters.min(TALL) * (channels * taps).min(KC) };
        let most_outputs = if scatters { filters * im2col.most_outputs().min(most) } else { 0 };
        let (gathered, outputs) =
            zeroed(&mut rest[..most_gathered + most_outputs]).split_at_mut(most_gathered);
        let (mut offsets, mut places) = ([0; KC], [0; KC]);
        for columns in im2col.blocks(channels, most, capacity) {
            for channels in ranges(0..channels, capacity / columns.channel_len()) {
                let values = columns.pack::<T, S::Eight>(set.into(), image, channels.clone(), memory);
                let (mut starts, mut all_places) = (columns.starts(0), kernel.places(channels.clone()));
                for taps in ranges(channels.start * taps..channels.end * taps, KC) {
                    let (offsets, places) = (&mut offsets[..taps.len()], &mut places[..taps.len()]);
                    offsets.iter_mut().for_each(|offset| *offset = starts.start());
                    if !kernel.is_all() {
                        places.iter_mut().zip(&mut all_places).for_each(|(place, next)| *place = next);
                    }
                    let (from, len) = (taps.start, columns.len());
                    let (out, stride) =
                        if scatters { (&mut *outputs, len) } else { (&mut out[columns.first()..], area) };
                    let mut block = ForwardBlock {
                        filters,
                        weight,
                        weight_stride: self.channels * all_taps,
                        bias,
                        from,
                        places: (!kernel.is_all()).then_some(&*places),
                        gathered: &mut *gathered,
                        offsets: Offsets::of(offsets),
                        values,
                        out,
                        stride,
                    };
                    let first = block.long_panels::<S::Full>(set.into(), len);
                    each_micropanel::<T, S, _, MR, VECTORS>(set, first..len, from > 0, &mut block);
                }
            }
            if scatters {
                scatter(outputs, &columns, pixels, &mut *out);
            }
        }
    }
}

/// Brings the rows of a block of outputs to their pixels.
fn scatter<T: Number>(outputs: &[T], columns: &Im2colBlock, pixels: SubGrid, out: &mut [T]) {
    let out = out.chunks_exact_mut(product(&pixels.whole));
    for (outputs, out) in outputs.chunks_exact(columns.len()).zip(out) {
        for ([y, x], outputs) in columns.rows(outputs) {
            let out = &mut out[pixels.place(y, x)..];
            if pixels.step[1] == 1 {
                out[..outputs.len()].copy_from_slice(outputs);
            } else {
                let out = out.iter_mut().step_by(pixels.step[1]);
                out.zip(outputs).for_each(|(pixel, output)| *pixel = *output);
            }
        }
    }
}

/// A block of columns of the im2col matrix, in one cache block of the reduction.
struct ForwardBlock<'p, T> {
    filters: usize,
    weight: &'p [T],
    weight_stride: usize,
    bias: Option<&'p [T]>,
    /// The first number of the kernels that it reduces over.
    from: usize,
    /// Where they lie in a filter's kernels, where not one after the other from `from` on.
    places: Option<&'p [usize]>,
    /// Memory for them.
    gathered: &'p mut [T],
    /// For each of them, where its row of patches begins.
    offsets: Offsets<'p>,
    values: &'p [T],
    /// From the first column on.
    out: &'p mut [T],
    stride: usize,
}

impl<T: Number> ForwardBlock<'_, T> {
    /// Computes panels of more vectors than others have where there are so few filters that their sums would have to wait
    /// for each other; returns the columns that are done.
    #[inline(always)]
    fn long_panels<V: Vector<T>>(&mut self, proof: V::Proof, cols: usize) -> usize {
        match self.filters {
            1 | 2 => self.panels_of_all_filters::<V, 1, 8>(proof, cols),
            3 => self.panels_of_all_filters::<V, 3, 4>(proof, cols),
            _ => 0,
        }
    }

    #[inline(always)]
    fn panels_of_all_filters<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        cols: usize,
    ) -> usize {
        let width = VECTORS * V::LANES;
        let (panel, count) = (Micropanel { first: 0, last: width - V::LANES }, cols / width);
        if count == 0 {
            return 0;
        }
        for row in (0..self.filters).step_by(MR) {
            ForwardPanels { block: &mut *self, panel, count }.microtile::<V, MR, VECTORS>(proof, row);
        }
        count * width
    }
}

impl<T: Number> Micropanels<T> for ForwardBlock<'_, T> {
    #[inline(always)]
    fn micropanels<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
        count: usize,
    ) {
        let filters = self.filters;
        each_microtile::<T, V, _, MR, VECTORS>(
            proof,
            filters,
            &mut ForwardPanels { block: self, panel, count },
        );
    }

    #[inline(always)]
    fn micropanel<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
    ) {
        self.micropanels::<V, MR, VECTORS>(proof, panel, 1);
    }
}

/// Micropanels side by side: kernels are short, so a tile would take nearly as long to begin as to compute if
/// its rows were looked up anew for each panel.
struct ForwardPanels<'b, 'p, T> {
    block: &'b mut ForwardBlock<'p, T>,
    panel: Micropanel,
    count: usize,
}

impl<T: Number> Microtiles<T> for ForwardPanels<'_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let ForwardBlock {
            weight,
            weight_stride,
            bias,
            from,
            places,
            gathered,
            offsets,
            values,
            out,
            stride,
            ..
        } = &mut *self.block;
        let (depth, offsets, weight_stride, stride) = (offsets.len(), *offsets, *weight_stride, *stride);
        let Micropanel { first, last } = self.panel;
        let start = match bias {
            _ if *from > 0 => Start::Output,
            Some(bias) => Start::Column(&bias[row..]),
            None => Start::Zero,
        };
        let weight = &weight[row * weight_stride..];
        let left = match places {
            None => RowSlices::of(|side| &weight[side * weight_stride + *from..][..depth]),
            Some(places) => {
                let gathered = gather(weight, weight_stride, places, &mut gathered[..MR * depth]);
                RowSlices::of(|side| &gathered[side * depth..][..depth])
            }
        };
        let out = &mut out[row * stride..];
        for panel in 0..self.count {
            let first = first + panel * (last + V::LANES);
            let right = Gathered { values: &values[first..], offsets };
            let out = StridedMut { values: &mut out[first..], stride };
            Microtile { depth, left, right, start, last, out }.compute::<V, MR, VECTORS>(proof);
        }
    }
}

/// Gathers the numbers at some places of each row, `stride` apart: as many rows as fill `gathered`.
#[inline(never)]
fn gather<'g, T: Number>(values: &[T], stride: usize, places: &[usize], gathered: &'g mut [T]) -> &'g [T] {
    for (row, gathered) in gathered.chunks_exact_mut(places.len()).enumerate() {
        let values = &values[row * stride..];
        gathered.iter_mut().zip(places).for_each(|(number, place)| *number = values[*place]);
    }
    gathered
}
