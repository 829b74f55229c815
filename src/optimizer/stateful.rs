//! [`Stateful`]: what an optimizer's next steps depend on, so that it can be saved.

use super::Optimizer;
use crate::parameters::Parameters;

/// An optimizer that says all that its next steps depend on: what a run is saved and resumed with.
///
/// One function does for both: what saves reads what it is shown, what resumes replaces it. So nothing can be saved
/// that is not read again. The settings are among it: a learning rate that was changed while training is the one that
/// a resumed run goes on with.
///
/// ```
/// use dimwise::optimizer::{Entry, State, Stateful};
/// use dimwise::prelude::*;
///
/// network! { type Mlp = [Affine<U784, U50>, Relu<_>, Affine<_, U10>]; }
///
/// /// Follows the mean of all gradients so far.
/// #[derive(Clone)]
/// struct Averaged {
///     learning_rate: f64,
///     steps: usize,
///     sum: State<Mlp>,
/// }
/// impl Optimizer<Mlp> for Averaged {
///     fn step(&mut self, network: &mut Mlp, gradients: &Mlp) {
///         self.steps += 1;
///         let rate = self.learning_rate as f32 / self.steps as f32;
///         let moving = network.as_mut_slice().iter_mut().zip(self.sum.as_mut_slice());
///         for ((parameter, sum), gradient) in moving.zip(gradients.as_slice()) {
///             *sum += *gradient;
///             *parameter -= rate * *sum;
///         }
///     }
/// }
/// impl Stateful<Mlp> for Averaged {
///     fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, f32>)) {
///         visit("learning_rate", Entry::Number(&mut self.learning_rate));
///         visit("steps", Entry::Count(&mut self.steps));
///         visit("sum", Entry::Numbers(self.sum.as_mut_slice()));
///     }
/// }
/// ```
///
/// An optimizer that does not say it can train, but its runs cannot be saved: its state would be lost without a word.
#[diagnostic::on_unimplemented(
    message = "this optimizer does not say what its next steps depend on, so its runs cannot be saved",
    label = "implement `optimizer::Stateful` for it",
    note = "an optimizer without settings and without state has a `visit_state` that does nothing"
)]
pub trait Stateful<N: Parameters>: Optimizer<N> {
    /// Visits every setting, counter and state, in an order that is always the same, each with a name of its own.
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>));
}

/// A part of what the next steps depend on.
#[derive(Debug)]
pub enum Entry<'a, T> {
    /// A setting, or a number that changes from step to step.
    Number(&'a mut f64),
    /// How many of something there have been, at most 2⁴⁸: a larger one is refused when it is read, so that counting can
    /// go on.
    Count(&'a mut usize),
    /// A part of the state of a [`Random`](crate::random::Random), or another whole number of any size.
    Bits(&'a mut u64),
    /// The numbers of a [`State`](super::State), or others of a length that never changes.
    Numbers(&'a mut [T]),
    /// Numbers of which there are more from time to time.
    List(&'a mut alloc::vec::Vec<f64>),
    /// A number that is not restored, since the program says it: a run that was saved with another one is refused.
    Fixed(f64),
}

/// Visits with names that begin with this one: those of what is inside of something else.
pub(crate) fn inside<'a, T>(
    name: &'a str,
    visit: &'a mut dyn FnMut(&str, Entry<'_, T>),
) -> impl FnMut(&str, Entry<'_, T>) + 'a {
    move |inner, entry| visit(&alloc::format!("{name}.{inner}"), entry)
}
