//! [`Plateau`]: a learning rate that falls where nothing improves.

use core::ops::ControlFlow;

use super::callback::{Callback, CallbackError, Moment};
use super::watch::Watch;
use crate::network::Network;
use crate::optimizer::{Entry, LearningRate};

/// Multiplies the learning rate by `factor` each time that `patience` epochs in a row have not improved what is
/// watched, down to `least`.
///
/// As PyTorch's `ReduceLROnPlateau` with an absolute threshold of 0 and no cooldown, but that its patience is one less.
///
/// ```
/// use dimwise::fit::{Fit, Plateau};
/// use dimwise::prelude::*;
///
/// # let (x, y) = ([[0.0]; 4].map(Tensor::<U1>::from), [[1.0]; 4].map(Tensor::<U1>::from));
/// # let data = Dataset::new(x, y)?;
/// // The bias goes to and fro between 0 and 2, so the loss stays.
/// let sgd = Sgd { learning_rate: 1.0 };
/// let mut trainer = Trainer::<Affine<U1, U1>, _, _, U4>::new(Affine::zeroed(), MeanSquaredError, sgd, 1);
/// let history = trainer.fit(&data, Fit::epochs(5).with(Plateau::new(0.5, 2)))?;
/// assert_eq!(history.column("loss"), [1.0, 1.0, 1.0, 1.0, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias("ReduceLROnPlateau"))]
#[derive(Clone, Debug)]
pub struct Plateau {
    /// What the learning rate is multiplied by, in (0, 1).
    pub factor: f64,
    /// How many epochs in a row may fail to improve; at least 1.
    pub patience: usize,
    /// The least learning rate; 0 unless changed.
    pub least: f64,
    watch: Watch,
    best: f64,
    waited: usize,
}

impl Plateau {
    /// The usual settings.
    pub fn new(factor: f64, patience: usize) -> Self {
        Self { factor, patience, least: 0.0, watch: Watch::default(), best: f64::INFINITY, waited: 0 }
    }

    /// Judges by this number.
    pub fn watching(self, watch: Watch) -> Self {
        Self { watch, ..self }
    }
}

impl<N: Network, O: LearningRate> Callback<N, O> for Plateau {
    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        let value = self.watch.of(&moment.record)?;
        if value < self.best {
            (self.best, self.waited) = (value, 0);
        } else {
            self.waited += 1;
        }
        if self.waited >= self.patience.max(1) {
            let rate = moment.optimizer.learning_rate_mut();
            *rate = self.least.max(*rate * self.factor);
            self.waited = 0;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("plateau.best", Entry::Number(&mut self.best));
        visit("plateau.waited", Entry::Count(&mut self.waited));
    }
}
