//! [`Trainer`]: batch, forward, loss, backward, step, report.
//!
//! The end of the flow: it brings a network, a loss, an optimizer and data together, and owns all
//! memory that this takes. It prints nothing; it reports to whoever asks.
//!
//! | file | knows |
//! |---|---|
//! | `learner` | one step, which is taken whole or not at all |
//! | `shards` | how a batch is cut, and its gradients |
//! | `clips` | which gradients are bounded together |
//! | `accumulation` | the gradients of several batches, for one step |
//! | `remembered` | what is gone back to |
//! | `attempt` | an epoch, which is undone unless it ends well |
//! | `settings` | what is set before the first step |
//! | `report` | what training tells while it goes on |
//! | `evaluation` | a network on data that it is not trained on |
//! | `tally` | sums of losses and right answers |
//! | `error` | what can go wrong |
//! | `saved` | what is saved of it, with the feature `checkpoint` |
//! | `trainable` | what generic code asks for |

mod accumulation;
mod attempt;
mod clips;
mod error;
mod evaluation;
mod learner;
mod remembered;
mod report;
#[cfg(feature = "checkpoint")]
mod saved;
mod settings;
mod shards;
mod tally;
mod trainable;

pub use error::{Cause, TrainError};
pub use evaluation::Evaluation;
pub use report::{Epoch, Flow, Step};
pub use trainable::Trainable;

use alloc::boxed::Box;
use core::fmt;
use core::ops::ControlFlow;

use accumulation::Mean;
use attempt::Attempt;
use clips::Clips;
use learner::{Learner, LossLimit};
use remembered::{Counters, Partway, Remembered};
use shards::{Cut, Shard};

use crate::data::{Batches, Fingerprint, Source};
use crate::diagnostic::Enters;
use crate::layer::{Input, Output};
use crate::loss::{Answers, Loss, Target, TargetOf};
use crate::network::{Given, InputOf, Model, Network, Taken, Workspace};
use crate::optimizer::Optimizer;
use crate::penalty::Penalty;
use crate::plain::{Plain, zeroed_slice};
use crate::shape::{Batch, BatchSize, Shape};
use crate::tensor::Tensor;

/// Trains a network of type `N` with loss `L` and optimizer `O` on batches of up to `B` samples.
///
/// All memory is allocated in [`new`](Self::new); a step allocates nothing, but in `f64` a packing buffer for each
/// matrix product, and 16 bytes to call another thread; both are given back. A thread with 192 KiB of stack is
/// enough for it, in a debug build one with 512 KiB.
///
/// # Threads
///
/// Large steps are shared by the threads of rayon's pool: of a small network the batch is cut into shards, which go
/// through it side by side and have gradients of their own; of a large one, or one with a layer or a
/// [loss](Loss::is_mean_of_samples) that sees the batch as a whole, each operation is split. The result does not depend
/// on the number of threads. Called in a task of that pool, a step may run
/// other tasks of the pool before it returns: hold no lock and no borrow of a `RefCell` over it that these
/// want, too.
///
/// # What a bad step takes with it
///
/// A step whose loss or gradients are not finite, or whose loss is above the
/// [limit](Self::with_loss_limit), changes nothing: no weight, no statistic, nothing of the optimizer. An
/// epoch with such a step, or one that a panic ends, is undone as a whole: network, optimizer, schedule and
/// the order of samples are those from before it, as if there had been no such epoch. What its last step left
/// is seen by another forward pass of its last batch.
///
#[cfg_attr(feature = "checkpoint", doc = include_str!("runs_that_survive.md"))]
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Xor = [Affine<U2, U8>, Tanh<_>, Affine<_, U2>]; }
///
/// let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Tensor::<U2>::from);
/// let classes = [0, 1, 1, 0].map(|class| Class::<U2>::new(class).unwrap());
/// let data = Dataset::new(inputs, classes)?;
///
/// let network = Xor::initialized(XavierUniform, 1);
/// let optimizer = Sgd { learning_rate: 0.5 };
/// let mut trainer = Trainer::<Xor, CrossEntropy, Sgd, U4>::new(network, CrossEntropy, optimizer, 1);
/// for _ in 0..300 {
///     trainer.epoch(&data)?;
/// }
/// assert_eq!(trainer.evaluate(&data)?.accuracy, Some(1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Trainer<N: Network, L, O, B: BatchSize> {
    learner: Learner<N, L, O, B>,
    /// What is gone back to.
    remembered: Remembered<N, O>,
    /// The batch that an epoch is at.
    samples: Box<Batch<Input<N>, B>>,
    batches: Batches,
    epochs: usize,
    steps: usize,
    /// How far an epoch is that was interrupted.
    partway: Partway,
    /// What the last epoch's data were.
    data: Fingerprint,
}

impl<N: Network, L, O: Optimizer<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// Remembers network, optimizer, counters and the order of samples, to [go back](Self::go_back) to.
    ///
    /// Each epoch does so when it begins. Takes no memory.
    pub fn remember(&mut self) {
        let counters = self.counters();
        self.remembered.remember(&self.learner.network, &self.learner.optimizer, &counters);
    }

    /// Goes back to what was last remembered, as a whole: by [`remember`](Self::remember), by the last epoch
    /// when it began, or when training began.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let sgd = Sgd { learning_rate: 0.1 };
    /// let mut trainer = Trainer::<Affine<U1, U1>, _, _, U1>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
    /// let (sample, target) = ([Tensor::from([1.0])], [Tensor::from([3.0])]);
    /// trainer.step(&sample, &target)?;
    /// trainer.remember();
    /// let weight = trainer.network().weight.clone();
    /// trainer.optimizer_mut().learning_rate = 1e30;
    /// while trainer.step(&sample, &target).is_ok() {}
    /// trainer.go_back();
    /// assert_eq!(trainer.network().weight, weight);
    /// assert_eq!(trainer.optimizer_mut().learning_rate, 0.1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn go_back(&mut self) {
        let Learner { network, optimizer, .. } = &mut self.learner;
        let counters = self.remembered.restore(network, optimizer);
        self.restart(counters);
    }

    /// Where training is.
    fn counters(&self) -> Counters {
        let order = self.batches.random().clone();
        Counters { order, epochs: self.epochs, steps: self.steps, partway: self.partway }
    }

    /// Goes on from there.
    fn restart(&mut self, counters: Counters) {
        let Counters { order, epochs, steps, partway } = counters;
        self.batches.restart(order);
        (self.epochs, self.steps, self.partway) = (epochs, steps, partway);
    }
}

impl<N: Network, L: Send, O: Optimizer<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// All memory of training, in bytes: the network, its gradients and those of shards of a batch, the optimizer's state, network and
    /// state as they were before the epoch, the workspace and a batch. The data set and the order of its
    /// samples come on top, as do [`ACCUMULATION_BYTES`](Self::ACCUMULATION_BYTES) with
    /// [`with_accumulation`](Self::with_accumulation), and what names the groups of clips: some bytes a tensor.
    ///
    /// ```
    /// # use dimwise::prelude::*;
    /// network! { type Mlp = [Affine<U784, U50>, Relu<_>, Affine<_, U10>]; }
    /// const _: () = assert!(Trainer::<Mlp, CrossEntropy, Adam<Mlp>, U32>::BYTES < 1_250_000);
    /// ```
    pub const BYTES: usize = size_of::<Self>()
        + 3 * size_of::<N>()
        + (Cut::<N>::shards(B::SIZE) - 1) * size_of::<Shard<N>>()
        + 2 * O::STATE_BYTES
        + size_of::<Workspace<N, B>>()
        + size_of::<Batch<Input<N>, B>>();

    /// What [`with_accumulation`](Self::with_accumulation) takes beside [`BYTES`](Self::BYTES), on the heap: the sum of
    /// gradients, and the statistics before a step.
    pub const ACCUMULATION_BYTES: usize = size_of::<N>() + N::STATISTICS * size_of::<N::Element>();

    /// Takes a network over and allocates all memory for training it in batches of `B` samples;
    /// `seed` decides the order of the samples.
    pub fn new(network: Box<N>, loss: L, optimizer: O, seed: u64) -> Self {
        let batches = Batches::new(B::SIZE, seed);
        let partway = Partway::default();
        let counters = Counters { order: batches.random().clone(), epochs: 0, steps: 0, partway };
        Self {
            remembered: Remembered::new(&network, &optimizer, counters),
            samples: Batch::zeroed(),
            batches,
            epochs: 0,
            steps: 0,
            partway,
            data: Fingerprint::default(),
            learner: Learner {
                network,
                gradients: N::zeroed(),
                shards: zeroed_slice(Cut::<N>::shards(B::SIZE) - 1),
                workspace: Workspace::zeroed(),
                loss,
                loss_limit: LossLimit::Open,
                penalty: Penalty::NONE,
                clips: Clips::default(),
                accumulation: None,
                optimizer,
            },
        }
    }

    /// Trains on one batch of your own making, and returns its mean loss before the step, without the
    /// [`penalty`](Self::penalty). With [accumulation](Self::with_accumulation) it may have as many samples as so many
    /// batches.
    ///
    /// # Errors
    ///
    /// [`TrainError::BatchSize`] where there are more samples than `B`, or fewer than the network can be
    /// trained on; [`TrainError::Refused`] where the loss or its gradients are not finite, or the loss is
    /// above a limit that was [set](Self::with_loss_limit). Nothing has changed then. Where the batch was bad,
    /// training can go on; where the weights already are, because a rate was too large, it can
    /// [go back](Self::go_back).
    ///
    /// # Panics
    ///
    /// Panics if there are not as many targets as samples.
    pub fn step<S, G>(&mut self, samples: &[Tensor<S, N::Element>], targets: &[G]) -> Result<f64, TrainError>
    where
        S: Shape<Decimal: Enters<Taken<N>>>,
        G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
        L: Loss<N::Out, G, N::Element>,
    {
        let part = self.check_step(samples.len())?;
        assert_eq!(samples.len(), targets.len(), "one target per sample");
        let step = self.steps + 1;
        // Without an epoch to be undone, a limit that nobody has set would keep training from going on.
        let limit = match self.learner.loss_limit {
            limit @ LossLimit::Of(_) => limit,
            _ => LossLimit::Open,
        };
        let (learner, mut mean) = (&mut self.learner, Mean::default());
        learner.begin();
        for (samples, targets) in samples.chunks(part).zip(targets.chunks(part)) {
            match learner.add(samples, targets, limit, None) {
                Ok(loss) => mean.add(loss, learner.loss.weight(targets)),
                Err(cause) => {
                    learner.undo();
                    return Err(TrainError::Refused { step, cause });
                }
            }
        }
        learner.update();
        self.steps = step;
        Ok(mean.value)
    }

    /// The samples of each batch of a step with so many, if it can be taken.
    fn check_step(&self, samples: usize) -> Result<usize, TrainError> {
        let (size, most) = (self.batches.size(), self.learner.batches_of_step());
        if most == 1 {
            check_batch_size::<N, B>(samples)?;
            return Ok(samples);
        }
        let (least, last) = (N::SMALLEST_BATCH, samples % size);
        if samples < least || samples > size.saturating_mul(most) {
            Err(TrainError::BatchSize { least, capacity: size.saturating_mul(most), found: samples })
        } else if last > 0 && last < least {
            Err(TrainError::ShortLastBatch { least, found: last })
        } else {
            Ok(size)
        }
    }

    /// Goes once through the data, in a new random order.
    ///
    /// # Errors
    ///
    /// [`TrainError::Diverged`] where a loss or a gradient is not finite, or a loss is above the
    /// [limit](Self::with_loss_limit): the epoch is undone as a whole. The next one sees the samples in the
    /// same order, so leave out what is bad, or lower the learning rate.
    ///
    /// [`TrainError::Data`] where a sample could not be read: the epoch is undone, too.
    ///
    /// [`TrainError::NoSamples`] where the data are empty; [`TrainError::ShortLastBatch`] and
    /// [`TrainError::NoWholeBatch`] where they cannot be cut into batches that the network can be trained
    /// on.
    #[doc(alias("fit", "train"))]
    pub fn epoch<S, G>(&mut self, data: &impl Source<S, G, N::Element>) -> Result<Epoch, TrainError>
    where
        S: Shape<Decimal: Enters<Taken<N>>>,
        G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
        L: Loss<N::Out, G, N::Element>,
    {
        self.epoch_with(data, |_| {})
    }

    /// [`epoch`](Self::epoch) that reports each step, for a progress bar or a log, and that can be interrupted: where
    /// `on_step` returns [`ControlFlow::Break`], it ends there, all that it has learnt stays, and the next epoch over as
    /// many samples is the rest of it.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch).
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use dimwise::prelude::*;
    ///
    /// # let (x, y) = ([[0.0]; 4].map(Tensor::<U1>::from), [[1.0]; 4].map(Tensor::<U1>::from));
    /// # let data = Dataset::new(x, y)?;
    /// let sgd = Sgd { learning_rate: 0.1 };
    /// let mut trainer = Trainer::<Affine<U1, U1>, _, _, U1>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
    /// let epoch = trainer.epoch_with(&data, |step| match step.number {
    ///     3 => ControlFlow::Break(()),
    ///     _ => ControlFlow::Continue(()),
    /// })?;
    /// assert!(!epoch.complete && trainer.epochs() == 0);
    /// let epoch = trainer.epoch_with(&data, |step| println!("step {}: {:.3}", step.number, step.loss))?;
    /// assert!(epoch.complete && epoch.steps == 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn epoch_with<S, G, F: Flow>(
        &mut self,
        data: &impl Source<S, G, N::Element>,
        mut on_step: impl FnMut(Step) -> F,
    ) -> Result<Epoch, TrainError>
    where
        S: Shape<Decimal: Enters<Taken<N>>>,
        G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
        L: Loss<N::Out, G, N::Element>,
    {
        self.attempt(data, |step, _| on_step(*step).flow())
    }

    /// [`epoch_with`](Self::epoch_with) that shows the network after each step, too.
    pub(crate) fn attempt<S: InputOf<N>, G: TargetOf<N::Out>>(
        &mut self,
        data: &impl Source<S, G, N::Element>,
        on_step: impl FnMut(&Step, &N) -> ControlFlow<()>,
    ) -> Result<Epoch, TrainError>
    where
        L: Loss<N::Out, G, N::Element>,
    {
        self.check_batches(data.len())?;
        Attempt::begin(self, data.len()).go_through(data, on_step)
    }

    /// Whether `samples` samples can be cut into batches that the network can be trained on.
    fn check_batches(&self, samples: usize) -> Result<(), TrainError> {
        let size = self.batches.size();
        check_batch_size::<N, B>(size)?;
        let last = samples % size;
        if samples == 0 {
            Err(TrainError::NoSamples)
        } else if self.batches.drops_last() {
            if samples < size { Err(TrainError::NoWholeBatch { size, found: samples }) } else { Ok(()) }
        } else if last > 0 && last < N::SMALLEST_BATCH {
            Err(TrainError::ShortLastBatch { least: N::SMALLEST_BATCH, found: last })
        } else {
            Ok(())
        }
    }

    /// Returns the network's outputs for up to `B` samples.
    ///
    /// # Panics
    ///
    /// Panics if there are more than `B` samples.
    pub fn outputs<S: Shape<Decimal: Enters<Taken<N>>>>(
        &mut self,
        samples: &[Tensor<S, N::Element>],
    ) -> &[Output<N>] {
        self.learner.workspace.infer(&self.learner.network, samples)
    }

    /// What the weights cost as they are now; 0 without [`with_penalty`](Self::with_penalty).
    pub fn penalty(&self) -> f64 {
        self.learner.penalty.value(&*self.learner.network)
    }

    /// Epochs since the beginning, without those that were undone.
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// Steps since the beginning: those of epochs and single ones, without those that were undone.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The network as it is now.
    pub fn network(&self) -> &N {
        &self.learner.network
    }

    /// The network, to change it between two steps: to set weights, to move some out of a minimum.
    pub fn network_mut(&mut self) -> &mut N {
        &mut self.learner.network
    }

    /// The optimizer, to change its learning rate.
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.learner.optimizer
    }

    /// Network and optimizer, for what is done after an epoch.
    pub(crate) fn parts_mut(&mut self) -> (&mut N, &mut O) {
        (&mut self.learner.network, &mut self.learner.optimizer)
    }

    /// The samples of a batch in an epoch: `B`, unless there are [less](Self::with_batch_size).
    pub fn batch_size(&self) -> usize {
        self.batches.size()
    }

    /// How many steps an epoch over so many samples takes.
    pub fn steps_of_epoch(&self, samples: usize) -> usize {
        self.batches.of_epoch(samples).div_ceil(self.learner.batches_of_step())
    }

    /// Gives the network back.
    pub fn into_network(self) -> Box<N> {
        self.learner.network
    }
}

fn check_batch_size<N: Network, B: BatchSize>(found: usize) -> Result<(), TrainError> {
    if (N::SMALLEST_BATCH..=B::SIZE).contains(&found) {
        Ok(())
    } else {
        Err(TrainError::BatchSize { least: N::SMALLEST_BATCH, capacity: B::SIZE, found })
    }
}

impl<N: Network, L, O, B: BatchSize> fmt::Debug for Trainer<N, L, O, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer")
            .field("parameters", &N::COUNT)
            .field("capacity", &B::SIZE)
            .field("batch_size", &self.batches.size())
            .field("epochs", &self.epochs)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}
