//! The optimizers' loops, on every instruction set of the machine.

use std::vec::Vec;

use super::{
    ada_grad, adafactor, adam, ams_grad, centered_rms_prop, lamb, lion, momentum, nesterov, rms_prop,
    rms_prop_momentum, sgd, weight_decay,
};
use crate::element::Element;
use crate::kernel::{Compiled, InstructionSet};

/// Numbers of both signs, none like another nearby.
fn numbers<T: Element>(count: usize, seed: usize) -> Vec<T> {
    let number = |i: usize| ((i * 7919 + seed * 104_729) % 1009) as f64 / 1009.0 - 0.5;
    (0..count).map(|i| T::from_f64(number(i))).collect()
}

pub(crate) fn updates<T: Element>(set: InstructionSet, count: usize) {
    let (g, w): (Vec<T>, Vec<T>) = (numbers(count, 1), numbers(count, 2));
    let start = [3, 4].map(|seed| numbers::<T>(count, seed));
    let rate = T::from_f64(0.1);
    let near = |found: T, expected: T| {
        let (found, expected) = (found.to_f64(), expected.to_f64());
        let tolerance = if size_of::<T>() == 4 { 1e-6 } else { 1e-14 };
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}, {set:?}");
    };
    let mut sgd = w.clone();
    sgd::Update { rate, gradients: &g, parameters: &mut sgd }.compute_on(set);
    let (mut momentum, mut velocity) = (w.clone(), start[0].clone());
    let decay = T::from_f64(0.9);
    momentum::Update { rate, decay, gradients: &g, velocities: &mut velocity, parameters: &mut momentum }
        .compute_on(set);
    let (mut adam, mut mean, mut square) = (w.clone(), start[0].clone(), start[1].clone());
    square.iter_mut().for_each(|x| *x = x.abs());
    let squares = square.clone();
    let [small, smaller, correction, epsilon] = [0.1, 0.001, 1.5, 1e-3].map(T::from_f64);
    let keep = T::from_f64(0.75);
    let step = adam::Coefficients { rate, mean: small, square: smaller, correction, epsilon, keep };
    adam::Update { step, gradients: &g, means: &mut mean, squares: &mut square, parameters: &mut adam }
        .compute_on(set);
    let mut lamb = w.clone();
    let step = lamb::Coefficients {
        mean: small,
        square: smaller,
        corrections: [rate, correction],
        epsilon,
        decay: keep,
    };
    lamb::Direction { step, means: &start[0], squares: &squares, parameters: &w, directions: &mut lamb }
        .compute_on(set);
    let mut adafactor = w.clone();
    adafactor::Direction {
        scale: correction,
        floor: small,
        squares: &squares,
        gradients: &g,
        directions: &mut adafactor,
    }
    .compute_on(set);
    for i in 0..count {
        near(lamb[i], rate * start[0][i] / ((squares[i] * correction).sqrt() + epsilon) + keep * w[i]);
        near(adafactor[i], g[i] / (squares[i] * correction).maximum(small).sqrt());
        near(sgd[i], w[i] - rate * g[i]);
        let moved = T::from_f64(0.9) * start[0][i] - rate * g[i];
        near(velocity[i], moved);
        near(momentum[i], w[i] + moved);
        let m = start[0][i] + small * (g[i] - start[0][i]);
        let v = squares[i] + smaller * (g[i] * g[i] - squares[i]);
        near(mean[i], m);
        near(square[i], v);
        near(adam[i], keep * w[i] - rate * m / ((v * correction).sqrt() + epsilon));
    }
}

#[test]
fn optimizer_steps() {
    for count in [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 50, 64, 100, 513] {
        for set in InstructionSet::all() {
            updates::<f32>(set, count);
            updates::<f64>(set, count);
        }
    }
}

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
        momentum::Update { rate, decay, gradients, velocities, parameters }.compute_on(set);
    });
    decays::<T>(|set, gradients, [parameters, velocities, _]| {
        nesterov::Update { rate, decay, gradients, velocities, parameters }.compute_on(set);
    });
    decays::<T>(|set, gradients, [parameters, squares, _]| {
        rms_prop::Update { rate, decay, epsilon, gradients, squares, parameters }.compute_on(set);
    });
    decays::<T>(|set, gradients, [parameters, velocities, squares]| {
        let momentum = decay;
        rms_prop_momentum::Update {
            rate,
            decay,
            momentum,
            epsilon,
            gradients,
            squares,
            velocities,
            parameters,
        }
        .compute_on(set);
    });
    decays::<T>(|set, gradients, [parameters, means, squares]| {
        let mut velocities = alloc::vec![T::ZERO; SIZES];
        let step = centered_rms_prop::Coefficients { rate, decay, momentum: T::ZERO, epsilon };
        centered_rms_prop::Update {
            step,
            gradients,
            means,
            squares,
            velocities: &mut velocities,
            parameters,
        }
        .compute_on(set);
        assert!(velocities.iter().all(|kept| *kept == T::ZERO || kept.abs() >= T::MIN_POSITIVE));
    });
    decays::<T>(|set, gradients, [parameters, means, squares]| {
        let step = adam::Coefficients {
            rate,
            mean: T::from_f64(0.1),
            square: T::from_f64(0.01),
            correction: T::ONE,
            epsilon,
            keep: decay,
        };
        let mut largest = alloc::vec![T::ZERO; SIZES];
        ams_grad::Update { step, gradients, means, squares, largest: &mut largest, parameters }
            .compute_on(set);
        assert!(largest.iter().all(|kept| *kept == T::ZERO || kept.abs() >= T::MIN_POSITIVE));
    });
    decays::<T>(|set, gradients, [_, means, squares]| {
        let step = lamb::Coefficients {
            mean: T::from_f64(0.1),
            square: T::from_f64(0.01),
            corrections: [T::ONE; 2],
            epsilon,
            decay: T::ZERO,
        };
        lamb::Moments { step, gradients, means, squares }.compute_on(set);
    });
    decays::<T>(|set, gradients, [parameters, means, squares]| {
        let (mean, square) = (T::from_f64(0.1), T::from_f64(0.01));
        let step = adam::Coefficients { rate, mean, square, correction: T::ONE, epsilon, keep: decay };
        adam::Update { step, gradients, means, squares, parameters }.compute_on(set);
    });
    decays::<T>(|set, gradients, [parameters, means, _]| {
        let (direction, mean) = (T::from_f64(0.1), T::from_f64(0.01));
        let step = lion::Coefficients { rate: T::ZERO, keep: decay, direction, mean };
        lion::Update { step, gradients, means, parameters }.compute_on(set);
    });
    // Weights that decay, of which the first step makes all sizes.
    decays::<T>(|set, gradients, [_, weights, _]| {
        sgd::Update { rate: T::ONE, gradients, parameters: weights }.compute_on(set);
        weight_decay::Decay { keep: decay, weights }.compute_on(set);
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
        ada_grad::Update {
            rate: 0.01,
            epsilon: 1e-10,
            gradients: &gradients(),
            squares: &mut squares,
            parameters: &mut parameters,
        }
        .compute_on(set);
        assert!(squares.iter().all(|square| *square == 0.0 || square.is_normal()), "{squares:?}");
        assert!(squares.contains(&0.0) && squares.iter().any(|square| *square > 0.0));
    }
}
