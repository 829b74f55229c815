//! Every so manieth row and column of an image or of a kernel: what a convolution with a stride leads back to.
//!
//! Where a kernel is laid `S` pixels apart, the gradient by every `S`th pixel depends on every `S`th of its numbers
//! alone. These make up a smaller kernel, which goes over the gradient of the output pixel by pixel; so no zeros between
//! pixels are ever multiplied.

use core::ops::Range;

/// Every `step`th row and column from the first one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SubGrid {
    /// Rows and columns of the whole grid.
    pub(super) whole: [usize; 2],
    pub(super) first: [usize; 2],
    pub(super) step: [usize; 2],
}

impl SubGrid {
    /// All rows and columns.
    pub(super) fn all(whole: [usize; 2]) -> Self {
        Self { whole, first: [0; 2], step: [1; 2] }
    }

    pub(super) fn is_all(&self) -> bool {
        self.sides() == self.whole
    }

    /// Its own rows and columns.
    pub(super) fn sides(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.whole[axis].saturating_sub(self.first[axis]).div_ceil(self.step[axis]))
    }

    /// The place in the whole grid of one of its own rows and columns.
    pub(super) fn place(&self, y: usize, x: usize) -> usize {
        let [row, column] = [(0, y), (1, x)].map(|(axis, at)| self.first[axis] + at * self.step[axis]);
        row * self.whole[1] + column
    }

    /// The places of all of its numbers, in some channels.
    pub(super) fn places(self, channels: Range<usize>) -> impl Iterator<Item = usize> {
        let ([height, width], area) = (self.sides(), self.whole[0] * self.whole[1]);
        channels.flat_map(move |channel| {
            (0..height).flat_map(move |y| (0..width).map(move |x| channel * area + self.place(y, x)))
        })
    }
}
