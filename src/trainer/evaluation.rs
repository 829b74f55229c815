//! [`Evaluation`]: a network on data that it is not trained on.

use alloc::vec::Vec;

use super::learner::Learner;
use super::tally::Tally;
use super::{TrainError, Trainer};
use crate::data::Source;
use crate::diagnostic::Enters;
use crate::loss::{Answers, Loss, Target};
use crate::metrics::MetricOf;
use crate::network::{Given, Network, Taken};
use crate::optimizer::Optimizer;
use crate::plain::cast_mut;
use crate::shape::{BatchSize, Shape};

/// How a network does on data that it is not trained on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// The mean loss over all samples.
    pub loss: f64,
    /// The share of samples that were read rightly; `None` where the loss knows no
    /// [right or wrong](Loss::is_right).
    pub accuracy: Option<f64>,
}

impl<N: Network, L: Send, O: Optimizer<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// The loss and the accuracy on data, without training.
    ///
    /// # Errors
    ///
    /// [`TrainError::NoSamples`] where the data are empty; [`TrainError::Evaluated`] where the loss of a
    /// sample is infinite or NaN; [`TrainError::Data`] where a sample could not be read.
    pub fn evaluate<S, G>(&mut self, data: &impl Source<S, G, N::Element>) -> Result<Evaluation, TrainError>
    where
        S: Shape<Decimal: Enters<Taken<N>>>,
        G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
        L: Loss<N::Out, G, N::Element>,
    {
        self.evaluate_with(data, &mut ())
    }

    /// [`evaluate`](Self::evaluate) that fills [metrics](crate::metrics) in the same pass: one, or several as a tuple.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate).
    ///
    /// ```
    /// use dimwise::metrics::{Metric, RootMeanSquaredError};
    /// use dimwise::prelude::*;
    ///
    /// # let (x, y) = ([[0.0]; 4].map(Tensor::<U1>::from), [[2.0]; 4].map(Tensor::<U1>::from));
    /// # let data = Dataset::new(x, y)?;
    /// let sgd = Sgd { learning_rate: 0.1 };
    /// let mut trainer = Trainer::<Affine<U1, U1>, _, _, U4>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
    /// let mut error = RootMeanSquaredError::new();
    /// assert_eq!(trainer.evaluate_with(&data, &mut error)?.loss, 4.0);
    /// assert_eq!(error.value(), 2.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn evaluate_with<S, G>(
        &mut self,
        data: &impl Source<S, G, N::Element>,
        metrics: &mut impl MetricOf<N::Out, G, N::Element>,
    ) -> Result<Evaluation, TrainError>
    where
        S: Shape<Decimal: Enters<Taken<N>>>,
        G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
        L: Loss<N::Out, G, N::Element>,
    {
        metrics.reset();
        let Learner { network, workspace, loss, .. } = &mut self.learner;
        let (room, mut room_of_targets) = (cast_mut(&mut self.samples), Vec::new());
        let mut tally = Tally::default();
        while tally.samples < data.len() {
            let start = tally.samples;
            let range = start..data.len().min(start + B::SIZE);
            let (samples, targets) = data.part(range, room, &mut room_of_targets)?;
            let outputs = workspace.infer(network, samples);
            let mean = loss.value(outputs, targets);
            if !mean.is_finite() {
                let mut each = outputs.chunks(1).zip(targets.chunks(1)).map(|(o, t)| loss.value(o, t));
                // Where each is finite and only their sum is not, the first one stands for all.
                let at = each.position(|loss| !loss.is_finite());
                let (at, loss) =
                    at.map_or((0, mean), |at| (at, loss.value(&outputs[at..][..1], &targets[at..][..1])));
                return Err(TrainError::Evaluated { sample: tally.samples + at, loss });
            }
            tally.add(loss, mean, outputs, targets);
            metrics.update(outputs, targets);
        }
        tally.mean().ok_or(TrainError::NoSamples)
    }
}
