//! How a [`Trainer`] trains: what is set before its first step.

use super::accumulation::Accumulation;
use super::learner::LossLimit;
use super::{TrainError, Trainer, check_batch_size};
use crate::clip::Clip;
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::parameters::{NoSuchPath, Selection};
use crate::penalty::Penalty;
use crate::shape::BatchSize;

impl<N: Network, L: Send, O: Optimizer<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// Trains in smaller batches than there is room for.
    ///
    /// # Errors
    ///
    /// [`TrainError::BatchSize`] where `size` is 0 or more than `B`, or less than the network can be
    /// trained on.
    pub fn with_batch_size(mut self, size: usize) -> Result<Self, TrainError> {
        check_batch_size::<N, B>(size)?;
        self.batches.resize(size);
        Ok(self)
    }

    /// Leaves out the last batch of an epoch where it is shorter than the others. Each epoch leaves out
    /// other samples.
    pub fn drop_last(mut self) -> Self {
        self.batches = self.batches.drop_last();
        self
    }

    /// Refuses each step whose loss is above `limit`.
    ///
    /// Without this, epochs have a limit, and single [steps](Self::step) none: the first loss, but at least 1,
    /// divided by the rounding unit of the element type, about 8 million times the first loss in `f32`. Outputs that are so far off are
    /// rounded by more than the first error was; what has been learnt is lost in them.
    pub fn with_loss_limit(mut self, limit: f64) -> Self {
        self.learner.loss_limit = LossLimit::Of(limit);
        self
    }

    /// Trains with what the weights cost added to the loss.
    ///
    /// ```
    /// # use dimwise::prelude::*;
    /// # let network = Affine::<U2, U1>::initialized(XavierNormal, 1);
    /// # let (samples, targets) = ([Tensor::<U2>::default()], [Tensor::<U1>::default()]);
    /// let sgd = Sgd { learning_rate: 0.1 };
    /// let mut trainer = Trainer::<_, _, _, U8>::new(network, MeanSquaredError, sgd, 1)
    ///     .with_penalty(Penalty::l2(1e-3))
    ///     .with_clip(Clip::Norm(1.0));
    /// let before = trainer.penalty();
    /// trainer.step(&samples, &targets)?;
    /// assert!(trainer.penalty() < before);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_penalty(mut self, penalty: Penalty) -> Self {
        self.learner.penalty = penalty;
        self
    }

    /// Trains with bounded gradients: those of loss and penalty, before the optimizer sees them; in place of what was
    /// said of them before.
    pub fn with_clip(mut self, clip: Clip) -> Self {
        self.learner.clips.bound_all::<N>(clip);
        self
    }

    /// Trains with gradients of which some are bounded by themselves: `tensors` are told as for
    /// [`Grouped`](crate::optimizer::Grouped), by a path, a layer or a kind. Of each tensor counts what was said last, so
    /// the norm of a bound is that of the tensors to which no later one belongs.
    ///
    /// With a norm for each group it is PyTorch's `clip_grad_norm_`, called for the parameters of each.
    ///
    /// # Errors
    ///
    /// [`NoSuchPath`], with the paths that there are.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U8>, Relu<_>, head: Affine<_, U2>]; }
    ///
    /// let sgd = Sgd { learning_rate: 0.1 };
    /// let trainer = Trainer::<Net, _, _, U8>::new(Net::initialized(HeNormal, 1), CrossEntropy, sgd, 1);
    /// // The body by a norm of 1, the head by one of 0.1.
    /// let trainer = trainer.with_clip(Clip::Norm(1.0)).with_clip_of(Net::head, Clip::Norm(0.1))?;
    /// assert!(trainer.with_clip_of("1", Clip::Norm(1.0)).is_err());
    /// # Ok::<(), dimwise::parameters::NoSuchPath>(())
    /// ```
    pub fn with_clip_of(mut self, tensors: impl Selection, clip: Clip) -> Result<Self, NoSuchPath> {
        self.learner.clips.bound::<N>(&tensors, clip)?;
        Ok(self)
    }

    /// Takes each step by the gradients of `batches` batches together, as if they were one: for steps on more samples
    /// than there is memory for at once. The last step of an epoch has as many as are left.
    ///
    /// The gradient is the mean over all samples of the step, each counting as its loss [says](crate::loss::Loss::weight); to rounding
    /// it is that of one batch of them all, unless a layer sees the batch as a whole: batch normalisation sees each
    /// batch by itself. A step that is refused undoes all of its batches. Takes
    /// [`ACCUMULATION_BYTES`](Self::ACCUMULATION_BYTES) more.
    ///
    /// # Panics
    ///
    /// Panics if `batches` is 0.
    ///
    /// ```
    /// # use dimwise::prelude::*;
    /// # let data = Dataset::new([[0.0]; 10].map(Tensor::<U1>::from), [[1.0]; 10].map(Tensor::<U1>::from))?;
    /// # let sgd = Sgd { learning_rate: 0.1 };
    /// let trainer = Trainer::<Affine<U1, U1>, _, _, U2>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
    /// let mut trainer = trainer.with_accumulation(4);
    /// let mut samples = Vec::new();
    /// trainer.epoch_with(&data, |step| samples.push(step.samples))?;
    /// assert_eq!(samples, [8, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias("gradient accumulation"))]
    pub fn with_accumulation(mut self, batches: usize) -> Self {
        assert!(batches > 0, "a step has at least one batch");
        self.learner.accumulation = (batches > 1).then(|| Accumulation::new(batches));
        self
    }
}
