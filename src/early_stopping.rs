//! [`EarlyStopping`]: when to end training, and with which weights.
//!
//! Beside the trainer: it sees a number after each epoch, and does not know how it was computed. By itself, or as a
//! [`Callback`] of a [fit](crate::fit).

use alloc::boxed::Box;
use core::ops::ControlFlow;

use crate::fit::{Callback, CallbackError, End, History, Moment, Watch};
use crate::network::Network;
use crate::optimizer::Entry;
use crate::plain::Plain;

/// Keeps the best network so far, and says when training has not improved it for a while.
///
/// The loss should be one on data that the network is not trained on.
///
/// Prechelt, *Early stopping, but when?*, 1998.
///
/// ```
/// use dimwise::prelude::*;
///
/// # let network = Affine::<U1, U1>::zeroed();
/// # let (x, y) = ([[0.0], [1.0]].map(Tensor::<U1>::from), [[0.0], [1.0]].map(Tensor::<U1>::from));
/// # let (train, validation) = (Dataset::new(x.clone(), y.clone())?, Dataset::new(x, y)?);
/// let sgd = Sgd { learning_rate: 0.2 };
/// let mut trainer = Trainer::<_, _, _, U8>::new(network, MeanSquaredError, sgd, 1);
/// let mut stopping = EarlyStopping::new(trainer.network(), 3);
/// stopping.minimum_improvement = 1e-6;
/// loop {
///     trainer.epoch(&train)?;
///     let loss = trainer.evaluate(&validation)?.loss;
///     if stopping.should_stop(loss, trainer.network()) {
///         break;
///     }
/// }
/// assert!(stopping.best_loss() < 1e-4);
/// let network = stopping.into_best();
/// # let _ = network;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EarlyStopping<N> {
    /// How many times in a row the loss may fail to improve before training should stop; at least 1.
    pub patience: usize,
    /// By how much the loss must be below the best one to count as better; 0 unless changed.
    pub minimum_improvement: f64,
    best_loss: f64,
    best: Box<N>,
    waited: usize,
    watch: Watch,
    restores: bool,
}

impl<N: Plain> Clone for EarlyStopping<N> {
    /// Copies the best network from heap to heap.
    fn clone(&self) -> Self {
        Self { best: self.best.to_boxed(), watch: self.watch.clone(), ..*self }
    }
}

impl<N: Plain> EarlyStopping<N> {
    /// Allocates memory for the best network, which for now is a copy of this one.
    pub fn new(network: &N, patience: usize) -> Self {
        Self {
            patience,
            minimum_improvement: 0.0,
            best_loss: f64::INFINITY,
            best: network.to_boxed(),
            waited: 0,
            watch: Watch::default(),
            restores: false,
        }
    }

    /// In a [fit](crate::trainer::Trainer::fit): judges by this number, not by the loss on validation data.
    pub fn watching(self, watch: Watch) -> Self {
        Self { watch, ..self }
    }

    /// In a [fit](crate::trainer::Trainer::fit): gives the best network back to the trainer when training ends, but
    /// where it was interrupted, and is to go on.
    pub fn restoring(self) -> Self {
        Self { restores: true, ..self }
    }

    /// Records a network and its loss, and returns whether training should stop.
    ///
    /// Allocates nothing. NaN is never better.
    pub fn should_stop(&mut self, loss: f64, network: &N) -> bool {
        if loss < self.best_loss - self.minimum_improvement {
            self.best_loss = loss;
            self.best.as_mut_slice().copy_from_slice(network.as_slice());
            self.waited = 0;
        } else {
            self.waited += 1;
        }
        self.waited >= self.patience.max(1)
    }

    /// The lowest loss so far; infinite before the first one.
    pub fn best_loss(&self) -> f64 {
        self.best_loss
    }

    /// The network with the lowest loss.
    pub fn best(&self) -> &N {
        &self.best
    }

    /// Returns the network with the lowest loss by value.
    pub fn into_best(self) -> Box<N> {
        self.best
    }
}

/// Ends training where it has not improved what is [watched](EarlyStopping::watching) for so many epochs.
impl<N: Network, O> Callback<N, O> for EarlyStopping<N> {
    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        let value = self.watch.of(&moment.record)?;
        let stop = self.should_stop(value, moment.network);
        Ok(if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn on_end(&mut self, network: &mut N, history: &History) -> Result<(), CallbackError> {
        if self.restores && self.best_loss.is_finite() && history.end() != End::Interrupted {
            network.as_mut_slice().copy_from_slice(self.best.as_slice());
        }
        Ok(())
    }

    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        // Some patience is without end.
        let mut patience = self.patience as u64;
        visit("early_stopping.patience", Entry::Bits(&mut patience));
        self.patience = usize::try_from(patience).unwrap_or(usize::MAX);
        visit("early_stopping.minimum_improvement", Entry::Number(&mut self.minimum_improvement));
        visit("early_stopping.best_loss", Entry::Number(&mut self.best_loss));
        visit("early_stopping.best", Entry::Numbers(self.best.as_mut_slice()));
        visit("early_stopping.waited", Entry::Count(&mut self.waited));
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;

    use crate::prelude::*;

    type Network = Affine<U1, U1>;

    fn network(number: usize) -> Box<Network> {
        let mut network = Network::zeroed();
        network.bias[0] = number as f32;
        network
    }

    /// After which loss training should stop, and which network is then the best.
    fn stops(patience: usize, minimum_improvement: f64, losses: &[f64]) -> (Option<usize>, f32) {
        let mut stopping = EarlyStopping::new(&*network(99), patience);
        stopping.minimum_improvement = minimum_improvement;
        let stop = losses.iter().enumerate().position(|(at, loss)| stopping.should_stop(*loss, &network(at)));
        (stop, stopping.into_best().bias[0])
    }

    #[test]
    fn patience_is_for_losses_in_a_row_that_are_no_better() {
        let losses = [5.0, 4.0, 4.0, 4.5, 3.0, 3.1, 3.0, 3.2, 1.0];
        assert_eq!(stops(1, 0.0, &losses), (Some(2), 1.0));
        assert_eq!(stops(2, 0.0, &losses), (Some(3), 1.0));
        assert_eq!(stops(3, 0.0, &losses), (Some(7), 4.0));
        assert_eq!(stops(4, 0.0, &losses), (None, 8.0));
        assert_eq!(stops(0, 0.0, &losses), stops(1, 0.0, &losses));
    }

    #[test]
    fn an_improvement_below_the_least_is_none() {
        assert_eq!(stops(2, 0.5, &[5.0, 4.6, 4.4, 4.0, 3.95]), (Some(4), 2.0));
    }

    #[test]
    fn what_is_not_a_number_is_never_better() {
        assert_eq!(stops(2, 0.0, &[f64::NAN, 1.0, f64::NAN, f64::INFINITY]), (Some(3), 1.0));
        assert_eq!(stops(2, 0.0, &[f64::NAN, f64::NAN]), (Some(1), 99.0));
    }
}
