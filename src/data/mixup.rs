//! [`Mixup`]: samples that are mixed with each other, and their targets with them.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::Batches;
use super::augmented::STEP;
use super::source::{NextBatch, Source, SourceError};
use crate::element::Element;
use crate::loss::Distribution;
use crate::plain::{Plain, flat, flat_mut, zeroed_slice};
use crate::random::Random;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A source whose samples are mixed in training; made by [`Source::mixup`].
pub struct Mixup<D, G> {
    source: D,
    alpha: f64,
    targets: PhantomData<fn() -> G>,
}

impl<D, G> Mixup<D, G> {
    pub(super) fn new(source: D, alpha: f64) -> Self {
        assert!(alpha > 0.0 && alpha.is_finite(), "the parameter of mixup is positive");
        Self { source, alpha, targets: PhantomData }
    }

    /// The source as it is.
    pub fn source(&self) -> &D {
        &self.source
    }
}

/// Keeps chance apart from what [`Augmented`](super::Augmented) draws for the same samples.
const SALT: u64 = 0x6D69_7875_7000_0000;

impl<S, G, T, D> Source<S, Tensor<G::Shape, T>, T> for Mixup<D, G>
where
    S: Shape,
    G: Distribution<T>,
    T: Element,
    D: Source<S, G, T>,
{
    fn len(&self) -> usize {
        self.source.len()
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<S, T>],
        targets: &mut Vec<Tensor<G::Shape, T>>,
    ) -> Result<(), SourceError> {
        let mut given = Vec::with_capacity(indices.len());
        self.source.gather(indices, samples, &mut given)?;
        targets.extend(given.iter().map(probabilities));
        Ok(())
    }

    fn read<R>(
        &self,
        batches: &mut Batches,
        work: impl FnOnce(&mut NextBatch<'_, S, Tensor<G::Shape, T>, T>) -> R,
    ) -> R {
        // An epoch that was interrupted goes on behind the samples that it has mixed.
        let seen = STEP.wrapping_mul(batches.seen() as u64);
        let mut seed = (batches.epoch_seed() ^ SALT).wrapping_add(seen);
        let (mut given, mut before) = (Vec::new(), zeroed_slice::<Tensor<S, T>>(batches.size()));
        self.source.read(batches, |next| {
            work(&mut |samples, targets| {
                if !next(samples, &mut given)? {
                    return Ok(false);
                }
                let count = given.len();
                let samples = &mut samples[..count];
                flat_mut(&mut before[..count]).copy_from_slice(flat(samples));
                seed = seed.wrapping_add(STEP.wrapping_mul(count as u64));
                let mut random = Random::new(seed);
                let mut partners: Vec<_> = (0..count).collect();
                random.shuffle(&mut partners);
                targets.clear();
                for ((sample, target), partner) in samples.iter_mut().zip(&given).zip(partners) {
                    let weight = random.beta(self.alpha, self.alpha);
                    let mut target = probabilities(target);
                    mix(weight, sample.as_mut_slice(), before[partner].as_slice());
                    mix(weight, target.as_mut_slice(), probabilities(&given[partner]).as_slice());
                    targets.push(target);
                }
                Ok(true)
            })
        })
    }
}

/// A target as the probability of each class.
fn probabilities<G: Distribution<T>, T: Element>(target: &G) -> Tensor<G::Shape, T> {
    let mut probabilities = Tensor::ZERO;
    for (class, probability) in Plain::as_mut_slice(&mut probabilities).iter_mut().enumerate() {
        *probability = target.probability(class);
    }
    probabilities
}

/// `weight · numbers + (1 - weight) · others`
fn mix<T: Element>(weight: f64, numbers: &mut [T], others: &[T]) {
    let (weight, rest) = (T::from_f64(weight), T::from_f64(1.0 - weight));
    for (number, other) in numbers.iter_mut().zip(others) {
        *number = weight * *number + rest * *other;
    }
}

impl<D: Clone, G> Clone for Mixup<D, G> {
    fn clone(&self) -> Self {
        Self { source: self.source.clone(), alpha: self.alpha, targets: PhantomData }
    }
}

impl<D: fmt::Debug, G> fmt::Debug for Mixup<D, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mixup").field("source", &self.source).field("alpha", &self.alpha).finish()
    }
}
