//! The im2col matrix of an image: the patches that a kernel is laid over, as its columns.
//!
//! `matrix[(channel, y, x), (out_y, out_x)]` is the pixel that the kernel's number at `(y, x)` meets
//! when the kernel computes the output at `(out_y, out_x)`; 0 where it lies in the padding. The
//! matrix is many times larger than the image. It is never made as a whole: of a
//! [`Im2colBlock`] of output rows each image row is copied once for each column of the kernel, and each row of
//! the matrix is a stretch of that.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;
use core::ops::Range;

use super::vector::{Apart, Number, Vector};
use crate::shape::product;

/// How a kernel goes over an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Im2col {
    /// Height and width of a channel.
    pub(super) image: [usize; 2],
    /// Height and width of the kernel.
    pub(super) kernel: [usize; 2],
    /// Height and width of the output.
    pub(super) out: [usize; 2],
    /// Pixels from one position of the kernel to the next.
    pub(super) stride: [usize; 2],
    /// Rows and columns of zeros before the image; where negative, pixels that are passed over.
    pub(super) padding: [isize; 2],
    /// Pixels from one number of the kernel to the next.
    pub(super) dilation: [usize; 2],
    /// Whether blocks are spaced.
    pub(super) spaced: bool,
}

/// Some rows of outputs, or a part of one: the columns of the matrix that are packed at once.
///
/// In memory, for each channel and each column of the kernel: `lines` lines of `width` pixels. Where
/// neighbouring outputs meet neighbouring rows of pixels, and the rows of the kernel lie nearer than the
/// block is high, these share them. In a spaced block the columns of the kernel share lines, too, which are so much
/// longer: between its rows there are outputs that mean nothing.
#[derive(Clone, Copy)]
pub(super) struct Im2colBlock {
    im2col: Im2col,
    /// Its first output.
    y: usize,
    x: usize,
    /// Rows and columns of outputs.
    rows: usize,
    width: usize,
    lines: usize,
    /// Pixels of a line.
    pitch: usize,
    /// Lines from one row of the kernel to the next.
    between: usize,
}

/// Products of an output up to which it costs less than the copy of a pixel.
const WORTH_SPACING: usize = 192;

impl Im2col {
    /// Blocks of at most `most` outputs, a whole number of which make up the output: whole rows, or parts of a row that
    /// is longer; small enough for some channels, or all, to be packed into `capacity` numbers: as many as it takes for
    /// reading and writing sums anew to be little beside what is added to them.
    ///
    /// # Panics
    ///
    /// Panics if the kernel has more numbers than `capacity`.
    pub(super) fn blocks(
        self,
        channels: usize,
        most: usize,
        capacity: usize,
    ) -> impl Iterator<Item = Im2colBlock> + use<> {
        let ([kernel_rows, kernel_cols], [out_rows, out_cols]) = (self.kernel, self.out);
        let fits = |rows: usize, width: usize, channels: usize| {
            self.block(0, 0, rows, width).channel_len().saturating_mul(channels) <= capacity
        };
        let some = channels.min(16).min(64_usize.div_ceil(product(&self.kernel)));
        let (mut rows, mut width) = (1, out_cols);
        if out_cols <= most && fits(1, out_cols, 1) {
            let larger =
                |rows: &usize| self.block(0, 0, *rows, out_cols).len() <= most && fits(*rows, out_cols, some);
            rows = (2..=out_rows).take_while(larger).last().unwrap_or(1);
            // All of about the same height.
            rows = out_rows.div_ceil(out_rows.div_ceil(rows));
        } else {
            width = most.min(capacity / product(&self.kernel));
            assert!(width > 0, "a kernel of {kernel_rows}x{kernel_cols} is larger than {capacity} numbers");
        }
        (0..out_rows).step_by(rows).flat_map(move |y| {
            (0..out_cols)
                .step_by(width)
                .map(move |x| self.block(y, x, rows.min(out_rows - y), width.min(out_cols - x)))
        })
    }

    /// The same, in spaced blocks where that takes less time for so many channels and filters. They take fewer lines to be
    /// copied, and more outputs to be computed, whose rows are copied.
    pub(super) fn spaced_for(self, channels: usize, filters: usize) -> Self {
        let saved = channels * (self.kernel[1] - 1);
        let more = filters * product(&self.kernel) * self.dilation[1];
        Self { spaced: self.stride[1] == 1 && saved >= 2 * filters && more <= WORTH_SPACING, ..self }
    }

    /// Outputs of a block, at most.
    pub(super) fn most_outputs(&self) -> usize {
        self.block(0, 0, self.out[0], self.out[1]).len()
    }

    /// Pixels from the first column of the kernel to the last one.
    fn reach(&self) -> usize {
        self.dilation[1] * self.kernel[1].saturating_sub(1)
    }

    fn block(self, y: usize, x: usize, rows: usize, width: usize) -> Im2colBlock {
        let (kernel_rows, shared) = (self.kernel[0], self.stride[0] == 1);
        // Rows that lie farther apart than the block is high would share nothing but what no output meets.
        let between = if shared { rows.min(self.dilation[0]) } else { rows };
        // With own lines the last row of the kernel, too, has `rows` of them.
        let lines = (kernel_rows - 1).saturating_mul(between).saturating_add(rows);
        let pitch = if self.spaced { width.saturating_add(self.reach()) } else { width };
        Im2colBlock { im2col: self, y, x, rows, width, lines, pitch, between }
    }
}

impl Im2colBlock {
    /// The block's first output, of all outputs.
    pub(super) fn first(&self) -> usize {
        self.y * self.im2col.out[1] + self.x
    }

    /// The outputs of the block, one after the other, with those between its rows where it is spaced.
    pub(super) fn len(&self) -> usize {
        (self.rows - 1).saturating_mul(self.pitch).saturating_add(self.width)
    }

    /// Its rows among `outputs`, those of the block, each with the row and the column of its first output.
    pub(super) fn rows<'o, T>(&self, outputs: &'o [T]) -> impl Iterator<Item = ([usize; 2], &'o [T])> {
        let Self { y, x, width, .. } = *self;
        outputs.chunks(self.pitch).enumerate().map(move |(row, outputs)| ([y + row, x], &outputs[..width]))
    }

    pub(super) fn is_spaced(&self) -> bool {
        self.im2col.spaced
    }

    /// Copies what belongs to its outputs, of all outputs, to their places in the block.
    pub(super) fn space<T: Copy>(&self, all: &[T], places: &mut [T]) {
        let outputs = all[self.first()..].chunks(self.im2col.out[1]);
        for (places, outputs) in places.chunks_mut(self.pitch).zip(outputs).take(self.rows) {
            places[..self.width].copy_from_slice(&outputs[..self.width]);
        }
    }

    /// The numbers that a channel takes; all that can be counted where it takes more.
    pub(super) fn channel_len(&self) -> usize {
        self.copies().saturating_mul(self.lines).saturating_mul(self.pitch)
    }

    /// Copies of each line.
    fn copies(&self) -> usize {
        if self.im2col.spaced { 1 } else { self.im2col.kernel[1] }
    }

    /// Where the rows of the matrix begin that belong to the numbers of the kernels from `tap` on, counted from the first
    /// channel that is packed.
    pub(super) fn starts(&self, tap: usize) -> Starts {
        let [height, width] = self.im2col.kernel;
        let (channel, y, x) = (tap / (height * width), tap / width % height, tap % width);
        let (channel_len, row_len) = (self.channel_len(), self.between * self.pitch);
        let column = if self.im2col.spaced { self.im2col.dilation[1] } else { self.lines * self.pitch };
        let row = channel * channel_len + y * row_len;
        Starts {
            next: row + x * column,
            row,
            position: [y, x],
            kernel: [height, width],
            // From the last row of a channel to the first of the next one.
            steps: [channel_len - (height - 1) * row_len, row_len, column],
        }
    }

    /// Packs some channels of an image.
    #[inline(always)]
    pub(super) fn pack<'m, T: Number, V: Vector<T>>(
        &self,
        proof: V::Proof,
        image: &'m [T],
        channels: Range<usize>,
        memory: &'m mut [MaybeUninit<T>],
    ) -> &'m [T] {
        let Im2col { image: [height, width], kernel, stride, padding, .. } = self.im2col;
        if kernel == [1; 2] && stride == [1; 2] && padding == [0; 2] && self.len() == height * width {
            // The matrix is the image.
            return &image[channels.start * height * width..channels.end * height * width];
        }
        V::apart(proof, Im2colPacking { block: self, image, channels, memory })
    }

    /// What column `kernel_x` of the kernel meets in a row of pixels.
    fn met(&self, kernel_x: usize) -> Met {
        let (width, stride) = (self.im2col.image[1], self.im2col.stride[1]);
        let first = (self.x * stride + kernel_x * self.im2col.dilation[1]) as isize - self.im2col.padding[1];
        let before = steps(usize::try_from(-first).unwrap_or(0), stride).min(self.pitch);
        let pixel = usize::try_from(first + (before * stride) as isize).unwrap_or(0).min(width);
        let inside = steps(width - pixel, stride).min(self.pitch - before);
        Met { before, pixel, inside, stride }
    }
}

/// Some channels of an image that are packed.
struct Im2colPacking<'b, 'i, 'm, T> {
    block: &'b Im2colBlock,
    image: &'i [T],
    channels: Range<usize>,
    memory: &'m mut [MaybeUninit<T>],
}

// As a function for each instruction set: to copy lines takes as long as to multiply them by a few filters.
impl<'m, T: Number> Apart<T> for Im2colPacking<'_, '_, 'm, T> {
    type Output = &'m [T];

    #[inline(always)]
    fn run<V: Vector<T>>(self, _: V::Proof) -> &'m [T] {
        let Self { block, image, channels, memory } = self;
        let Im2col { image: [height, width], kernel, stride, padding, dilation, .. } = block.im2col;
        let memory = &mut memory[..product(&[channels.len(), block.channel_len()])];
        let mut lines = memory.chunks_exact_mut(block.pitch);
        let mut written = 0;
        // Own lines of each row of the kernel, or shared ones.
        let (runs, run) =
            if block.between == block.rows { (kernel[0], block.rows) } else { (1, block.lines) };
        for channel in channels {
            let channel = &image[channel * height * width..][..height * width];
            for kernel_x in 0..block.copies() {
                let met = block.met(kernel_x);
                for kernel_y in 0..runs {
                    let first = (block.y * stride[0] + kernel_y * dilation[0]) as isize - padding[0];
                    let above = steps(usize::try_from(-first).unwrap_or(0), stride[0]).min(run);
                    let row = usize::try_from(first + (above * stride[0]) as isize).unwrap_or(0).min(height);
                    let rows = channel[row * width..].chunks((width * stride[0]).max(1));
                    let inside = steps(height - row, stride[0]).min(run - above);
                    lines.by_ref().take(above).for_each(|line| line.fill(zero()));
                    lines
                        .by_ref()
                        .zip(rows)
                        .take(inside)
                        .for_each(|(line, row)| met.write(&row[..width], line));
                    lines.by_ref().take(run - above - inside).for_each(|line| line.fill(zero()));
                    written += run * block.pitch;
                }
            }
        }
        assert_eq!(written, memory.len(), "all lines are written");
        // SAFETY: as many numbers are written, and none twice: the chunks follow each other without a gap,
        // and of each all `pitch` numbers are written, be they zeros or what `Met::write` writes.
        unsafe { memory.assume_init_ref() }
    }
}

/// Where the rows of the matrix begin.
pub(super) struct Starts {
    next: usize,
    /// Where the first one of the kernel's row begins.
    row: usize,
    /// Row and column in the kernel.
    position: [usize; 2],
    kernel: [usize; 2],
    /// From one channel, row and column to the next.
    steps: [usize; 3],
}

impl Starts {
    /// Where the next row begins. Without a division: there is one for each number of the kernels, and a product may be
    /// as short as a vector.
    #[inline(always)]
    pub(super) fn start(&mut self) -> usize {
        let start = self.next;
        self.next += self.steps[2];
        self.position[1] += 1;
        if self.position[1] == self.kernel[1] {
            let is_last = self.position[0] + 1 == self.kernel[0];
            self.position = [if is_last { 0 } else { self.position[0] + 1 }, 0];
            self.row += self.steps[usize::from(!is_last)];
            self.next = self.row;
        }
        start
    }
}

/// What a column of the kernel meets in a row of pixels: zeros, `inside` pixels from `pixel` on, and zeros.
struct Met {
    before: usize,
    pixel: usize,
    inside: usize,
    stride: usize,
}

impl Met {
    /// Writes it: all of `line`.
    #[inline(always)]
    fn write<T: Number>(&self, pixels: &[T], line: &mut [MaybeUninit<T>]) {
        let Self { before, pixel, inside, stride } = *self;
        let after = line.len() - before - inside;
        if before > 0
            && !zero_first::<T, MOVED>(before, line)
            && !zero_first::<T, { MOVED / 2 }>(before, line)
        {
            line[..before].fill(zero());
        }
        if after > 0 && !zero_last::<T, MOVED>(after, line) && !zero_last::<T, { MOVED / 2 }>(after, line) {
            line[before + inside..].fill(zero());
        }
        let Some(last) = inside.checked_sub(1) else { return };
        // As many pixels as are written.
        let pixels = &pixels[pixel..][..last * stride + 1];
        let line = &mut line[before..][..inside];
        match stride {
            1 => copy(pixels, line),
            // With the stride as a constant the compiler makes vectors of it.
            2 => {
                for (place, pair) in line.iter_mut().zip(pixels.as_chunks::<2>().0) {
                    place.write(pair[0]);
                }
                line[last].write(pixels[2 * last]);
            }
            _ => line.iter_mut().zip(pixels.iter().step_by(stride)).for_each(|(place, pixel)| {
                place.write(*pixel);
            }),
        }
    }
}

/// Numbers that are moved at once; half as many where a line is shorter. Lines are short: to call the system's `memcpy`
/// for each would take longer than to copy it.
const MOVED: usize = 8;

/// Steps of `stride` that begin within so many pixels; without a division, which takes as long as a line, where it can be.
#[inline(always)]
pub(super) fn steps(pixels: usize, stride: usize) -> usize {
    match stride {
        1 => pixels,
        2 => pixels.div_ceil(2),
        _ => pixels.div_ceil(stride),
    }
}

fn zero<T: Number>() -> MaybeUninit<T> {
    MaybeUninit::new(T::default())
}

/// Writes no less than `count` zeros at the beginning, whole pieces of a line: what they cover of its pixels these cover
/// again. Whether they fit.
#[inline(always)]
fn zero_first<T: Number, const PIECE: usize>(count: usize, line: &mut [MaybeUninit<T>]) -> bool {
    let piece = line.first_chunk_mut::<PIECE>().filter(|_| count <= PIECE);
    piece.map(|piece| *piece = [zero(); PIECE]).is_some()
}

/// The same at the end.
#[inline(always)]
fn zero_last<T: Number, const PIECE: usize>(count: usize, line: &mut [MaybeUninit<T>]) -> bool {
    let piece = line.last_chunk_mut::<PIECE>().filter(|_| count <= PIECE);
    piece.map(|piece| *piece = [zero(); PIECE]).is_some()
}

/// Copies all numbers, in pieces that may overlap, where these are few.
#[inline(always)]
fn copy<T: Number>(from: &[T], to: &mut [MaybeUninit<T>]) {
    assert_eq!(from.len(), to.len(), "as many numbers");
    let len = to.len();
    match len {
        0..4 => to.iter_mut().zip(from).for_each(|(to, from)| _ = to.write(*from)),
        4..8 => [0, len - 4].into_iter().for_each(|at| copy_piece::<T, 4>(at, from, to)),
        8..17 => [0, len - 8].into_iter().for_each(|at| copy_piece::<T, 8>(at, from, to)),
        17..33 => [0, 8, len - 16, len - 8].into_iter().for_each(|at| copy_piece::<T, 8>(at, from, to)),
        _ => _ = to.write_copy_of_slice(from),
    }
}

#[inline(always)]
fn copy_piece<T: Number, const PIECE: usize>(at: usize, from: &[T], to: &mut [MaybeUninit<T>]) {
    to[at..][..PIECE].write_copy_of_slice(&from[at..][..PIECE]);
}
