//! [`Cache`]: what a layer keeps from forward to backward.

use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;

use crate::plain::{Float, Nothing, Plain, view_mut};

/// What `forward` leaves for `backward` beside input and output: [`Nothing`], [`PerSample`] or [`PerBatch`].
pub trait Cache: 'static {
    /// The element type.
    type Element: Float;
    /// What is kept of each sample.
    type Sample: Plain<Element = Self::Element>;
    /// What is kept of the batch as a whole, and scratch memory.
    type Batch: Plain<Element = Self::Element>;
}

impl<T: Float> Cache for Nothing<T> {
    type Element = T;
    type Sample = Self;
    type Batch = Self;
}

/// A `P` for each sample.
#[derive(Clone, Copy, Debug)]
pub struct PerSample<P>(PhantomData<P>);

impl<P: Plain> Cache for PerSample<P> {
    type Element = P::Element;
    type Sample = P;
    type Batch = Nothing<P::Element>;
}

/// One `P`, however many samples there are.
#[derive(Clone, Copy, Debug)]
pub struct PerBatch<P>(PhantomData<P>);

impl<P: Plain> Cache for PerBatch<P> {
    type Element = P::Element;
    type Sample = Nothing<P::Element>;
    type Batch = P;
}

/// The memory of a [`Cache`], for as many samples as the input has.
pub struct Cached<'a, C: Cache> {
    /// What is kept of each sample.
    pub samples: &'a mut [C::Sample],
    /// What is kept of the batch as a whole.
    pub batch: &'a mut C::Batch,
}

impl<C: Cache> Cached<'_, C> {
    /// The memory of some of the samples.
    ///
    /// # Panics
    ///
    /// Panics if there are not so many samples.
    pub fn part(&mut self, samples: Range<usize>) -> Cached<'_, C> {
        Cached { samples: &mut self.samples[samples], batch: &mut *self.batch }
    }

    /// Calls `compute` with a cache for `samples` samples whose content is not needed afterwards.
    ///
    /// Allocates, unless the cache is [`Nothing`].
    pub(super) fn discarded<R>(samples: usize, compute: impl FnOnce(Cached<'_, C>) -> R) -> R {
        let numbers = samples.checked_mul(C::Sample::COUNT).expect("a cache whose elements can be counted");
        let mut memory = alloc::vec![C::Element::ZERO; numbers];
        let samples = view_mut(&mut memory, samples);
        compute(Cached { samples, batch: &mut C::Batch::zeroed() })
    }
}

impl<C: Cache> fmt::Debug for Cached<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached").field("samples", &self.samples.len()).finish_non_exhaustive()
    }
}
