//! [`Lamb`]: steps of Adam, each tensor's as large as its numbers say.

use core::ops::{Deref, DerefMut, Range};

use super::by_part::each_tensor;
use super::state::clone_by_field;
use super::{Adam, ByPart, Entry, Optimizer, Part, Stateful, inside, sgd, square_of, step_as_one};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled, power_sums};
use crate::parameters::Parameters;
use crate::plain::Plain;
use crate::threads::{Work, split};

/// `u = m̂ / (√v̂ + ε) + weight_decay · w` with the means of [`Adam`], then for each tensor
/// `w ← w - learning_rate · ‖w‖ / ‖u‖ · u`: for large batches.
///
/// The factor is 1 where one of the norms is 0, as at first that of a bias is. Only weights decay, not biases or the
/// scales of normalisations. The other settings are Adam's, which this derefs to.
///
/// You et al., *Large batch optimization for deep learning: training BERT in 76 minutes*, 2020, algorithm 2, with
/// `φ(z) = z`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U2>::zeroed();
/// layer.weight = Tensor::from([[3.0, 4.0]]);
/// let mut gradients = layer.to_boxed();
/// gradients.weight = Tensor::from([[1.0, -1.0]]);
/// Lamb::new(0.1).step(&mut *layer, &gradients);
/// // The weights' norm is 5, that of u = [1, -1] is √2.
/// let step = 0.1 * 5.0 / 2.0_f32.sqrt();
/// assert!((layer.weight[[0, 0]] - 3.0 + step).abs() < 1e-5);
/// assert!((layer.weight[[0, 1]] - 4.0 - step).abs() < 1e-5);
/// ```
#[derive(Debug)]
pub struct Lamb<N: Plain> {
    adam: Adam<N>,
    /// How much of a weight is in its step's direction; 0.
    pub weight_decay: f64,
}

clone_by_field!(Lamb<N: Plain> { adam, weight_decay });

impl<N: Parameters> Lamb<N> {
    /// The paper's settings without decay, with the given learning rate: Adam's, but that ε is 1e-6.
    pub fn new(learning_rate: f64) -> Self {
        let mut adam = Adam::new(learning_rate);
        adam.epsilon = 1e-6;
        Self { adam, weight_decay: 0.0 }
    }

    /// Changes one tensor.
    fn update_tensor(
        &mut self,
        network: &mut [N::Element],
        gradients: &[N::Element],
        range: &Range<usize>,
        step: Coefficients<N::Element>,
        rate: f64,
    ) {
        let (means, squares) = self.adam.moments_mut();
        let (means, squares) = (&mut means[range.clone()], &mut squares[range.clone()]);
        let (parameters, gradients) = (&mut network[range.clone()], &gradients[range.clone()]);
        let work = Work::of_pass(range.len());
        split((gradients, (&mut *means, &mut *squares)), work, |_, (gradients, (means, squares))| {
            Moments { step, gradients, means, squares }.compute();
        });
        let (means, squares) = (&*means, &*squares);
        let (mut of_parameters, mut of_directions) = ([0.0; 2], [0.0; 2]);
        power_sums(parameters, &mut of_parameters);
        let mut directions = [N::Element::ZERO; CHUNK];
        // On one thread, so that the sum has one order.
        let moments = means.chunks(CHUNK).zip(squares.chunks(CHUNK));
        for (parameters, (means, squares)) in parameters.chunks(CHUNK).zip(moments) {
            let directions = &mut directions[..means.len()];
            Direction { step, means, squares, parameters, directions }.compute();
            power_sums(directions, &mut of_directions);
        }
        let [parameter_norm, direction_norm] = [of_parameters[1], of_directions[1]].map(Element::sqrt);
        let trust =
            if parameter_norm > 0.0 && direction_norm > 0.0 { parameter_norm / direction_norm } else { 1.0 };
        let rate = N::Element::from_f64(rate * trust);
        split((parameters, (means, squares)), work, |_, (parameters, (means, squares))| {
            let mut directions = [N::Element::ZERO; CHUNK];
            let moments = means.chunks(CHUNK).zip(squares.chunks(CHUNK));
            for (parameters, (means, squares)) in parameters.chunks_mut(CHUNK).zip(moments) {
                let directions = &mut directions[..means.len()];
                Direction { step, means, squares, parameters, directions }.compute();
                sgd::Update { rate, gradients: directions, parameters }.compute();
            }
        });
    }
}

/// How many directions are on the stack at once.
const CHUNK: usize = 256;

impl<N: Plain> Deref for Lamb<N> {
    type Target = Adam<N>;

    fn deref(&self) -> &Adam<N> {
        &self.adam
    }
}

impl<N: Plain> DerefMut for Lamb<N> {
    fn deref_mut(&mut self) -> &mut Adam<N> {
        &mut self.adam
    }
}

impl<N: Parameters> Optimizer<N> for Lamb<N> {
    const STATE_BYTES: usize = <Adam<N> as Optimizer<N>>::STATE_BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for Lamb<N> {
    fn begin_step(&mut self) {
        self.adam.begin_step();
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let [mean, square] = self.powers().map(|power| N::Element::from_f64(1.0 / (1.0 - power)));
        let of_adam = self.coefficients(part);
        let step = Coefficients {
            mean: of_adam.mean,
            square: of_adam.square,
            corrections: [mean, square],
            epsilon: of_adam.epsilon,
            decay: N::Element::ZERO,
        };
        let decay = N::Element::from_f64(self.weight_decay * part.weight_decay);
        let rate = self.learning_rate * part.learning_rate;
        let (network, gradients) = (network.as_mut_slice(), gradients.as_slice());
        each_tensor::<N>(part, |range, is_weight| {
            let step = if is_weight { Coefficients { decay, ..step } } else { step };
            self.update_tensor(network, gradients, &range, step, rate);
        });
    }
}

impl<N: Parameters> Stateful<N> for Lamb<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("weight_decay", Entry::Number(&mut self.weight_decay));
        self.adam.visit_state(&mut inside("adam", visit));
    }
}

/// What a step of LAMB does not compute anew for each parameter.
#[derive(Clone, Copy)]
pub(super) struct Coefficients<T> {
    /// The weight of a new gradient in the mean: `1 - β₁`.
    pub(super) mean: T,
    /// The weight of a new squared gradient: `1 - β₂`.
    pub(super) square: T,
    /// What corrects the two means for their start at 0.
    pub(super) corrections: [T; 2],
    /// What keeps the divisor from 0.
    pub(super) epsilon: T,
    /// How much of a parameter is in its direction.
    pub(super) decay: T,
}

/// `means` and `squares` become running means of `gradients` and their squares.
pub(super) struct Moments<'a, T> {
    pub(super) step: Coefficients<T>,
    pub(super) gradients: &'a [T],
    pub(super) means: &'a mut [T],
    pub(super) squares: &'a mut [T],
}

/// Where a step goes: `directions` by the moments, and by what decays of `parameters`.
pub(super) struct Direction<'a, T> {
    pub(super) step: Coefficients<T>,
    pub(super) means: &'a [T],
    pub(super) squares: &'a [T],
    pub(super) parameters: &'a [T],
    pub(super) directions: &'a mut [T],
}

compiled!(Moments, Direction);

impl<T: Element> Operation<T> for Moments<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { step, .. } = self;
        for ((mean, square), &gradient) in self.means.iter_mut().zip(self.squares).zip(self.gradients) {
            *mean = (*mean + step.mean * (gradient - *mean)).flushed();
            *square = (*square + step.square * (square_of(gradient) - *square)).flushed();
        }
    }
}

impl<T: Element> Operation<T> for Direction<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { step, .. } = self;
        let [of_mean, of_square] = step.corrections;
        let moments = self.means.iter().zip(self.squares);
        for ((direction, parameter), (mean, square)) in
            self.directions.iter_mut().zip(self.parameters).zip(moments)
        {
            let scaled = *mean * of_mean / ((*square * of_square).sqrt() + step.epsilon);
            *direction = (scaled + step.decay * *parameter).flushed();
        }
    }
}
