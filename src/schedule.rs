//! [`Schedule`]: learning rates that change from step to step.
//!
//! Beside the optimizer: a schedule knows the number of a step and nothing else, so it is a pure function
//! and has no state. [`Scheduled`](crate::optimizer::Scheduled) applies it to an optimizer. All schedules
//! count steps, not epochs: an epoch has as many steps as batches.

use crate::element::Element;

/// A learning rate for each step.
///
/// An `f64` is a constant schedule; a function `Fn(usize) -> f64` is one of your own.
///
/// ```
/// use dimwise::prelude::*;
///
/// let schedule = CosineDecay { from: 0.1, to: 0.0, steps: 1000 }.warmed_up(100);
/// assert_eq!(schedule.learning_rate(49), 0.05);
/// assert_eq!(schedule.learning_rate(100), 0.1);
/// assert!(schedule.learning_rate(1100) < 1e-9);
///
/// let network = Affine::<U2, U1>::initialized(XavierNormal, 1);
/// let optimizer = Scheduled::new(Momentum::new(0.1, 0.9), schedule);
/// let trainer = Trainer::<_, _, _, U8>::new(network, MeanSquaredError, optimizer, 1);
/// # let _ = trainer;
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not a schedule of learning rates",
    label = "neither a `Schedule`, nor an `f64`, nor a function from a step to its learning rate"
)]
pub trait Schedule {
    /// Returns the learning rate of a step; the first step is 0.
    fn learning_rate(&self, step: usize) -> f64;

    /// Puts `steps` steps before this schedule, in which the learning rate grows linearly to the schedule's
    /// first one: in step `i` it is `(i + 1) / steps` of that.
    fn warmed_up(self, steps: usize) -> WarmUp<Self>
    where
        Self: Sized,
    {
        WarmUp { steps, then: self }
    }
}

impl Schedule for f64 {
    fn learning_rate(&self, _step: usize) -> f64 {
        *self
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fn(usize) -> f64> Schedule for F {
    fn learning_rate(&self, step: usize) -> f64 {
        self(step)
    }
}

/// `learning_rate · factor ^ ⌊step / every⌋`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let schedule = StepDecay { learning_rate: 0.5, factor: 0.5, every: 10 };
/// assert_eq!([9, 10, 29].map(|step| schedule.learning_rate(step)), [0.5, 0.25, 0.125]);
/// ```
#[doc(alias("StepLR"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDecay {
    /// The first learning rate.
    pub learning_rate: f64,
    /// The factor of each decay.
    pub factor: f64,
    /// The number of steps between two decays; at least 1.
    pub every: usize,
}

impl Schedule for StepDecay {
    fn learning_rate(&self, step: usize) -> f64 {
        self.learning_rate * self.factor.power(step / self.every.max(1))
    }
}

/// `learning_rate · factor ^ step`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let schedule = ExponentialDecay { learning_rate: 1.0, factor: 0.5 };
/// assert_eq!([0, 1, 5].map(|step| schedule.learning_rate(step)), [1.0, 0.5, 0.03125]);
/// ```
#[doc(alias("ExponentialLR"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExponentialDecay {
    /// The first learning rate.
    pub learning_rate: f64,
    /// The factor of each step, in (0, 1].
    pub factor: f64,
}

impl Schedule for ExponentialDecay {
    fn learning_rate(&self, step: usize) -> f64 {
        self.learning_rate * self.factor.power(step)
    }
}

/// `to + (from - to) · (1 + cos(π · step / steps)) / 2`, and `to` after that (where PyTorch's
/// `CosineAnnealingLR` would go up again).
///
/// Loshchilov and Hutter, *SGDR: Stochastic gradient descent with warm restarts*, 2017, without restarts.
///
/// ```
/// use dimwise::prelude::*;
///
/// let schedule = CosineDecay { from: 1.0, to: 0.5, steps: 10 };
/// assert_eq!([0, 5, 10, 100].map(|step| schedule.learning_rate(step)), [1.0, 0.75, 0.5, 0.5]);
/// ```
#[doc(alias("CosineAnnealingLR"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineDecay {
    /// The first learning rate.
    pub from: f64,
    /// The last one.
    pub to: f64,
    /// The number of steps until it is reached.
    pub steps: usize,
}

impl Schedule for CosineDecay {
    fn learning_rate(&self, step: usize) -> f64 {
        along_cosine(self.from, self.to, step as f64, self.steps as f64)
    }
}

/// Grows to a schedule's first learning rate, then follows it: see [`Schedule::warmed_up`].
///
/// Goyal et al., *Accurate, large minibatch SGD*, 2017, 2.2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp<S> {
    /// The number of steps in which it grows.
    pub steps: usize,
    /// The schedule that follows, from its own step 0 on.
    pub then: S,
}

impl<S: Schedule> Schedule for WarmUp<S> {
    fn learning_rate(&self, step: usize) -> f64 {
        match step.checked_sub(self.steps) {
            Some(step) => self.then.learning_rate(step),
            None => self.then.learning_rate(0) * ((step + 1) as f64 / self.steps as f64),
        }
    }
}

/// Up to `highest` and down to almost 0, both along half a cosine. After the last step the learning rate
/// stays.
///
/// Smith and Topin, *Super-convergence: very fast training of neural networks using large learning rates*,
/// 2018; as PyTorch's `OneCycleLR`, which also moves the momentum.
///
/// ```
/// use dimwise::prelude::*;
///
/// let schedule = OneCycle::new(1.0, 11);
/// assert!((schedule.learning_rate(0) - 1.0 / 25.0).abs() < 1e-12);
/// let highest = (0..11).map(|step| schedule.learning_rate(step)).fold(0.0, f64::max);
/// assert!((0.9..=1.0).contains(&highest));
/// assert!((schedule.learning_rate(10) - 1e-4 / 25.0).abs() < 1e-12);
/// ```
#[doc(alias("OneCycleLR"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// The highest learning rate.
    pub highest: f64,
    /// The number of all steps, up and down.
    pub steps: usize,
    /// The share of the steps in which it grows, in (0, 1); 0.3.
    pub rising: f64,
    /// The highest learning rate divided by the first one; 25.
    pub first_divisor: f64,
    /// The first learning rate divided by the last one; 10⁴.
    pub last_divisor: f64,
}

impl OneCycle {
    /// The usual settings.
    pub const fn new(highest: f64, steps: usize) -> Self {
        Self { highest, steps, rising: 0.3, first_divisor: 25.0, last_divisor: 1e4 }
    }
}

impl Schedule for OneCycle {
    fn learning_rate(&self, step: usize) -> f64 {
        let first = self.highest / self.first_divisor;
        let (step, steps) = (step as f64, self.steps as f64);
        let top = self.rising * steps - 1.0;
        if step <= top {
            along_cosine(first, self.highest, step, top)
        } else {
            along_cosine(self.highest, first / self.last_divisor, step - top, steps - 1.0 - top)
        }
    }
}

/// Goes from one value to another along half a cosine, which is flat at both ends.
fn along_cosine(from: f64, to: f64, step: f64, steps: f64) -> f64 {
    if step >= steps {
        return to;
    }
    to + (from - to) * half_cosine(step / steps)
}

/// `(1 + cos πx) / 2` for `x` in [0, 1]; the same bits on every platform, since it takes no function of
/// theirs: `cos πx = sin u` with `u = π / 2 - πx`, and the sine is its series.
fn half_cosine(x: f64) -> f64 {
    let u = core::f64::consts::PI * (0.5 - x);
    let mut series = 1.0;
    for n in (1..12).rev() {
        series = 1.0 - series * u * u / (2 * n * (2 * n + 1)) as f64;
    }
    0.5 + 0.5 * u * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_cosine_is_one() {
        for step in 0..=1000 {
            let x = step as f64 / 1000.0;
            let exact = 0.5 * (1.0 + (core::f64::consts::PI * x).cos());
            assert!((half_cosine(x) - exact).abs() < 4e-16, "{x}");
        }
    }

    #[test]
    fn powers_are_products() {
        for exponent in 0..40 {
            let expected = (0..exponent).fold(1.0, |product, _| product * 0.9);
            assert!((0.9_f64.power(exponent) / expected - 1.0).abs() < 1e-14, "{exponent}");
        }
    }

    #[test]
    fn schedules_of_no_steps_end_at_once() {
        assert_eq!(CosineDecay { from: 1.0, to: 0.5, steps: 0 }.learning_rate(0), 0.5);
        assert_eq!(0.5.warmed_up(0).learning_rate(0), 0.5);
        assert_eq!(StepDecay { learning_rate: 1.0, factor: 0.5, every: 0 }.learning_rate(1), 0.5);
        for steps in 0..5 {
            let last = OneCycle::new(1.0, steps).learning_rate(steps);
            assert!((last - 1e-4 / 25.0).abs() < 1e-15, "{steps} steps end at {last}");
        }
    }

    #[test]
    fn a_function_is_a_schedule_and_can_be_warmed_up() {
        let schedule = (|step: usize| 1.0 / (1.0 + step as f64)).warmed_up(2);
        assert_eq!([0, 1, 2, 3].map(|step| schedule.learning_rate(step)), [0.5, 1.0, 1.0, 0.5]);
    }
}
