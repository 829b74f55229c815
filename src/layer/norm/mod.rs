//! Normalisation: [`BatchNorm`] over a batch, [`LayerNorm`] and [`GroupNorm`] over each sample.

mod batch;
mod groups;
mod sample;
mod settings;

pub use batch::BatchNorm;
pub use sample::{GroupNorm, LayerNorm};
pub(super) use settings::Settings;
pub use settings::{BatchNormOptions, Epsilon, NormOptions, RunningMomentum};

use crate::element::Element;

/// What numbers are normalised by: `x̂ = (x - mean) · scale` with `scale = 1 / √(variance + ε)`.
#[derive(Clone, Copy)]
struct Moments<T> {
    mean: T,
    scale: T,
}

impl<T: Element> Moments<T> {
    fn new(mean: T, variance: T, epsilon: f64) -> Self {
        Self { mean, scale: T::ONE / (variance + T::from_f64(epsilon)).sqrt() }
    }

    /// Those of `count` numbers.
    fn of(numbers: impl Iterator<Item = T> + Clone, count: usize, epsilon: f64) -> (Self, T) {
        let share = T::from_f64(1.0 / count.max(1) as f64);
        let mean = numbers.clone().sum::<T>() * share;
        let variance = numbers.map(|x| (x - mean) * (x - mean)).sum::<T>() * share;
        (Self::new(mean, variance, epsilon), variance)
    }

    fn normalized(self, x: T) -> T {
        (x - self.mean) * self.scale
    }
}
