//! Data: [`Dataset`], samples with their targets, and [`Batches`], the order in which they are seen.
//!
//! A trainer gathers batches of typed samples from them. Data know shapes and targets; they know no
//! layers.

mod fingerprint;
#[cfg(feature = "std")]
mod idx;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

pub(crate) use fingerprint::Fingerprint;
#[cfg(feature = "std")]
pub use idx::{DataError, Split};

use crate::decimal::Unlike;
use crate::element::Element;
use crate::loss::Target;
use crate::plain::{Plain, flat_boxed, view_boxed, zeroed_slice};
use crate::random::Random;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// Samples of shape `S`, each with its target.
///
/// ```
/// use dimwise::prelude::*;
///
/// let samples = [[0.0, 1.0], [1.0, 0.0]].map(Tensor::<U2>::from);
/// let data = Dataset::new(samples, [Class::<U3>::new(2)?, Class::new(0)?])?;
/// assert_eq!(data.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Dataset<S: Shape, G: Target, T: Element = f32> {
    samples: Box<[Tensor<S, T>]>,
    targets: Box<[G]>,
}

/// Samples of shape `R` are of the data set's shape `S`.
///
/// A trait of ours, and not the same type in two places, about which the compiler has words of its own.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this data set is of samples of {Wanted}, but these are of {Found}",
    label = "samples of {Found}, not of {Wanted}"
)]
pub trait SamplesOf<R, S, Found, Wanted> {}
#[diagnostic::do_not_recommend]
impl<S, Found, Wanted> SamplesOf<S, S, Found, Wanted> for Alike {}
// So that the compiler looks at the samples before it infers their shape from the data set's.
#[diagnostic::do_not_recommend]
impl<S, Found, Wanted> SamplesOf<Unlike<S>, S, Found, Wanted> for Alike {}
#[doc(hidden)]
#[derive(Debug)]
pub struct Alike;

/// The numbers of samples and targets differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountError {
    /// The number of samples.
    pub samples: usize,
    /// The number of targets.
    pub targets: usize,
}

impl fmt::Display for CountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} samples cannot have {} targets", self.samples, self.targets)
    }
}

impl core::error::Error for CountError {}

impl<S: Shape, G: Target, T: Element> Dataset<S, G, T> {
    /// Pairs samples with targets, in the same order.
    ///
    /// # Errors
    ///
    /// [`CountError`] if their numbers differ.
    pub fn new<R: Shape>(
        samples: impl Into<Box<[Tensor<R, T>]>>,
        targets: impl Into<Box<[G]>>,
    ) -> Result<Self, CountError>
    where
        Alike: SamplesOf<R, S, R::Decimal, S::Decimal>,
    {
        let (samples, targets) = (samples.into(), targets.into());
        let count = samples.len();
        if count != targets.len() {
            return Err(CountError { samples: count, targets: targets.len() });
        }
        // `R` is `S`: the same memory.
        Ok(Self { samples: view_boxed(flat_boxed(samples), count), targets })
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The samples.
    pub fn samples(&self) -> &[Tensor<S, T>] {
        &self.samples
    }

    /// The targets, in the order of the samples.
    pub fn targets(&self) -> &[G] {
        &self.targets
    }

    /// Splits off the first `count` samples.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer samples.
    pub fn split_at(&self, count: usize) -> (Self, Self) {
        let part = |range: core::ops::Range<usize>| {
            let mut samples = zeroed_slice(range.len());
            copy(&self.samples[range.clone()], &mut samples);
            Self { samples, targets: self.targets[range].into() }
        };
        (part(0..count), part(count..self.len()))
    }

    /// Copies the samples with these indices to the front of `samples`, in this order, and their targets into
    /// `targets`, which is cleared first.
    ///
    /// Allocates nothing if the capacity of `targets` suffices.
    ///
    /// # Panics
    ///
    /// Panics if an index is out of range, or if `samples` is shorter than `indices`.
    pub fn gather(&self, indices: &[usize], samples: &mut [Tensor<S, T>], targets: &mut Vec<G>) {
        let samples = &mut samples[..indices.len()];
        targets.clear();
        for (index, sample) in indices.iter().zip(samples) {
            copy(core::slice::from_ref(&self.samples[*index]), core::slice::from_mut(sample));
            targets.push(self.targets[*index].clone());
        }
    }
}

fn copy<P: Plain>(from: &[P], to: &mut [P]) {
    crate::plain::flat_mut(to).copy_from_slice(crate::plain::flat(from));
}

impl<S: Shape, G: Target, T: Element> fmt::Debug for Dataset<S, G, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dataset").field("samples", &self.len()).field("shape", &S::DIMS).finish()
    }
}

/// The order in which samples are seen: a new one each epoch, cut into batches.
///
/// ```
/// use dimwise::data::Batches;
///
/// let mut batches = Batches::new(4, 1);
/// batches.shuffle(10);
/// let mut sizes = Vec::new();
/// while let Some(indices) = batches.next_batch() {
///     sizes.push(indices.len());
/// }
/// assert_eq!(sizes, [4, 4, 2]);
/// ```
#[derive(Clone, Debug)]
pub struct Batches {
    size: usize,
    drops_last: bool,
    random: Random,
    order: Vec<usize>,
    seen: usize,
}

impl Batches {
    /// Batches of `size` samples, the last one of an epoch possibly shorter, in an order that follows from
    /// `seed`.
    ///
    /// # Panics
    ///
    /// Panics if `size` is 0.
    pub fn new(size: usize, seed: u64) -> Self {
        let mut batches =
            Self { size, drops_last: false, random: Random::new(seed), order: Vec::new(), seen: 0 };
        batches.resize(size);
        batches
    }

    /// Leaves out the last batch of an epoch if it is shorter than the others.
    ///
    /// ```
    /// use dimwise::data::Batches;
    ///
    /// let mut batches = Batches::new(4, 1).drop_last();
    /// batches.shuffle(10);
    /// let sizes: Vec<_> = std::iter::from_fn(|| batches.next_batch().map(|batch| batch.len())).collect();
    /// assert_eq!(sizes, [4, 4]);
    /// ```
    pub fn drop_last(mut self) -> Self {
        self.drops_last = true;
        self
    }

    /// Whether short batches are left out.
    pub fn drops_last(&self) -> bool {
        self.drops_last
    }

    /// The source of the next orders.
    pub(crate) fn random(&self) -> &Random {
        &self.random
    }

    /// Draws the next orders from `random`.
    pub(crate) fn restart(&mut self, random: Random) {
        self.random = random;
    }

    /// The number of samples of a batch.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Changes the number of samples of a batch, from the next one on.
    ///
    /// # Panics
    ///
    /// Panics if `size` is 0.
    pub fn resize(&mut self, size: usize) {
        assert!(size > 0, "a batch has at least one sample");
        self.size = size;
    }

    /// Begins an epoch over `samples` samples, in a new order. Allocates only if there are more of them than
    /// before.
    pub fn shuffle(&mut self, samples: usize) {
        self.order.clear();
        self.order.extend(0..samples);
        self.random.shuffle(&mut self.order);
        self.seen = 0;
    }

    /// Returns the indices of the next batch; `None` at the end of the epoch.
    pub fn next_batch(&mut self) -> Option<&[usize]> {
        let start = self.seen;
        self.seen = self.order.len().min(start + self.size);
        if self.drops_last && self.seen - start < self.size {
            self.seen = start;
        }
        (start < self.seen).then(|| &self.order[start..self.seen])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;
    use alloc::string::ToString;

    fn epoch(batches: &mut Batches, samples: usize) -> Vec<Vec<usize>> {
        batches.shuffle(samples);
        core::iter::from_fn(|| batches.next_batch().map(<[usize]>::to_vec)).collect()
    }

    #[test]
    fn an_epoch_sees_every_sample_once_in_an_order_of_its_own() {
        let mut batches = Batches::new(7, 3);
        let (first, second) = (epoch(&mut batches, 100), epoch(&mut batches, 100));
        assert_ne!(first, second);
        assert_eq!(epoch(&mut Batches::new(7, 3), 100), first);
        assert_ne!(epoch(&mut Batches::new(7, 4), 100), first);
        assert_eq!((first.len(), first[14].len()), (15, 2));
        let mut seen = second.concat();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..100));
        assert_eq!(epoch(&mut batches, 0), Vec::<Vec<usize>>::new());
        assert_eq!(epoch(&mut batches, 3).concat().len(), 3);
    }

    #[test]
    fn gather_keeps_samples_and_targets_together() {
        let samples: Vec<_> = (0..5).map(|i| Tensor::<U2>::from([i as f32, -(i as f32)])).collect();
        let targets: Vec<_> = (0..5).map(|i| Class::<U5>::new(i).unwrap()).collect();
        let data = Dataset::new(samples, targets).unwrap();
        let mut room = [Tensor::default(), Tensor::default(), Tensor::default()];
        let mut targets = Vec::new();
        data.gather(&[4, 1], &mut room, &mut targets);
        assert_eq!((room[0][1], room[1][0]), (-4.0, 1.0));
        assert_eq!(targets.iter().map(|class| class.index()).collect::<Vec<_>>(), [4, 1]);
        let (front, back) = data.split_at(3);
        assert_eq!((front.len(), back.samples()[0][0], back.targets()[1].index()), (3, 3.0, 4));
    }

    #[test]
    fn counts_that_disagree_are_an_error() {
        let error = Dataset::new([Tensor::<U2>::default()], [Class::<U2>::new(0).unwrap(); 2]).unwrap_err();
        assert_eq!(error.to_string(), "1 samples cannot have 2 targets");
    }
}
