//! Gradient checks: whether a backward pass is the derivative of its forward pass.
//!
//! Beside the flow: for tests, of this crate and of yours. Runs in `f64` and knows nothing of a
//! layer but its forward and backward pass: each input and each parameter is moved up and down by
//! a little, and the change of the loss compared with the gradient (central differences; Saito,
//! *Deep Learning from Scratch*, 4.3 and 5.7.3).
//!
//! Beyond the numbers it checks what [`Layer::backward`](crate::layer::Layer::backward) promises:
//! that `grad_input` is written, whatever its memory held; that gradients by parameters are added to those that
//! there are; that a batch may be smaller than its workspace; and that a network's first layer, which is not
//! asked for `grad_input`, gives the same gradients.

mod compare;
mod numerical;
mod report;

pub use numerical::numerical_gradient;
pub use report::{GradientError, Report, Run};

use alloc::boxed::Box;

use compare::{Check, Stretch, check_added, check_steady};
use typenum::{U8, U16};

use crate::layer::{Input, Output};
use crate::loss::{Loss, TargetOf};
use crate::network::{Model, Network, Workspace};
use crate::plain::{Plain, flat, flat_mut, zeroed_slice};
use crate::random::Random;
use crate::shape::{BatchSize, Dim, Shape};
use crate::tensor::Tensor;

/// The room for samples in a check; twice that in its second run.
type Capacity = U8;
type TwiceCapacity = U16;

/// Checks a layer, or a network without a loss, on `samples` random samples.
///
/// Its loss is `Σ cᵢ · outputᵢ` with random `c`, so that every output matters. The inputs are drawn
/// from `seed`, uniform in ±[0.1, 1.1]: away from 0, where ReLU has its kink. Set the parameters to
/// numbers of all signs before; zeros hide mistakes.
///
/// # Errors
///
/// [`GradientError`] names the first gradient that is wrong.
///
/// # Examples
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::gradient_check::check_layer;
///
/// let layer = Affine::<U3, U2, f64>::initialized(XavierUniform, 1);
/// let report = check_layer(&*layer, 4, 1).unwrap();
/// assert_eq!(report.checked, 4 * 3 + 3 * 2 + 2);
///
/// let error = check_layer(&*layer, 9, 1).unwrap_err();
/// assert_eq!(error.to_string(), "a gradient check takes 1 to 8 samples here, not 9");
/// ```
pub fn check_layer<L>(layer: &L, samples: usize, seed: u64) -> Result<Report, GradientError>
where
    L: Network<Element = f64>,
{
    check_samples(L::SMALLEST_BATCH, samples)?;
    let mut random = Random::new(seed);
    let mut inputs = zeroed_slice::<Input<L>>(samples);
    flat_mut(&mut inputs).fill_with(|| plus_or_minus(0.1, &mut random));
    let mut factors = zeroed_slice::<Output<L>>(samples);
    flat_mut(&mut factors).fill_with(|| plus_or_minus(0.5, &mut random));
    check_network(layer, &Projection, &inputs, &factors)
}

/// Checks a network with its loss, on up to 8 samples.
///
/// Take more samples than one, and inputs that do not hit the kinks of the network's ReLUs; how many
/// do is in the report.
///
/// # Errors
///
/// [`GradientError`] names the first gradient that is wrong.
///
/// # Panics
///
/// Panics if there is not one target a sample.
///
/// # Examples
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::gradient_check::check_network;
///
/// network! { type Xor<T> = [Affine<U2, U3>, Sigmoid<_>, Affine<_, U2>]; }
///
/// let inputs = [Tensor::from([0.0, 1.0]), Tensor::from([1.0, 1.0])];
/// let targets = [Class::<U2>::new(1).unwrap(), Class::new(0).unwrap()];
/// let network = Xor::initialized(XavierUniform, 1);
/// let report = check_network(&*network, &CrossEntropy, &inputs, &targets).unwrap();
/// assert_eq!(report.checked, report.numbers);
/// assert_eq!(report.kinks, 0);
/// ```
pub fn check_network<N, G, L>(
    network: &N,
    loss: &L,
    inputs: &[Input<N>],
    targets: &[G],
) -> Result<Report, GradientError>
where
    N: Network<Element = f64>,
    G: TargetOf<N::Out>,
    L: Loss<N::Out, G, f64>,
{
    check_samples(N::SMALLEST_BATCH, inputs.len())?;
    let mut subject = Subject::<_, _, _, Capacity>::new(network, loss, inputs, targets);
    let first = subject.backward::<Capacity>(&mut || f64::NAN, true);
    let mut random = Random::new(1);
    let mut others = Random::new(2);
    let mut garbage = || 1e3 * plus_or_minus(0.1, &mut others);
    let second = subject.backward::<TwiceCapacity>(&mut garbage, true);
    let unasked = subject.backward::<Capacity>(&mut garbage, false);
    let mut before = N::zeroed();
    let numbers = before.as_mut_slice();
    // What is not trained has no gradient to add to.
    N::segments(|segment| {
        if segment.kind.is_trained() {
            numbers[segment.range()].fill_with(|| plus_or_minus(0.1, &mut random));
        }
    });
    let added = subject.backward_onto::<Capacity>(before.to_boxed(), &mut || f64::NAN, true);

    let (by_input, by_parameter) = (flat(&first.inputs), first.parameters.as_slice());
    let (inputs, parameters) = (Stretch::of_inputs::<N>(inputs.len()), Stretch::of_parameters::<N>());
    check_steady(&inputs, by_input, flat(&second.inputs), Run::Memory)?;
    check_steady(&parameters, by_parameter, second.parameters.as_slice(), Run::Memory)?;
    check_steady(&parameters, by_parameter, unasked.parameters.as_slice(), Run::GradInput)?;
    check_added(&parameters, by_parameter, before.as_slice(), added.parameters.as_slice())?;

    let mut check = Check::new(subject.value(), first.loss)?;
    check.stretches(&inputs, by_input, |offset, shift| subject.with_input(offset, shift))?;
    check.stretches(&parameters, by_parameter, |offset, shift| subject.with_parameter(offset, shift))?;
    Ok(check.report)
}

/// Checks a loss by itself, on up to 8 outputs.
///
/// # Errors
///
/// [`GradientError`] names the first gradient that is wrong.
///
/// # Panics
///
/// Panics if there is not one target an output.
///
/// # Examples
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::gradient_check::check_loss;
///
/// let outputs = [Tensor::from([0.5, -1.0]), Tensor::from([2.0, 0.0])];
/// let targets = [Tensor::from([0.0, 1.0]), Tensor::from([1.0, 1.0])];
/// check_loss(&MeanSquaredError, &outputs, &targets).unwrap();
/// ```
pub fn check_loss<S, G, L>(
    loss: &L,
    outputs: &[Tensor<S, f64>],
    targets: &[G],
) -> Result<Report, GradientError>
where
    S: Shape,
    G: TargetOf<S>,
    L: Loss<S, G, f64>,
{
    check_samples(1, outputs.len())?;
    let stretches = Stretch::of_samples::<S>("output", outputs.len());
    let mut gradients = zeroed_slice::<Tensor<S, f64>>(outputs.len());
    flat_mut(&mut gradients).fill(f64::NAN);
    let value = loss.gradient(outputs, targets, &mut gradients);
    let mut again = zeroed_slice::<Tensor<S, f64>>(outputs.len());
    flat_mut(&mut again).fill(1e3);
    loss.gradient(outputs, targets, &mut again);
    check_steady(&stretches, flat(&gradients), flat(&again), Run::Memory)?;

    let mut moved = copied(outputs);
    let mut check = Check::new(loss.value(outputs, targets), value)?;
    check.stretches(&stretches, flat(&gradients), |offset, shift| {
        moved_by(&mut moved, |moved| &mut flat_mut(moved)[offset], shift, |moved| loss.value(moved, targets))
    })?;
    Ok(check.report)
}

/// `Σ factor · output`: the loss of a check without one.
struct Projection;

impl<S: Shape> Loss<S, Tensor<S, f64>, f64> for Projection {
    fn gradient(
        &self,
        outputs: &[Tensor<S, f64>],
        factors: &[Tensor<S, f64>],
        gradients: &mut [Tensor<S, f64>],
    ) -> f64 {
        flat_mut(gradients).copy_from_slice(flat(factors));
        self.value(outputs, factors)
    }

    fn value(&self, outputs: &[Tensor<S, f64>], factors: &[Tensor<S, f64>]) -> f64 {
        flat(outputs).iter().zip(flat(factors)).map(|(output, factor)| output * factor).sum()
    }
}

/// What is checked, with memory of its own to move numbers in.
struct Subject<'a, N: Network, G, L, B: BatchSize> {
    network: Box<N>,
    inputs: Box<[Input<N>]>,
    targets: &'a [G],
    loss: &'a L,
    workspace: Box<Workspace<N, B>>,
}

/// What one backward pass gave.
struct Gradients<N: Network> {
    loss: f64,
    inputs: Box<[Input<N>]>,
    parameters: Box<N>,
}

impl<'a, N: Network<Element = f64>, G: TargetOf<N::Out>, L: Loss<N::Out, G, f64>, B: BatchSize>
    Subject<'a, N, G, L, B>
{
    fn new(network: &N, loss: &'a L, inputs: &[Input<N>], targets: &'a [G]) -> Self {
        Self {
            network: network.to_boxed(),
            inputs: copied(inputs),
            targets,
            loss,
            workspace: Workspace::zeroed(),
        }
    }

    /// Both passes in a workspace for `C` samples, where all memory first holds what `held` returns.
    fn backward<C: BatchSize>(&self, held: &mut dyn FnMut() -> f64, grad_input: bool) -> Gradients<N> {
        self.backward_onto::<C>(N::zeroed(), held, grad_input)
    }

    /// The same, adding to `parameters`.
    fn backward_onto<C: BatchSize>(
        &self,
        mut parameters: Box<N>,
        held: &mut dyn FnMut() -> f64,
        grad_input: bool,
    ) -> Gradients<N> {
        let samples = self.inputs.len();
        let mut workspace = Workspace::<N, C>::zeroed();
        let mut inputs = zeroed_slice::<Input<N>>(samples);
        workspace.as_mut_slice().fill_with(&mut *held);
        flat_mut(&mut inputs).fill_with(held);

        workspace.forward(&self.network, &self.inputs);
        let (outputs, grad_outputs) = workspace.outputs(samples);
        let loss = self.loss.gradient(outputs, self.targets, grad_outputs);
        let asked = grad_input.then_some(&mut *inputs);
        workspace.add_gradients(&self.network, &self.inputs, asked, &mut parameters);
        Gradients { loss, inputs, parameters }
    }

    fn value(&mut self) -> f64 {
        self.loss.value(self.workspace.forward(&self.network, &self.inputs), self.targets)
    }

    /// The loss where one of the input's numbers is moved.
    fn with_input(&mut self, offset: usize, shift: f64) -> f64 {
        moved_by(self, |subject| &mut flat_mut(&mut subject.inputs)[offset], shift, Self::value)
    }

    /// The loss where one of the parameters is moved.
    fn with_parameter(&mut self, offset: usize, shift: f64) -> f64 {
        moved_by(self, |subject| &mut subject.network.as_mut_slice()[offset], shift, Self::value)
    }
}

/// `value` while one number of `subject` is moved; then moves it back.
fn moved_by<S: ?Sized>(
    subject: &mut S,
    number: impl Fn(&mut S) -> &mut f64,
    shift: f64,
    value: impl FnOnce(&mut S) -> f64,
) -> f64 {
    let before = *number(subject);
    *number(subject) = before + shift;
    let moved = value(subject);
    *number(subject) = before;
    moved
}

fn check_samples(least: usize, found: usize) -> Result<(), GradientError> {
    let capacity = Capacity::SIZE;
    if (least..=capacity).contains(&found) {
        Ok(())
    } else {
        Err(GradientError::Samples { least, found, capacity })
    }
}

/// A copy on the heap, never on the stack.
fn copied<P: Plain>(values: &[P]) -> Box<[P]> {
    let mut copy = zeroed_slice(values.len());
    flat_mut(&mut copy).copy_from_slice(flat(values));
    copy
}

/// Of either sign, the magnitude uniform in [`least`, `least` + 1).
fn plus_or_minus(least: f64, random: &mut Random) -> f64 {
    let magnitude = least + random.uniform();
    if random.uniform() < 0.5 { -magnitude } else { magnitude }
}
