//! Two products with a matrix of patches, strip by strip: a convolution, and the gradient by its kernels.
//!
//! Each output is one chain of additions, in the order of its reduction, as in `product.rs`: the blocks
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

/// Numbers of patches that are laid out at once.
const ROOM: usize = 12 * 1024;

/// `out = bias + weight · patches`: `[filters] + [filters, taps] · [taps, outputs]`.
pub(super) struct ImplicitGemm<'a, T> {
    pub(super) patches: Im2col,
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
        let area = self.patches.kernel[0] * self.patches.kernel[1];
        let mut memory = MaybeUninit::<Scratch<T, ROOM>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        let mut starts = [0; KC];
        for strip in self.patches.blocks(self.channels, usize::MAX, ROOM) {
            for channels in ranges(0..self.channels, ROOM / strip.channel_len()) {
                let values = strip.lay_out(self.image, channels.clone(), memory);
                let laid_out = channels.start * area;
                for taps in ranges(laid_out..channels.end * area, KC) {
                    let starts = &mut starts[..taps.len()];
                    for (start, tap) in starts.iter_mut().zip(taps.clone()) {
                        *start = strip.start(tap - laid_out);
                    }
                    let (from, starts) = (taps.start, Offsets::of(starts));
                    let mut block = ConvolvedBlock { convolved: &mut self, strip, from, starts, values };
                    each_micropanel::<T, S, _, MR, VECTORS>(set, strip.len(), from > 0, &mut block);
                }
            }
        }
    }
}

/// A strip of a convolution, in one block of the reduction.
struct ConvolvedBlock<'p, 'a, T> {
    convolved: &'p mut ImplicitGemm<'a, T>,
    strip: Im2colBlock,
    /// The first number of the kernels that it reduces over.
    from: usize,
    /// For each of them, where its row of patches begins.
    starts: Offsets<'p>,
    values: &'p [T],
}

impl<T: Number> Micropanels<T> for ConvolvedBlock<'_, '_, T> {
    #[inline(always)]
    fn micropanels<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
        count: usize,
    ) {
        let filters = self.convolved.filters;
        each_microtile::<T, V, _, MR, VECTORS>(
            proof,
            filters,
            &mut ConvolvedPanels { block: self, panel, count },
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
struct ConvolvedPanels<'b, 'p, 'a, T> {
    block: &'b mut ConvolvedBlock<'p, 'a, T>,
    panel: Micropanel,
    count: usize,
}

impl<T: Number> Microtiles<T> for ConvolvedPanels<'_, '_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let ConvolvedBlock { convolved, strip, from, starts, values } = &mut *self.block;
        let Micropanel { first, last } = self.panel;
        let ImplicitGemm { patches, channels, weight, bias, out, .. } = &mut **convolved;
        let taps = *channels * patches.kernel[0] * patches.kernel[1];
        let start = match bias {
            _ if *from > 0 => Start::Output,
            Some(bias) => Start::Column(&bias[row..]),
            None => Start::Zero,
        };
        let stride = patches.out[0] * patches.out[1];
        let out = &mut out[row * stride + strip.first()..];
        let (depth, starts) = (starts.len(), *starts);
        let left = RowSlices::of(|side| &weight[(row + side) * taps + *from..][..depth]);
        for panel in 0..self.count {
            let first = first + panel * (last + V::LANES);
            let right = Gathered { values: &values[first..], starts };
            let out = StridedMut { values: &mut out[first..], stride };
            V::microkernel::<_, _, MR, VECTORS>(proof, Microtile { depth, left, right, start, last, out });
        }
    }
}

/// `out += patches · grad_outputᵀ`: `[taps, outputs] · [filters, outputs]ᵀ`, for as many numbers of the
/// kernels as `out` has rows, from `first` on.
pub(super) struct ImplicitGemmGradient<'a, T> {
    pub(super) patches: Im2col,
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
        let area = self.patches.kernel[0] * self.patches.kernel[1];
        let (first, end) = (self.first, self.first + self.out.len() / self.filters);
        let (first_channel, end_channel) = (first / area, end.div_ceil(area));
        let mut memory = MaybeUninit::<Scratch<T, ROOM>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        for strip in self.patches.blocks(end_channel - first_channel, KC, ROOM) {
            for channels in ranges(first_channel..end_channel, ROOM / strip.channel_len()) {
                let values = strip.lay_out(self.image, channels.clone(), memory);
                let laid_out = channels.start * area;
                let taps = [first.max(laid_out), end.min(channels.end * area)];
                for positions in ranges(0..strip.len(), KC) {
                    let (from, depth) = (positions.start, positions.len());
                    let gradient = &mut self;
                    let mut block = GradientBlock { gradient, strip, laid_out, taps, from, depth, values };
                    let filters = block.gradient.filters;
                    each_micropanel::<T, S, _, MR, VECTORS>(set, filters, true, &mut block);
                }
            }
        }
    }
}

/// Some rows of the gradient, in one block of the reduction: some positions of a strip.
struct GradientBlock<'p, 'a, T> {
    gradient: &'p mut ImplicitGemmGradient<'a, T>,
    strip: Im2colBlock,
    /// The first number of the kernels that is laid out.
    laid_out: usize,
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
        let outputs = self.gradient.patches.out[0] * self.gradient.patches.out[1];
        let width = panel.last + V::LANES;
        let mut memory = MaybeUninit::<MicropanelScratch>::uninit();
        let memory = &mut MicropanelScratch::numbers(&mut memory)[..self.depth * width];
        let grads = &self.gradient.grad_output[panel.first * outputs + self.strip.first() + self.from..];
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
        let GradientBlock { gradient, strip, laid_out, taps, from, depth, values } = &mut *self.block;
        let tap = taps[0] + row;
        let (stride, place) =
            (gradient.filters, (tap - gradient.first) * gradient.filters + self.panel.first);
        let tile = Microtile {
            depth: *depth,
            left: RowSlices::of(|side| &values[strip.start(tap + side - *laid_out) + *from..]),
            right: self.right,
            start: Start::Output,
            last: self.panel.last,
            out: StridedMut { values: &mut gradient.out[place..], stride },
        };
        V::microkernel::<_, _, MR, VECTORS>(proof, tile);
    }
}
