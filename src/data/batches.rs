//! [`Batches`]: the order in which samples are seen.

use alloc::vec::Vec;

use crate::random::Random;

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

    /// What chance in the epoch that goes on is drawn from: it follows from the seed and from how many epochs there
    /// were, and is undone with them. No number of it decides an order.
    pub(super) fn epoch_seed(&self) -> u64 {
        (self.random.clone().uniform() * (1_u64 << 53) as f64) as u64
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

    /// How many batches an epoch over so many samples has.
    pub(crate) fn of_epoch(&self, samples: usize) -> usize {
        if self.drops_last { samples / self.size } else { samples.div_ceil(self.size) }
    }

    /// Leaves out the first batches of the epoch, which have been seen before it was interrupted.
    pub(crate) fn skip(&mut self, batches: usize) {
        self.seen = self.order.len().min(batches.saturating_mul(self.size));
    }

    /// How many samples of the epoch have been seen.
    pub(super) fn seen(&self) -> usize {
        self.seen
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
}
