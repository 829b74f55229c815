//! Gradient checks: whether a backward pass is the derivative of its forward pass.
//!
//! Beside the flow: for tests, of this crate and of yours. Runs in `f64` and knows nothing of a
//! layer but its forward and backward pass: each input and each parameter is moved up and down by
//! a little, and the change of the loss compared with the gradient (central differences; Saito,
//! *Deep Learning from Scratch*, 4.3 and 5.7.3).
//!
//! Beyond the numbers it checks what [`Layer::backward`](crate::layer::Layer::backward) promises:
//! that all gradients are written, whatever their memory held; that a batch may be smaller than its
//! workspace; and that a network's first layer, which is not asked for `grad_input`, gives the same
//! gradients.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use typenum::{U8, U16};

use crate::dim::Dim;
use crate::layer::{Input, Output};
use crate::loss::Loss;
use crate::network::{Network, Workspace};
use crate::parameters::Parameters;
use crate::plain::{Plain, flat, flat_mut, zeroed_slice};
use crate::random::Random;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// The room for samples in a check; twice that in its second run.
type Capacity = U8;
type TwiceCapacity = U16;

/// How far a number is moved. A power of two, so that moving hardly rounds; the rule's error is its
/// square, the rounding of the loss is divided by it.
const STEP: f64 = 1.0 / 32768.0;
/// The largest relative error that passes.
const THRESHOLD: f64 = 1e-6;
/// Gradients below this (times the loss, where that is above 1) are compared by difference alone:
/// the loss is rounded, so their quotients have fewer digits.
const SMALL: f64 = 1e-3;
/// A tensor with more numbers is sampled: one number of each of so many equal stretches.
const NUMBERS_A_TENSOR: usize = 256;

/// What a passed check has compared.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many numbers were moved.
    pub checked: usize,
    /// How many there are, in all inputs and parameters; more than `checked` where a tensor has
    /// over 256, of which 256 are drawn.
    pub numbers: usize,
    /// How many of those checked lie on a kink (ReLU at 0), where the gradient is only known to
    /// be between the slopes of both sides.
    pub kinks: usize,
    /// How many gradients are zero, or too small for a difference to say more: one of a dead ReLU.
    pub vanishing: usize,
    /// The largest relative error.
    pub largest_error: f64,
    /// Where that is: `0.weight[1, 2]`.
    pub worst: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { checked, numbers, kinks, vanishing, largest_error, worst } = self;
        write!(f, "{checked} of {numbers} gradients checked, {kinks} on kinks, {vanishing} vanishing; ")?;
        write!(f, "largest relative error {largest_error:.1e} at {worst}")
    }
}

/// Why a check failed.
#[derive(Clone, Debug, PartialEq)]
pub enum GradientError {
    /// A gradient is not the slope of the loss.
    Mismatch {
        /// Which gradient: `0.weight[1, 2]`, `input of sample 1 [3]`.
        place: String,
        /// What `backward` gave.
        analytic: f64,
        /// What the central difference gave.
        numeric: f64,
    },
    /// Two backward passes that should be the same differ.
    Unsteady {
        /// Which gradient.
        place: String,
        /// What it was in the first run.
        first: f64,
        /// What it was in the second run.
        second: f64,
        /// What the runs differ in.
        but: Run,
    },
    /// [`Loss::value`] and [`Loss::gradient`] give different losses.
    Loss {
        /// What `value` gave.
        value: f64,
        /// What `gradient` gave.
        gradient: f64,
    },
    /// No samples, or more than a check has room for.
    Samples {
        /// The number of samples.
        found: usize,
        /// The most there may be.
        capacity: usize,
    },
}

/// What must not matter for a backward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// The first run's memory held NaN, the second one's other numbers, with room for more samples.
    Memory,
    /// The first run was asked for the gradient by the input, the second was not.
    GradInput,
}

impl fmt::Display for GradientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch { place, analytic, numeric } => {
                let error = relative_error(*analytic, *numeric, 0.0);
                write!(f, "{place}: backward gives {analytic}, the central difference is {numeric} ")?;
                write!(f, "(relative error {error:.1e})")
            }
            Self::Unsteady { place, first, second, but } => {
                write!(f, "{place}: backward gives {first}, then {second} ")?;
                f.write_str(match but {
                    Run::Memory => "in a larger workspace and memory that held other numbers",
                    Run::GradInput => "where it is not asked for the gradient by the input",
                })
            }
            Self::Loss { value, gradient } => {
                write!(f, "the loss is {value} without its gradient, and {gradient} with it")
            }
            Self::Samples { found, capacity } => {
                write!(f, "a gradient check takes 1 to {capacity} samples, not {found}")
            }
        }
    }
}

impl core::error::Error for GradientError {}

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
/// assert_eq!(error.to_string(), "a gradient check takes 1 to 8 samples, not 9");
/// ```
pub fn check_layer<L>(layer: &L, samples: usize, seed: u64) -> Result<Report, GradientError>
where
    L: Network<Element = f64>,
{
    check_samples(samples)?;
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
/// Where there is not one target a sample.
///
/// # Examples
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::gradient_check::check_network;
///
/// network! { type Xor<T> = [Affine<U2, U3, T>, Sigmoid<U3, T>, Affine<U3, U2, T>]; }
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
    L: Loss<N::Out, G, f64>,
{
    check_samples(inputs.len())?;
    let mut subject = Subject::new(network, loss, inputs, targets);
    let first = subject.backward::<Capacity>(&mut || f64::NAN, true);
    let mut random = Random::new(1);
    let mut garbage = || 1e3 * plus_or_minus(0.1, &mut random);
    let second = subject.backward::<TwiceCapacity>(&mut garbage, true);
    let unasked = subject.backward::<Capacity>(&mut garbage, false);

    let (by_input, by_parameter) = (flat(&first.inputs), first.parameters.as_slice());
    let (inputs, parameters) = (Stretch::of_inputs::<N>(inputs.len()), Stretch::of_parameters::<N>());
    check_steady(&inputs, by_input, flat(&second.inputs), Run::Memory)?;
    check_steady(&parameters, by_parameter, second.parameters.as_slice(), Run::Memory)?;
    check_steady(&parameters, by_parameter, unasked.parameters.as_slice(), Run::GradInput)?;

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
/// Where there is not one target an output.
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
    L: Loss<S, G, f64>,
{
    check_samples(outputs.len())?;
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
struct Subject<'a, N: Network, G, L> {
    network: Box<N>,
    inputs: Box<[Input<N>]>,
    targets: &'a [G],
    loss: &'a L,
    workspace: Box<Workspace<N, Capacity>>,
}

/// What one backward pass gave.
struct Gradients<N: Network> {
    loss: f64,
    inputs: Box<[Input<N>]>,
    parameters: Box<N>,
}

impl<'a, N: Network<Element = f64>, G, L: Loss<N::Out, G, f64>> Subject<'a, N, G, L> {
    fn new(network: &N, loss: &'a L, inputs: &[Input<N>], targets: &'a [G]) -> Self {
        Self {
            network: network.to_boxed(),
            inputs: copied(inputs),
            targets,
            loss,
            workspace: Workspace::zeroed(),
        }
    }

    /// Both passes in a workspace for `B` samples, where all memory first holds what `held` gives.
    fn backward<B: Dim>(&self, held: &mut dyn FnMut() -> f64, grad_input: bool) -> Gradients<N> {
        let samples = self.inputs.len();
        let mut workspace = Workspace::<N, B>::zeroed();
        let mut inputs = zeroed_slice::<Input<N>>(samples);
        let mut parameters = N::zeroed();
        workspace.as_mut_slice().fill_with(&mut *held);
        flat_mut(&mut inputs).fill_with(&mut *held);
        parameters.as_mut_slice().fill_with(held);

        workspace.forward(&self.network, &self.inputs);
        let (outputs, grad_outputs) = workspace.outputs(samples);
        let loss = self.loss.gradient(outputs, self.targets, grad_outputs);
        let asked = grad_input.then_some(&mut *inputs);
        workspace.backward(&self.network, &self.inputs, asked, &mut parameters);
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

/// The numbers of one tensor in a flat slice, with a name.
struct Stretch {
    name: String,
    dims: &'static [usize],
    start: usize,
    len: usize,
}

impl Stretch {
    fn of_inputs<N: Network>(samples: usize) -> Vec<Self> {
        Self::of_samples::<N::In>("input", samples)
    }

    fn of_samples<S: Shape>(what: &str, samples: usize) -> Vec<Self> {
        let stretch = |sample| Self {
            name: format!("{what} of sample {sample} "),
            dims: S::DIMS,
            start: sample * S::LEN,
            len: S::LEN,
        };
        (0..samples).map(stretch).collect()
    }

    fn of_parameters<N: Parameters>() -> Vec<Self> {
        let mut stretches = Vec::new();
        N::segments(|segment| {
            let (name, len) = (format!("{}", segment.path), segment.range().len());
            stretches.push(Self { name, dims: segment.dims, start: segment.start, len });
        });
        stretches
    }

    /// `0.weight[1, 2]` for the number at `offset` of this tensor.
    fn place(&self, mut offset: usize) -> String {
        let mut axes = Vec::new();
        for size in self.dims.iter().rev() {
            axes.insert(0, offset % size);
            offset /= size;
        }
        format!("{}{axes:?}", self.name)
    }

    /// The offsets to check: all, or one of each of 256 equal parts, always the same.
    fn sample(&self) -> impl Iterator<Item = usize> + use<> {
        let (len, parts) = (self.len, self.len.min(NUMBERS_A_TENSOR));
        let mut random = Random::new(self.start as u64);
        (0..parts).map(move |part| {
            let (start, end) = (part * len / parts, (part + 1) * len / parts);
            start + random.below(end - start)
        })
    }
}

/// The comparison of gradients with slopes.
struct Check {
    report: Report,
    loss: f64,
}

impl Check {
    fn new(value: f64, gradient: f64) -> Result<Self, GradientError> {
        // Not the same bits: a loss may sum in another order when it needs no gradient.
        let agree = relative_error(value, gradient, 1.0) <= THRESHOLD * THRESHOLD;
        if agree {
            Ok(Self { report: Report::default(), loss: value })
        } else {
            Err(GradientError::Loss { value, gradient })
        }
    }

    /// Compares gradients of some tensors; `moved` gives the loss where the number at an offset of
    /// the flat slice is moved by so much.
    fn stretches(
        &mut self,
        stretches: &[Stretch],
        gradients: &[f64],
        mut moved: impl FnMut(usize, f64) -> f64,
    ) -> Result<(), GradientError> {
        for stretch in stretches {
            self.report.numbers += stretch.len;
            for offset in stretch.sample() {
                let at = stretch.start + offset;
                self.slope(|| stretch.place(offset), gradients[at], |shift| moved(at, shift))?;
            }
        }
        Ok(())
    }

    fn slope(
        &mut self,
        place: impl Fn() -> String,
        analytic: f64,
        mut moved: impl FnMut(f64) -> f64,
    ) -> Result<(), GradientError> {
        self.report.checked += 1;
        let (below, above) = (moved(-STEP), moved(STEP));
        let numeric = (above - below) / (2.0 * STEP);
        let small = SMALL * self.loss.abs().max(1.0);
        let error = relative_error(analytic, numeric, small);
        // A NaN does not pass either comparison.
        if error <= THRESHOLD {
            self.report.vanishing += usize::from(analytic.abs() + numeric.abs() <= THRESHOLD * small);
            if error >= self.report.largest_error {
                self.report.largest_error = error;
                self.report.worst = place();
            }
            Ok(())
        } else if is_kink(analytic, (self.loss - below) / STEP, (above - self.loss) / STEP) {
            self.report.kinks += 1;
            Ok(())
        } else {
            Err(GradientError::Mismatch { place: place(), analytic, numeric })
        }
    }
}

/// Whether the slopes of both sides differ by far more than curvature explains, with the gradient
/// between them.
fn is_kink(gradient: f64, left: f64, right: f64) -> bool {
    let jump = (right - left).abs();
    let slack = 1e-3 * jump;
    jump > 1e-2 * (left.abs() + right.abs())
        && jump > 100.0 * STEP
        && gradient >= left.min(right) - slack
        && gradient <= left.max(right) + slack
}

/// `|a - b| / (|a| + |b|)`, or by `small` where that is larger; NaN where `a` or `b` is.
fn relative_error(a: f64, b: f64, small: f64) -> f64 {
    (a - b).abs() / (a.abs() + b.abs()).max(small)
}

/// Two runs over the same numbers must give the same bits.
fn check_steady(stretches: &[Stretch], first: &[f64], second: &[f64], but: Run) -> Result<(), GradientError> {
    for stretch in stretches {
        for offset in 0..stretch.len {
            let (first, second) = (first[stretch.start + offset], second[stretch.start + offset]);
            if first.to_bits() != second.to_bits() && !(first.is_nan() && second.is_nan()) {
                return Err(GradientError::Unsteady { place: stretch.place(offset), first, second, but });
            }
        }
    }
    Ok(())
}

fn check_samples(found: usize) -> Result<(), GradientError> {
    let capacity = Capacity::SIZE;
    if (1..=capacity).contains(&found) { Ok(()) } else { Err(GradientError::Samples { found, capacity }) }
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
