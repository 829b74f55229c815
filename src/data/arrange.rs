//! Data sets made of data sets: parts, folds, other orders, other samples.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::dataset::{Dataset, copy};
use crate::element::Element;
use crate::loss::Target;
use crate::plain::{flat, flat_mut, zeroed_slice};
use crate::random::Random;
use crate::shape::Shape;
use crate::tensor::Tensor;

impl<S: Shape, G: Target, T: Element> Dataset<S, G, T> {
    /// The samples with these indices, in this order; one may stand several times.
    ///
    /// # Panics
    ///
    /// Panics if an index is out of range.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let data = Dataset::new([[1.0], [2.0], [3.0]].map(Tensor::<U1>::from), [[0.0]; 3].map(Tensor::<U1>::from))?;
    /// assert_eq!(data.select(&[2, 0]).samples(), [[3.0], [1.0]].map(Tensor::from));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn select(&self, indices: &[usize]) -> Self {
        let mut samples = zeroed_slice(indices.len());
        copy(&self.samples, indices, &mut samples);
        Self { samples, targets: indices.iter().map(|index| self.targets[*index].clone()).collect() }
    }

    /// The first `count` samples, and the others.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer samples.
    pub fn split_at(&self, count: usize) -> (Self, Self) {
        assert!(count <= self.len(), "{} samples have no first {count}", self.len());
        let indices: Vec<_> = (0..self.len()).collect();
        (self.select(&indices[..count]), self.select(&indices[count..]))
    }

    /// The same samples in another order, which follows from `seed`.
    ///
    /// ```
    /// # use dimwise::prelude::*;
    /// # let data = Dataset::new([[1.0], [2.0], [3.0]].map(Tensor::<U1>::from), [[0.0]; 3].map(Tensor::<U1>::from))?;
    /// assert_eq!(data.shuffled(1).samples(), data.shuffled(1).samples());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn shuffled(&self, seed: u64) -> Self {
        self.select(&shuffled(self.len(), seed))
    }

    /// A share of the samples, chosen at random from `seed`, and the others: some to train on, some to test with.
    ///
    /// Of each class that share, to the next sample above or below: classes that are rare are in both parts as often
    /// as in the whole. Both parts are shuffled.
    ///
    /// # Panics
    ///
    /// Panics if `share` is not from 0 to 1.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let samples: Vec<_> = (0..10).map(|i| Tensor::<U1>::from([i as f32])).collect();
    /// let classes: Vec<_> = (0..10).map(|i| Class::<U2>::new(usize::from(i < 5)).unwrap()).collect();
    /// let (train, test) = Dataset::new(samples, classes)?.split(0.8, 1);
    /// assert_eq!((train.len(), test.len()), (8, 2));
    /// assert_ne!(test.targets()[0], test.targets()[1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn split(&self, share: f64, seed: u64) -> (Self, Self) {
        let (front, back) = split(&self.targets, share, seed);
        (self.select(&front), self.select(&back))
    }

    /// Cross-validation: `k` pairs of samples to train on and samples to test with. Every sample is in one test part,
    /// and each part has as many of each class, to one sample.
    ///
    /// Parts are cut from the order in which the samples are: [`shuffled`](Self::shuffled) before makes it a chance
    /// which sample is in which.
    ///
    /// # Panics
    ///
    /// Panics if `k` is less than 2, or more than there are samples.
    ///
    /// ```
    /// # use dimwise::prelude::*;
    /// # let data = Dataset::new([[1.0], [2.0], [3.0]].map(Tensor::<U1>::from), [[0.0]; 3].map(Tensor::<U1>::from))?;
    /// for (train, test) in data.shuffled(1).folds(3) {
    ///     assert_eq!((train.len(), test.len()), (2, 1));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn folds(&self, k: usize) -> impl ExactSizeIterator<Item = (Self, Self)> {
        assert!(2 <= k && k <= self.len(), "{} samples cannot be cut into {k} folds", self.len());
        let order = by_class(&self.targets, (0..self.len()).collect());
        (0..k).map(move |fold| {
            let mut parts = (Vec::new(), Vec::new());
            for (position, index) in order.iter().enumerate() {
                let part = if position % k == fold { &mut parts.1 } else { &mut parts.0 };
                part.push(*index);
            }
            parts.0.sort_unstable();
            parts.1.sort_unstable();
            (self.select(&parts.0), self.select(&parts.1))
        })
    }

    /// These samples, then those of `other`.
    ///
    /// ```
    /// # use dimwise::prelude::*;
    /// # let data = Dataset::new([[1.0], [2.0], [3.0]].map(Tensor::<U1>::from), [[0.0]; 3].map(Tensor::<U1>::from))?;
    /// let (front, back) = data.split_at(1);
    /// assert_eq!(front.concat(&back).samples(), data.samples());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn concat(&self, other: &Self) -> Self {
        let mut samples = zeroed_slice(self.len() + other.len());
        flat_mut(&mut samples[..self.len()]).copy_from_slice(flat(&self.samples));
        flat_mut(&mut samples[self.len()..]).copy_from_slice(flat(&other.samples));
        Self { samples, targets: self.targets.iter().chain(&other.targets).cloned().collect() }
    }

    /// What `function` makes of each sample, with the same targets.
    ///
    /// Each new sample is on the stack before it is in the data set.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let data = Dataset::new([Tensor::from([3.0, 4.0])], [Tensor::from([1.0])])?;
    /// let lengths: Dataset<U1, Tensor<U1>> = data.map(|sample| Tensor::from([sample.norm()]));
    /// assert_eq!(lengths.samples()[0][0], 5.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map<R: Shape, U: Element>(
        &self,
        mut function: impl FnMut(&Tensor<S, T>) -> Tensor<R, U>,
    ) -> Dataset<R, G, U> {
        let mut samples: Box<[Tensor<R, U>]> = zeroed_slice(self.len());
        for (new, sample) in samples.iter_mut().zip(&self.samples) {
            *new = function(sample);
        }
        Dataset { samples, targets: self.targets.clone() }
    }

    /// The same samples with what `function` makes of each target.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let data = Dataset::new([[1.0], [2.0]].map(Tensor::<U1>::from), [7, 3].map(|i| Class::<U10>::new(i).unwrap()))?;
    /// let odd = data.map_targets(|digit| Class::<U2>::new(digit.index() % 2).unwrap());
    /// assert_eq!(odd.targets()[0].index(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map_targets<H: Target>(&self, function: impl FnMut(&G) -> H) -> Dataset<S, H, T> {
        Dataset { samples: self.clone().samples, targets: self.targets.iter().map(function).collect() }
    }
}

/// The indices below `count` in an order that follows from `seed`.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut indices: Vec<_> = (0..count).collect();
    Random::new(seed).shuffle(&mut indices);
    indices
}

/// The indices sorted by the class of their targets; those of one class, and of no class, in the order given.
fn by_class<G: Target>(targets: &[G], mut indices: Vec<usize>) -> Vec<usize> {
    indices.sort_by_key(|index| targets[*index].class_index());
    indices
}

/// A share of the indices of each class, at random, and the others.
///
/// # Panics
///
/// Panics if `share` is not from 0 to 1.
pub(super) fn split<G: Target>(targets: &[G], share: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    assert!((0.0..=1.0).contains(&share), "a share is from 0 to 1, not {share}");
    let order = shuffled(targets.len(), seed);
    // Going through the classes one after the other, what rounding leaves of one goes to the next.
    let wanted = |count: usize| Element::round(share * count as f64);
    let mut is_front = alloc::vec![false; targets.len()];
    for (position, index) in by_class(targets, order.clone()).into_iter().enumerate() {
        is_front[index] = wanted(position) < wanted(position + 1);
    }
    order.into_iter().partition(|index| is_front[*index])
}
