//! [`Dataset`]: samples with their targets, in memory.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::source::{Part, Source, SourceError};
use crate::decimal::Unlike;
use crate::element::Element;
use crate::loss::Target;
use crate::plain::{Plain, flat, flat_boxed, flat_mut, view_boxed, zeroed_slice};
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
    pub(super) samples: Box<[Tensor<S, T>]>,
    pub(super) targets: Box<[G]>,
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
}

impl<S: Shape, G: Target, T: Element> Source<S, G, T> for Dataset<S, G, T> {
    fn len(&self) -> usize {
        self.samples.len()
    }

    /// Allocates nothing if the capacity of `targets` suffices.
    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<S, T>],
        targets: &mut Vec<G>,
    ) -> Result<(), SourceError> {
        copy(&self.samples, indices, samples);
        targets.extend(indices.iter().map(|index| self.targets[*index].clone()));
        Ok(())
    }

    fn part<'a>(
        &'a self,
        range: Range<usize>,
        _samples: &'a mut [Tensor<S, T>],
        _targets: &'a mut Vec<G>,
    ) -> Result<Part<'a, S, G, T>, SourceError> {
        Ok((&self.samples[range.clone()], &self.targets[range]))
    }
}

/// Copies the values with these indices, in this order.
pub(super) fn copy<P: Plain>(from: &[P], indices: &[usize], to: &mut [P]) {
    for (index, to) in indices.iter().zip(to) {
        to.as_mut_slice().copy_from_slice(from[*index].as_slice());
    }
}

/// The samples, for what learns from them alone: [`Standardize::fit`](crate::layer::Standardize::fit).
impl<S: Shape, G: Target, T: Element> AsRef<[Tensor<S, T>]> for Dataset<S, G, T> {
    fn as_ref(&self) -> &[Tensor<S, T>] {
        &self.samples
    }
}

/// A copy of all samples and targets.
impl<S: Shape, G: Target, T: Element> Clone for Dataset<S, G, T> {
    fn clone(&self) -> Self {
        let mut samples = zeroed_slice(self.len());
        flat_mut(&mut samples).copy_from_slice(flat(&self.samples));
        Self { samples, targets: self.targets.clone() }
    }
}

impl<S: Shape, G: Target, T: Element> fmt::Debug for Dataset<S, G, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dataset").field("samples", &self.len()).field("shape", &S::DIMS).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;
    use alloc::string::ToString;

    #[test]
    fn gather_keeps_samples_and_targets_together() {
        let samples: Vec<_> = (0..5).map(|i| Tensor::<U2>::from([i as f32, -(i as f32)])).collect();
        let targets: Vec<_> = (0..5).map(|i| Class::<U5>::new(i).unwrap()).collect();
        let data = Dataset::new(samples, targets).unwrap();
        let mut room = [Tensor::default(), Tensor::default(), Tensor::default()];
        let mut targets = Vec::new();
        data.gather(&[4, 1], &mut room, &mut targets).unwrap();
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
