//! What an optimizer is: [`Optimizer`], one pass over flat slices.
//!
//! Seventh in the flow: parameters and their gradients in, better parameters out. Optimizers see
//! numbers and segments; they know no layers and no losses. State has the network's own type.

mod adam;
mod momentum;
mod sgd;

pub use adam::Adam;
pub use momentum::Momentum;
pub use sgd::Sgd;

use crate::parallel::Work;
use crate::parameters::Parameters;

/// A rule that changes a network's parameters, step by step.
///
/// One that keeps state keeps it as a `Box<N>` and so belongs to one type of network.
///
/// ```
/// use dimwise::prelude::*;
///
/// /// Moves each parameter by a fixed amount against its gradient's sign.
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
    message = "this optimizer is not one for this network",
    label = "another network's optimizer, or no optimizer",
    note = "an optimizer that keeps state belongs to one type of network: `Momentum<Mlp>`"
)]
pub trait Optimizer<N: Parameters>: Send {
    /// The bytes of state that it keeps on the heap.
    const STATE_BYTES: usize = 0;

    /// Changes the network's parameters by their gradients.
    fn step(&mut self, network: &mut N, gradients: &N);
}

/// A pass over all parameters. It waits for memory more than it computes: a number costs about as
/// much time as 16 multiply-adds of a product.
fn update_work<N: Parameters>() -> Work {
    Work { rows: N::COUNT, row_len: 1, row_work: 16 }
}
