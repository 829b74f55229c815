//! Steps of optimizers, and sums over parameters.

use std::vec::Vec;

use super::{LADDER, Real, numbers};
use crate::kernel::{Adam, InstructionSet};

pub(super) fn updates<T: Real>(set: InstructionSet, count: usize) {
    let (g, w): (Vec<T>, Vec<T>) = (numbers(count, 1), numbers(count, 2));
    let start = [3, 4].map(|seed| numbers::<T>(count, seed));
    let rate = T::from_f64(0.1);
    let near = |found: T, expected: T| {
        let (found, expected) = (found.to_f64(), expected.to_f64());
        let tolerance = if size_of::<T>() == 4 { 1e-6 } else { 1e-14 };
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}, {set:?}");
    };
    let mut sgd = w.clone();
    T::sgd(set, rate, &g, &mut sgd);
    let (mut momentum, mut velocity) = (w.clone(), start[0].clone());
    T::momentum(set, rate, T::from_f64(0.9), &g, &mut velocity, &mut momentum);
    let (mut adam, mut mean, mut square) = (w.clone(), start[0].clone(), start[1].clone());
    square.iter_mut().for_each(|x| *x = x.abs());
    let squares = square.clone();
    let [small, smaller, correction, epsilon] = [0.1, 0.001, 1.5, 1e-3].map(T::from_f64);
    let keep = T::from_f64(0.75);
    let step = Adam { rate, mean: small, square: smaller, correction, epsilon, keep };
    T::adam(set, step, &g, &mut mean, &mut square, &mut adam);
    let (mut penalised, mut sums) = (g.clone(), [1.0, 2.0]);
    T::penalty(set, small, rate, &w, &mut penalised);
    T::power_sums(set, &w, &mut sums);
    let powers = w.iter().fold([1.0, 2.0], |[sum, squares], weight| {
        let weight = weight.to_f64();
        [sum + weight.abs(), squares + weight * weight]
    });
    for (found, expected) in sums.into_iter().zip(powers) {
        assert!((found - expected).abs() <= 1e-13 * expected, "{found} is not {expected}, {set:?}");
    }
    let mut portable = [1.0, 2.0];
    T::power_sums(InstructionSet::all().last().unwrap(), &w, &mut portable);
    assert_eq!(sums.map(f64::to_bits), portable.map(f64::to_bits), "{set:?}");
    for i in 0..count {
        near(sgd[i], w[i] - rate * g[i]);
        let sign = w[i].to_f64().partial_cmp(&0.0).unwrap() as i8;
        near(penalised[i], g[i] + rate * w[i] + small * T::from_f64(sign.into()));
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
    for count in LADDER {
        for set in InstructionSet::all() {
            updates::<f32>(set, count);
            updates::<f64>(set, count);
        }
    }
}
