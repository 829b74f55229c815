//! [`Lbfgs`]: a whole minimisation, by gradients of all data at once.

mod search;

use alloc::vec::Vec;
use core::fmt;

use super::State;
use crate::element::Element;
use crate::kernel::largest_magnitude;
use crate::parameters::Parameters;
use crate::plain::Plain;
use search::{Objective, Search};

/// Minimises a loss by a model of its curvature, which it makes of the last steps: for small networks and data that are
/// taken at once.
///
/// Each iteration goes along `d = -H g`, where the product with the inverse Hessian's approximation `H` comes from the
/// last `history` pairs of a step `s` and the change `y` of the gradient on it (two loops over them), and `H` begins as
/// `sᵀy / yᵀy` of the last one. How far, a line search says: as far as the strong Wolfe conditions hold,
/// `f(w + td) ≤ f(w) + 10⁻⁴ t gᵀd` and `|g(w + td)ᵀd| ≤ 0.9 |gᵀd|`.
///
/// It is no [`Optimizer`](super::Optimizer), since it asks for the loss itself, several times an iteration; it does what
/// PyTorch's `LBFGS(line_search_fn="strong_wolfe")` does. A closure computes the loss, and adds to gradients that are
/// zeros; [`Workspace`](crate::network::Workspace) and a loss give both. The data must be the same at each call, and so
/// must chance: no [`Dropout`](crate::layer::Dropout). A loss that is not finite counts as too large, and the step is
/// shortened.
///
/// Nocedal and Wright, *Numerical optimization*, 2006, algorithms 3.5, 3.6 and 7.5; Schmidt, *minFunc*, 2005.
///
/// # Memory
///
/// `2 history + 9` times the network, see [`bytes`](Self::bytes); nothing is allocated after [`new`](Self::new).
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Net = [Affine<U1, U8>, Tanh<_>, Affine<_, U1>]; }
///
/// let samples: Vec<_> = (0..20).map(|i| Tensor::<U1>::from([i as f32 / 10.0 - 1.0])).collect();
/// let targets: Vec<_> = samples.iter().map(|x| Tensor::<U1>::from([(3.0 * x[0]).sin()])).collect();
/// let mut network = Net::initialized(XavierNormal, 1);
/// let mut workspace = Workspace::<Net, U20>::zeroed();
/// let minimum = Lbfgs::new(10).minimise(&mut *network, |network, gradients| {
///     workspace.forward(network, &samples);
///     let (outputs, grads) = workspace.outputs(samples.len());
///     let loss = MeanSquaredError.gradient(outputs, &targets, grads);
///     workspace.add_gradients(network, &samples, None, gradients);
///     loss
/// });
/// assert!(minimum.loss < 0.05 * minimum.first_loss, "{minimum:?}");
/// ```
pub struct Lbfgs<N: Plain> {
    /// The length of a first try along a direction; 1.
    pub learning_rate: f64,
    /// The most iterations of one [`minimise`](Self::minimise); 20.
    pub max_iterations: usize,
    /// How many times the loss may be computed before no iteration is begun; 25.
    pub max_evaluations: usize,
    /// It ends where no gradient is larger; 1e-7.
    pub gradient_tolerance: f64,
    /// It ends where no parameter, or the loss, changes by more; 1e-9.
    pub change_tolerance: f64,
    /// The pairs, the oldest first, and one more place for the next.
    history: Vec<Pair<N>>,
    /// How many pairs there are.
    pairs: usize,
    /// How many iterations there have been.
    iterations: usize,
    /// How far the last iteration went along its direction.
    length: f64,
    /// `sᵀy / yᵀy` of the last pair.
    scale: f64,
    gradients: State<N>,
    last_gradients: State<N>,
    direction: State<N>,
    search: Search<N>,
}

/// A step, and the change of the gradient on it.
struct Pair<N> {
    step: State<N>,
    change: State<N>,
    /// `1 / sᵀy`.
    inverse: f64,
    /// `sᵀq / sᵀy`, between the two loops.
    share: f64,
}

/// What a minimisation has come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minimised {
    /// The loss at its beginning.
    pub first_loss: f64,
    /// The loss of the network that it left.
    pub loss: f64,
    /// How many iterations there were.
    pub iterations: usize,
    /// How many times the loss was computed.
    pub evaluations: usize,
}

impl<N: Parameters> Lbfgs<N> {
    /// The usual settings, and memory for so many pairs (3 to 20 mostly; 100 in PyTorch).
    ///
    /// # Panics
    ///
    /// Panics if `history` is 0.
    pub fn new(history: usize) -> Self {
        assert!(history > 0, "L-BFGS remembers at least one step");
        let pair = || Pair { step: State::zeroed(), change: State::zeroed(), inverse: 0.0, share: 0.0 };
        Self {
            learning_rate: 1.0,
            max_iterations: 20,
            max_evaluations: 25,
            gradient_tolerance: 1e-7,
            change_tolerance: 1e-9,
            history: (0..=history).map(|_| pair()).collect(),
            pairs: 0,
            iterations: 0,
            length: 0.0,
            scale: 1.0,
            gradients: State::zeroed(),
            last_gradients: State::zeroed(),
            direction: State::zeroed(),
            search: Search::zeroed(),
        }
    }

    /// The size of what it keeps on the heap for a history, in bytes; `None` where that is more than there can be.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U16>, Tanh<_>, Affine<_, U2>]; }
    /// const _: () = assert!(Lbfgs::<Net>::bytes(10).unwrap() < 14_000);
    /// ```
    pub const fn bytes(history: usize) -> Option<usize> {
        let Some(pairs) = history.checked_add(1) else { return None };
        let Some(bytes) = pairs.checked_mul(2 * size_of::<N>() + size_of::<Pair<N>>()) else { return None };
        bytes.checked_add(7 * size_of::<N>())
    }

    /// Changes a network until its loss is a minimum, or until there have been as many iterations or evaluations as may
    /// be; another call goes on with what is remembered.
    ///
    /// `evaluate` returns the loss of a network and adds its gradients to zeros. Where the first loss or its gradient is
    /// not finite, the network stays as it is.
    pub fn minimise(&mut self, network: &mut N, evaluate: impl FnMut(&N, &mut N) -> f64) -> Minimised {
        let mut objective = Objective { evaluate, evaluations: 0 };
        let mut loss = objective.at::<N>(network, &mut self.gradients);
        let first_loss = loss;
        let mut iterations = 0;
        let is_finite = loss.is_finite() && self.largest_gradient().is_finite();
        while is_finite
            && iterations < self.max_iterations
            && (iterations == 0 || objective.evaluations < self.max_evaluations)
            && self.largest_gradient() > self.gradient_tolerance
        {
            iterations += 1;
            self.turn();
            let slope = dot::<N>(&self.gradients, &self.direction);
            self.last_gradients.clone_from(&self.gradients);
            // Uphill, or level.
            if slope > -self.change_tolerance {
                break;
            }
            let last_loss = loss;
            let attempts = self.max_evaluations.saturating_sub(objective.evaluations);
            let first = if self.iterations == 1 {
                let sum: f64 = self.gradients.as_slice().iter().map(|gradient| gradient.to_f64().abs()).sum();
                (1.0 / sum).min(1.0) * self.learning_rate
            } else {
                self.learning_rate
            };
            let here = (loss, slope);
            let (change, direction) = (self.change_tolerance, &*self.direction);
            (loss, self.length) = self.search.along(
                direction,
                (&mut *network, &mut *self.gradients),
                here,
                (first, change, attempts),
                &mut objective,
            );
            let moved = largest_magnitude(self.direction.as_slice()).to_f64() * self.length;
            if moved.abs() <= self.change_tolerance || (loss - last_loss).abs() < self.change_tolerance {
                break;
            }
        }
        Minimised { first_loss, loss, iterations, evaluations: objective.evaluations }
    }

    /// NaN where one of them is not finite.
    fn largest_gradient(&self) -> f64 {
        largest_magnitude(self.gradients.as_slice()).to_f64()
    }

    /// The next direction: `-H g`.
    fn turn(&mut self) {
        self.iterations += 1;
        if self.iterations > 1 {
            self.remember();
        }
        let direction = self.direction.as_mut_slice();
        for (direction, gradient) in direction.iter_mut().zip(self.gradients.as_slice()) {
            *direction = -*gradient;
        }
        for pair in self.history[..self.pairs].iter_mut().rev() {
            pair.share = dot::<N>(&pair.step, &self.direction) * pair.inverse;
            add::<N>(&mut self.direction, -pair.share, &pair.change);
        }
        let scale = N::Element::from_f64(self.scale);
        self.direction.as_mut_slice().iter_mut().for_each(|number| *number *= scale);
        for pair in &self.history[..self.pairs] {
            let back = dot::<N>(&pair.change, &self.direction) * pair.inverse;
            add::<N>(&mut self.direction, pair.share - back, &pair.step);
        }
        self.direction.as_mut_slice().iter_mut().for_each(|number| *number = number.flushed());
    }

    /// Takes the last step among the pairs, if the loss is curved upwards along it.
    fn remember(&mut self) {
        let pair = &mut self.history[self.pairs];
        let length = N::Element::from_f64(self.length);
        let steps = pair.step.as_mut_slice().iter_mut().zip(pair.change.as_mut_slice());
        let gradients = self.gradients.as_slice().iter().zip(self.last_gradients.as_slice());
        for (((step, change), (new, old)), direction) in steps.zip(gradients).zip(self.direction.as_slice()) {
            *step = length * *direction;
            *change = *new - *old;
        }
        let along = dot::<N>(&pair.change, &pair.step);
        if along > 1e-10 {
            pair.inverse = 1.0 / along;
            self.scale = along / dot::<N>(&pair.change, &pair.change);
            self.pairs += 1;
            if self.pairs == self.history.len() {
                // The oldest makes room for the next.
                self.history.rotate_left(1);
                self.pairs -= 1;
            }
        }
    }
}

impl<N: Plain> fmt::Debug for Lbfgs<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lbfgs")
            .field("history", &(self.history.len() - 1))
            .field("pairs", &self.pairs)
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// `Σ a b`, in `f64` and in one order.
fn dot<N: Parameters>(a: &N, b: &N) -> f64 {
    a.as_slice().iter().zip(b.as_slice()).map(|(a, b)| a.to_f64() * b.to_f64()).sum()
}

/// `to += factor · what`.
fn add<N: Parameters>(to: &mut N, factor: f64, what: &N) {
    let factor = N::Element::from_f64(factor);
    for (to, what) in to.as_mut_slice().iter_mut().zip(what.as_slice()) {
        *to += factor * *what;
    }
}
