//! [`Augmented`]: samples that are changed at random each time that they are trained on.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::Batches;
use super::source::{NextBatch, Part, Source, SourceError};
use crate::element::Element;
use crate::loss::Target;
use crate::random::Random;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A source whose samples are changed in training; made by [`Source::augmented`].
#[derive(Clone)]
pub struct Augmented<D, F> {
    source: D,
    change: F,
}

impl<D, F> Augmented<D, F> {
    pub(super) fn new(source: D, change: F) -> Self {
        Self { source, change }
    }

    /// The source as it is.
    pub fn source(&self) -> &D {
        &self.source
    }
}

/// Far from what seeding adds to a seed, so that neighbours have nothing in common.
pub(super) const STEP: u64 = 0xD134_2543_DE82_EF95;

impl<S, G, T, D, F> Source<S, G, T> for Augmented<D, F>
where
    S: Shape,
    G: Target,
    T: Element,
    D: Source<S, G, T>,
    F: Fn(&mut Tensor<S, T>, &mut Random) + Sync,
{
    fn len(&self) -> usize {
        self.source.len()
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<S, T>],
        targets: &mut Vec<G>,
    ) -> Result<(), SourceError> {
        self.source.gather(indices, samples, targets)
    }

    fn part<'a>(
        &'a self,
        range: Range<usize>,
        samples: &'a mut [Tensor<S, T>],
        targets: &'a mut Vec<G>,
    ) -> Result<Part<'a, S, G, T>, SourceError> {
        self.source.part(range, samples, targets)
    }

    fn read<R>(&self, batches: &mut Batches, work: impl FnOnce(&mut NextBatch<'_, S, G, T>) -> R) -> R {
        // An epoch that was interrupted goes on behind the samples that it has changed.
        let mut seed = batches.epoch_seed().wrapping_add(STEP.wrapping_mul(batches.seen() as u64));
        self.source.read(batches, |next| {
            work(&mut |samples, targets| {
                let is_batch = next(samples, targets)?;
                if is_batch {
                    for sample in &mut samples[..targets.len()] {
                        seed = seed.wrapping_add(STEP);
                        (self.change)(sample, &mut Random::new(seed));
                    }
                }
                Ok(is_batch)
            })
        })
    }
}

impl<D: fmt::Debug, F> fmt::Debug for Augmented<D, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Augmented").field("source", &self.source).finish_non_exhaustive()
    }
}
