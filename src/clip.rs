//! [`Clip`]: gradients of bounded size.
//!
//! Between loss and optimizer, after a [`Penalty`](crate::penalty::Penalty). It sees flat slices alone.

use crate::element::Element;
use crate::kernel::power_sums;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// Bounds gradients, so that one batch cannot undo what was learnt from many.
///
/// [`Trainer::with_clip`](crate::trainer::Trainer::with_clip) trains with it. In a loop of your own it comes
/// between [`Workspace::backward`](crate::network::Workspace::backward) and the optimizer's step.
///
/// Pascanu et al., *On the difficulty of training recurrent neural networks*, 2013. As PyTorch's
/// `clip_grad_value_` and `clip_grad_norm_`, but that the latter divides by the norm plus 10⁻⁶.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut gradients = Affine::<U1, U1>::zeroed();
/// gradients.weight[[0, 0]] = 3.0;
/// gradients.bias[0] = -4.0;
/// Clip::Norm(2.5).apply(&mut *gradients);
/// assert_eq!((gradients.weight[[0, 0]], gradients.bias[0]), (1.5, -2.0));
/// Clip::Value(1.75).apply(&mut *gradients);
/// assert_eq!((gradients.weight[[0, 0]], gradients.bias[0]), (1.5, -1.75));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Clip {
    /// Clamps each element to `[-limit, limit]`.
    Value(f64),
    /// If the norm of all gradients together, `√Σ g²`, is larger than the limit, scales all of them by the same
    /// factor, so that the norm is the limit: the direction stays.
    Norm(f64),
}

impl Clip {
    /// Bounds a network's gradients.
    pub fn apply<N: Plain<Element: Element>>(self, gradients: &mut N) {
        match self {
            Self::Value(limit) => {
                let limit = N::Element::from_f64(limit);
                each(gradients, |gradient| {
                    // NaN stays NaN.
                    let low = if gradient < -limit { -limit } else { gradient };
                    if low > limit { limit } else { low }
                });
            }
            Self::Norm(limit) => {
                let norm = norm(gradients);
                if norm > limit {
                    let scale = N::Element::from_f64(limit / norm);
                    each(gradients, |gradient| gradient * scale);
                }
            }
        }
    }
}

/// Returns `√Σ x²` over all elements of gradients or of a network.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// layer.as_mut_slice().copy_from_slice(&[3.0, 4.0]);
/// assert_eq!(dimwise::clip::norm(&*layer), 5.0);
/// ```
pub fn norm<N: Plain<Element: Element>>(numbers: &N) -> f64 {
    let mut sums = [0.0; 2];
    power_sums(numbers.as_slice(), &mut sums);
    Element::sqrt(sums[1])
}

fn each<N: Plain<Element: Element>>(gradients: &mut N, change: impl Fn(N::Element) -> N::Element + Sync) {
    split(gradients.as_mut_slice(), Work::of_pass(N::COUNT), |_, gradients| {
        gradients.iter_mut().for_each(|gradient| *gradient = change(*gradient));
    });
}
