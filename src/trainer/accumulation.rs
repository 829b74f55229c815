//! [`Accumulation`]: the gradients of several batches, for one step; [`Mean`], their loss.

use alloc::boxed::Box;
use alloc::vec;

use crate::element::Element;
use crate::network::Network;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// The gradients of several batches, for one step; in memory that is taken once.
pub(super) struct Accumulation<N: Network> {
    /// The batches of a step.
    pub(super) batches: usize,
    /// The sum of the batches' gradients, each as often as the batch counts.
    sum: Box<N>,
    /// How much the batches count together.
    weight: f64,
    /// The numbers that no optimizer changes, as they were before the first batch.
    statistics: Box<[N::Element]>,
}

impl<N: Network> Accumulation<N> {
    pub(super) fn new(batches: usize) -> Self {
        let statistics = vec![N::Element::ZERO; N::STATISTICS].into();
        Self { batches, sum: N::zeroed(), weight: 0.0, statistics }
    }

    /// A step begins.
    pub(super) fn begin(&mut self, network: &mut N) {
        self.sum.as_mut_slice().fill(N::Element::ZERO);
        self.weight = 0.0;
        each_statistic(network, &mut self.statistics, |now, kept| kept.copy_from_slice(now));
    }

    /// Adds the gradients of a batch that counts so much.
    pub(super) fn add(&mut self, gradients: &N, weight: f64) {
        self.weight += weight;
        let scale = N::Element::from_f64(weight);
        let numbers = (self.sum.as_mut_slice(), gradients.as_slice());
        split(numbers, Work::of_pass(N::COUNT), |_, (sums, gradients)| {
            sums.iter_mut().zip(gradients).for_each(|(sum, gradient)| *sum += scale * *gradient);
        });
    }

    /// Writes the gradients of all batches since the beginning, as one batch.
    pub(super) fn write(&self, gradients: &mut N) {
        // What does not count at all has no gradient.
        let scale = N::Element::from_f64(if self.weight == 0.0 { 0.0 } else { 1.0 / self.weight });
        let numbers = (gradients.as_mut_slice(), self.sum.as_slice());
        split(numbers, Work::of_pass(N::COUNT), |_, (gradients, sums)| {
            gradients.iter_mut().zip(sums).for_each(|(gradient, sum)| *gradient = scale * *sum);
        });
    }

    /// Undoes what the batches have changed of the network.
    pub(super) fn undo(&mut self, network: &mut N) {
        each_statistic(network, &mut self.statistics, |now, kept| now.copy_from_slice(kept));
    }
}

/// A step's mean loss; that of one batch to the last bit.
#[derive(Default)]
pub(super) struct Mean {
    pub(super) value: f64,
    weight: f64,
}

impl Mean {
    /// Adds the loss of a batch that counts so much.
    pub(super) fn add(&mut self, loss: f64, weight: f64) {
        self.weight += weight;
        if self.weight != 0.0 {
            self.value += (loss - self.value) * (weight / self.weight);
        }
    }
}

/// Calls `visit` with each stretch of statistics in the network, and with its place among those kept.
fn each_statistic<N: Network>(
    network: &mut N,
    mut kept: &mut [N::Element],
    mut visit: impl FnMut(&mut [N::Element], &mut [N::Element]),
) {
    if N::STATISTICS == 0 {
        return;
    }
    let numbers = network.as_mut_slice();
    N::segments(|segment| {
        if !segment.kind.is_trained() {
            let range = segment.range();
            let (here, rest) = core::mem::take(&mut kept).split_at_mut(range.len());
            visit(&mut numbers[range], here);
            kept = rest;
        }
    });
}
