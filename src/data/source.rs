//! [`Source`]: where a trainer's samples come from, in memory or not.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::ops::Range;

use super::{Augmented, Batches, Mixup};
use crate::element::Element;
use crate::loss::{Distribution, Target};
use crate::random::Random;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// Samples of shape `S` with targets `G`, wherever they are: a [`Dataset`](super::Dataset) in memory, files, a
/// function.
///
/// A source of your own says how many samples it has, and gathers some of them; a
/// [`Trainer`](crate::trainer::Trainer) takes it like a data set. For the same seed it is asked for the same samples
/// in the same order.
///
/// ```
/// use dimwise::data::{Source, SourceError};
/// use dimwise::prelude::*;
///
/// /// Numbers and their squares.
/// struct Squares;
///
/// impl Source<U1, Tensor<U1>> for Squares {
///     fn len(&self) -> usize {
///         64
///     }
///
///     fn gather(
///         &self,
///         indices: &[usize],
///         samples: &mut [Tensor<U1>],
///         targets: &mut Vec<Tensor<U1>>,
///     ) -> Result<(), SourceError> {
///         for (index, sample) in indices.iter().zip(samples) {
///             sample[0] = *index as f32 / 64.0;
///             targets.push(Tensor::from([sample[0] * sample[0]]));
///         }
///         Ok(())
///     }
/// }
///
/// network! { type Net = [Affine<U1, U8>, Tanh<_>, Affine<_, U1>]; }
/// let network = Net::initialized(XavierNormal, 1);
/// let mut trainer = Trainer::<_, _, _, U16>::new(network, MeanSquaredError, Adam::new(0.01), 1);
/// let first = trainer.epoch(&Squares)?;
/// let data = Squares.read_ahead(2);
/// (0..20).try_for_each(|_| trainer.epoch(&data).map(|_| ()))?;
/// assert!(trainer.evaluate(&Squares)?.loss < first.loss);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "these are no data of samples as the network takes them",
    label = "a `Dataset<S, G, T>` or another `Source<S, G, T>` whose numbers are of the network's type"
)]
pub trait Source<S: Shape, G: Target, T: Element = f32>: Sync {
    /// The number of samples, always the same.
    fn len(&self) -> usize;

    /// Whether there are no samples.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the samples with these indices, each below [`len`](Self::len), to the front of `samples`, in this order,
    /// and appends their targets to `targets`.
    ///
    /// # Errors
    ///
    /// Whatever keeps a sample from being read.
    ///
    /// # Panics
    ///
    /// Panics if an index is out of range.
    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<S, T>],
        targets: &mut Vec<G>,
    ) -> Result<(), SourceError>;

    /// The samples of this range as they are, for evaluation: in place where they lie in memory, else gathered into
    /// `samples` and `targets`.
    ///
    /// # Errors
    ///
    /// Those of [`gather`](Self::gather).
    ///
    /// # Panics
    ///
    /// Panics if the range is out of range, or if `samples` is shorter than it.
    fn part<'a>(
        &'a self,
        range: Range<usize>,
        samples: &'a mut [Tensor<S, T>],
        targets: &'a mut Vec<G>,
    ) -> Result<Part<'a, S, G, T>, SourceError> {
        let indices: Vec<_> = range.collect();
        let samples = &mut samples[..indices.len()];
        targets.clear();
        self.gather(&indices, samples, targets)?;
        Ok((samples, targets))
    }

    /// Goes through an epoch for training: `work` gets a function that brings the next one of `batches` each time it
    /// is called, and `false` after the last.
    ///
    /// A source that changes what it gathers, or gathers ahead, does it here.
    fn read<R>(&self, batches: &mut Batches, work: impl FnOnce(&mut NextBatch<'_, S, G, T>) -> R) -> R
    where
        Self: Sized,
    {
        work(&mut |samples, targets| {
            let Some(indices) = batches.next_batch() else { return Ok(false) };
            targets.clear();
            self.gather(indices, &mut samples[..indices.len()], targets)?;
            Ok(true)
        })
    }

    /// The same source whose samples are changed by `change` each time that they are trained on: mirrored, moved, made
    /// noisy. An evaluation sees them as they are.
    ///
    /// Chance follows from the trainer's seed, for each sample of each epoch by itself: the same on one thread or more,
    /// and the same again where an epoch was undone.
    ///
    /// ```
    /// use dimwise::data::Source;
    /// use dimwise::prelude::*;
    ///
    /// # let images = [Tensor::<(U1, U4, U4)>::default(), Tensor::default()];
    /// # let classes = [Class::<U2>::new(0)?, Class::new(1)?];
    /// let data = Dataset::new(images, classes)?;
    /// let mirrored = (&data).augmented(|image, random| {
    ///     if random.below(2) == 0 {
    ///         image.as_mut_slice().chunks_mut(4).for_each(<[f32]>::reverse);
    ///     }
    /// });
    /// # network! { type Net = [Flatten<(U1, U4, U4)>, Affine<_, U2>]; }
    /// # let network = Net::initialized(HeNormal, 1);
    /// # let mut trainer = Trainer::<_, _, _, U8>::new(network, CrossEntropy, Sgd { learning_rate: 0.1 }, 1);
    /// trainer.epoch(&mirrored)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn augmented<F>(self, change: F) -> Augmented<Self, F>
    where
        F: Fn(&mut Tensor<S, T>, &mut Random) + Sync,
        Self: Sized,
    {
        Augmented::new(self, change)
    }

    /// The same source whose samples are mixed with each other each time that they are trained on: `λx + (1 - λ)x'`, and
    /// with the same `λ` the probabilities of their classes, where `x'` is another sample of the batch and `λ` is drawn
    /// for each sample from the distribution Beta(`alpha`, `alpha`). Elsewhere `alpha` is 0.1 to 0.4; the larger, the
    /// more of both. An evaluation sees them as they are, with their classes as probabilities.
    ///
    /// Chance follows from the trainer's seed, for each batch of each epoch by itself: the same on one thread or more,
    /// and the same again where an epoch was undone or interrupted.
    ///
    /// Zhang et al., *mixup: beyond empirical risk minimization*, 2018.
    ///
    /// # Panics
    ///
    /// Panics if `alpha` is not positive.
    ///
    /// ```
    /// use dimwise::data::Source;
    /// use dimwise::prelude::*;
    ///
    /// let samples = [[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [1.0, 1.0]].map(Tensor::<U2>::from);
    /// let classes = [0, 1, 1, 0].map(|class| Class::<U2>::new(class).unwrap());
    /// let data = Dataset::new(samples, classes)?.mixup(0.2);
    /// # network! { type Net = [Affine<U2, U2>]; }
    /// # let network = Net::initialized(HeNormal, 1);
    /// # let mut trainer = Trainer::<Net, _, _, U4>::new(network, CrossEntropy, Sgd { learning_rate: 0.1 }, 1);
    /// trainer.epoch(&data)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn mixup(self, alpha: f64) -> Mixup<Self, G>
    where
        G: Distribution<T>,
        Self: Sized,
    {
        Mixup::new(self, alpha)
    }

    /// The same source, gathered (and augmented, if it is) by a thread of its own up to `batches` batches ahead of the
    /// step, which then does not wait for files. The order is the same.
    ///
    /// # Panics
    ///
    /// Panics if `batches` is 0.
    #[cfg(feature = "std")]
    fn read_ahead(self, batches: usize) -> super::ReadAhead<Self>
    where
        Self: Sized,
    {
        super::ReadAhead::new(self, batches)
    }
}

/// Samples and as many targets.
pub type Part<'a, S, G, T> = (&'a [Tensor<S, T>], &'a [G]);

/// Brings the next batch to the front of the samples, and as many targets in the place of those before; `false` where
/// there are no more.
pub type NextBatch<'a, S, G, T> =
    dyn FnMut(&mut [Tensor<S, T>], &mut Vec<G>) -> Result<bool, SourceError> + 'a;

impl<S: Shape, G: Target, T: Element, D: Source<S, G, T>> Source<S, G, T> for &D {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<S, T>],
        targets: &mut Vec<G>,
    ) -> Result<(), SourceError> {
        (**self).gather(indices, samples, targets)
    }

    fn part<'a>(
        &'a self,
        range: Range<usize>,
        samples: &'a mut [Tensor<S, T>],
        targets: &'a mut Vec<G>,
    ) -> Result<Part<'a, S, G, T>, SourceError> {
        (**self).part(range, samples, targets)
    }

    fn read<R>(&self, batches: &mut Batches, work: impl FnOnce(&mut NextBatch<'_, S, G, T>) -> R) -> R {
        (**self).read(batches, work)
    }
}

/// Why a [`Source`] could not bring a sample: any error, which `?` turns into this one.
///
/// ```
/// use dimwise::data::SourceError;
///
/// fn read() -> Result<String, SourceError> {
///     Ok(std::fs::read_to_string("no such file")?)
/// }
/// assert!(read().is_err());
/// ```
#[derive(Clone)]
pub struct SourceError {
    error: Arc<dyn Error + Send + Sync>,
}

impl SourceError {
    /// The error itself.
    pub fn inner(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for SourceError {
    fn from(error: E) -> Self {
        Self { error: Arc::new(error) }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// Whether both are one error, that happened once.
impl PartialEq for SourceError {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.error, &other.error)
    }
}
