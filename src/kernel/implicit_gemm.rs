//! Convolution as an implicit GEMM: two products with the im2col matrix, of which no more than a block is packed at a
//! time: a convolution, and the gradient by its kernels.
//!
//! Each output is one chain of additions, in the order of its reduction, as in `gemm.rs`: the blocks
//! of the first are columns of its output; those of the second follow each other in its reduction.

use core::mem::MaybeUninit;

use super::gemm::{KC, MicropanelScratch};
use super::im2col::{Im2col, Im2colBlock};
use super::macrokernel::{Micropanel, Micropanels, Microtiles, each_micropanel, each_microtile, ranges};
use super::microkernel::{Gathered, Microtile, Offsets, RowSlices, Start, Strided, StridedMut};
use super::operation::{Operation, compiled};
use super::scratch::Scratch;
use super::transpose::transpose;
use super::vector::{Number, Set, Tiled, Vector};

/// Numbers of the im2col matrix that are packed at once.
const CAPACITY: usize = 12 * 1024;

/// `out = bias + weight · matrix`: `[filters] + [filters, taps] · [taps, outputs]`.
pub(super) struct ImplicitGemm<'a, T> {
    pub(super) im2col: Im2col,
    pub(super) channels: usize,
    pub(super) filters: usize,
    /// `[channels, height, width]`
    pub(super) image: &'a [T],
    /// `[filters, taps]`
    pub(super) weight: &'a [T],
    /// `[filters]`; zeros where it is left out.
    pub(super) bias: Option<&'a [T]>,
    /// `[filters, outputs]`
    pub(super) out: &'a mut [T],
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
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(mut self, set: S) {
        let area = self.im2col.kernel[0] * self.im2col.kernel[1];
        let mut memory = MaybeUninit::<Scratch<T, CAPACITY>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        let mut offsets = [0; KC];
        for columns in self.im2col.blocks(self.channels, usize::MAX, CAPACITY) {
            for channels in ranges(0..self.channels, CAPACITY / columns.channel_len()) {
                let values = columns.pack(self.image, channels.clone(), memory);
                let packed = channels.start * area;
                for taps in ranges(packed..channels.end * area, KC) {
                    let offsets = &mut offsets[..taps.len()];
                    for (start, tap) in offsets.iter_mut().zip(taps.clone()) {
                        *start = columns.start(tap - packed);
                    }
                    let (from, offsets) = (taps.start, Offsets::of(offsets));
                    let mut block = ForwardBlock { gemm: &mut self, columns, from, offsets, values };
                    each_micropanel::<T, S, _, MR, VECTORS>(set, columns.len(), from > 0, &mut block);
                }
            }
        }
    }
}

/// A block of columns of the im2col matrix, in one cache block of the reduction.
struct ForwardBlock<'p, 'a, T> {
    gemm: &'p mut ImplicitGemm<'a, T>,
    columns: Im2colBlock,
    /// The first number of the kernels that it reduces over.
    from: usize,
    /// For each of them, where its row of patches begins.
    offsets: Offsets<'p>,
    values: &'p [T],
}

impl<T: Number> Micropanels<T> for ForwardBlock<'_, '_, T> {
    #[inline(always)]
    fn micropanels<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
        count: usize,
    ) {
        let filters = self.gemm.filters;
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
struct ForwardPanels<'b, 'p, 'a, T> {
    block: &'b mut ForwardBlock<'p, 'a, T>,
    panel: Micropanel,
    count: usize,
}

impl<T: Number> Microtiles<T> for ForwardPanels<'_, '_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let ForwardBlock { gemm, columns, from, offsets, values } = &mut *self.block;
        let Micropanel { first, last } = self.panel;
        let ImplicitGemm { im2col, channels, weight, bias, out, .. } = &mut **gemm;
        let taps = *channels * im2col.kernel[0] * im2col.kernel[1];
        let start = match bias {
            _ if *from > 0 => Start::Output,
            Some(bias) => Start::Column(&bias[row..]),
            None => Start::Zero,
        };
        let stride = im2col.out[0] * im2col.out[1];
        let out = &mut out[row * stride + columns.first()..];
        let (depth, offsets) = (offsets.len(), *offsets);
        let left = RowSlices::of(|side| &weight[(row + side) * taps + *from..][..depth]);
        for panel in 0..self.count {
            let first = first + panel * (last + V::LANES);
            let right = Gathered { values: &values[first..], offsets };
            let out = StridedMut { values: &mut out[first..], stride };
            Microtile { depth, left, right, start, last, out }.compute::<V, MR, VECTORS>(proof);
        }
    }
}

/// `out += matrix · grad_outputᵀ`: `[taps, outputs] · [filters, outputs]ᵀ`, for as many numbers of the
/// kernels as `out` has rows, from `first` on.
pub(super) struct ImplicitGemmGradient<'a, T> {
    pub(super) im2col: Im2col,
    pub(super) filters: usize,
    pub(super) first: usize,
    /// `[channels, height, width]`
    pub(super) image: &'a [T],
    /// `[filters, outputs]`
    pub(super) grad_output: &'a [T],
    /// `[taps, filters]`
    pub(super) out: &'a mut [T],
}

compiled!(ImplicitGemmGradient);

impl<T: Number> Operation<T> for ImplicitGemmGradient<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, set: S) {
        set.tiled(self);
    }
}

impl<T: Number> Tiled<T> for ImplicitGemmGradient<'_, T> {
    #[inline(always)]
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(mut self, set: S) {
        let area = self.im2col.kernel[0] * self.im2col.kernel[1];
        let (first, end) = (self.first, self.first + self.out.len() / self.filters);
        let (first_channel, end_channel) = (first / area, end.div_ceil(area));
        let mut memory = MaybeUninit::<Scratch<T, CAPACITY>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        for columns in self.im2col.blocks(end_channel - first_channel, KC, CAPACITY) {
            for channels in ranges(first_channel..end_channel, CAPACITY / columns.channel_len()) {
                let values = columns.pack(self.image, channels.clone(), memory);
                let packed = channels.start * area;
                let taps = [first.max(packed), end.min(channels.end * area)];
                for positions in ranges(0..columns.len(), KC) {
                    let (from, depth) = (positions.start, positions.len());
                    let gradient = &mut self;
                    let mut block = GradientBlock { gradient, columns, packed, taps, from, depth, values };
                    let filters = block.gradient.filters;
                    each_micropanel::<T, S, _, MR, VECTORS>(set, filters, true, &mut block);
                }
            }
        }
    }
}

/// Some rows of the gradient, in one block of the reduction: some positions of a block of columns.
struct GradientBlock<'p, 'a, T> {
    gradient: &'p mut ImplicitGemmGradient<'a, T>,
    columns: Im2colBlock,
    /// The first number of the kernels that is packed.
    packed: usize,
    /// The first to be computed, and the end.
    taps: [usize; 2],
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
        let outputs = self.gradient.im2col.out[0] * self.gradient.im2col.out[1];
        let width = panel.last + V::LANES;
        let mut memory = MaybeUninit::<MicropanelScratch>::uninit();
        let memory = &mut MicropanelScratch::numbers(&mut memory)[..self.depth * width];
        let grads = &self.gradient.grad_output[panel.first * outputs + self.columns.first() + self.from..];
        let right = Strided { values: transpose(grads, outputs, self.depth, width, memory), stride: width };
        let [first, end] = self.taps;
        each_microtile::<T, V, _, MR, VECTORS>(
            proof,
            end - first,
            &mut GradientPanel { block: self, panel, right },
        );
    }
}

struct GradientPanel<'b, 'p, 'a, T> {
    block: &'b mut GradientBlock<'p, 'a, T>,
    panel: Micropanel,
    right: Strided<'b, T>,
}

impl<T: Number> Microtiles<T> for GradientPanel<'_, '_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let GradientBlock { gradient, columns, packed, taps, from, depth, values } = &mut *self.block;
        let tap = taps[0] + row;
        let (stride, place) =
            (gradient.filters, (tap - gradient.first) * gradient.filters + self.panel.first);
        let tile = Microtile {
            depth: *depth,
            left: RowSlices::of(|side| packed_row(columns, values, tap + side - *packed, *from)),
            right: self.right,
            start: Start::Output,
            last: self.panel.last,
            out: StridedMut { values: &mut gradient.out[place..], stride },
        };
        tile.compute::<V, MR, VECTORS>(proof);
    }
}

/// A row of the packed columns, from a position on. Not inlined: each tile asks for several, and divides for each.
#[inline(never)]
fn packed_row<'v, T>(columns: &Im2colBlock, values: &'v [T], tap: usize, from: usize) -> &'v [T] {
    &values[columns.start(tap) + from..]
}
