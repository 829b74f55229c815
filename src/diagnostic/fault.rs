//! What cannot be about one layer's own sizes, and what the compiler says about it.
//!
//! The type arithmetic behind a layer never fails, so a kernel larger than its image or a reshape that
//! loses elements gets as far as here: [`network!`](crate::network!) asks each layer for its [`Fault`]
//! and puts the sizes into messages in decimal, at that layer.

use super::Rule;
use crate::kernel::ConvolutionSizes;
use crate::shape::product;

/// A rule that is broken, and the sizes that say how.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The rule.
    pub rule: Rule,
    /// What its message prints, in order; then zeros.
    pub sizes: [usize; 8],
}

impl Fault {
    pub(crate) const fn new<const COUNT: usize>(rule: Rule, said: [usize; COUNT]) -> Self {
        let mut sizes = [0; 8];
        let mut index = 0;
        while index < COUNT {
            sizes[index] = said[index];
            index += 1;
        }
        Self { rule, sizes }
    }

    pub(crate) const fn of_window(window: ConvolutionSizes) -> Option<Self> {
        let [height, width] = window.kernel;
        if !window.fits() {
            let (reach, image) = ([window.reach(0), window.reach(1)], [window.padded(0), window.padded(1)]);
            let sizes = [height, width, reach[0], reach[1], image[0], image[1]];
            return Some(Self::new(Rule::WindowFits, sizes));
        }
        if !window.moves() {
            let ([down, right], [rows, columns]) = (window.stride, window.dilation);
            return Some(Self::new(Rule::WindowMoves, [height, width, down, right, rows, columns]));
        }
        if !window.divides() {
            let sizes = [window.groups, window.channels, window.filters];
            return Some(Self::new(Rule::GroupsDivide, sizes));
        }
        None
    }

    pub(crate) const fn of_pool(window: ConvolutionSizes) -> Option<Self> {
        let ([height, width], [rows, columns]) = (window.kernel, window.padding);
        // Each window holds a number that is not of the padding.
        if window.possible() && (rows > height / 2 || columns > width / 2) {
            return Some(Self::new(Rule::PadsHalf, [rows, columns, height, width]));
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
                let sizes = [covered, 2 * back.padding[axis], extra, back.stride[axis]];
                return Some(Self::new(Rule::LeavesPixels, sizes));
            }
            axis += 1;
        }
        Self::of_window(back)
    }

    pub(crate) const fn of_groups(groups: usize, channels: usize) -> Option<Self> {
        if groups > 0 && channels > 0 && channels.is_multiple_of(groups) {
            return None;
        }
        Some(Self::new(Rule::GroupsDivide, [groups, channels, channels]))
    }

    /// That of a layer which takes a vector.
    pub(crate) const fn of_vector(dims: &[usize]) -> Option<Self> {
        if dims.len() == 1 { None } else { Some(Self::new(Rule::IsVector, [product(dims), dims.len()])) }
    }

    pub(crate) const fn of_percent(percent: usize) -> Option<Self> {
        if percent <= 100 { None } else { Some(Self::new(Rule::LeavesOut, [percent])) }
    }

    /// That of a normalisation whose ε is `10⁻ᴺ`, and whose running values move by so many percent.
    pub(crate) const fn of_norm(exponent: usize, percent: usize) -> Option<Self> {
        if exponent > 20 {
            return Some(Self::new(Rule::IsEpsilon, [exponent]));
        }
        if percent > 100 {
            return Some(Self::new(Rule::MovesStatistics, [percent]));
        }
        None
    }

    pub(crate) const fn of_elements(from: usize, to: usize) -> Option<Self> {
        if from == to { None } else { Some(Self::new(Rule::Reshapes, [from, to])) }
    }
}
