//! [`numerical_gradient`]: the gradient without a backward pass, slowly.

use alloc::boxed::Box;

use super::Subject;
use crate::layer::Input;
use crate::loss::{Loss, TargetOf};
use crate::network::Network;
use crate::shape::BatchSize;

/// How far each number is moved, either way.
const STEP: f64 = 1e-4;

/// The gradient of a network's mean loss by each of its parameters, from values of the loss alone:
/// `dL/dw ≈ (L(w + h) - L(w - h)) / 2h` with `h = 10⁻⁴`, a central difference.
///
/// It takes two forward passes a *parameter*, where [`backward`](crate::network::Workspace::backward) takes
/// about two in all: it is there to be compared with. Its error is of the order of `h²`. The batch has at
/// most `B` samples; statistics (running means) have no gradient and get 0.
///
/// Saito, *Deep Learning from Scratch*, 4.3 to 4.5.
///
/// # Panics
///
/// Panics if there are more than `B` samples, or not one target a sample.
///
/// # Examples
///
/// ```
/// use dimwise::gradient_check::numerical_gradient;
/// use dimwise::prelude::*;
///
/// type Line = Affine<U1, U1, f64>;
///
/// // L = (3w + b - 5)², at w = 2 and b = 0: dL/dw = 6 (3w + b - 5), dL/db = 2 (3w + b - 5)
/// let mut line = Line::zeroed();
/// line.weight[[0, 0]] = 2.0;
/// let (input, target) = ([Tensor::from([3.0])], [Tensor::from([5.0])]);
/// let gradient = numerical_gradient::<U1, _, _, _>(&*line, &MeanSquaredError, &input, &target);
/// assert!((gradient.weight[[0, 0]] - 6.0).abs() < 1e-8);
/// assert!((gradient.bias[0] - 2.0).abs() < 1e-8);
/// ```
pub fn numerical_gradient<B, N, G, L>(network: &N, loss: &L, inputs: &[Input<N>], targets: &[G]) -> Box<N>
where
    B: BatchSize,
    N: Network<Element = f64>,
    G: TargetOf<N::Out>,
    L: Loss<N::Out, G, f64>,
{
    let mut subject = Subject::<_, _, _, B>::new(network, loss, inputs, targets);
    let mut gradient = N::zeroed();
    N::segments(|segment| {
        if segment.kind.is_trained() {
            for offset in segment.range() {
                let (below, above) =
                    (subject.with_parameter(offset, -STEP), subject.with_parameter(offset, STEP));
                gradient.as_mut_slice()[offset] = (above - below) / (2.0 * STEP);
            }
        }
    });
    gradient
}
