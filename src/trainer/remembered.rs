//! [`Remembered`]: what training goes back to.

use alloc::boxed::Box;

use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::random::Random;

/// A network with all that its training goes on from, in memory that is taken once.
pub(super) struct Remembered<N, O> {
    network: Box<N>,
    optimizer: O,
    counters: Counters,
    age: Age,
}

/// When that was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Age {
    /// Before the epoch that goes on changed anything.
    ThisEpoch,
    /// Before the epoch that ended last, after which nothing has changed.
    LastEpoch,
    /// Before.
    Older,
}

/// Where training is, beside the network and the optimizer.
#[derive(Clone, Debug)]
pub(super) struct Counters {
    /// What the order of the next epoch is drawn from.
    pub(super) order: Random,
    /// Epochs since the beginning.
    pub(super) epochs: usize,
    /// Steps since the beginning.
    pub(super) steps: usize,
}

impl<N: Network, O: Optimizer<N>> Remembered<N, O> {
    pub(super) fn new(network: &N, optimizer: &O, counters: Counters) -> Self {
        Self { network: network.to_boxed(), optimizer: optimizer.clone(), counters, age: Age::Older }
    }

    /// Takes over where training is.
    pub(super) fn remember(&mut self, network: &N, optimizer: &O, counters: &Counters) {
        self.network.as_mut_slice().copy_from_slice(network.as_slice());
        self.optimizer.clone_from(optimizer);
        self.counters.clone_from(counters);
        self.age = Age::ThisEpoch;
    }

    /// Time goes on.
    pub(super) fn becomes(&mut self, age: Age) {
        self.age = age;
    }

    pub(super) fn age(&self) -> Age {
        self.age
    }

    /// Gives everything back.
    pub(super) fn restore(&mut self, network: &mut N, optimizer: &mut O) -> Counters {
        network.as_mut_slice().copy_from_slice(self.network.as_slice());
        optimizer.clone_from(&self.optimizer);
        self.age = Age::Older;
        self.counters.clone()
    }

    /// The weights that are gone back to.
    pub(super) fn network(&self) -> &N {
        &self.network
    }
}
