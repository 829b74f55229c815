//! What cannot be about one layer's own sizes, and what the compiler says about it.
//!
//! The type arithmetic behind a layer never fails, so a kernel larger than its image or a reshape that
//! loses elements gets as far as here: [`network!`](crate::network!) asks each layer for its [`Fault`]
//! and puts the sizes into messages in decimal, at that layer.

use crate::kernel::ConvolutionSizes;
use crate::network::seam::holds;

/// Sizes that may be impossible: those of a window, or the elements before and after a reshape.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The window, if that is it; else one that can be.
    pub window: ConvolutionSizes,
    /// Of a pooling the window and its padding, if that is too large; else one that can be.
    pub pool: Pool,
    /// The elements before and after, if that is it; else the same.
    pub elements: [usize; 2],
    /// The percent of a dropout, if they are too many; else 0.
    pub percent: usize,
    /// Of a transposed convolution the pixels that come out, those that are cut off, those that are added
    /// and the stride, if these are impossible; else zeros.
    pub cut: [usize; 4],
}

/// Height and width of a pooling's window, and its padding.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// The window.
    pub kernel: [usize; 2],
    /// Rows and columns on each side.
    pub padding: [usize; 2],
}

impl Pool {
    /// Whether each window holds a number that is not of the padding: that is at most half of it.
    pub const fn pads_half(&self) -> bool {
        self.padding[0] <= self.kernel[0] / 2 && self.padding[1] <= self.kernel[1] / 2
    }
}

impl Fault {
    pub(crate) const NONE: Self = Self {
        window: ConvolutionSizes {
            channels: 1,
            filters: 1,
            groups: 1,
            image: [1; 2],
            kernel: [1; 2],
            out: [1; 2],
            stride: [1; 2],
            padding: [0; 2],
            dilation: [1; 2],
        },
        pool: Pool { kernel: [1; 2], padding: [0; 2] },
        elements: [0; 2],
        percent: 0,
        cut: [0; 4],
    };

    pub(crate) const fn of_window(window: ConvolutionSizes) -> Option<Self> {
        if window.possible() { None } else { Some(Self { window, ..Self::NONE }) }
    }

    pub(crate) const fn of_pool(window: ConvolutionSizes) -> Option<Self> {
        let pool = Pool { kernel: window.kernel, padding: window.padding };
        if window.possible() && !pool.pads_half() {
            return Some(Self { pool, ..Self::NONE });
        }
        Self::of_window(window)
    }

    /// That of a transposed convolution, told by the convolution that leads back.
    pub(crate) const fn of_window_back(back: ConvolutionSizes) -> Option<Self> {
        let mut axis = 0;
        while axis < 2 {
            // What the kernel covers in all its positions, of which the padding is cut off.
            let covered = back.out[axis].saturating_sub(1) * back.stride[axis] + back.reach(axis);
            let extra = (back.image[axis] + 2 * back.padding[axis]).saturating_sub(covered);
            if back.moves() && (back.image[axis] == 0 || extra >= back.stride[axis]) {
                let cut = [covered, 2 * back.padding[axis], extra, back.stride[axis]];
                return Some(Self { cut, ..Self::NONE });
            }
            axis += 1;
        }
        Self::of_window(back)
    }

    pub(crate) const fn of_groups(groups: usize, channels: usize) -> Option<Self> {
        Self::of_window(ConvolutionSizes { groups, channels, filters: channels, ..Self::NONE.window })
    }

    pub(crate) const fn of_percent(percent: usize) -> Option<Self> {
        if percent <= 100 { None } else { Some(Self { percent, ..Self::NONE }) }
    }

    pub(crate) const fn of_elements(from: usize, to: usize) -> Option<Self> {
        if from == to { None } else { Some(Self { elements: [from, to], ..Self::NONE }) }
    }
}

// Traits that hold for what can be, as in `seam.rs`.

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a window of {KH}x{KW} does not fit: it reaches over {RH}x{RW} pixels, but the padded image has {H}x{W}",
    label = "reaches over {RH}x{RW} pixels of {H}x{W}"
)]
pub trait WindowFits<const PROBLEM: usize, const KH: usize, const KW: usize, const RH: usize, const RW: usize, const H: usize, const W: usize> {}
holds!(WindowFits(KH KW RH RW H W): 0 1 2 3 4 5 6 8 9 10 11 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "kernel, stride and dilation are at least 1, but here they are {KH}x{KW}, {SH}x{SW} and {DH}x{DW}",
    label = "has a size of zero: kernel {KH}x{KW}, stride {SH}x{SW}, dilation {DH}x{DW}"
)]
pub trait WindowMoves<const PROBLEM: usize, const KH: usize, const KW: usize, const SH: usize, const SW: usize, const DH: usize, const DW: usize> {}
holds!(WindowMoves(KH KW SH SW DH DW): 0 1 2 3 4 5 6 7 9 10 11 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "{G} groups do not divide {C} channels and {F} filters into equal parts",
    label = "{G} groups for {C} channels and {F} filters"
)]
pub trait GroupsDivide<const PROBLEM: usize, const G: usize, const C: usize, const F: usize> {}
holds!(GroupsDivide(G C F): 0 1 2 3 4 5 6 7 8 10 11 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the padding of a pooling is at most half of its window, but here it is {PH}x{PW} of {KH}x{KW}",
    label = "pads {PH}x{PW} pixels, but its window has {KH}x{KW}"
)]
pub trait PadsHalf<const PROBLEM: usize, const PH: usize, const PW: usize, const KH: usize, const KW: usize> {}
holds!(PadsHalf(PH PW KH KW): 0 1 2 3 4 5 6 7 8 9 11 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a layer takes at least one number and gives at least one, but this one takes {IN} and gives {OUT}",
    label = "takes {IN} numbers, gives {OUT}"
)]
pub trait HoldsNumbers<const PROBLEM: usize, const IN: usize, const OUT: usize> {}
holds!(HoldsNumbers(IN OUT): 0 1 2 3 4 5 6 7 8 9 10 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a reshape keeps all elements, but this one goes from {FROM} to {TO}",
    label = "from {FROM} to {TO} elements"
)]
pub trait Reshapes<const PROBLEM: usize, const FROM: usize, const TO: usize> {}
holds!(Reshapes(FROM TO): 0 1 2 3 4 5 6 7 8 9 10 11 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a dropout leaves out at most 100 percent, but this one {PERCENT}",
    label = "leaves out {PERCENT} percent"
)]
pub trait LeavesOut<const PROBLEM: usize, const PERCENT: usize> {}
holds!(LeavesOut(PERCENT): 0 1 2 3 4 5 6 7 8 9 10 11 12 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "of {COVERED} rows or columns {CUT} cannot be cut off and {EXTRA} added: something must be left, and fewer be added than the stride, {STRIDE}",
    label = "cuts {CUT} off {COVERED}, adds {EXTRA} at a stride of {STRIDE}"
)]
pub trait LeavesPixels<const PROBLEM: usize, const COVERED: usize, const CUT: usize, const EXTRA: usize, const STRIDE: usize> {}
holds!(LeavesPixels(COVERED CUT EXTRA STRIDE): 0 1 2 3 4 5 6 7 8 9 10 11 12 13);

