//! Two products with a matrix of patches, strip by strip: a convolution, and the gradient by its kernels.
//!
//! Each output is one chain of additions, in the order of its reduction, as in `product.rs`: the strips
//! of the first are columns of its output; those of the second follow each other in its reduction.

use core::mem::MaybeUninit;

use super::grid::{Panel, Panels, Tiles, each_panel, each_tile, ranges};
use super::patches::{Patches, Strip};
use super::product::{DEPTH, PanelScratch};
use super::scratch::Scratch;
use super::tile::{At, Rows, Start, Starts, Tile, View, ViewMut};
use super::transpose::transpose;
use super::vector::{Number, Set, Vector};

/// Numbers of patches that are laid out at once.
const ROOM: usize = 12 * 1024;

/// `out = bias + weight · patches`: `[filters] + [filters, taps] · [taps, outputs]`.
#[allow(missing_debug_implementations)]
pub struct Convolved<'a, T> {
    pub(super) patches: Patches,
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

impl<T: Number> Convolved<'_, T> {
    #[inline(always)]
    pub(super) fn run<S: Set<T>, const ROWS: usize, const VECTORS: usize>(mut self, set: S) {
        let area = self.patches.kernel[0] * self.patches.kernel[1];
        let mut memory = MaybeUninit::<Scratch<T, ROOM>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        let mut starts = [0; DEPTH];
        for strip in self.patches.strips(self.channels, usize::MAX, ROOM) {
            for channels in ranges(0..self.channels, ROOM / strip.channel_len()) {
                let values = strip.lay_out(self.image, channels.clone(), memory);
                let laid_out = channels.start * area;
                for taps in ranges(laid_out..channels.end * area, DEPTH) {
                    let starts = &mut starts[..taps.len()];
                    for (start, tap) in starts.iter_mut().zip(taps.clone()) {
                        *start = strip.start(tap - laid_out);
                    }
                    let (from, starts) = (taps.start, Starts::of(starts));
                    let mut block = ConvolvedBlock { convolved: &mut self, strip, from, starts, values };
                    each_panel::<T, S, _, ROWS, VECTORS>(set, strip.len(), from > 0, &mut block);
                }
            }
        }
    }
}

/// A strip of a convolution, in one block of the reduction.
struct ConvolvedBlock<'p, 'a, T> {
    convolved: &'p mut Convolved<'a, T>,
    strip: Strip,
    /// The first number of the kernels that it reduces over.
    from: usize,
    /// For each of them, where its row of patches begins.
    starts: Starts<'p>,
    values: &'p [T],
}

impl<T: Number> Panels<T> for ConvolvedBlock<'_, '_, T> {
    #[inline(always)]
    fn panels<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Panel,
        count: usize,
    ) {
        let filters = self.convolved.filters;
        each_tile::<T, V, _, ROWS, VECTORS>(
            proof,
            filters,
            &mut ConvolvedPanels { block: self, panel, count },
        );
    }

    #[inline(always)]
    fn panel<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Panel,
    ) {
        self.panels::<V, ROWS, VECTORS>(proof, panel, 1);
    }
}

/// Panels side by side: kernels are short, so a tile would take nearly as long to begin as to compute if
/// its rows were looked up anew for each panel.
struct ConvolvedPanels<'b, 'p, 'a, T> {
    block: &'b mut ConvolvedBlock<'p, 'a, T>,
    panel: Panel,
    count: usize,
}

impl<T: Number> Tiles<T> for ConvolvedPanels<'_, '_, '_, T> {
    #[inline(always)]
    fn tile<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(&mut self, proof: V::Proof, row: usize) {
        let ConvolvedBlock { convolved, strip, from, starts, values } = &mut *self.block;
        let Panel { first, last } = self.panel;
        let Convolved { patches, channels, weight, bias, out, .. } = &mut **convolved;
        let taps = *channels * patches.kernel[0] * patches.kernel[1];
        let start = match bias {
            _ if *from > 0 => Start::Output,
            Some(bias) => Start::Column(&bias[row..]),
            None => Start::Zero,
        };
        let stride = patches.out[0] * patches.out[1];
        let out = &mut out[row * stride + strip.first()..];
        let (depth, starts) = (starts.len(), *starts);
        let left = Rows::of(|side| &weight[(row + side) * taps + *from..][..depth]);
        for panel in 0..self.count {
            let first = first + panel * (last + V::LANES);
            let right = At { values: &values[first..], starts };
            let out = ViewMut { values: &mut out[first..], stride };
            V::tile::<_, _, ROWS, VECTORS>(proof, Tile { depth, left, right, start, last, out });
        }
    }
}

/// `out += patches · grad_outputᵀ`: `[taps, outputs] · [filters, outputs]ᵀ`, for as many numbers of the
/// kernels as `out` has rows, from `first` on.
#[allow(missing_debug_implementations)]
pub struct PatchGradient<'a, T> {
    pub(super) patches: Patches,
    pub(super) filters: usize,
    pub(super) first: usize,
    /// `[channels, height, width]`
    pub(super) image: &'a [T],
    /// `[filters, outputs]`
    pub(super) grad_output: &'a [T],
    /// `[taps, filters]`
    pub(super) out: &'a mut [T],
}

impl<T: Number> PatchGradient<'_, T> {
    #[inline(always)]
    pub(super) fn run<S: Set<T>, const ROWS: usize, const VECTORS: usize>(mut self, set: S) {
        let area = self.patches.kernel[0] * self.patches.kernel[1];
        let (first, end) = (self.first, self.first + self.out.len() / self.filters);
        let (first_channel, end_channel) = (first / area, end.div_ceil(area));
        let mut memory = MaybeUninit::<Scratch<T, ROOM>>::uninit();
        let memory = Scratch::numbers::<T>(&mut memory);
        for strip in self.patches.strips(end_channel - first_channel, DEPTH, ROOM) {
            for channels in ranges(first_channel..end_channel, ROOM / strip.channel_len()) {
                let values = strip.lay_out(self.image, channels.clone(), memory);
                let laid_out = channels.start * area;
                let taps = [first.max(laid_out), end.min(channels.end * area)];
                for positions in ranges(0..strip.len(), DEPTH) {
                    let (from, depth) = (positions.start, positions.len());
                    let gradient = &mut self;
                    let mut block = GradientBlock { gradient, strip, laid_out, taps, from, depth, values };
                    let filters = block.gradient.filters;
                    each_panel::<T, S, _, ROWS, VECTORS>(set, filters, true, &mut block);
                }
            }
        }
    }
}

/// Some rows of the gradient, in one block of the reduction: some positions of a strip.
struct GradientBlock<'p, 'a, T> {
    gradient: &'p mut PatchGradient<'a, T>,
    strip: Strip,
    /// The first number of the kernels that is laid out.
    laid_out: usize,
    /// The first to be computed, and the end.
    taps: [usize; 2],
    from: usize,
    depth: usize,
    values: &'p [T],
}

impl<T: Number> Panels<T> for GradientBlock<'_, '_, T> {
    #[inline(always)]
    fn panel<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Panel,
    ) {
        let outputs = self.gradient.patches.out[0] * self.gradient.patches.out[1];
        let width = panel.last + V::LANES;
        let mut memory = MaybeUninit::<PanelScratch>::uninit();
        let memory = &mut PanelScratch::numbers(&mut memory)[..self.depth * width];
        let grads = &self.gradient.grad_output[panel.first * outputs + self.strip.first() + self.from..];
        let right = View { values: transpose(grads, outputs, self.depth, width, memory), stride: width };
        let [first, end] = self.taps;
        each_tile::<T, V, _, ROWS, VECTORS>(
            proof,
            end - first,
            &mut GradientPanel { block: self, panel, right },
        );
    }
}

struct GradientPanel<'b, 'p, 'a, T> {
    block: &'b mut GradientBlock<'p, 'a, T>,
    panel: Panel,
    right: View<'b, T>,
}

impl<T: Number> Tiles<T> for GradientPanel<'_, '_, '_, T> {
    #[inline(always)]
    fn tile<V: Vector<T>, const ROWS: usize, const VECTORS: usize>(&mut self, proof: V::Proof, row: usize) {
        let GradientBlock { gradient, strip, laid_out, taps, from, depth, values } = &mut *self.block;
        let tap = taps[0] + row;
        let (stride, place) =
            (gradient.filters, (tap - gradient.first) * gradient.filters + self.panel.first);
        let tile = Tile {
            depth: *depth,
            left: Rows::of(|side| &values[strip.start(tap + side - *laid_out) + *from..]),
            right: self.right,
            start: Start::Output,
            last: self.panel.last,
            out: ViewMut { values: &mut gradient.out[place..], stride },
        };
        V::tile::<_, _, ROWS, VECTORS>(proof, tile);
    }
}
