//! What an optimizer is: [`Optimizer`], one pass over flat slices.
//!
//! Seventh in the flow: parameters and their gradients in, better parameters out. Optimizers see
//! numbers and segments; they know no layers and no losses. State has the network's own type.
//!
//! | optimizer | a step |
//! |---|---|
//! | [`Sgd`], [`Momentum`], [`Nesterov`] | along the gradient, with a velocity, looked ahead |
//! | [`AdaGrad`], [`RmsProp`] | each number by the size of its gradients so far, or lately |
//! | [`Adam`], [`AdamW`] | both means corrected; with decay of weights apart |
//! | [`Lion`] | the sign of a mean |
//! | [`Scheduled`], [`WeightDecay`] | another one with a learning rate that changes, with decay of weights |
//!
//! # Denormal numbers
//!
//! Where gradients become zero, what an optimizer remembers of them decays, until it is smaller than the
//! smallest normal number. Processors take up to a hundred times as long for such numbers, and 0.9 times
//! the smallest of them is rounded back to itself: they would stay for ever. So each number that is kept
//! for the next step is [flushed](Element::flushed), on every instruction set alike.

mod ada_grad;
mod adam;
mod adam_w;
mod lion;
mod momentum;
mod nesterov;
mod rms_prop;
mod scheduled;
mod sgd;
mod state;
mod stateful;
mod weight_decay;
#[cfg(test)]
pub(crate) mod tests;

pub use ada_grad::AdaGrad;
pub use adam::Adam;
pub use adam_w::AdamW;
pub use lion::Lion;
pub use momentum::Momentum;
pub use nesterov::Nesterov;
pub use rms_prop::RmsProp;
pub use scheduled::Scheduled;
pub use sgd::Sgd;
pub use state::State;
pub(crate) use stateful::inside;
pub use stateful::{Entry, Stateful};
pub use weight_decay::WeightDecay;

use core::ops::Range;

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

/// Calls `update` with the range of each segment, and whether it is weights, which decay.
fn each_stretch<N: Parameters>(mut update: impl FnMut(Range<usize>, bool)) {
    N::segments(|segment| update(segment.range(), segment.kind.is_weight()));
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
learning_rate!(Momentum Nesterov AdaGrad RmsProp Adam AdamW Lion);
