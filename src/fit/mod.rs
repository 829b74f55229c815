//! [`Fit`]: many epochs in one call, with what belongs around them.
//!
//! After the trainer, of which it uses what everybody can use: [`Trainer::epoch_with`], [`Trainer::evaluate`]. Each of
//! its parts can be left out or replaced; [`Trainer::fit`] is the loop that joins them, and the shortest description
//! of it.
//!
//! | file | knows |
//! |---|---|
//! | `callback` | what is done beside training, and when |
//! | `history` | the numbers of each epoch, as a table |
//! | `validation` | what is measured after each epoch |
//! | `saving` | where the run is saved, and that it is resumed |
//! | `watch` | by which number it is judged whether training gets better |
//! | `plateau` | a learning rate that falls where nothing improves |
//! | `logged` | what goes to a [log](crate::log), and when |
//! | `interrupt` | an end that comes from outside |
//! | `progress` | a line in the terminal, with the feature `progress` |
//! | `error` | what can go wrong |

mod callback;
mod error;
mod history;
mod interrupt;
#[cfg(feature = "std")]
mod logged;
mod plateau;
#[cfg(feature = "progress")]
mod progress;
mod saving;
mod validation;
mod watch;

pub use callback::{Callback, CallbackError, Moment, Plan};
pub use error::FitError;
pub use history::{End, History, Record};
pub use interrupt::Interrupt;
#[cfg(feature = "std")]
pub use logged::{Logged, StepsLogged};
pub use plateau::Plateau;
#[cfg(feature = "progress")]
pub use progress::Progress;
pub use saving::Saving;
pub use validation::{Measured, Validation};
pub use watch::Watch;

use core::fmt;

use callback::OnEpoch;

use crate::data::Source;
use crate::diagnostic::Enters;
use crate::loss::{Answers, Loss, Target};
use crate::network::{Given, Network, Taken};
use crate::optimizer::Optimizer;
use crate::shape::{BatchSize, Shape};
use crate::trainer::Trainer;

/// How a training goes on: for how many epochs, and what is done beside.
///
/// ```
/// use dimwise::fit::Fit;
/// use dimwise::prelude::*;
///
/// # let set = |from: usize| {
/// #     let x = || (from..from + 8).map(|i| i as f32 / 8.0);
/// #     let samples: Vec<_> = x().map(|x| Tensor::<U1>::from([x])).collect();
/// #     Dataset::new(samples, x().map(|x| Tensor::<U1>::from([2.0 * x])).collect::<Vec<_>>())
/// # };
/// # let (train, test) = (set(0)?, set(4)?);
/// network! { type Line = [Affine<U1, U1>]; }
/// let network = Line::initialized(XavierNormal, 1);
/// let mut trainer = Trainer::<_, _, _, U4>::new(network, MeanSquaredError, Adam::new(0.1), 1);
/// let stopping = EarlyStopping::new(trainer.network(), 20).restoring();
/// let history = trainer.fit(&train, Fit::epochs(100).validated_on(&test).with(stopping))?;
/// assert!(history.last("validation loss") < Some(0.1));
/// println!("{history}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Fit<V = (), C = (), K = ()> {
    epochs: usize,
    validation: V,
    callbacks: C,
    saving: K,
}

impl Fit {
    /// Until the trainer has seen its data so many times; epochs before this call count.
    pub fn epochs(epochs: usize) -> Self {
        Self { epochs, validation: (), callbacks: (), saving: () }
    }
}

impl<V, C, K> Fit<V, C, K> {
    /// Evaluates the network on these data after each epoch: what it is not trained on.
    pub fn validated_on<D>(self, data: &D) -> Fit<Measured<'_, D, ()>, C, K> {
        self.measured_on(data, ())
    }

    /// [`validated_on`](Self::validated_on), with [metrics](crate::metrics): one, or several as a tuple.
    pub fn measured_on<D, M>(self, data: &D, metrics: M) -> Fit<Measured<'_, D, M>, C, K> {
        self.measured_by(Measured::new(data, metrics))
    }

    /// Measures what you like after each epoch.
    pub fn measured_by<A>(self, validation: A) -> Fit<A, C, K> {
        let Self { epochs, callbacks, saving, .. } = self;
        Fit { epochs, validation, callbacks, saving }
    }

    /// Also does this: [early stopping](crate::early_stopping::EarlyStopping), a log, a line in the terminal, a
    /// [`Callback`] of your own. They are called in the order in which they were named. What is needed afterwards is
    /// given as `&mut`.
    pub fn with<A>(self, callback: A) -> Fit<V, (C, A), K> {
        let Self { epochs, validation, callbacks, saving } = self;
        Fit { epochs, validation, callbacks: (callbacks, callback), saving }
    }

    /// Also calls this after each epoch, with its numbers.
    pub fn on_epoch<F: FnMut(&Record<'_>)>(self, callback: F) -> Fit<V, (C, OnEpoch<F>), K> {
        self.with(OnEpoch(callback))
    }

    /// Records each epoch's numbers in a [log](crate::log).
    #[cfg(feature = "std")]
    pub fn logged<A>(self, log: A) -> Fit<V, (C, Logged<A>), K> {
        self.with(Logged(log))
    }

    /// Records the mean loss of every so many steps in a [log](crate::log), at least 1.
    #[cfg(feature = "std")]
    pub fn logged_every<A>(self, steps: usize, log: A) -> Fit<V, (C, StepsLogged<A>), K> {
        self.with(StepsLogged::new(log, steps))
    }

    /// Saves the run as it goes on, and resumes it: `storage::Checkpoints`.
    pub fn saved<A>(self, saving: A) -> Fit<V, C, A> {
        let Self { epochs, validation, callbacks, .. } = self;
        Fit { epochs, validation, callbacks, saving }
    }
}

impl<V, C, K> fmt::Debug for Fit<V, C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fit").field("epochs", &self.epochs).finish_non_exhaustive()
    }
}

impl<N: Network, L: Send, O: Optimizer<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// Trains for many epochs, as `fit` says, and returns the numbers of each.
    ///
    /// It is a loop over [`epoch_with`](Self::epoch_with) and [`evaluate`](Self::evaluate), and takes no step that these
    /// would not take. For the same seed the history is the same to the bit.
    ///
    /// # Errors
    ///
    /// [`FitError::Train`] where an epoch was undone or data could not be evaluated, [`FitError::Callback`] where what
    /// is done beside failed, [`FitError::Saving`] where the run could not be saved or resumed. The trainer is then as
    /// after the last epoch that ended well.
    pub fn fit<S, G, V, C, K>(
        &mut self,
        data: &impl Source<S, G, N::Element>,
        fit: Fit<V, C, K>,
    ) -> Result<History, FitError>
    where
        S: Shape<Decimal: Enters<Taken<N>>>,
        G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
        L: Loss<N::Out, G, N::Element>,
        V: Validation<S, G, N, L, O, B>,
        C: Callback<N, O>,
        K: Saving<N, L, O, B>,
    {
        let Fit { epochs, mut validation, mut callbacks, mut saving } = fit;
        let mut history = History::new(validation.names());
        saving.resume(self, data, &mut callbacks, &mut history)?;
        callbacks.on_begin(&Plan { epochs, done: self.epochs(), steps: self.steps_of_epoch(data.len()) })?;

        while self.epochs() < epochs {
            let epoch = self.attempt(data, |step, network| callbacks.on_step(step, network))?;
            if !epoch.complete {
                history.end = End::Interrupted;
                saving.save(self, &mut callbacks, &mut history)?;
                break;
            }
            let measured = validation.measure(self)?;
            let record = history.push(&epoch, measured);
            let (network, optimizer) = self.parts_mut();
            let flow = callbacks.on_epoch(Moment { record, network, optimizer })?;
            saving.save(self, &mut callbacks, &mut history)?;
            if flow.is_break() {
                history.end = End::Stopped;
                break;
            }
        }
        callbacks.on_end(self.network_mut(), &history)?;
        Ok(history)
    }
}
