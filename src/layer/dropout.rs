//! [`Dropout`]: some numbers left out while training.

use core::marker::PhantomData;

use typenum::U4;

use super::{Cached, Input, Layer, Output, Whole, WholeBatch};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::parameters::Kind;
use crate::plain::{Nothing, Plain, flat, flat_mut};
use crate::shape::Dim;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// In training each number is 0 with a chance of `Percent`, and divided by the chance to stay otherwise;
/// when the network is used, nothing happens.
///
/// Which numbers stay depends on `state` and on nothing else: the seed that the network was
/// [`initialized`](crate::network::Model::initialized) with, and the steps since. Each is a whole number of 48 bits, so no mask
/// comes again before 2⁴⁸ steps.
///
/// # Shapes
///
/// Input and output `S`; `state` `[4]`, no parameters.
///
/// Srivastava et al., *Dropout*, 2014; Saito, *Deep Learning from Scratch*, 6.4.3.
///
/// ```
/// use dimwise::prelude::*;
///
/// let layer = Dropout::<U100, U50>::initialized(HeNormal, 1);
/// let ones = Tensor::filled_with(|| 1.0);
/// assert_eq!(layer.predict(&ones), ones);
///
/// let mut workspace = Workspace::<Dropout<U100, U50>, U1>::zeroed();
/// let kept = workspace.forward(&layer, &[ones])[0].as_slice().iter().filter(|x| **x == 2.0).count();
/// assert!((30..70).contains(&kept));
/// ```
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Dropout<S: Shape, Percent: Dim, T: Element = f32> {
    /// The lower and the upper 24 bits of the seed, then those of the steps since it was given: as many as an
    /// `f32` holds exactly.
    pub state: Tensor<U4, T>,
    sizes: PhantomData<(S, Percent)>,
}

crate::parameters!(Dropout<S: Shape, Percent: Dim, T: Element>: T {
    state: Kind::Seed,
} marker sizes fault Fault::of_percent(Percent::SIZE));

impl<S: Shape, Percent: Dim, T: Element> Dropout<S, Percent, T> {
    /// Of 2¹⁶, how many are left out.
    const LEFT_OUT: u64 = {
        assert!(Percent::SIZE <= 100, "a dropout rate is at most 100 percent");
        ((Percent::SIZE << 16) as u64 + 50) / 100
    };

    /// Calls `visit` with each number's place and what it is multiplied by.
    fn each_factor(&self, numbers: usize, mut visit: impl FnMut(usize, T)) {
        let stay = 1.0 - Self::LEFT_OUT as f64 / 65536.0;
        let scale = T::from_f64(if stay > 0.0 { 1.0 / stay } else { 0.0 });
        let state = self.state.as_slice();
        let [seed, steps] = [&state[..2], &state[2..]].map(joined);
        // Both functions give different numbers for different ones: so each step of a seed has a key of its own.
        let key = mixed(mixed(seed) ^ steps);
        // Four numbers from one hash, 16 bits each.
        for four in 0..numbers.div_ceil(4) {
            let mut bits = mixed(key.wrapping_add(four as u64));
            for index in 4 * four..numbers.min(4 * four + 4) {
                visit(index, if bits & 0xFFFF < Self::LEFT_OUT { T::ZERO } else { scale });
                bits >>= 16;
            }
        }
    }
}

/// Bits in a number of the state.
const LIMB: u32 = 24;

/// A limb that is full.
const FULL: u64 = (1 << LIMB) - 1;

/// The whole number whose lower and upper bits these are.
fn joined<T: Element>(limbs: &[T]) -> u64 {
    limbs.iter().rev().fold(0, |number, limb| number << LIMB | (limb.to_f64() as u64 & FULL))
}

/// SplitMix64's output: each bit depends on each bit.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl<S: Shape, Percent: Dim, T: Element> Layer for Dropout<S, Percent, T> {
    type In = S;
    type Out = S;
    type Cache = Nothing<T>;
    type Placement = Whole;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        let (input, output) = (flat(input), flat_mut(output));
        self.each_factor(output.len(), |index, factor| output[index] = input[index] * factor);
    }

    fn forward_frozen(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        _cache: Cached<'_, Self::Cache>,
    ) {
        self.infer(input, output);
    }

    fn backward_frozen(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: &mut [Input<Self>],
        _scratch: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        flat_mut(grad_input).copy_from_slice(flat(grad_output));
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        flat_mut(output).copy_from_slice(flat(input));
    }

    fn backward(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        _gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        let Some(grad_input) = grad_input else { return };
        let (grad_output, grad_input) = (flat(grad_output), flat_mut(grad_input));
        self.each_factor(grad_output.len(), |index, factor| grad_input[index] = grad_output[index] * factor);
    }
}

impl<S: Shape, Percent: Dim, T: Element> WholeBatch for Dropout<S, Percent, T> {
    const SMALLEST_BATCH: usize = 1;

    // The seed stays, another step is done.
    fn update_statistics(&mut self, _batch: &Nothing<T>) {
        let steps = &mut self.state.as_mut_slice()[2..];
        let next = joined(steps) + 1;
        for (place, limb) in steps.iter_mut().enumerate() {
            *limb = T::from_f64((next >> (place as u32 * LIMB) & FULL) as f64);
        }
    }
}
