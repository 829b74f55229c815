//! [`Penalty`]: what large weights cost, beside the loss.
//!
//! Between loss and optimizer: its gradient is added to the loss's. It sees flat slices and segments; it
//! knows no layers, no losses and no optimizers.

use crate::element::Element;
use crate::kernel::{InstructionSet, Kernel};
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
        let (set, numbers) = (InstructionSet::best(), network.as_slice());
        let mut sums = [0.0; 2];
        N::segments(|segment| {
            if (self.kinds)(segment.kind) {
                N::Element::power_sums(set, &numbers[segment.range()], &mut sums);
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
                    N::Element::penalty(InstructionSet::best(), l1, l2, weights, gradients);
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
