//! [`Saving`]: where a run is saved, and that it is resumed.

use super::callback::Callback;
use super::error::FitError;
use super::history::History;
use crate::data::Source;
use crate::loss::TargetOf;
use crate::network::{InputOf, Network};
use crate::optimizer::Optimizer;
use crate::shape::BatchSize;
use crate::trainer::Trainer;

/// Where a run is saved, and that it is resumed: nowhere, or `storage::Checkpoints`.
#[diagnostic::on_unimplemented(
    message = "runs of this optimizer cannot be saved by this",
    label = "`storage::Checkpoints` is wanted here, and an optimizer that is `Stateful`"
)]
pub trait Saving<N: Network, L, O: Optimizer<N>, B: BatchSize> {
    /// Goes on with what was saved, if there is something and it is asked for.
    ///
    /// # Errors
    ///
    /// What is there cannot be read, or is another run.
    fn resume<S: InputOf<N>, G: TargetOf<N::Out>>(
        &mut self,
        trainer: &mut Trainer<N, L, O, B>,
        data: &impl Source<S, G, N::Element>,
        callbacks: &mut impl Callback<N, O>,
        history: &mut History,
    ) -> Result<(), FitError>;

    /// Saves the run after an epoch if it is time, and in any case where the history says that training
    /// [was interrupted](super::End::Interrupted).
    ///
    /// # Errors
    ///
    /// The files cannot be written.
    fn save(
        &mut self,
        trainer: &mut Trainer<N, L, O, B>,
        callbacks: &mut impl Callback<N, O>,
        history: &mut History,
    ) -> Result<(), FitError>;
}

/// Nowhere.
impl<N: Network, L, O: Optimizer<N>, B: BatchSize> Saving<N, L, O, B> for () {
    fn resume<S: InputOf<N>, G: TargetOf<N::Out>>(
        &mut self,
        _: &mut Trainer<N, L, O, B>,
        _: &impl Source<S, G, N::Element>,
        _: &mut impl Callback<N, O>,
        _: &mut History,
    ) -> Result<(), FitError> {
        Ok(())
    }

    fn save(
        &mut self,
        _: &mut Trainer<N, L, O, B>,
        _: &mut impl Callback<N, O>,
        _: &mut History,
    ) -> Result<(), FitError> {
        Ok(())
    }
}
