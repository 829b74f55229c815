//! [`AmsGrad`]: Adam whose steps are scaled by the largest running average so far.

use core::ops::{Deref, DerefMut};

use super::adam::Coefficients;
use super::by_part::each_stretch;
use super::state::clone_by_field;
use super::{Adam, ByPart, Entry, Optimizer, Part, State, Stateful, inside, square_of, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// [`Adam`] with `max(v₁, …, vₜ)` in the place of `v`: so no step is larger for a parameter whose gradients were large
/// once.
///
/// The largest one is corrected as `v` is, `v̂ = max(v₁, …, vₜ) / (1 - β₂ᵗ)`, as PyTorch's `Adam(amsgrad=True)` does;
/// the paper corrects nothing. With a decay of weights it is PyTorch's `AdamW(amsgrad=True)`, but that weights alone
/// decay: `w ← (1 - learning_rate · weight_decay) · w` before a step. The other settings are Adam's, which this
/// derefs to.
///
/// Reddi et al., *On the convergence of Adam and beyond*, 2018.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 1e-3;
/// AmsGrad::new(0.5).step(&mut *layer, &gradients);
/// assert!((layer.bias[0] + 0.5).abs() < 1e-4);
/// ```
#[derive(Debug)]
pub struct AmsGrad<N: Plain> {
    adam: Adam<N>,
    /// The share of each weight that a step subtracts, divided by the learning rate; 0.
    pub weight_decay: f64,
    largest: State<N>,
}

clone_by_field!(AmsGrad<N: Plain> { adam, weight_decay, largest });

impl<N: Parameters> AmsGrad<N> {
    /// Adam's settings without decay, with the given learning rate (elsewhere 0.001).
    pub fn new(learning_rate: f64) -> Self {
        Self { adam: Adam::new(learning_rate), weight_decay: 0.0, largest: State::zeroed() }
    }
}

impl<N: Plain> Deref for AmsGrad<N> {
    type Target = Adam<N>;

    fn deref(&self) -> &Adam<N> {
        &self.adam
    }
}

impl<N: Plain> DerefMut for AmsGrad<N> {
    fn deref_mut(&mut self) -> &mut Adam<N> {
        &mut self.adam
    }
}

impl<N: Parameters> Optimizer<N> for AmsGrad<N> {
    const STATE_BYTES: usize = <Adam<N> as Optimizer<N>>::STATE_BYTES + size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for AmsGrad<N> {
    fn begin_step(&mut self) {
        self.adam.begin_step();
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let (step, decay) = (self.coefficients(part), self.decay(self.weight_decay, part));
        let (means, squares) = self.adam.moments_mut();
        let (network, gradients) = (network.as_mut_slice(), gradients.as_slice());
        let largest = self.largest.as_mut_slice();
        each_stretch::<N>(part, decay, |range, keep| {
            let (step, work) = (Coefficients { keep, ..step }, Work::of_pass(range.len()));
            let moments = (&mut means[range.clone()], &mut squares[range.clone()]);
            let kept = (moments, &mut largest[range.clone()]);
            let numbers = (&mut network[range.clone()], &gradients[range]);
            split((numbers, kept), work, |_, ((parameters, gradients), ((means, squares), largest))| {
                Update { step, gradients, means, squares, largest, parameters }.compute();
            });
        });
    }
}

impl<N: Parameters> Stateful<N> for AmsGrad<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("weight_decay", Entry::Number(&mut self.weight_decay));
        visit("largest", Entry::Numbers(self.largest.as_mut_slice()));
        self.adam.visit_state(&mut inside("adam", visit));
    }
}

/// A step of AMSGrad.
pub(super) struct Update<'a, T> {
    pub(super) step: Coefficients<T>,
    pub(super) gradients: &'a [T],
    pub(super) means: &'a mut [T],
    pub(super) squares: &'a mut [T],
    pub(super) largest: &'a mut [T],
    pub(super) parameters: &'a mut [T],
}

compiled!(Update);

impl<T: Element> Operation<T> for Update<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { step, .. } = self;
        let kept = self.means.iter_mut().zip(self.squares).zip(self.largest);
        for ((parameter, &gradient), ((mean, square), largest)) in
            self.parameters.iter_mut().zip(self.gradients).zip(kept)
        {
            let new_mean = (*mean + step.mean * (gradient - *mean)).flushed();
            let new_square = (*square + step.square * (square_of(gradient) - *square)).flushed();
            let new_largest = if new_square > *largest { new_square } else { *largest };
            let direction = new_mean / ((new_largest * step.correction).sqrt() + step.epsilon);
            *parameter = (*parameter * step.keep - step.rate * direction).flushed();
            (*mean, *square, *largest) = (new_mean, new_square, new_largest);
        }
    }
}
