//! [`Exponential`]: a mean in which older networks count less and less.

use super::{Average, move_towards};
use crate::optimizer::{Entry, State, clone_by_field};
use crate::parameters::Parameters;
use crate::plain::Plain;

/// `a ← decay · a + (1 - decay) · w`, the exponential moving average; the first network is the mean at first.
///
/// As PyTorch's `AveragedModel(multi_avg_fn=get_ema_multi_avg_fn(decay))`.
///
/// Polyak and Juditsky, *Acceleration of stochastic approximation by averaging*, 1992; Tarvainen and Valpola, *Mean
/// teachers are better role models*, 2017.
///
/// ```
/// use dimwise::average::{Average, Exponential};
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut average = Exponential::new(0.75);
/// average.update(&*layer);
/// layer.bias[0] = 4.0;
/// average.update(&*layer);
/// assert_eq!(average.network().unwrap().bias[0], 1.0);
/// ```
#[derive(Debug)]
pub struct Exponential<N: Plain> {
    decay: f64,
    networks: usize,
    mean: State<N>,
}

clone_by_field!(Exponential<N: Plain> { decay, networks, mean });

impl<N: Parameters> Exponential<N> {
    /// Begins without a network; `decay`, in [0, 1], is how much of the mean is kept, 0.999 for example.
    ///
    /// # Panics
    ///
    /// Panics if `decay` is not in [0, 1].
    pub fn new(decay: f64) -> Self {
        assert!((0.0..=1.0).contains(&decay), "a decay is in [0, 1], not {decay}");
        Self { decay, networks: 0, mean: State::zeroed() }
    }
}

impl<N: Parameters> Average<N> for Exponential<N> {
    fn update(&mut self, network: &N) {
        let share = if self.networks == 0 { 1.0 } else { 1.0 - self.decay };
        move_towards(&mut self.mean, network, share);
        self.networks += 1;
    }

    fn network(&self) -> Option<&N> {
        (self.networks > 0).then_some(&*self.mean)
    }

    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("decay", Entry::Number(&mut self.decay));
        visit("networks", Entry::Count(&mut self.networks));
        visit("mean", Entry::Numbers(self.mean.as_mut_slice()));
    }
}
