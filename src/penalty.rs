//! [`Penalty`]: what large weights cost, beside the loss.
//!
//! Between loss and optimizer: its gradient is added to the loss's. It sees flat slices and segments; it
//! knows no layers, no losses and no optimizers.

use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled, power_sums};
use crate::parameters::{Kind, Parameters};
use crate::threads::{Work, split};

/// `l1 · Σ |w| + l2 / 2 · Σ w²` over a network's weights: L1, L2 (weight decay), or both of them, which
/// is called an elastic net.
///
/// Its gradient is `l1 · sign(w) + l2 · w`, where the sign of 0 is 0. It is computed from weights alone, not
/// from biases or the scales of normalisations, unless [`on`](Self::on) says otherwise. Unlike a loss, it is
/// no mean: it does not depend on the number of samples.
///
/// [`Trainer::with_penalty`](crate::trainer::Trainer::with_penalty) trains with it. For a
/// decay that the optimizer does not scale, see [`WeightDecay`](crate::optimizer::WeightDecay).
///
/// L2: Saito, *Deep Learning from Scratch*, 6.4.2, and PyTorch's `weight_decay`; L1: Tibshirani, *Regression
/// shrinkage and selection via the lasso*, 1996; both: Zou and Hastie, *Regularization and variable
/// selection via the elastic net*, 2005.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U2>::zeroed();
/// layer.weight = Tensor::from([[3.0, -1.0]]);
/// layer.bias = Tensor::from([5.0, 5.0]);
/// let mut gradients = Affine::zeroed();
/// assert_eq!(Penalty::elastic_net(0.5, 0.1).add_gradient(&*layer, &mut gradients), 2.0 + 0.5);
/// assert_eq!(gradients.weight, Tensor::from([[0.5 + 0.3, -0.5 - 0.1]]));
/// assert_eq!(gradients.bias, Tensor::from([0.0, 0.0]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Penalty {
    /// What a weight costs per magnitude.
    pub l1: f64,
    /// What a weight costs per half of its square.
    pub l2: f64,
    kinds: fn(Kind) -> bool,
}

impl Penalty {
    /// Weights cost nothing.
    pub const NONE: Self = Self::elastic_net(0.0, 0.0);

    /// `strength · Σ |w|`, which draws weights to 0 and holds them there.
    pub const fn l1(strength: f64) -> Self {
        Self::elastic_net(strength, 0.0)
    }

    /// `strength / 2 · Σ w²`, which draws large weights more than small ones.
    pub const fn l2(strength: f64) -> Self {
        Self::elastic_net(0.0, strength)
    }

    /// `l1 · Σ |w| + l2 / 2 · Σ w²`.
    pub const fn elastic_net(l1: f64, l2: f64) -> Self {
        Self { l1, l2, kinds: Kind::is_weight }
    }

    /// The same penalty for other kinds of parameters.
    ///
    /// ```
    /// use dimwise::parameters::Kind;
    /// use dimwise::prelude::*;
    ///
    /// let mut layer = Affine::<U1, U1>::zeroed();
    /// layer.bias[0] = 2.0;
    /// assert_eq!(Penalty::l2(0.5).value(&*layer), 0.0);
    /// assert_eq!(Penalty::l2(0.5).on(Kind::is_trained).value(&*layer), 1.0);
    /// ```
    pub const fn on(self, kinds: fn(Kind) -> bool) -> Self {
        Self { kinds, ..self }
    }

    /// Returns the penalty of a network.
    pub fn value<N: Parameters>(&self, network: &N) -> f64 {
        // Saves a pass over the weights.
        if self.l1 == 0.0 && self.l2 == 0.0 {
            return 0.0;
        }
        let numbers = network.as_slice();
        let mut sums = [0.0; 2];
        N::segments(|segment| {
            if (self.kinds)(segment.kind) {
                power_sums(&numbers[segment.range()], &mut sums);
            }
        });
        self.l1 * sums[0] + 0.5 * self.l2 * sums[1]
    }

    /// Adds the penalty's gradient to `gradients`, and returns the penalty.
    pub fn add_gradient<N: Parameters>(&self, network: &N, gradients: &mut N) -> f64 {
        if self.l1 == 0.0 && self.l2 == 0.0 {
            return 0.0;
        }
        let (numbers, gradients) = (network.as_slice(), gradients.as_mut_slice());
        let [l1, l2] = [self.l1, self.l2].map(N::Element::from_f64);
        N::segments(|segment| {
            let range = segment.range();
            if (self.kinds)(segment.kind) {
                let stretch = (&numbers[range.clone()], &mut gradients[range.clone()]);
                split(stretch, Work::of_pass(range.len()), |_, (weights, gradients)| {
                    Gradient { l1, l2, weights, gradients }.compute();
                });
            }
        });
        self.value(network)
    }
}

impl Default for Penalty {
    fn default() -> Self {
        Self::NONE
    }
}

/// Adds the gradient of `l1 · Σ |w| + l2 / 2 · Σ w²` to `gradients`.
struct Gradient<'a, T> {
    l1: T,
    l2: T,
    weights: &'a [T],
    gradients: &'a mut [T],
}

compiled!(Gradient);

impl<T: Element> Operation<T> for Gradient<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { l1, l2, weights, gradients } = self;
        for (gradient, weight) in gradients.iter_mut().zip(weights) {
            let up = if *weight > T::ZERO { l1 } else { T::ZERO };
            let down = if *weight < T::ZERO { l1 } else { T::ZERO };
            *gradient = *gradient + l2 * *weight + up - down;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::InstructionSet;

    #[test]
    fn the_gradient_is_that_of_both_norms_on_every_set() {
        for set in InstructionSet::all() {
            for count in [0, 1, 7, 16, 33] {
                let weights: alloc::vec::Vec<f64> = (0..count).map(|i| f64::from(i % 3 - 1)).collect();
                let mut gradients = alloc::vec![0.5; weights.len()];
                Gradient { l1: 0.25, l2: 2.0, weights: &weights, gradients: &mut gradients }.compute_on(set);
                for (gradient, weight) in gradients.iter().zip(&weights) {
                    let sign = if *weight == 0.0 { 0.0 } else { weight.signum() };
                    assert_eq!(*gradient, 0.5 + 2.0 * weight + 0.25 * sign, "{set:?}");
                }
            }
        }
    }
}
