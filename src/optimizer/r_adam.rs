//! [`RAdam`]: Adam whose first steps are not scaled.

use core::ops::{Deref, DerefMut};

use super::adam::Coefficients;
use super::state::clone_by_field;
use super::{Adam, ByPart, Entry, Optimizer, Part, Stateful, inside, step_as_one};
use crate::element::Element;
use crate::parameters::Parameters;
use crate::plain::Plain;

/// [`Adam`] that follows the mean gradient alone as long as too few gradients have been seen to scale by: with
/// `ρ∞ = 2 / (1 - β₂) - 1` and `ρ = ρ∞ - 2t β₂ᵗ / (1 - β₂ᵗ)` at step `t`,
/// `w ← w - learning_rate · r · m̂ √(1 - β₂ᵗ) / (√v + ε)` where `ρ > 5`, with
/// `r = √((ρ - 4)(ρ - 2)ρ∞ / ((ρ∞ - 4)(ρ∞ - 2)ρ))`, and `w ← w - learning_rate · m̂` before.
///
/// With the usual β₂ the first five steps are not scaled. As PyTorch's `RAdam`; with a decay of weights its
/// `RAdam(decoupled_weight_decay=True)`, but that weights alone decay:
/// `w ← (1 - learning_rate · weight_decay) · w` before a step. The other settings are Adam's, which this derefs to.
///
/// Liu et al., *On the variance of the adaptive learning rate and beyond*, 2020.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 2.0;
/// RAdam::new(0.5).step(&mut *layer, &gradients);
/// // The first step is along the gradient.
/// assert!((layer.bias[0] + 1.0).abs() < 1e-6);
/// ```
#[derive(Debug)]
pub struct RAdam<N: Plain> {
    adam: Adam<N>,
    /// The share of each weight that a step subtracts, divided by the learning rate; 0.
    pub weight_decay: f64,
    steps: usize,
}

clone_by_field!(RAdam<N: Plain> { adam, weight_decay, steps });

impl<N: Parameters> RAdam<N> {
    /// Adam's settings without decay, with the given learning rate (elsewhere 0.001).
    pub fn new(learning_rate: f64) -> Self {
        Self { adam: Adam::new(learning_rate), weight_decay: 0.0, steps: 0 }
    }

    /// `r √(1 - β₂ᵗ)` at this step, if it is scaled.
    fn rectification(&self) -> Option<f64> {
        let power = self.powers()[1];
        let longest = 2.0 / (1.0 - self.beta2) - 1.0;
        let length = longest - 2.0 * self.steps as f64 * power / (1.0 - power);
        let of = |length: f64| (length - 4.0) * (length - 2.0) / length;
        (length > 5.0).then(|| Element::sqrt(of(length) / of(longest) * (1.0 - power)))
    }
}

impl<N: Plain> Deref for RAdam<N> {
    type Target = Adam<N>;

    fn deref(&self) -> &Adam<N> {
        &self.adam
    }
}

impl<N: Plain> DerefMut for RAdam<N> {
    fn deref_mut(&mut self) -> &mut Adam<N> {
        &mut self.adam
    }
}

impl<N: Parameters> Optimizer<N> for RAdam<N> {
    const STATE_BYTES: usize = <Adam<N> as Optimizer<N>>::STATE_BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for RAdam<N> {
    fn begin_step(&mut self) {
        self.adam.begin_step();
        self.steps += 1;
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let rate = self.learning_rate * part.learning_rate / (1.0 - self.powers()[0]);
        // The divisor of Adam's step is √(correction · v) + ε: without scale 1.
        let [rate, correction, epsilon] = match self.rectification() {
            Some(rectification) => [rate * rectification, 1.0, self.epsilon],
            None => [rate, 0.0, 1.0],
        }
        .map(N::Element::from_f64);
        let step = Coefficients { rate, correction, epsilon, ..self.coefficients(part) };
        let decay = self.decay(self.weight_decay, part);
        self.adam.update_with(step, decay, network, gradients, part);
    }
}

impl<N: Parameters> Stateful<N> for RAdam<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("weight_decay", Entry::Number(&mut self.weight_decay));
        visit("steps", Entry::Count(&mut self.steps));
        self.adam.visit_state(&mut inside("adam", visit));
    }
}
