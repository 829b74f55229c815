//! [`Trainer`]: batch, forward, loss, backward, step, report.
//!
//! The end of the flow: it brings a network, a loss, an optimizer and data together, and owns all
//! memory that this takes. It prints nothing; it reports to whoever asks.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::clip::Clip;
use crate::data::{Batches, Dataset};
use crate::dim::{Batch, Dim};
use crate::element::Element;
use crate::layer::{Input, Output};
use crate::loss::{Loss, Target};
use crate::network::{InputOf, Network, Workspace};
use crate::optimizer::Optimizer;
use crate::parallel;
use crate::penalty::Penalty;
use crate::plain::{Plain, cast, cast_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// Trains a network of type `N` with loss `L` and optimizer `O` on batches of up to `B` samples.
///
/// All memory is allocated in [`new`](Self::new); a step allocates nothing. A thread with 192 KiB of
/// stack is enough for it, in a debug build one with 512 KiB. An epoch that ends well
/// is remembered: if the loss becomes infinite or NaN in a later one, the weights go back to it.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Xor = [Affine<U2, U8>, Tanh<U8>, Affine<U8, U2>]; }
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
pub struct Trainer<N: Network, L, O, B: Dim> {
    learner: Learner<N, L, O, B>,
    /// The weights at the end of the last good epoch.
    good: Box<N>,
    /// The batch that an epoch is at.
    samples: Box<Batch<Input<N>, B>>,
    batches: Batches,
    epochs: usize,
}

/// All that one step works on.
struct Learner<N: Network, L, O, B: Dim> {
    network: Box<N>,
    gradients: Box<N>,
    workspace: Box<Workspace<N, B>>,
    loss: L,
    penalty: Penalty,
    clip: Option<Clip>,
    optimizer: O,
}

/// What one epoch did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Which epoch it was, from 1 on.
    pub number: usize,
    /// How many steps it took.
    pub steps: usize,
    /// The mean over its samples of the loss, each taken before the step it was used for; without the
    /// penalty, so that it compares with an [`Evaluation`]'s.
    pub loss: f64,
    /// What the weights cost beside, likewise; 0 without [`Trainer::with_penalty`]. What training makes
    /// small is the sum of the two.
    pub penalty: f64,
    /// The share of its samples that were read rightly, likewise; `None` where the targets have no
    /// right or wrong.
    pub accuracy: Option<f64>,
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Which step of the epoch it was, from 1 on.
    pub number: usize,
    /// How many samples the batch had.
    pub samples: usize,
    /// The batch's mean loss, before the step; without the penalty.
    pub loss: f64,
    /// What the weights cost beside, before the step; 0 without [`Trainer::with_penalty`].
    pub penalty: f64,
}

/// How a network does on data that it is not trained on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// The mean loss over all samples.
    pub loss: f64,
    /// The share of samples that were read rightly; `None` where the targets have no right or
    /// wrong.
    pub accuracy: Option<f64>,
}

/// Why training or evaluating stopped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrainError {
    /// The loss, or a weight at the end of an epoch, was infinite or NaN. The network has the
    /// weights of the last good epoch again.
    Diverged {
        /// The epoch, from 1 on.
        epoch: usize,
        /// The step in the epoch, from 1 on.
        step: usize,
        /// The batch's loss.
        loss: f64,
    },
    /// There are no samples.
    NoSamples,
    /// A batch larger than the workspace has room for, or an empty one.
    BatchSize {
        /// The most samples that there is room for.
        capacity: usize,
        /// The number of samples asked for.
        found: usize,
    },
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diverged { epoch, step, loss } => write!(
                f,
                "training diverged in epoch {epoch} at step {step} (loss {loss}); the network has the \
                 weights of the last good epoch again"
            ),
            Self::NoSamples => f.write_str("there are no samples"),
            Self::BatchSize { capacity, found } => {
                write!(f, "a batch holds 1 to {capacity} samples here, not {found}")
            }
        }
    }
}

impl core::error::Error for TrainError {}

impl<N: Network, L: Send, O: Optimizer<N>, B: Dim> Learner<N, L, O, B> {
    /// One step, unless the loss is infinite or NaN: then nothing is changed. Gives the loss and the
    /// penalty.
    fn step<S, G: Target>(&mut self, samples: &[Tensor<S, N::Element>], targets: &[G]) -> (f64, f64)
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let work = 3 * N::MULTIPLY_ADDS * samples.len();
        parallel::enter(work, || self.step_here(samples, targets))
    }

    fn step_here<S, G: Target>(&mut self, samples: &[Tensor<S, N::Element>], targets: &[G]) -> (f64, f64)
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        self.workspace.forward(&self.network, samples);
        let (outputs, gradients) = self.workspace.outputs(samples.len());
        let loss = self.loss.gradient(outputs, targets, gradients);
        if !loss.is_finite() {
            return (loss, 0.0);
        }
        self.workspace.backward(&self.network, cast(samples), None, &mut self.gradients);
        self.network.update_statistics(&mut self.gradients);
        let penalty = self.penalty.add_gradient(&*self.network, &mut *self.gradients);
        if let Some(clip) = self.clip {
            clip.apply(&mut *self.gradients);
        }
        self.optimizer.step(&mut self.network, &self.gradients);
        (loss, penalty)
    }
}

impl<N: Network, L: Send, O: Optimizer<N>, B: Dim> Trainer<N, L, O, B> {
    /// All memory of training, in bytes: the network, its gradients and its last good weights, the
    /// optimizer's state, the workspace and a batch. The data set and the order of its samples come
    /// on top.
    ///
    /// ```
    /// # use dimwise::prelude::*;
    /// network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }
    /// const _: () = assert!(Trainer::<Mlp, CrossEntropy, Adam<Mlp>, U32>::BYTES < 1_000_000);
    /// ```
    pub const BYTES: usize = size_of::<Self>()
        + 3 * size_of::<N>()
        + O::STATE_BYTES
        + size_of::<Workspace<N, B>>()
        + size_of::<Batch<Input<N>, B>>();

    /// Takes a network over and allocates all memory for training it in batches of `B` samples;
    /// `seed` decides the order of the samples.
    pub fn new(network: Box<N>, loss: L, optimizer: O, seed: u64) -> Self {
        Self {
            good: network.to_boxed(),
            samples: Batch::zeroed(),
            batches: Batches::new(B::SIZE, seed),
            epochs: 0,
            learner: Learner {
                network,
                gradients: N::zeroed(),
                workspace: Workspace::zeroed(),
                loss,
                penalty: Penalty::NONE,
                clip: None,
                optimizer,
            },
        }
    }

    /// Trains in smaller batches than there is room for.
    ///
    /// # Errors
    ///
    /// [`TrainError::BatchSize`] where `size` is 0 or more than `B`.
    pub fn with_batch_size(mut self, size: usize) -> Result<Self, TrainError> {
        check_batch_size::<B>(size)?;
        self.batches.resize(size);
        Ok(self)
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

    /// Trains with bounded gradients: those of loss and penalty, before the optimizer sees them.
    pub fn with_clip(mut self, clip: Clip) -> Self {
        self.learner.clip = Some(clip);
        self
    }

    /// Trains on one batch of your own making, and gives its mean loss before the step, without the
    /// [`penalty`](Self::penalty).
    ///
    /// # Errors
    ///
    /// [`TrainError::BatchSize`] where there are no samples or more than `B`;
    /// [`TrainError::Diverged`] as [`epoch`](Self::epoch).
    ///
    /// # Panics
    ///
    /// Where there are not as many targets as samples.
    pub fn step<S, G: Target>(
        &mut self,
        samples: &[Tensor<S, N::Element>],
        targets: &[G],
    ) -> Result<f64, TrainError>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        check_batch_size::<B>(samples.len())?;
        let (loss, _) = self.learner.step(samples, targets);
        if loss.is_finite() { Ok(loss) } else { Err(self.diverged(1, loss)) }
    }

    /// Goes once through the data, in a new random order.
    ///
    /// # Errors
    ///
    /// [`TrainError::Diverged`] where a loss is infinite or NaN: the network then has the weights of
    /// the last good epoch. [`TrainError::NoSamples`] where the data are empty.
    pub fn epoch<S, G: Target>(&mut self, data: &Dataset<S, G, N::Element>) -> Result<Epoch, TrainError>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        self.epoch_with(data, |_| {})
    }

    /// [`epoch`](Self::epoch) that reports each step: for a progress bar, or a log.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch).
    pub fn epoch_with<S, G: Target>(
        &mut self,
        data: &Dataset<S, G, N::Element>,
        mut on_step: impl FnMut(Step),
    ) -> Result<Epoch, TrainError>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let mut targets = Vec::with_capacity(self.batches.size());
        let (mut tally, mut steps, mut penalties) = (Tally::default(), 0, 0.0);
        self.batches.shuffle(data.len());
        while let Some(indices) = self.batches.next_batch() {
            let samples = &mut self.samples[..indices.len()];
            data.gather(indices, cast_mut(samples), &mut targets);
            steps += 1;
            let (loss, penalty) = self.learner.step(samples, &targets);
            if !loss.is_finite() {
                return Err(self.diverged(steps, loss));
            }
            tally.add(loss, self.learner.workspace.outputs(targets.len()).0, &targets);
            penalties += penalty * targets.len() as f64;
            on_step(Step { number: steps, samples: targets.len(), loss, penalty });
        }
        let Evaluation { loss, accuracy } = tally.mean()?;
        // The last step's loss came before that step: look at what it left.
        if !self.learner.network.as_slice().iter().all(|weight| weight.is_finite()) {
            return Err(self.diverged(steps, loss));
        }
        self.good.as_mut_slice().copy_from_slice(self.learner.network.as_slice());
        self.epochs += 1;
        let penalty = penalties / data.len() as f64;
        Ok(Epoch { number: self.epochs, steps, loss, penalty, accuracy })
    }

    /// The loss and the accuracy on data, without training.
    ///
    /// # Errors
    ///
    /// [`TrainError::NoSamples`] where the data are empty.
    pub fn evaluate<S, G: Target>(
        &mut self,
        data: &Dataset<S, G, N::Element>,
    ) -> Result<Evaluation, TrainError>
    where
        S: InputOf<N>,
        L: Loss<N::Out, G, N::Element>,
    {
        let Learner { network, workspace, loss, .. } = &mut self.learner;
        let mut tally = Tally::default();
        for (samples, targets) in data.samples().chunks(B::SIZE).zip(data.targets().chunks(B::SIZE)) {
            let outputs = workspace.infer(network, samples);
            tally.add(loss.value(outputs, targets), outputs, targets);
        }
        tally.mean()
    }

    /// What the network gives for up to `B` samples.
    ///
    /// # Panics
    ///
    /// Where there are more than `B` samples.
    pub fn outputs<S: InputOf<N>>(&mut self, samples: &[Tensor<S, N::Element>]) -> &[Output<N>] {
        self.learner.workspace.infer(&self.learner.network, samples)
    }

    /// What the weights cost as they are now; 0 without [`with_penalty`](Self::with_penalty).
    pub fn penalty(&self) -> f64 {
        self.learner.penalty.value(&*self.learner.network)
    }

    /// The network as it is now.
    pub fn network(&self) -> &N {
        &self.learner.network
    }

    /// The optimizer, to change its learning rate.
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.learner.optimizer
    }

    /// Gives the network back.
    pub fn into_network(self) -> Box<N> {
        self.learner.network
    }

    /// Goes back to the weights of the last good epoch, and says so.
    fn diverged(&mut self, step: usize, loss: f64) -> TrainError {
        self.learner.network.as_mut_slice().copy_from_slice(self.good.as_slice());
        TrainError::Diverged { epoch: self.epochs + 1, step, loss }
    }
}

fn check_batch_size<B: Dim>(found: usize) -> Result<(), TrainError> {
    if (1..=B::SIZE).contains(&found) {
        Ok(())
    } else {
        Err(TrainError::BatchSize { capacity: B::SIZE, found })
    }
}

impl<N: Network, L, O, B: Dim> fmt::Debug for Trainer<N, L, O, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer")
            .field("parameters", &N::COUNT)
            .field("capacity", &B::SIZE)
            .field("batch_size", &self.batches.size())
            .field("epochs", &self.epochs)
            .finish_non_exhaustive()
    }
}

/// Sums up losses and right answers, batch by batch.
#[derive(Default)]
struct Tally {
    samples: usize,
    loss: f64,
    right: usize,
    /// How many targets could be right or wrong.
    judged: usize,
}

impl Tally {
    fn add<S: Shape, G: Target, T: Element>(&mut self, loss: f64, outputs: &[Tensor<S, T>], targets: &[G]) {
        self.samples += targets.len();
        self.loss += loss * targets.len() as f64;
        for (output, target) in outputs.iter().zip(targets) {
            if let Some(right) = target.is_right(output.as_slice()) {
                self.judged += 1;
                self.right += usize::from(right);
            }
        }
    }

    fn mean(&self) -> Result<Evaluation, TrainError> {
        if self.samples == 0 {
            return Err(TrainError::NoSamples);
        }
        let accuracy = (self.judged > 0).then(|| self.right as f64 / self.judged as f64);
        Ok(Evaluation { loss: self.loss / self.samples as f64, accuracy })
    }
}
