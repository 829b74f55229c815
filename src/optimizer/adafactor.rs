//! [`Adafactor`]: steps scaled by running averages of the squared gradient, kept for rows and columns alone.

use alloc::boxed::Box;
use alloc::vec;
use core::marker::PhantomData;
use core::ops::Range;

use super::{ByPart, Entry, Optimizer, Part, Stateful, sgd, square_of, step_as_one, weight_decay};
use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled, power_sums};
use crate::parameters::Parameters;
use crate::plain::Plain;

/// `v̂ᵢⱼ = rᵢ cⱼ / mean(r)` for a matrix, where `rᵢ` and `cⱼ` are running means of the squared gradients of a row and
/// of a column; then `u = g / √v̂`, `u ← u / max(1, RMS(u) / clip)` for each tensor, and
/// `w ← w - max(ε₂, RMS(w)) · min(learning_rate, 1 / √t) · u` at step `t`, with `RMS(x) = √(Σ x² / n)`.
///
/// A running mean takes `tᵈ` of a new square, where `d` is [`square_decay`](Self::square_decay). What has one axis has a
/// running mean for each number, `v̂ = v`; what has more than two is many matrices of its last two. Weights lose the
/// share `learning_rate · weight_decay` first.
///
/// As PyTorch's `Adafactor`, where biases decay, too.
///
/// Shazeer and Stern, *Adafactor: adaptive learning rates with sublinear memory cost*, 2018.
///
/// # Memory
///
/// A number for each row and each column of a matrix, and for each number of a vector: at most as many as the network
/// has, which is what [`STATE_BYTES`](Optimizer::STATE_BYTES) says.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U1, U1>::zeroed();
/// let mut gradients = layer.to_boxed();
/// gradients.bias[0] = 4.0;
/// Adafactor::new(0.01).step(&mut *layer, &gradients);
/// // The bias is 0, so ε₂ = 0.001 is in the place of its size.
/// assert!((layer.bias[0] + 1e-5).abs() < 1e-10);
/// ```
#[derive(Debug)]
pub struct Adafactor<N: Plain> {
    /// The largest size of a step, divided by that of the tensor's numbers; 0.01 in PyTorch.
    pub learning_rate: f64,
    /// The power of the step's number that is the weight of a new square, negative; -0.8.
    pub square_decay: f64,
    /// The smallest mean square of a matrix, and the smallest root of `v̂`: ε₁, the distance from 1 to the next number.
    pub epsilon: f64,
    /// The smallest size of a tensor's numbers that a step is measured by: ε₂, 0.001.
    pub smallest_scale: f64,
    /// The largest root mean square of a tensor's step before its scale; 1.
    pub clip: f64,
    /// The share of each weight that a step subtracts, divided by the learning rate; 0.
    pub weight_decay: f64,
    steps: usize,
    /// Of each matrix the means of rows, then those of columns, in the order of the flat block.
    squares: Box<[N::Element]>,
    network: PhantomData<fn() -> N>,
}

impl<N: Plain> Clone for Adafactor<N> {
    fn clone(&self) -> Self {
        Self { squares: self.squares.clone(), ..*self }
    }

    fn clone_from(&mut self, source: &Self) {
        let squares = core::mem::take(&mut self.squares);
        *self = Self { squares, ..*source };
        self.squares.copy_from_slice(&source.squares);
    }
}

impl<N: Parameters> Adafactor<N> {
    /// PyTorch's settings, with the given learning rate.
    pub fn new(learning_rate: f64) -> Self {
        let mut kept = 0;
        N::segments(|segment| kept += Matrices::of(segment.dims).kept());
        Self {
            learning_rate,
            square_decay: -0.8,
            epsilon: N::Element::EPSILON.to_f64(),
            smallest_scale: 1e-3,
            clip: 1.0,
            weight_decay: 0.0,
            steps: 0,
            squares: vec![N::Element::ZERO; kept].into_boxed_slice(),
            network: PhantomData,
        }
    }
}

impl<N: Parameters> Optimizer<N> for Adafactor<N> {
    const STATE_BYTES: usize = size_of::<N>();

    fn step(&mut self, network: &mut N, gradients: &N) {
        step_as_one(self, network, gradients);
    }
}

impl<N: Parameters> ByPart<N> for Adafactor<N> {
    fn begin_step(&mut self) {
        self.steps += 1;
    }

    fn update(&mut self, network: &mut N, gradients: &N, part: &Part) {
        let step = self.steps as f64;
        let rate = self.learning_rate * part.learning_rate;
        let new = step.powf(self.square_decay);
        let relative = rate.min(1.0 / Element::sqrt(step));
        let keep = N::Element::from_f64(1.0 - rate * (self.weight_decay * part.weight_decay));
        let mut start = 0;
        N::segments(|segment| {
            let (matrices, range) = (Matrices::of(segment.dims), segment.range());
            let kept = start..start + matrices.kept();
            start = kept.end;
            if !part.holds(&range) || range.is_empty() {
                return;
            }
            let weights = &mut network.as_mut_slice()[range.clone()];
            let tensor = OfTensor {
                matrices,
                gradients: &gradients.as_slice()[range],
                squares: &mut self.squares[kept],
                epsilon: self.epsilon,
            };
            let scale = root_mean_square(weights).max(self.smallest_scale);
            if segment.kind.is_weight() {
                weight_decay::Decay { keep, weights }.compute();
            }
            tensor.step(weights, new, scale * relative, self.clip);
        });
    }
}

impl<N: Parameters> Stateful<N> for Adafactor<N> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        visit("learning_rate", Entry::Number(&mut self.learning_rate));
        visit("square_decay", Entry::Number(&mut self.square_decay));
        visit("epsilon", Entry::Number(&mut self.epsilon));
        visit("smallest_scale", Entry::Number(&mut self.smallest_scale));
        visit("clip", Entry::Number(&mut self.clip));
        visit("weight_decay", Entry::Number(&mut self.weight_decay));
        visit("steps", Entry::Count(&mut self.steps));
        visit("squares", Entry::Numbers(&mut self.squares));
    }
}

fn root_mean_square<T: Element>(numbers: &[T]) -> f64 {
    let mut sums = [0.0; 2];
    power_sums(numbers, &mut sums);
    Element::sqrt(sums[1] / numbers.len() as f64)
}

/// A tensor as matrices of its last two axes; what has one axis is a matrix of one row that has no mean of its own.
#[derive(Clone, Copy)]
struct Matrices {
    count: usize,
    rows: usize,
    columns: usize,
    has_rows: bool,
}

impl Matrices {
    fn of(dims: &[usize]) -> Self {
        match dims {
            [outer @ .., rows, columns] => {
                Self { count: outer.iter().product(), rows: *rows, columns: *columns, has_rows: true }
            }
            _ => Self { count: 1, rows: 1, columns: dims.iter().product(), has_rows: false },
        }
    }

    /// Where a matrix is one row or one column, the means of its numbers say the one other mean.
    const fn is_line(self) -> bool {
        self.rows == 1 || self.columns == 1
    }

    /// The running means of one matrix.
    const fn of_one(self) -> usize {
        if self.is_line() { self.rows * self.columns } else { self.rows + self.columns }
    }

    const fn kept(self) -> usize {
        self.count * self.of_one()
    }
}

/// What a step knows of one tensor.
struct OfTensor<'a, T> {
    matrices: Matrices,
    gradients: &'a [T],
    squares: &'a mut [T],
    epsilon: f64,
}

impl<T: Element> OfTensor<'_, T> {
    fn step(self, parameters: &mut [T], new: f64, rate: f64, clip: f64) {
        let Self { matrices, gradients, squares, epsilon } = self;
        let size = matrices.rows * matrices.columns;
        let of_one = matrices.of_one();
        for (gradients, squares) in gradients.chunks(size).zip(squares.chunks_mut(of_one)) {
            add_squares(matrices, gradients, squares, new);
        }
        let mut sums = [0.0; 2];
        each_direction(matrices, gradients, squares, epsilon, |_, directions| {
            power_sums(directions, &mut sums);
        });
        let length = Element::sqrt(sums[1] / gradients.len() as f64);
        let rate = T::from_f64(rate / (length / clip).max(1.0));
        each_direction(matrices, gradients, squares, epsilon, |range, directions| {
            sgd::Update { rate, gradients: directions, parameters: &mut parameters[range] }.compute();
        });
    }
}

/// Moves the running means of a matrix towards those of new gradients.
fn add_squares<T: Element>(matrices: Matrices, gradients: &[T], squares: &mut [T], new: f64) {
    let new = T::from_f64(new);
    let towards = |mean: &mut T, seen: T| *mean = (*mean + new * (seen - *mean)).flushed();
    if matrices.is_line() {
        for (mean, gradient) in squares.iter_mut().zip(gradients) {
            towards(mean, square_of(*gradient));
        }
        return;
    }
    let Matrices { rows, columns, .. } = matrices;
    let (of_rows, of_columns) = squares.split_at_mut(rows);
    for (mean, row) in of_rows.iter_mut().zip(gradients.chunks(columns)) {
        let sum: T = row.iter().map(|gradient| square_of(*gradient)).sum();
        towards(mean, sum / T::from_f64(columns as f64));
    }
    let (old, share) = (T::ONE - new, new / T::from_f64(rows as f64));
    of_columns.iter_mut().for_each(|mean| *mean *= old);
    for row in gradients.chunks(columns) {
        for (mean, gradient) in of_columns.iter_mut().zip(row) {
            *mean += share * square_of(*gradient);
        }
    }
    of_columns.iter_mut().for_each(|mean| *mean = mean.flushed());
}

/// How many directions are on the stack at once.
const CHUNK: usize = 256;

/// Calls `visit` with where some numbers of a tensor are, and with their gradients divided by the roots of `v̂`.
fn each_direction<T: Element>(
    matrices: Matrices,
    gradients: &[T],
    squares: &[T],
    epsilon: f64,
    mut visit: impl FnMut(Range<usize>, &[T]),
) {
    let floor = T::from_f64(epsilon * epsilon);
    let mut directions = [T::ZERO; CHUNK];
    let mut start = 0;
    for squares in squares.chunks(matrices.of_one()) {
        // A line is one row, whose columns are its numbers.
        let (of_rows, of_columns) = squares.split_at(if matrices.is_line() { 0 } else { matrices.rows });
        let all = if matrices.is_line() { of_columns } else { of_rows };
        let mean = all.iter().map(|mean| mean.to_f64()).sum::<f64>() / all.len() as f64;
        let scale = |of_row: f64| of_row / mean.max(epsilon);
        let of_line = matrices.is_line().then(|| if matrices.has_rows { scale(mean) } else { 1.0 });
        for scale in of_line.into_iter().chain(of_rows.iter().map(|of_row| scale(of_row.to_f64()))) {
            let scale = T::from_f64(scale);
            for squares in of_columns.chunks(CHUNK) {
                let (range, directions) = (start..start + squares.len(), &mut directions[..squares.len()]);
                let gradients = &gradients[range.clone()];
                Direction { scale, floor, squares, gradients, directions }.compute();
                start = range.end;
                visit(range, directions);
            }
        }
    }
}

/// `directions = gradients / √max(scale · squares, floor)`.
pub(super) struct Direction<'a, T> {
    pub(super) scale: T,
    pub(super) floor: T,
    pub(super) squares: &'a [T],
    pub(super) gradients: &'a [T],
    pub(super) directions: &'a mut [T],
}

compiled!(Direction);

impl<T: Element> Operation<T> for Direction<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let Self { scale, floor, .. } = self;
        let squares = self.squares.iter().zip(self.gradients);
        for (direction, (square, gradient)) in self.directions.iter_mut().zip(squares) {
            let estimate = scale * *square;
            let estimate = if estimate > floor { estimate } else { floor };
            *direction = (*gradient / estimate.sqrt()).flushed();
        }
    }
}
