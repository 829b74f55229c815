//! [`Interrupt`]: an end that comes from outside.

use core::ops::ControlFlow;
use core::sync::atomic::{AtomicBool, Ordering};

use super::callback::Callback;
use crate::network::Network;
use crate::trainer::Step;

/// Ends training after the step in which this becomes `true`: by another thread, or by a signal. The epoch is then not
/// complete; what it has learnt stays, and is [saved](super::Fit::saved).
///
/// ```
/// use core::sync::atomic::{AtomicBool, Ordering};
/// use dimwise::fit::{End, Fit, Interrupt};
/// use dimwise::prelude::*;
///
/// # let (x, y) = ([[0.0]; 4].map(Tensor::<U1>::from), [[1.0]; 4].map(Tensor::<U1>::from));
/// # let data = Dataset::new(x, y)?;
/// static ENOUGH: AtomicBool = AtomicBool::new(false);
/// ENOUGH.store(true, Ordering::Relaxed);
///
/// let sgd = Sgd { learning_rate: 0.1 };
/// let mut trainer = Trainer::<Affine<U1, U1>, _, _, U1>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
/// let history = trainer.fit(&data, Fit::epochs(100).with(Interrupt::when(&ENOUGH)))?;
/// assert_eq!((history.end(), trainer.steps()), (End::Interrupted, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Interrupt {
    flag: &'static AtomicBool,
}

impl Interrupt {
    /// Ends training when this is `true`.
    pub fn when(flag: &'static AtomicBool) -> Self {
        Self { flag }
    }

    /// Ends training at Ctrl-C, or where the process is told to end (`SIGTERM`, `SIGHUP`); a second Ctrl-C ends the
    /// process at once. To be called once in a program.
    ///
    /// # Errors
    ///
    /// Where the program already handles these signals, or the system refuses.
    #[cfg(feature = "interrupt")]
    pub fn by_ctrl_c() -> Result<Self, ctrlc::Error> {
        static CAUGHT: AtomicBool = AtomicBool::new(false);
        ctrlc::set_handler(|| {
            if CAUGHT.swap(true, Ordering::Relaxed) {
                // As a shell tells of a program that Ctrl-C ended.
                std::process::exit(130);
            }
        })?;
        Ok(Self::when(&CAUGHT))
    }
}

impl<N: Network, O> Callback<N, O> for Interrupt {
    fn on_step(&mut self, _: &Step, _: &N) -> ControlFlow<()> {
        if self.flag.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
