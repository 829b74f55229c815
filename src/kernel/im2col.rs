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

use super::vector::Number;
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
    /// Distance of the pixels: between them lie zeros, one less than this.
    pub(super) spread: [usize; 2],
}

/// Some rows of outputs, or a part of one: the columns of the matrix that are packed at once.
///
/// In memory, for each channel and each column of the kernel: `lines` lines of `width` pixels. Where
/// neighbouring outputs meet neighbouring rows of pixels, and the rows of the kernel lie nearer than the
/// block is high, these share them.
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
    /// Lines from one row of the kernel to the next.
    between: usize,
}

impl Im2col {
    /// Blocks of at most `most` outputs (or one row), a whole number of which make up the output; small
    /// enough for 16 channels, or all, to be packed into `capacity` numbers.
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
        let (mut rows, mut width) = (1, out_cols);
        if fits(1, out_cols, 1) {
            let larger = |rows: &usize| {
                rows.saturating_mul(out_cols) <= most && fits(*rows, out_cols, channels.min(16))
            };
            rows = (2..=out_rows).take_while(larger).last().unwrap_or(1);
            // All of about the same height.
            rows = out_rows.div_ceil(out_rows.div_ceil(rows));
        } else {
            width = capacity / product(&self.kernel);
            assert!(width > 0, "a kernel of {kernel_rows}x{kernel_cols} is larger than {capacity} numbers");
        }
        (0..out_rows).step_by(rows).flat_map(move |y| {
            (0..out_cols)
                .step_by(width)
                .map(move |x| self.block(y, x, rows.min(out_rows - y), width.min(out_cols - x)))
        })
    }

    fn block(self, y: usize, x: usize, rows: usize, width: usize) -> Im2colBlock {
        let (kernel_rows, shared) = (self.kernel[0], self.stride[0] == 1 && self.spread[0] == 1);
        // Rows that lie farther apart than the block is high would share nothing but what no output meets.
        let between = if shared { rows.min(self.dilation[0]) } else { rows };
        // With own lines the last row of the kernel, too, has `rows` of them.
        let lines = (kernel_rows - 1).saturating_mul(between).saturating_add(rows);
        Im2colBlock { im2col: self, y, x, rows, width, lines, between }
    }
}

impl Im2colBlock {
    /// The block's first output, of all outputs.
    pub(super) fn first(&self) -> usize {
        self.y * self.im2col.out[1] + self.x
    }

    /// The outputs of the block, one after the other.
    pub(super) fn len(&self) -> usize {
        self.rows * self.width
    }

    /// The numbers that a channel takes; all that can be counted where it takes more.
    pub(super) fn channel_len(&self) -> usize {
        self.im2col.kernel[1].saturating_mul(self.lines).saturating_mul(self.width)
    }

    /// Where the row of the matrix begins that belongs to a number of the kernels, counted from the first
    /// channel that is packed.
    pub(super) fn start(&self, tap: usize) -> usize {
        let [height, width] = self.im2col.kernel;
        let (channel, y, x) = (tap / (height * width), tap / width % height, tap % width);
        ((channel * width + x) * self.lines + y * self.between) * self.width
    }

    /// Packs some channels of an image.
    pub(super) fn pack<'m, T: Number>(
        &self,
        image: &[T],
        channels: Range<usize>,
        memory: &'m mut [MaybeUninit<T>],
    ) -> &'m [T] {
        let pixels = product(&self.im2col.image);
        let memory = &mut memory[..product(&[channels.len(), self.channel_len()])];
        let mut lines = memory.chunks_exact_mut(self.width);
        let mut written = 0;
        for channel in channels {
            let channel = &image[channel * pixels..][..pixels];
            for x in 0..self.im2col.kernel[1] {
                for (line, place) in (0..self.lines).zip(&mut lines) {
                    match self.pixels(line) {
                        Some(row) => self.write(&channel[row * self.im2col.image[1]..], x, place),
                        None => place.fill(MaybeUninit::new(T::default())),
                    }
                    written += self.width;
                }
            }
        }
        assert_eq!(written, memory.len(), "all lines are written");
        // SAFETY: as many numbers are written, and none twice: the chunks follow each other without a gap,
        // and of each all `width` numbers are written, be they zeros or what `write` copies.
        unsafe { memory.assume_init_ref() }
    }

    /// The row of pixels in a line; nothing where it is zeros.
    fn pixels(&self, line: usize) -> Option<usize> {
        let Im2col { image: [height, _], stride: [stride, _], spread: [spread, _], .. } = self.im2col;
        // Own lines of each row of the kernel, or shared ones.
        let (kernel_y, y) =
            if self.between == self.rows { (line / self.rows, line % self.rows) } else { (0, line) };
        let down = (self.y + y) * stride + kernel_y * self.im2col.dilation[0];
        let at = usize::try_from(down as isize - self.im2col.padding[0]).ok()?;
        (at % spread == 0 && at / spread < height).then_some(at / spread)
    }

    /// Writes what column `kernel_x` of the kernel meets in a row of pixels: all of `place`.
    fn write<T: Number>(&self, pixels: &[T], kernel_x: usize, place: &mut [MaybeUninit<T>]) {
        let Im2col { image: [_, width], stride: [_, stride], spread: [_, spread], .. } = self.im2col;
        let pixels = &pixels[..width];
        let first = (self.x * stride + kernel_x * self.im2col.dilation[1]) as isize - self.im2col.padding[1];
        if stride == 1 && spread == 1 {
            // Zeros, pixels side by side, zeros.
            let before = place.len().min(usize::try_from(-first).unwrap_or(0));
            let skipped = width.min(usize::try_from(first).unwrap_or(0));
            let inside = (place.len() - before).min(width - skipped);
            place[..before].fill(MaybeUninit::new(T::default()));
            place[before..before + inside].write_copy_of_slice(&pixels[skipped..skipped + inside]);
            place[before + inside..].fill(MaybeUninit::new(T::default()));
        } else {
            for (index, place) in place.iter_mut().enumerate() {
                let at = usize::try_from(first + (index * stride) as isize).ok();
                let pixel = at.filter(|at| at % spread == 0).and_then(|at| pixels.get(at / spread));
                place.write(pixel.copied().unwrap_or_default());
            }
        }
    }
}
