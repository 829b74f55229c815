//! The patches of an image that a kernel is laid over, as the columns of a matrix.
//!
//! `patches[(channel, y, x), (out_y, out_x)]` is the pixel that the kernel's number at `(y, x)` meets
//! when the kernel computes the output at `(out_y, out_x)`; 0 where it lies in the padding. The
//! matrix (elsewhere called *im2col*) is many times larger than the image. It is never made: a product
//! asks for the block that it is at.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::vector::Number;

/// How a kernel goes over an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patches {
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

/// A row of the matrix: one number of the kernel, wherever the kernel lies.
#[derive(Clone, Copy)]
pub(super) struct Line {
    patches: Patches,
    /// Where the channel begins.
    channel: usize,
    /// The pixel (with zeros between pixels counted) that is met at output 0, 0.
    first: [isize; 2],
}

impl Patches {
    /// The row of a number of the kernel.
    pub(super) fn at(self, index: usize) -> Line {
        let [height, width] = self.kernel;
        let (channel, y, x) = (index / (height * width), index / width % height, index % width);
        let first = |axis: usize, at: usize| (at * self.dilation[axis]) as isize - self.padding[axis];
        Line {
            patches: self,
            channel: channel * self.image[0] * self.image[1],
            first: [first(0, y), first(1, x)],
        }
    }
}

impl Line {
    /// Writes the row from output `from` on into all of `line`.
    pub(super) fn write<'l, T: Number>(
        self,
        image: &[T],
        from: usize,
        line: &'l mut [MaybeUninit<T>],
    ) -> &'l [T] {
        let [_, out_width] = self.patches.out;
        let (mut y, mut x, mut rest) = (from / out_width, from % out_width, &mut *line);
        while !rest.is_empty() {
            let (part, after) = rest.split_at_mut(rest.len().min(out_width - x));
            match self.pixels(y) {
                Some(start) => self.write_part(&image[start..][..self.patches.image[1]], x, part),
                None => part.fill(MaybeUninit::new(T::default())),
            }
            (y, x, rest) = (y + 1, 0, after);
        }
        // SAFETY: the parts make up the line, and each has been written.
        unsafe { line.assume_init_ref() }
    }

    /// Where the row of pixels begins that output row `y` meets; nothing where it meets zeros.
    fn pixels(self, y: usize) -> Option<usize> {
        let Patches { image: [height, width], stride: [stride, _], spread: [spread, _], .. } = self.patches;
        let at = usize::try_from((y * stride) as isize + self.first[0]).ok()?;
        let row = at / spread;
        (at % spread == 0 && row < height).then_some(self.channel + row * width)
    }

    /// Writes what output columns from `x` on meet in a row of pixels.
    fn write_part<T: Number>(self, pixels: &[T], x: usize, part: &mut [MaybeUninit<T>]) {
        let Patches { stride: [_, stride], spread: [_, spread], .. } = self.patches;
        let first = (x * stride) as isize + self.first[1];
        if stride == 1 && spread == 1 {
            // Zeros, pixels side by side, zeros.
            let before = part.len().min(usize::try_from(-first).unwrap_or(0));
            let skipped = pixels.len().min(usize::try_from(first).unwrap_or(0));
            let pixels = &pixels[skipped..];
            let (zeros, rest) = part.split_at_mut(before);
            let (inside, after) = rest.split_at_mut(rest.len().min(pixels.len()));
            zeros.fill(MaybeUninit::new(T::default()));
            // Short runs: a loop takes less than a call.
            for (place, pixel) in inside.iter_mut().zip(pixels) {
                place.write(*pixel);
            }
            after.fill(MaybeUninit::new(T::default()));
        } else {
            for (index, place) in part.iter_mut().enumerate() {
                let at = first + (index * stride) as isize;
                let pixel = usize::try_from(at).ok().filter(|at| at % spread == 0);
                let pixel = pixel.and_then(|at| pixels.get(at / spread));
                place.write(pixel.copied().unwrap_or_default());
            }
        }
    }
}
