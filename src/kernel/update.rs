//! Optimizer steps: one pass over parameters, gradients and what the optimizer remembers.
//!
//! Plain loops: the compiler makes vector instructions of them, of whatever instruction set the
//! function around them has.

use super::vector::Number;
use crate::element::Element;

/// What a step of Adam does not compute anew for each parameter.
#[derive(Clone, Copy, Debug)]
pub struct Adam<T> {
    /// The learning rate, corrected for the mean's start at 0.
    pub rate: T,
    /// The weight of a new gradient in the mean: `1 - β₁`.
    pub mean: T,
    /// The weight of a new squared gradient: `1 - β₂`.
    pub square: T,
    /// What corrects the mean square for its start at 0.
    pub correction: T,
    /// What keeps the divisor from 0.
    pub epsilon: T,
    /// What is left of a parameter before its step: 1, or less where weights decay.
    pub keep: T,
}

/// What a step of Lion does not compute anew for each parameter.
#[derive(Clone, Copy, Debug)]
pub struct Lion<T> {
    /// The learning rate.
    pub rate: T,
    /// What is left of a parameter before its step.
    pub keep: T,
    /// The weight of a new gradient in the direction: `1 - β₁`.
    pub direction: T,
    /// The weight of a new gradient in the mean: `1 - β₂`.
    pub mean: T,
}

#[inline(always)]
pub(super) fn sgd<T: Number>(rate: T, gradients: &[T], parameters: &mut [T]) {
    for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
        *parameter = *parameter - rate * *gradient;
    }
}

#[inline(always)]
pub(super) fn momentum<T: Number>(
    rate: T,
    decay: T,
    gradients: &[T],
    velocities: &mut [T],
    parameters: &mut [T],
) {
    let moving = parameters.iter_mut().zip(velocities);
    for ((parameter, velocity), gradient) in moving.zip(gradients) {
        *velocity = decay * *velocity - rate * *gradient;
        *parameter = *parameter + *velocity;
    }
}

#[inline(always)]
pub(super) fn adam<T: Number>(
    step: Adam<T>,
    gradients: &[T],
    means: &mut [T],
    squares: &mut [T],
    parameters: &mut [T],
) {
    let moments = means.iter_mut().zip(squares);
    for ((parameter, gradient), (mean, square)) in parameters.iter_mut().zip(gradients).zip(moments) {
        *mean = *mean + step.mean * (*gradient - *mean);
        *square = *square + step.square * (*gradient * *gradient - *square);
        *parameter =
            *parameter * step.keep - step.rate * *mean / ((*square * step.correction).root() + step.epsilon);
    }
}

#[inline(always)]
pub(super) fn nesterov<T: Number>(
    rate: T,
    decay: T,
    gradients: &[T],
    velocities: &mut [T],
    parameters: &mut [T],
) {
    let moving = parameters.iter_mut().zip(velocities);
    for ((parameter, velocity), gradient) in moving.zip(gradients) {
        *velocity = decay * *velocity - rate * *gradient;
        *parameter = *parameter + decay * *velocity - rate * *gradient;
    }
}

#[inline(always)]
pub(super) fn ada_grad<T: Number>(
    rate: T,
    epsilon: T,
    gradients: &[T],
    squares: &mut [T],
    parameters: &mut [T],
) {
    for ((parameter, square), gradient) in parameters.iter_mut().zip(squares).zip(gradients) {
        *square = *square + *gradient * *gradient;
        *parameter = *parameter - rate * *gradient / (square.root() + epsilon);
    }
}

#[inline(always)]
pub(super) fn rms_prop<T: Number>(
    rate: T,
    decay: T,
    epsilon: T,
    gradients: &[T],
    squares: &mut [T],
    parameters: &mut [T],
) {
    for ((parameter, square), gradient) in parameters.iter_mut().zip(squares).zip(gradients) {
        let new = *gradient * *gradient;
        *square = new + decay * (*square - new);
        *parameter = *parameter - rate * *gradient / (square.root() + epsilon);
    }
}

/// Adds the gradient of `l1 · Σ |w| + l2 / 2 · Σ w²`.
#[inline(always)]
pub(super) fn penalty<T: Element>(l1: T, l2: T, weights: &[T], gradients: &mut [T]) {
    for (gradient, weight) in gradients.iter_mut().zip(weights) {
        let up = if *weight > T::ZERO { l1 } else { T::ZERO };
        let down = if *weight < T::ZERO { l1 } else { T::ZERO };
        *gradient = *gradient + l2 * *weight + up - down;
    }
}

/// Adds `Σ |x|` and `Σ x²` to `sums`, in an order that no instruction set changes.
#[inline(always)]
pub(super) fn power_sums<T: Element>(numbers: &[T], sums: &mut [f64; 2]) {
    const LANES: usize = 16;
    let (mut magnitudes, mut squares) = ([0.0; LANES], [0.0; LANES]);
    let (whole, rest) = numbers.as_chunks::<LANES>();
    let mut add = |numbers: &[T]| {
        for ((magnitude, square), number) in magnitudes.iter_mut().zip(&mut squares).zip(numbers) {
            let number = number.to_f64();
            *magnitude += number.abs();
            *square += number * number;
        }
    };
    whole.iter().for_each(|numbers| add(numbers));
    add(rest);
    sums[0] += magnitudes.iter().sum::<f64>();
    sums[1] += squares.iter().sum::<f64>();
}

#[inline(always)]
pub(super) fn lion<T: Element>(step: Lion<T>, gradients: &[T], means: &mut [T], parameters: &mut [T]) {
    for ((parameter, mean), gradient) in parameters.iter_mut().zip(means).zip(gradients) {
        let direction = *mean + step.direction * (*gradient - *mean);
        let up = if direction > T::ZERO { step.rate } else { T::ZERO };
        let down = if direction < T::ZERO { step.rate } else { T::ZERO };
        *parameter = *parameter * step.keep - up + down;
        *mean += step.mean * (*gradient - *mean);
    }
}
