//! Optimizer steps: one pass over parameters, gradients and what the optimizer remembers.
//!
//! Plain loops: the compiler makes vector instructions of them, of whatever instruction set the
//! function around them has.
//!
//! # Denormal numbers
//!
//! Where gradients become zero, what an optimizer remembers of them decays, until it is smaller than the
//! smallest normal number. Processors take up to a hundred times as long for such numbers, and 0.9 times
//! the smallest of them is rounded back to itself: they would stay for ever. So each number that is kept
//! for the next step is [flushed](Element::flushed), on every instruction set alike.

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

/// `gradient²`, or 0 where that is smaller than the smallest normal number: no multiplication has a
/// denormal result.
#[inline(always)]
fn square_of<T: Element>(gradient: T) -> T {
    let gradient = if gradient.abs() < T::SQRT_MIN_POSITIVE { T::ZERO } else { gradient };
    gradient * gradient
}

#[inline(always)]
pub(super) fn sgd<T: Element>(rate: T, gradients: &[T], parameters: &mut [T]) {
    for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
        *parameter = (*parameter - rate * *gradient).flushed();
    }
}

#[inline(always)]
pub(super) fn momentum<T: Element>(
    rate: T,
    decay: T,
    gradients: &[T],
    velocities: &mut [T],
    parameters: &mut [T],
) {
    let moving = parameters.iter_mut().zip(velocities);
    for ((parameter, velocity), gradient) in moving.zip(gradients) {
        *velocity = (decay * *velocity - rate * *gradient).flushed();
        *parameter = (*parameter + *velocity).flushed();
    }
}

#[inline(always)]
pub(super) fn adam<T: Element>(
    step: Adam<T>,
    gradients: &[T],
    means: &mut [T],
    squares: &mut [T],
    parameters: &mut [T],
) {
    let moments = means.iter_mut().zip(squares);
    for ((parameter, gradient), (mean, square)) in parameters.iter_mut().zip(gradients).zip(moments) {
        *mean = (*mean + step.mean * (*gradient - *mean)).flushed();
        *square = (*square + step.square * (square_of(*gradient) - *square)).flushed();
        // The division first: a small mean times the rate might be denormal.
        let direction = *mean / ((*square * step.correction).sqrt() + step.epsilon);
        *parameter = (*parameter * step.keep - step.rate * direction).flushed();
    }
}

#[inline(always)]
pub(super) fn nesterov<T: Element>(
    rate: T,
    decay: T,
    gradients: &[T],
    velocities: &mut [T],
    parameters: &mut [T],
) {
    let moving = parameters.iter_mut().zip(velocities);
    for ((parameter, velocity), gradient) in moving.zip(gradients) {
        *velocity = (decay * *velocity - rate * *gradient).flushed();
        *parameter = (*parameter + decay * *velocity - rate * *gradient).flushed();
    }
}

#[inline(always)]
pub(super) fn ada_grad<T: Element>(
    rate: T,
    epsilon: T,
    gradients: &[T],
    squares: &mut [T],
    parameters: &mut [T],
) {
    for ((parameter, square), gradient) in parameters.iter_mut().zip(squares).zip(gradients) {
        *square += square_of(*gradient);
        *parameter = (*parameter - rate * *gradient / (square.sqrt() + epsilon)).flushed();
    }
}

#[inline(always)]
pub(super) fn rms_prop<T: Element>(
    rate: T,
    decay: T,
    epsilon: T,
    gradients: &[T],
    squares: &mut [T],
    parameters: &mut [T],
) {
    for ((parameter, square), gradient) in parameters.iter_mut().zip(squares).zip(gradients) {
        let new = square_of(*gradient);
        *square = (new + decay * (*square - new)).flushed();
        *parameter = (*parameter - rate * *gradient / (square.sqrt() + epsilon)).flushed();
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

/// `numbers *= keep`.
#[inline(always)]
pub(super) fn decay<T: Element>(keep: T, numbers: &mut [T]) {
    for number in numbers {
        *number = (*number * keep).flushed();
    }
}

/// One number of [`largest_magnitude`]: a magnitude, and 0 or NaN.
#[inline(always)]
fn look_at<T: Element>(number: T, most: &mut T, poison: &mut T) {
    let magnitude = number.abs();
    *most = if magnitude > *most { magnitude } else { *most };
    *poison += number * T::ZERO;
}

/// Sets `largest` to the largest magnitude if that is larger, and to NaN where a number is infinite or
/// NaN.
#[inline(always)]
pub(super) fn largest_magnitude<T: Element>(numbers: &[T], largest: &mut T) {
    const LANES: usize = 32;
    // `x · 0` is 0 for a finite number and NaN for any other one.
    let (mut most, mut poison) = ([T::ZERO; LANES], [T::ZERO; LANES]);
    let (whole, rest) = numbers.as_chunks::<LANES>();
    // By the lanes' numbers, so that all of them stay in registers.
    for numbers in whole {
        for lane in 0..LANES {
            look_at(numbers[lane], &mut most[lane], &mut poison[lane]);
        }
    }
    for (lane, number) in rest.iter().enumerate() {
        look_at(*number, &mut most[lane], &mut poison[lane]);
    }
    let most = most.into_iter().fold(*largest, |a, b| if b > a { b } else { a });
    *largest = most + poison.into_iter().sum::<T>();
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
        *parameter = (*parameter * step.keep - up + down).flushed();
        *mean = (*mean + step.mean * (*gradient - *mean)).flushed();
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{Adam, Lion};
    use crate::element::Element;
    use crate::kernel::{InstructionSet, Kernel};

    const SIZES: usize = 37;

    /// Gradients of all sizes and both signs, from 1e-40 on: at first each, then none.
    fn gradients<T: Element>() -> Vec<T> {
        (0..SIZES).map(|i| T::from_f64(if i % 2 == 0 { 1.0 } else { -1.0 } * 1e-40 * power(i))).collect()
    }

    fn power(exponent: usize) -> f64 {
        (0..exponent).fold(1.0, |power, _| power * 10.0)
    }

    /// After very many steps of zero gradients nothing that is kept is denormal, and what decays is 0.
    fn decays<T: Element>(update: impl Fn(InstructionSet, &[T], [&mut [T]; 3])) {
        for set in InstructionSet::all() {
            let [mut parameters, mut first, mut second] = [(); 3].map(|()| alloc::vec![T::ZERO; SIZES]);
            let (some, none) = (gradients::<T>(), alloc::vec![T::ZERO; SIZES]);
            for step in 0..200_000 {
                let gradients = if step == 0 { &some } else { &none };
                update(set, gradients, [&mut parameters, &mut first, &mut second]);
                for kept in parameters.iter().chain(&first).chain(&second) {
                    let is_normal = *kept == T::ZERO || kept.abs() >= T::MIN_POSITIVE;
                    assert!(is_normal, "{kept:?} is kept at step {step} on {set:?}");
                }
                // Once all is 0 it stays so.
                if first.iter().chain(&second).all(|kept| *kept == T::ZERO) && step > 0 {
                    break;
                }
            }
            assert!(first.iter().chain(&second).all(|kept| *kept == T::ZERO), "on {set:?}");
        }
    }

    fn all_optimizers_decay<T: Element>() {
        let [rate, decay, epsilon] = [0.01, 0.9, 1e-8].map(T::from_f64);
        decays::<T>(|set, gradients, [parameters, velocities, _]| {
            T::momentum(set, rate, decay, gradients, velocities, parameters);
        });
        decays::<T>(|set, gradients, [parameters, velocities, _]| {
            T::nesterov(set, rate, decay, gradients, velocities, parameters);
        });
        decays::<T>(|set, gradients, [parameters, squares, _]| {
            T::rms_prop(set, rate, decay, epsilon, gradients, squares, parameters);
        });
        decays::<T>(|set, gradients, [parameters, means, squares]| {
            let (mean, square) = (T::from_f64(0.1), T::from_f64(0.01));
            let step = Adam { rate, mean, square, correction: T::ONE, epsilon, keep: decay };
            T::adam(set, step, gradients, means, squares, parameters);
        });
        decays::<T>(|set, gradients, [parameters, means, _]| {
            let (direction, mean) = (T::from_f64(0.1), T::from_f64(0.01));
            T::lion(set, Lion { rate: T::ZERO, keep: decay, direction, mean }, gradients, means, parameters);
        });
        // Weights that decay, of which the first step makes all sizes.
        decays::<T>(|set, gradients, [_, weights, _]| {
            T::sgd(set, T::ONE, gradients, weights);
            T::decay(set, decay, weights);
        });
    }

    #[test]
    fn what_decays_becomes_zero_and_never_denormal_in_f32() {
        all_optimizers_decay::<f32>();
    }

    #[test]
    fn what_decays_becomes_zero_and_never_denormal_in_f64() {
        all_optimizers_decay::<f64>();
    }

    #[test]
    fn squares_that_accumulate_are_never_denormal() {
        for set in InstructionSet::all() {
            let (mut parameters, mut squares) = ([0.0_f32; SIZES], [0.0; SIZES]);
            f32::ada_grad(set, 0.01, 1e-10, &gradients(), &mut squares, &mut parameters);
            assert!(squares.iter().all(|square| *square == 0.0 || square.is_normal()), "{squares:?}");
            assert!(squares.contains(&0.0) && squares.iter().any(|square| *square > 0.0));
        }
    }

    #[test]
    fn the_largest_magnitude_is_not_a_number_where_one_is_not_finite() {
        fn largest<T: Element>(set: InstructionSet, numbers: &[T]) -> T {
            let mut largest = T::ZERO;
            T::largest_magnitude(set, numbers, &mut largest);
            largest
        }
        for set in InstructionSet::all() {
            assert_eq!(largest::<f32>(set, &[]), 0.0);
            for len in [1, 31, 32, 33, 100] {
                for at in [0, len / 2, len - 1] {
                    let mut numbers = alloc::vec![-0.5_f32; len];
                    numbers[at] = -f32::MAX;
                    assert_eq!(largest(set, &numbers), f32::MAX);
                    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                        numbers[at] = bad;
                        assert!(largest(set, &numbers).is_nan(), "{bad} at {at} of {len} on {set:?}");
                        let wide: Vec<_> = numbers.iter().map(|number| f64::from(*number)).collect();
                        assert!(largest(set, &wide).is_nan());
                    }
                }
            }
        }
    }
}
