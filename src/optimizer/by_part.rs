//! [`ByPart`]: optimizers whose steps change some tensors of a network and leave others.

use core::ops::Range;

use super::Optimizer;
use crate::element::Element;
use crate::parameters::Parameters;

/// An optimizer that takes a step part by part: what [`Grouped`](super::Grouped) asks for.
///
/// [`step`](Optimizer::step) is then the beginning of a step, and an update of all parameters as one part
/// ([`step_as_one`]).
///
/// ```
/// use dimwise::optimizer::{ByPart, Part, step_as_one};
/// use dimwise::parameters::Parameters;
/// use dimwise::prelude::*;
///
/// /// Moves each parameter by a fixed amount against its gradient's sign.
/// #[derive(Clone)]
/// struct SignDescent;
/// impl<N: Parameters> Optimizer<N> for SignDescent {
///     fn step(&mut self, network: &mut N, gradients: &N) {
///         step_as_one(self, network, gradients);
///     }
/// }
/// impl<N: Parameters> ByPart<N> for SignDescent {
///     fn begin_step(&mut self) {}
///
///     fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
///         let parameters = &mut network.as_mut_slice()[part.range.clone()];
///         for (parameter, gradient) in parameters.iter_mut().zip(&gradients.as_slice()[part.range.clone()]) {
///             *parameter -= N::Element::from_f64(0.01 * part.learning_rate * gradient.to_f64().signum());
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this optimizer does not take its steps part by part",
    label = "`Grouped` asks for `optimizer::ByPart`",
    note = "wrap what is around it into groups the other way: `Averaged::new(Grouped::new(…), …)`"
)]
pub trait ByPart<N: Parameters>: Optimizer<N> {
    /// Begins a step: counts it, once for all parts.
    fn begin_step(&mut self);

    /// Changes the parameters of one part, and what is remembered of them; nothing else.
    fn update(&mut self, network: &mut N, gradients: &N, part: &Part);
}

/// Some of a network's parameters, and how much a step changes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The stretch of the flat block: whole tensors.
    pub range: Range<usize>,
    /// What the learning rate is multiplied by.
    pub learning_rate: f64,
    /// What the decay of weights is multiplied by.
    pub weight_decay: f64,
}

impl Part {
    /// All parameters of a network.
    pub const fn whole<N: Parameters>() -> Self {
        Self { range: 0..N::COUNT, learning_rate: 1.0, weight_decay: 1.0 }
    }

    /// Whether a tensor is in it.
    pub(super) const fn holds(&self, tensor: &Range<usize>) -> bool {
        self.range.start <= tensor.start && tensor.end <= self.range.end
    }
}

/// Takes a step on all parameters as one part.
pub fn step_as_one<N: Parameters>(optimizer: &mut impl ByPart<N>, network: &mut N, gradients: &N) {
    optimizer.begin_step();
    optimizer.update(network, gradients, &Part::whole::<N>());
}

/// Calls `update` with each stretch of a part in which all numbers decay alike, and with what is left of them: weights
/// lose the share `decay`.
pub(super) fn each_stretch<N: Parameters>(
    part: &Part,
    decay: f64,
    mut update: impl FnMut(Range<usize>, N::Element),
) {
    if decay == 0.0 {
        return update(part.range.clone(), N::Element::ONE);
    }
    let keep = N::Element::from_f64(1.0 - decay);
    each_tensor::<N>(part, |range, is_weight| update(range, if is_weight { keep } else { N::Element::ONE }));
}

/// Calls `update` with the range of each tensor of a part, and whether it is weights, which decay.
pub(super) fn each_tensor<N: Parameters>(part: &Part, mut update: impl FnMut(Range<usize>, bool)) {
    N::segments(|segment| {
        let range = segment.range();
        if part.holds(&range) {
            update(range, segment.kind.is_weight());
        }
    });
}
