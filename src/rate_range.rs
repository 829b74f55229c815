//! [`RateRange`]: which learning rates a network can be trained with, tried before it is trained.
//!
//! Beside the trainer, whose steps it takes and undoes.

use alloc::vec::Vec;
use core::fmt;

use crate::data::{Batches, Source};
use crate::element::Element;
use crate::loss::{Loss, TargetOf};
use crate::network::{InputOf, Network};
use crate::optimizer::{LearningRate, Optimizer};
use crate::plain::zeroed_slice;
use crate::shape::BatchSize;
use crate::tensor::Tensor;
use crate::trainer::{TrainError, Trainer};

/// A learning-rate range test: steps whose rate grows from `from` to `to`, each by the same factor.
///
/// While the rate is too small, the loss stays; then it falls, and where the rate is too large, it grows beyond what it
/// was. A good rate is where it falls the fastest ([`suggestion`](RateCurve::suggestion)); what belongs together, a
/// [`OneCycle`](crate::schedule::OneCycle) for example, has its largest rate there.
///
/// With the feature `figures`, `figures::rate_curve` draws the curve.
///
/// Smith, *Cyclical learning rates for training neural networks*, 2017, 3.3.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::rate_range::RateRange;
///
/// network! { type Xor = [Affine<U2, U8>, Tanh<_>, Affine<_, U2>]; }
///
/// let samples = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Tensor::from);
/// let classes = [0, 1, 1, 0].map(|class| Class::<U2>::new(class).unwrap());
/// let data = Dataset::new(samples, classes)?;
/// let network = Xor::initialized(XavierNormal, 1);
/// let mut trainer = Trainer::<_, _, _, U4>::new(network, CrossEntropy, Sgd { learning_rate: 0.1 }, 1);
///
/// let curve = RateRange::default().test(&mut trainer, &data)?;
/// if let Some(rate) = curve.suggestion() {
///     trainer.optimizer_mut().learning_rate = rate;
/// }
/// assert_eq!(trainer.steps(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias("lr_find", "LearningRateFinder", "learning rate finder"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRange {
    /// The first rate; 10⁻⁶.
    pub from: f64,
    /// The last rate, unless the loss is far above its least before; 10.
    pub to: f64,
    /// The number of steps, at least 2; 200.
    pub steps: usize,
}

impl Default for RateRange {
    fn default() -> Self {
        Self { from: 1e-6, to: 10.0, steps: 200 }
    }
}

/// What a [`RateRange`] has found: the loss of a batch before each step, and the rate of this step.
#[derive(Clone, Debug, PartialEq)]
pub struct RateCurve {
    /// In the order of the steps, with growing rates.
    pub points: Vec<RatePoint>,
}

/// One step of a [`RateRange`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatePoint {
    /// The learning rate.
    pub rate: f64,
    /// The batch's loss before the step.
    pub loss: f64,
}

/// How much of the mean loss is kept from step to step.
const KEPT: f64 = 0.9;

/// How many times its least the mean loss is where the rate is too large beyond doubt.
const FAR: f64 = 4.0;

impl RateRange {
    /// Takes the steps, then goes back to where the trainer was: network, optimizer, its learning rate, counters and the
    /// order of samples. (What it had [remembered](Trainer::remember) to go back to is from then on this.)
    ///
    /// It ends before the last step where one is refused, or where the mean loss is four times its least. The batches are
    /// the trainer's in size, in an order of their own; there may be several epochs of them.
    ///
    /// # Errors
    ///
    /// [`TrainError::NoSamples`] where the data are empty, [`TrainError::Data`] where a sample could not be read,
    /// [`TrainError::BatchSize`] where there are fewer samples than the network can be trained on.
    ///
    /// # Panics
    ///
    /// Panics if the rates are not positive, finite and growing, or if there are less than two steps.
    pub fn test<N, L, O, B, S, G>(
        &self,
        trainer: &mut Trainer<N, L, O, B>,
        data: &impl Source<S, G, N::Element>,
    ) -> Result<RateCurve, TrainError>
    where
        N: Network,
        L: Loss<N::Out, G, N::Element>,
        O: Optimizer<N> + LearningRate,
        B: BatchSize,
        S: InputOf<N>,
        G: TargetOf<N::Out>,
    {
        let Self { from, to, steps } = *self;
        assert!(0.0 < from && from < to && to.is_finite() && steps > 1, "rates that grow from step to step");
        if data.is_empty() {
            return Err(TrainError::NoSamples);
        }
        trainer.remember();
        let curve = self.points(trainer, data);
        trainer.go_back();
        curve.map(|points| RateCurve { points })
    }

    fn points<N, L, O, B, S, G>(
        &self,
        trainer: &mut Trainer<N, L, O, B>,
        data: &impl Source<S, G, N::Element>,
    ) -> Result<Vec<RatePoint>, TrainError>
    where
        N: Network,
        L: Loss<N::Out, G, N::Element>,
        O: Optimizer<N> + LearningRate,
        B: BatchSize,
        S: InputOf<N>,
        G: TargetOf<N::Out>,
    {
        let size = trainer.batch_size().min(data.len());
        // Each batch alike: a short one's loss would differ by chance.
        let mut batches = Batches::new(size, 1).drop_last();
        let (mut samples, mut targets) = (zeroed_slice::<Tensor<S, N::Element>>(size), Vec::new());
        let (mut points, mut smooth, mut least) =
            (Vec::with_capacity(self.steps), Smooth::default(), f64::INFINITY);
        let mut ended = false;
        while !ended {
            batches.shuffle(data.len());
            data.read(&mut batches, |next| {
                while !ended && next(&mut samples, &mut targets)? {
                    let rate = self.rate(points.len());
                    *trainer.optimizer_mut().learning_rate_mut() = rate;
                    let loss = match trainer.step(&samples, &targets) {
                        Ok(loss) => loss,
                        Err(TrainError::Refused { .. }) => {
                            ended = true;
                            break;
                        }
                        Err(error) => return Err(error),
                    };
                    points.push(RatePoint { rate, loss });
                    let mean = smooth.add(loss);
                    least = least.min(mean);
                    ended = points.len() == self.steps || mean > FAR * least.abs() + f64::MIN_POSITIVE;
                }
                Ok::<_, TrainError>(())
            })?;
        }
        Ok(points)
    }

    /// The rate of a step.
    fn rate(&self, step: usize) -> f64 {
        let share = step as f64 / (self.steps - 1) as f64;
        // from · (to / from)^share
        Element::exp(Element::ln(self.from) * (1.0 - share) + Element::ln(self.to) * share)
    }
}

impl RateCurve {
    /// The losses as running means, so that the chance of single batches is no slope.
    pub fn smoothed(&self) -> Vec<RatePoint> {
        let mut smooth = Smooth::default();
        self.points.iter().map(|point| RatePoint { loss: smooth.add(point.loss), ..*point }).collect()
    }

    /// The rate at which the [smoothed](Self::smoothed) loss falls the fastest on a logarithmic scale of rates, before its
    /// least; `None` where it never falls. A fall is taken over a tenth of the points, so that one batch which is easier
    /// than the next is none.
    pub fn suggestion(&self) -> Option<f64> {
        let smoothed = self.smoothed();
        let least = smoothed.iter().enumerate().min_by(|a, b| a.1.loss.total_cmp(&b.1.loss))?.0;
        // The rates grow by one factor: the steepest slope is the largest difference.
        let span = (smoothed.len() / 10).max(1);
        let falls = smoothed[..=least]
            .windows(span + 1)
            .map(|points| (points[0].loss - points[span].loss, points[span.div_ceil(2)].rate));
        let (fall, rate) = falls.max_by(|a, b| a.0.total_cmp(&b.0))?;
        (fall > 0.0).then_some(rate)
    }
}

/// One line a step: rate and loss.
impl fmt::Display for RateCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for RatePoint { rate, loss } in &self.points {
            writeln!(f, "{rate:9.2e}  {loss:.4}")?;
        }
        match self.suggestion() {
            Some(rate) => write!(f, "suggestion: {rate:.2e}"),
            None => f.write_str("no suggestion: the loss does not fall"),
        }
    }
}

/// A running mean, corrected for its beginning at 0.
#[derive(Default)]
struct Smooth {
    sum: f64,
    weight: f64,
}

impl Smooth {
    fn add(&mut self, loss: f64) -> f64 {
        self.sum = KEPT * self.sum + (1.0 - KEPT) * loss;
        self.weight = KEPT * self.weight + (1.0 - KEPT);
        self.sum / self.weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suggestion_is_where_the_loss_falls() {
        let losses = [2.0, 2.0, 2.0, 1.9, 1.0, 0.2, 0.15, 0.14, 9.0, 50.0];
        let points =
            losses.into_iter().zip(1..).map(|(loss, rate)| RatePoint { rate: f64::from(rate), loss });
        let curve = RateCurve { points: points.collect() };
        assert_eq!(curve.suggestion(), Some(6.0));
        assert_eq!(RateCurve { points: curve.points[7..].to_vec() }.suggestion(), None);
        assert_eq!(RateCurve { points: Vec::new() }.suggestion(), None);
    }

    #[test]
    fn rates_grow_by_one_factor_from_the_first_to_the_last() {
        let range = RateRange { from: 1e-4, to: 1.0, steps: 5 };
        for (step, expected) in [1e-4, 1e-3, 1e-2, 1e-1, 1.0].into_iter().enumerate() {
            assert!((range.rate(step) / expected - 1.0).abs() < 1e-12);
        }
    }
}
