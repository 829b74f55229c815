//! [`Clip`]: gradients of bounded size.
//!
//! Between loss and optimizer, after a [`Penalty`](crate::penalty::Penalty). It sees flat slices alone.

use core::ops::Range;

use crate::element::Element;
use crate::kernel::power_sums;
use crate::parameters::Parameters;
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
    /// [`Norm`](Self::Norm) for each tensor by itself: one that is large does not make the others small.
    TensorNorm(f64),
}

impl Clip {
    /// Bounds a network's gradients.
    pub fn apply<N: Parameters>(self, gradients: &mut N) {
        match self {
            Self::Value(_) | Self::Norm(_) => self.apply_to(gradients.as_mut_slice()),
            Self::TensorNorm(limit) => {
                let gradients = gradients.as_mut_slice();
                N::segments(|segment| Self::Norm(limit).apply_to(&mut gradients[segment.range()]));
            }
        }
    }

    /// Bounds some of a network's gradients, as if there were no others; here `TensorNorm` is `Norm`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U1, U1>, Tanh<_>, Affine<_, U1>]; }
    /// let mut gradients = Net::zeroed();
    /// gradients.as_mut_slice().fill(3.0);
    /// Clip::Value(1.0).apply_to(&mut gradients.as_mut_slice()[Net::range_of("2")?]);
    /// assert_eq!(gradients.as_slice(), [3.0, 3.0, 1.0, 1.0]);
    /// # Ok::<(), dimwise::parameters::NoSuchPath>(())
    /// ```
    pub fn apply_to<T: Element>(self, gradients: &mut [T]) {
        let all = 0..gradients.len();
        self.apply_to_ranges(gradients, core::slice::from_ref(&all));
    }

    /// [`apply_to`](Self::apply_to) some that need not be neighbours: `Norm` is that of all ranges, `TensorNorm` that of
    /// each.
    pub(crate) fn apply_to_ranges<T: Element>(self, gradients: &mut [T], ranges: &[Range<usize>]) {
        match self {
            Self::Value(limit) => {
                let limit = T::from_f64(limit);
                each(gradients, ranges, |gradient| {
                    // NaN stays NaN.
                    let low = if gradient < -limit { -limit } else { gradient };
                    if low > limit { limit } else { low }
                });
            }
            Self::TensorNorm(limit) => {
                for range in ranges {
                    Self::Norm(limit).apply_to(&mut gradients[range.clone()]);
                }
            }
            Self::Norm(limit) => {
                let norm = norm_of(ranges.iter().map(|range| &gradients[range.clone()]));
                if norm > limit {
                    let scale = T::from_f64(limit / norm);
                    each(gradients, ranges, |gradient| gradient * scale);
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
    norm_of([numbers.as_slice()].into_iter())
}

fn norm_of<'a, T: Element>(numbers: impl Iterator<Item = &'a [T]>) -> f64 {
    let mut sums = [0.0; 2];
    numbers.for_each(|numbers| power_sums(numbers, &mut sums));
    Element::sqrt(sums[1])
}

fn each<T: Element>(gradients: &mut [T], ranges: &[Range<usize>], change: impl Fn(T) -> T + Sync) {
    for range in ranges {
        split(&mut gradients[range.clone()], Work::of_pass(range.len()), |_, gradients| {
            gradients.iter_mut().for_each(|gradient| *gradient = change(*gradient));
        });
    }
}
