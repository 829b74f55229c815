//! [`Huber`]: squared for small errors, absolute for large ones.

use super::elements::{MeanOver, loss_by_element};
use crate::element::Element;

/// `½ d²` if `|d| ≤ delta`, else `delta · (|d| - ½ delta)`, with `d = y - t`: the mean over the batch and
/// over each output's elements.
///
/// Divided by `delta` it is what is elsewhere called smooth L1; with a `delta` of 1 the two are the same.
///
/// # Shapes
///
/// Outputs and targets `S`.
///
/// Huber, *Robust estimation of a location parameter*, 1964.
///
/// ```
/// use dimwise::prelude::*;
///
/// let loss = Huber { delta: 1.0 }.value(&[Tensor::from([1.0_f32, 2.0])], &[Tensor::from([2.0, 5.0])]);
/// assert_eq!(loss, (0.5 + 2.5) / 2.0);
/// ```
#[doc(alias("HuberLoss", "SmoothL1Loss"))]
#[derive(Clone, Copy, Debug)]
pub struct Huber {
    /// The largest error that counts by its square; positive.
    pub delta: f64,
}

loss_by_element!(Huber, MeanOver::Elements, |loss| term(loss.delta));

/// With `d = y - t`: `½ d²`, whose derivative by `y` is `d`; beyond `delta` the tangent from there on, whose
/// derivative is `delta` with the sign of `d`.
fn term<T: Element>(delta: f64) -> impl Fn(T, T) -> (T, T) {
    let (delta, half) = (T::from_f64(delta), T::from_f64(0.5));
    move |output, target| {
        let difference = output - target;
        let size = difference.abs();
        if size <= delta {
            (half * difference * difference, difference)
        } else {
            (delta * (size - half * delta), if difference > T::ZERO { delta } else { -delta })
        }
    }
}
