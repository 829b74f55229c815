//! [`Remembered`]: what training goes back to.

use alloc::boxed::Box;

use super::tally::Tally;
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::random::Random;

/// A network with all that its training goes on from, in memory that is taken once.
pub(super) struct Remembered<N, O> {
    pub(super) network: Box<N>,
    pub(super) optimizer: O,
    pub(super) counters: Counters,
    /// Whether it was remembered in the epoch that goes on.
    is_current: bool,
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
    /// How far an epoch is that was interrupted.
    pub(super) partway: Partway,
}

/// What an interrupted epoch has done so far; nothing where none was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Partway {
    /// Its steps.
    pub(super) steps: usize,
    /// The samples of its data, by which it knows them again.
    pub(super) of: usize,
    pub(super) tally: Tally,
    /// The sum over its samples of what the weights cost.
    pub(super) penalties: f64,
}

impl<N: Network, O: Optimizer<N>> Remembered<N, O> {
    pub(super) fn new(network: &N, optimizer: &O, counters: Counters) -> Self {
        Self { network: network.to_boxed(), optimizer: optimizer.clone(), counters, is_current: false }
    }

    /// Takes over where training is.
    pub(super) fn remember(&mut self, network: &N, optimizer: &O, counters: &Counters) {
        self.network.as_mut_slice().copy_from_slice(network.as_slice());
        self.optimizer.clone_from(optimizer);
        self.counters.clone_from(counters);
        self.is_current = true;
    }

    /// An epoch begins.
    pub(super) fn begin_epoch(&mut self) {
        self.is_current = false;
    }

    /// An epoch goes on that was interrupted, and in which it was remembered.
    pub(super) fn continue_epoch(&mut self) {
        self.is_current = true;
    }

    /// Whether it was remembered in the epoch that goes on: else nothing has been changed in that yet.
    pub(super) fn is_current(&self) -> bool {
        self.is_current
    }

    /// Gives everything back.
    pub(super) fn restore(&self, network: &mut N, optimizer: &mut O) -> Counters {
        network.as_mut_slice().copy_from_slice(self.network.as_slice());
        optimizer.clone_from(&self.optimizer);
        self.counters.clone()
    }
}
