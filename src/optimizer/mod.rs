//! What an optimizer is: [`Optimizer`], one pass over flat slices.
//!
//! Seventh in the flow: parameters and their gradients in, better parameters out. Optimizers see
//! numbers and segments; they know no layers and no losses. State has the network's own type.
//!
//! | optimizer | a step |
//! |---|---|
//! | [`Sgd`], [`Momentum`], [`Nesterov`] | along the gradient, with a velocity, looked ahead |
//! | [`AdaGrad`], [`RmsProp`] | each number by the size of its gradients so far, or lately |
//! | [`RmsPropMomentum`], [`CenteredRmsProp`] | the latter with a velocity; by how much gradients vary |
//! | [`Adam`], [`AdamW`] | both means corrected; with decay of weights apart |
//! | [`AmsGrad`], [`RAdam`] | Adam by the largest gradients so far; unscaled as long as it has seen few |
//! | [`Lamb`], [`Adafactor`] | each tensor by the size of its numbers; with little memory |
//! | [`Lion`] | the sign of a mean |
//! | [`Scheduled`], [`WeightDecay`] | another one with a learning rate that changes, with decay of weights |
//! | [`Grouped`] | another one with other rates for some tensors, or none |
//! | [`Averaged`](crate::average::Averaged) | another one, and an average of the networks that it makes |
//! | [`Lbfgs`] | minimises a loss of all data at once; no [`Optimizer`] |
//!
//! # Denormal numbers
//!
//! Where gradients become zero, what an optimizer remembers of them decays, until it is smaller than the
//! smallest normal number. Processors take up to a hundred times as long for such numbers, and 0.9 times
//! the smallest of them is rounded back to itself: they would stay for ever. So each number that is kept
//! for the next step is [flushed](Element::flushed), on every instruction set alike.

mod ada_grad;
mod adafactor;
mod adam;
mod adam_w;
mod ams_grad;
mod by_part;
mod centered_rms_prop;
mod grouped;
mod lamb;
mod lbfgs;
mod lion;
mod momentum;
mod nesterov;
mod r_adam;
mod rms_prop;
mod rms_prop_momentum;
mod scheduled;
mod sgd;
mod state;
mod stateful;
mod weight_decay;
#[cfg(test)]
pub(crate) mod tests;

pub use ada_grad::AdaGrad;
pub use adafactor::Adafactor;
pub use adam::Adam;
pub use adam_w::AdamW;
pub use ams_grad::AmsGrad;
pub use by_part::{ByPart, Part, step_as_one};
pub use centered_rms_prop::CenteredRmsProp;
pub use grouped::Grouped;
pub use lamb::Lamb;
pub use lbfgs::{Lbfgs, Minimised};
pub use lion::Lion;
pub use momentum::Momentum;
pub use nesterov::Nesterov;
pub use r_adam::RAdam;
pub use rms_prop::RmsProp;
pub use rms_prop_momentum::RmsPropMomentum;
pub use scheduled::Scheduled;
pub use sgd::Sgd;
pub use state::State;
pub(crate) use state::clone_by_field;
pub(crate) use stateful::inside;
pub use stateful::{Entry, Stateful};
pub use weight_decay::WeightDecay;

use crate::element::Element;
use crate::parameters::Parameters;
use crate::plain::Plain;

/// A rule that changes a network's parameters, step by step.
///
/// An optimizer with state stores it as a [`State<N>`](State), and so belongs to one type of network. A clone
/// copies all of it, state and counters: a [`Trainer`](crate::trainer::Trainer) returns to one when an epoch
/// fails.
///
/// ```
/// use dimwise::parameters::Parameters;
/// use dimwise::prelude::*;
///
/// /// Moves each parameter by a fixed amount against its gradient's sign.
/// #[derive(Clone)]
/// struct SignDescent;
/// impl<N: Parameters> Optimizer<N> for SignDescent {
///     fn step(&mut self, network: &mut N, gradients: &N) {
///         for (parameter, gradient) in network.as_mut_slice().iter_mut().zip(gradients.as_slice()) {
///             *parameter -= N::Element::from_f64(0.01 * gradient.to_f64().signum());
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this optimizer does not belong to this network",
    label = "another network's optimizer, or no optimizer",
    note = "an optimizer that keeps state belongs to one type of network: `Momentum<Mlp>`, or `Momentum<_>` where the compiler can infer it"
)]
pub trait Optimizer<N: Parameters>: Clone + Send {
    /// The size of its state on the heap, in bytes.
    const STATE_BYTES: usize = 0;

    /// Changes the network's parameters by their gradients.
    fn step(&mut self, network: &mut N, gradients: &N);
}

/// `gradient²`, or 0 where that is smaller than the smallest normal number: no multiplication has a
/// denormal result.
#[inline(always)]
fn square_of<T: Element>(gradient: T) -> T {
    let gradient = if gradient.abs() < T::SQRT_MIN_POSITIVE { T::ZERO } else { gradient };
    gradient * gradient
}

/// An optimizer with a learning rate that can be changed while it works.
pub trait LearningRate {
    /// The learning rate.
    fn learning_rate_mut(&mut self) -> &mut f64;
}

impl LearningRate for Sgd {
    fn learning_rate_mut(&mut self) -> &mut f64 {
        &mut self.learning_rate
    }
}

macro_rules! learning_rate {
    ($($optimizer:ident)*) => {
        $(impl<N: Plain> LearningRate for $optimizer<N> {
            fn learning_rate_mut(&mut self) -> &mut f64 {
                &mut self.learning_rate
            }
        })*
    };
}
learning_rate! {
    Momentum Nesterov AdaGrad RmsProp RmsPropMomentum CenteredRmsProp Adam AdamW AmsGrad RAdam Lamb Adafactor Lion
}
