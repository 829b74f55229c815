//! [`Uniform`]: a mean in which all networks count alike.

use super::{Average, move_towards};
use crate::optimizer::{Entry, State, clone_by_field};
use crate::parameters::Parameters;
use crate::plain::Plain;

/// `a ← a + (w - a) / (n + 1)` after `n` networks, the mean of all: stochastic weight averaging, where the networks are
/// those at the ends of some epochs, with a learning rate that stays large.
///
/// As PyTorch's `AveragedModel` with its usual function.
///
/// Izmailov et al., *Averaging weights leads to wider optima and better generalization*, 2018.
///
/// ```
/// use dimwise::average::{Average, Uniform};
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut average = Uniform::default();
/// for bias in [1.0, 2.0, 6.0] {
///     layer.bias[0] = bias;
///     average.update(&*layer);
/// }
/// assert_eq!(average.network().unwrap().bias[0], 3.0);
/// ```
#[derive(Debug)]
pub struct Uniform<N: Plain> {
    networks: usize,
    mean: State<N>,
}

clone_by_field!(Uniform<N: Plain> { networks, mean });

impl<N: Parameters> Default for Uniform<N> {
    /// Begins without a network.
    fn default() -> Self {
        Self { networks: 0, mean: State::zeroed() }
    }
}

impl<N: Parameters> Average<N> for Uniform<N> {
    fn update(&mut self, network: &N) {
        self.networks += 1;
        move_towards(&mut self.mean, network, 1.0 / self.networks as f64);
    }

    fn network(&self) -> Option<&N> {
        (self.networks > 0).then_some(&*self.mean)
    }

    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("networks", Entry::Count(&mut self.networks));
        visit("mean", Entry::Numbers(self.mean.as_mut_slice()));
    }
}
