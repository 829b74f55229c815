//! [`Callback`]: what is done beside training, and when.

use alloc::boxed::Box;
use core::error::Error;
use core::ops::ControlFlow;

use super::history::{History, Record};
use crate::network::Network;
use crate::optimizer::Entry;
use crate::trainer::Step;

/// What is done beside training: a log, a line in the terminal, an early end.
///
/// Each method can be left out.
///
/// ```
/// use core::ops::ControlFlow;
/// use dimwise::fit::{Callback, CallbackError, Fit, Moment};
/// use dimwise::prelude::*;
///
/// /// Ends where the loss is good enough.
/// struct Until(f64);
///
/// impl<N: Network, O> Callback<N, O> for Until {
///     fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
///         Ok(match moment.record.get("loss") {
///             Some(loss) if loss < self.0 => ControlFlow::Break(()),
///             _ => ControlFlow::Continue(()),
///         })
///     }
/// }
///
/// # let (x, y) = ([[0.0]; 4].map(Tensor::<U1>::from), [[1.0]; 4].map(Tensor::<U1>::from));
/// # let data = Dataset::new(x, y)?;
/// let sgd = Sgd { learning_rate: 0.25 };
/// let mut trainer = Trainer::<Affine<U1, U1>, _, _, U4>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
/// let history = trainer.fit(&data, Fit::epochs(100).with(Until(0.1)))?;
/// assert_eq!(history.column("loss"), [1.0, 0.25, 0.0625]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "this cannot be done beside the training of this network with this optimizer",
    label = "a `Callback<N, O>` is wanted here"
)]
pub trait Callback<N: Network, O> {
    /// Before the first epoch; in a resumed run, before the first that is not done.
    ///
    /// # Errors
    ///
    /// What keeps it from being done; nothing is trained then.
    fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
        let _ = plan;
        Ok(())
    }

    /// After a step; `Break` ends training at once, and the epoch is not complete.
    fn on_step(&mut self, step: &Step, network: &N) -> ControlFlow<()> {
        let _ = (step, network);
        ControlFlow::Continue(())
    }

    /// After an epoch and its validation; `Break` ends training.
    ///
    /// # Errors
    ///
    /// What keeps it from being done; training ends.
    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        let _ = moment;
        Ok(ControlFlow::Continue(()))
    }

    /// After training, however it ended but with an error.
    ///
    /// # Errors
    ///
    /// What keeps it from being done.
    fn on_end(&mut self, network: &mut N, history: &History) -> Result<(), CallbackError> {
        let _ = (network, history);
        Ok(())
    }

    /// Visits all that what it does next depends on, in an order that is always the same: a run that is saved and
    /// resumed goes on with it. See [`Stateful`](crate::optimizer::Stateful).
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        let _ = visit;
    }
}

/// What keeps a [`Callback`] from doing what it does: any error, which `?` turns into this one.
pub type CallbackError = Box<dyn Error + Send + Sync>;

/// What training is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many epochs there are to be, those before included.
    pub epochs: usize,
    /// How many there have been.
    pub done: usize,
    /// The steps of an epoch.
    pub steps: usize,
}

/// The end of an epoch.
#[derive(Debug)]
pub struct Moment<'a, N, O> {
    /// The numbers of the epoch.
    pub record: Record<'a>,
    /// The network as it is now.
    pub network: &'a mut N,
    /// The optimizer, to change its learning rate.
    pub optimizer: &'a mut O,
}

/// Nothing.
impl<N: Network, O> Callback<N, O> for () {}

/// One after the other; each is called, whatever the one before says.
impl<N: Network, O, A: Callback<N, O>, B: Callback<N, O>> Callback<N, O> for (A, B) {
    fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
        self.0.on_begin(plan)?;
        self.1.on_begin(plan)
    }

    fn on_step(&mut self, step: &Step, network: &N) -> ControlFlow<()> {
        let (first, second) = (self.0.on_step(step, network), self.1.on_step(step, network));
        either(first, second)
    }

    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        let Moment { record, network, optimizer } = moment;
        let first = self.0.on_epoch(Moment { record, network, optimizer })?;
        let second = self.1.on_epoch(Moment { record, network, optimizer })?;
        Ok(either(first, second))
    }

    fn on_end(&mut self, network: &mut N, history: &History) -> Result<(), CallbackError> {
        self.0.on_end(network, history)?;
        self.1.on_end(network, history)
    }

    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        self.0.visit_state(visit);
        self.1.visit_state(visit);
    }
}

/// Whether it goes on: where both say so.
fn either(first: ControlFlow<()>, second: ControlFlow<()>) -> ControlFlow<()> {
    if first.is_break() { first } else { second }
}

/// Whichever was built.
impl<N: Network, O, C: Callback<N, O>> Callback<N, O> for Option<C> {
    fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
        self.as_mut().map_or(Ok(()), |callback| callback.on_begin(plan))
    }

    fn on_step(&mut self, step: &Step, network: &N) -> ControlFlow<()> {
        self.as_mut().map_or(ControlFlow::Continue(()), |callback| callback.on_step(step, network))
    }

    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        self.as_mut().map_or(Ok(ControlFlow::Continue(())), |callback| callback.on_epoch(moment))
    }

    fn on_end(&mut self, network: &mut N, history: &History) -> Result<(), CallbackError> {
        self.as_mut().map_or(Ok(()), |callback| callback.on_end(network, history))
    }

    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        if let Some(callback) = self {
            callback.visit_state(visit);
        }
    }
}

/// One that is needed afterwards.
impl<N: Network, O, C: Callback<N, O>> Callback<N, O> for &mut C {
    fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
        (**self).on_begin(plan)
    }

    fn on_step(&mut self, step: &Step, network: &N) -> ControlFlow<()> {
        (**self).on_step(step, network)
    }

    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        (**self).on_epoch(moment)
    }

    fn on_end(&mut self, network: &mut N, history: &History) -> Result<(), CallbackError> {
        (**self).on_end(network, history)
    }

    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        (**self).visit_state(visit);
    }
}

/// A function of the numbers of an epoch.
#[allow(missing_debug_implementations)]
pub struct OnEpoch<F>(pub(super) F);

impl<N: Network, O, F: FnMut(&Record<'_>)> Callback<N, O> for OnEpoch<F> {
    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        (self.0)(&moment.record);
        Ok(ControlFlow::Continue(()))
    }
}
