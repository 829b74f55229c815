//! A convolution as a product with the image itself, whose rows are then added where they belong.
//!
//! ```text
//! products[tap, pixel] = Σ weight[channel, tap] · image[channel, pixel]     [h·w, C] · [C, H·W], for each filter
//! out[pixel · stride + tap · dilation - padding] += products[tap, pixel]
//! ```
//!
//! Nothing is packed, and there are as many rows as numbers in a kernel, however few filters there are. What lies at no
//! place of the output is not added.
//!
//! Each product is one chain of additions, in the order of the channels. An output is what it begins with, to which are
//! added, one after the other, the products of the rows of the image in blocks, in each block tap by tap.

use core::mem::MaybeUninit;
use core::ops::Range;

use super::gemm::KC;
use super::im2col::steps;
use super::implicit_gemm::CAPACITY;
use super::macrokernel::{Micropanel, Micropanels, Microtiles, each_microtile, each_wide_micropanel, ranges};
use super::microkernel::{ColumnSlices, Microtile, Start, Strided, StridedMut};
use super::operation::{Operation, compiled};
use super::scratch::{Scratch, zeroed};
use super::vector::{Apart, MOST_LANES, Number, Set, Tiled, Vector};
use crate::shape::product;

/// Filters up to which a product with the image has more rows than one with the im2col matrix by a good deal; and channels
/// from which on a product is more work than to add it to an output.
const FEW_FILTERS: usize = 3;
const SOME_CHANNELS: usize = 12;

/// Channels up to which a stride's products are so little work that to begin several of them would take longer.
const FEW_CHANNELS: usize = 3;

/// How an image is scattered over another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scattering {
    /// Height and width of a channel.
    pub(super) image: [usize; 2],
    /// Height and width of the kernel.
    pub(super) kernel: [usize; 2],
    /// Height and width of the output.
    pub(super) out: [usize; 2],
    /// Pixels of the output from one pixel of the image to the next.
    pub(super) stride: [usize; 2],
    /// Pixels of the output from one number of the kernel to the next.
    pub(super) dilation: [usize; 2],
    /// Rows and columns before the output.
    pub(super) padding: [usize; 2],
}

impl Scattering {
    /// Whether it takes less time than a product with the im2col matrix, for so many channels and filters.
    pub(super) fn is_faster(&self, channels: usize, filters: usize) -> bool {
        let [pixels, outputs] = [self.image, self.out].map(|sides| product(&sides));
        // In blocks of no less than a vector of any instruction set.
        let (area, width) = (product(&self.kernel), self.image[1]);
        let at_once = if width < MOST_LANES { pixels } else { width };
        let fits = pixels >= MOST_LANES && at_once.saturating_mul(area) <= CAPACITY;
        let is_faster = if self.stride == [1; 2] {
            // Where not too many products belong to no output.
            channels >= SOME_CHANNELS && 2 * pixels <= 3 * outputs
        } else {
            channels >= SOME_CHANNELS || channels <= FEW_CHANNELS
        };
        fits && filters <= FEW_FILTERS && is_faster
    }

    /// The rows of the image in blocks whose products are there at once.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        ranges(0..self.image[0], CAPACITY / product(&[product(&self.kernel), self.image[1]]).max(1))
    }

    /// The pixels of the image along an axis that number `at` of the kernel brings into the output, and the place of the
    /// first one.
    fn inside(&self, axis: usize, at: usize) -> (Range<usize>, usize) {
        let (stride, offset) = (self.stride[axis], at * self.dilation[axis]);
        let first = steps(self.padding[axis].saturating_sub(offset), stride);
        let end = steps((self.out[axis] + self.padding[axis]).saturating_sub(offset), stride);
        let end = end.min(self.image[axis]).max(first);
        (first..end, (first * stride + offset).saturating_sub(self.padding[axis]))
    }
}

/// `out = bias + scattered weight · image`.
pub(super) struct ScatteredGemm<'a, T> {
    pub(super) scattering: Scattering,
    pub(super) channels: usize,
    /// `[channels, height, width]`
    pub(super) image: &'a [T],
    /// `[filters, channels, height, width]`, turned by half a turn.
    pub(super) weight: &'a [T],
    /// `[filters]`; zeros where it is left out.
    pub(super) bias: Option<&'a [T]>,
    /// `[filters, height, width]`
    pub(super) out: &'a mut [T],
}

compiled!(ScatteredGemm);

impl<T: Number> Operation<T> for ScatteredGemm<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, set: S) {
        set.tiled(self);
    }
}

impl<T: Number> Tiled<T> for ScatteredGemm<'_, T> {
    #[inline(always)]
    fn compute<S: Set<T>, const MR: usize, const VECTORS: usize>(self, set: S) {
        let Self { scattering, channels, image, weight, bias, out } = self;
        let [taps, width] = [product(&scattering.kernel), scattering.image[1]];
        let most = scattering.blocks().next().map_or(0, |rows| taps * rows.len() * width);
        let mut memory = MaybeUninit::<Scratch<T, CAPACITY>>::uninit();
        let memory = zeroed(&mut Scratch::numbers::<T>(&mut memory)[..most]);
        let kernels = weight.chunks_exact(taps * channels);
        for (filter, (out, weight)) in out.chunks_exact_mut(product(&scattering.out)).zip(kernels).enumerate()
        {
            out.fill(bias.map_or(T::default(), |bias| bias[filter]));
            for rows in scattering.blocks() {
                let cols = rows.len() * width;
                let products = &mut memory[..taps * cols];
                let (image, stride) = (&image[rows.start * width..], product(&scattering.image));
                let mut block = Products { channels, image, stride, weight, taps, products, cols };
                each_wide_micropanel::<T, S, _, MR, VECTORS>(set, cols, &mut block);
                let mut products = products.chunks_exact(cols);
                for y in (0..scattering.kernel[0]).rev() {
                    let inside = scattering.inside(0, y);
                    for (x, products) in (0..scattering.kernel[1]).rev().zip(&mut products) {
                        add_scattered::<T, S::Eight>(
                            set.into(),
                            &scattering,
                            rows.clone(),
                            inside.clone(),
                            x,
                            products,
                            out,
                        );
                    }
                }
            }
        }
    }
}

/// Adds the products of a number of the kernel with some rows of the image to the outputs that they belong to.
#[inline(always)]
fn add_scattered<T: Number, V: Vector<T>>(
    proof: V::Proof,
    scattering: &Scattering,
    rows: Range<usize>,
    (inside, first): (Range<usize>, usize),
    kernel_x: usize,
    products: &[T],
    out: &mut [T],
) {
    let Scattering { image: [_, width], out: [_, out_width], stride, .. } = *scattering;
    let (columns, column) = scattering.inside(1, kernel_x);
    let rows_inside = rows.start.max(inside.start)..rows.end.min(inside.end);
    if columns.is_empty() || rows_inside.is_empty() {
        return;
    }
    let place = (first + (rows_inside.start - inside.start) * stride[0]) * out_width + column;
    let lines = ScatteredLines {
        products: &products[(rows_inside.start - rows.start) * width + columns.start..],
        width,
        out: &mut out[place..],
        out_width: stride[0] * out_width,
        count: rows_inside.len(),
        len: columns.len(),
        stride: stride[1],
    };
    V::apart(proof, lines);
}

/// Lines of products that are added to lines of the output, so many numbers of each.
struct ScatteredLines<'p, T> {
    products: &'p [T],
    width: usize,
    out: &'p mut [T],
    out_width: usize,
    count: usize,
    len: usize,
    stride: usize,
}

impl<T: Number> Apart<T> for ScatteredLines<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<T>>(self, _: V::Proof) {
        let Self { products, width, out, out_width, count, len, stride } = self;
        for (products, out) in products.chunks(width).zip(out.chunks_mut(out_width)).take(count) {
            let (products, out) = (&products[..len], &mut out[..(len - 1) * stride + 1]);
            match stride {
                1 => add(out, products),
                _ => out.iter_mut().step_by(stride).zip(products).for_each(|(out, product)| *out += *product),
            }
        }
    }
}

/// `sums += row`, of the same length.
#[inline(always)]
fn add<T: Number>(sums: &mut [T], row: &[T]) {
    let ((sums, sums_rest), (row, row_rest)) = (sums.as_chunks_mut::<8>(), row.as_chunks::<8>());
    sums.iter_mut().zip(row).for_each(|(sums, numbers)| *sums = plus(*sums, *numbers));
    let ((sums, sums_rest), (row, row_rest)) = (sums_rest.as_chunks_mut::<4>(), row_rest.as_chunks::<4>());
    sums.iter_mut().zip(row).for_each(|(sums, numbers)| *sums = plus(*sums, *numbers));
    sums_rest.iter_mut().zip(row_rest).for_each(|(sum, number)| *sum += *number);
}

/// Of what has been read before anything is written.
#[inline(always)]
fn plus<T: Number, const N: usize>(mut sums: [T; N], numbers: [T; N]) -> [T; N] {
    for place in 0..N {
        sums[place] += numbers[place];
    }
    sums
}

/// The products of a filter's kernels with some rows of the image.
struct Products<'p, T> {
    channels: usize,
    /// From the first row on.
    image: &'p [T],
    /// From one channel to the next.
    stride: usize,
    /// `[channels, taps]`
    weight: &'p [T],
    taps: usize,
    /// `[taps, cols]`
    products: &'p mut [T],
    cols: usize,
}

impl<T: Number> Micropanels<T> for Products<'_, T> {
    #[inline(always)]
    fn micropanel<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
    ) {
        for channels in ranges(0..self.channels, KC) {
            let rows = self.taps;
            let mut tiles = ProductTiles { block: self, panel, channels };
            each_microtile::<T, V, _, MR, VECTORS>(proof, rows, &mut tiles);
        }
    }
}

struct ProductTiles<'b, 'p, T> {
    block: &'b mut Products<'p, T>,
    panel: Micropanel,
    channels: Range<usize>,
}

impl<T: Number> Microtiles<T> for ProductTiles<'_, '_, T> {
    #[inline(always)]
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        row: usize,
    ) {
        let (block, Micropanel { first, last }) = (&mut *self.block, self.panel);
        let Range { start: from, end } = self.channels.clone();
        let (taps, stride, cols) = (block.taps, block.stride, block.cols);
        let tile = Microtile {
            depth: end - from,
            left: ColumnSlices(Strided { values: &block.weight[from * taps + row..], stride: taps }),
            right: Strided { values: &block.image[from * stride + first..], stride },
            start: if from > 0 { Start::Output } else { Start::Zero },
            last,
            out: StridedMut { values: &mut block.products[row * cols + first..], stride: cols },
        };
        tile.compute::<V, MR, VECTORS>(proof);
    }
}
