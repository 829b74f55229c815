//! What cannot be about one layer's own sizes, and what the compiler says about it.
//!
//! The type arithmetic behind a layer never fails, so a kernel larger than its image or a reshape that
//! loses elements gets as far as here: [`network!`](crate::network!) asks each layer for its [`Fault`]
//! and puts the sizes into messages in decimal, at that layer.

use crate::kernel::ConvolutionSizes;

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
pub trait WindowFits<
    const FITS: bool,
    const KH: usize,
    const KW: usize,
    const RH: usize,
    const RW: usize,
    const H: usize,
    const W: usize,
>
{
}
impl<L, const A: usize, const B: usize, const C: usize, const D: usize, const E: usize, const F: usize>
    WindowFits<true, A, B, C, D, E, F> for L
{
}

#[doc(hidden)]
pub const fn window_fits<
    L,
    const FITS: bool,
    const KH: usize,
    const KW: usize,
    const RH: usize,
    const RW: usize,
    const H: usize,
    const W: usize,
>()
where
    L: WindowFits<FITS, KH, KW, RH, RW, H, W>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "kernel, stride and dilation are at least 1, but here they are {KH}x{KW}, {SH}x{SW} and {DH}x{DW}",
    label = "has a size of zero: kernel {KH}x{KW}, stride {SH}x{SW}, dilation {DH}x{DW}"
)]
pub trait WindowMoves<
    const MOVES: bool,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const DH: usize,
    const DW: usize,
>
{
}
impl<L, const A: usize, const B: usize, const C: usize, const D: usize, const E: usize, const F: usize>
    WindowMoves<true, A, B, C, D, E, F> for L
{
}

#[doc(hidden)]
pub const fn window_moves<
    L,
    const MOVES: bool,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const DH: usize,
    const DW: usize,
>()
where
    L: WindowMoves<MOVES, KH, KW, SH, SW, DH, DW>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "{G} groups do not divide {C} channels and {F} filters into equal parts",
    label = "{G} groups for {C} channels and {F} filters"
)]
pub trait GroupsDivide<const DIVIDE: bool, const G: usize, const C: usize, const F: usize> {}
impl<L, const G: usize, const C: usize, const F: usize> GroupsDivide<true, G, C, F> for L {}

#[doc(hidden)]
pub const fn groups_divide<L, const DIVIDE: bool, const G: usize, const C: usize, const F: usize>()
where
    L: GroupsDivide<DIVIDE, G, C, F>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the padding of a pooling is at most half of its window, but here it is {PH}x{PW} of {KH}x{KW}",
    label = "pads {PH}x{PW} pixels, but its window has {KH}x{KW}"
)]
pub trait PadsHalf<const HALF: bool, const PH: usize, const PW: usize, const KH: usize, const KW: usize> {}
impl<L, const A: usize, const B: usize, const C: usize, const D: usize> PadsHalf<true, A, B, C, D> for L {}

#[doc(hidden)]
pub const fn pads_half<
    L,
    const HALF: bool,
    const PH: usize,
    const PW: usize,
    const KH: usize,
    const KW: usize,
>()
where
    L: PadsHalf<HALF, PH, PW, KH, KW>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a layer takes at least one number and gives at least one, but this one takes {IN} and gives {OUT}",
    label = "takes {IN} numbers, gives {OUT}"
)]
pub trait HoldsNumbers<const HOLDS: bool, const IN: usize, const OUT: usize> {}
impl<L, const IN: usize, const OUT: usize> HoldsNumbers<true, IN, OUT> for L {}

#[doc(hidden)]
pub const fn holds_numbers<L, const HOLDS: bool, const IN: usize, const OUT: usize>()
where
    L: HoldsNumbers<HOLDS, IN, OUT>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a reshape keeps all elements, but this one goes from {FROM} to {TO}",
    label = "from {FROM} to {TO} elements"
)]
pub trait Reshapes<const FROM: usize, const TO: usize> {}
impl<L, const COUNT: usize> Reshapes<COUNT, COUNT> for L {}

#[doc(hidden)]
pub const fn reshapes<L: Reshapes<FROM, TO>, const FROM: usize, const TO: usize>() {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a dropout leaves out at most 100 percent, but this one {PERCENT}",
    label = "leaves out {PERCENT} percent"
)]
pub trait LeavesOut<const PERCENT: usize, const RIGHT: bool> {}
impl<L, const PERCENT: usize> LeavesOut<PERCENT, true> for L {}

#[doc(hidden)]
pub const fn leaves_out<L: LeavesOut<PERCENT, RIGHT>, const PERCENT: usize, const RIGHT: bool>() {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "of {COVERED} rows or columns {CUT} cannot be cut off and {EXTRA} added: something must be left, and fewer be added than the stride, {STRIDE}",
    label = "cuts {CUT} off {COVERED}, adds {EXTRA} at a stride of {STRIDE}"
)]
pub trait LeavesPixels<const COVERED: usize, const CUT: usize, const EXTRA: usize, const STRIDE: usize> {}
impl<L> LeavesPixels<0, 0, 0, 0> for L {}

#[doc(hidden)]
pub const fn leaves_pixels<
    L: LeavesPixels<COVERED, CUT, EXTRA, STRIDE>,
    const COVERED: usize,
    const CUT: usize,
    const EXTRA: usize,
    const STRIDE: usize,
>() {
}

#[doc(hidden)]
#[macro_export]
macro_rules! __faultless {
    ($layer:ty) => {{
        // Names that no program has: its own stand in the layer's sizes.
        use $crate::network::fault as __fault;
        const __SIZES: &$crate::network::seam::Sizes = &$crate::network::seam::sizes::<$layer>();
        const __FAULT: __fault::Fault = __SIZES.fault;
        __fault::window_fits::<
            $layer,
            { __FAULT.window.fits() },
            { __FAULT.window.kernel[0] },
            { __FAULT.window.kernel[1] },
            { __FAULT.window.reach(0) },
            { __FAULT.window.reach(1) },
            { __FAULT.window.padded(0) },
            { __FAULT.window.padded(1) },
        >();
        __fault::window_moves::<
            $layer,
            { __FAULT.window.moves() },
            { __FAULT.window.kernel[0] },
            { __FAULT.window.kernel[1] },
            { __FAULT.window.stride[0] },
            { __FAULT.window.stride[1] },
            { __FAULT.window.dilation[0] },
            { __FAULT.window.dilation[1] },
        >();
        __fault::groups_divide::<
            $layer,
            { __FAULT.window.divides() },
            { __FAULT.window.groups },
            { __FAULT.window.channels },
            { __FAULT.window.filters },
        >();
        __fault::pads_half::<
            $layer,
            { __FAULT.pool.pads_half() },
            { __FAULT.pool.padding[0] },
            { __FAULT.pool.padding[1] },
            { __FAULT.pool.kernel[0] },
            { __FAULT.pool.kernel[1] },
        >();
        __fault::holds_numbers::<
            $layer,
            { __SIZES.holds_numbers() },
            { __SIZES.elements()[0] },
            { __SIZES.elements()[1] },
        >();
        __fault::reshapes::<$layer, { __FAULT.elements[0] }, { __FAULT.elements[1] }>();
        __fault::leaves_pixels::<
            $layer,
            { __FAULT.cut[0] },
            { __FAULT.cut[1] },
            { __FAULT.cut[2] },
            { __FAULT.cut[3] },
        >();
        __fault::leaves_out::<$layer, { __FAULT.percent }, { __FAULT.percent <= 100 }>();
    }};
}
