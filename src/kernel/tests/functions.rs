//! `exp`, `tanh` and the logistic function.

use std::vec::Vec;

use super::LADDER;
use crate::kernel::{InstructionSet, Kernel};

/// The distance in units in the last place of `f32` at the exact value.
fn ulps(value: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if value.to_bits() == rounded.to_bits() || value.is_nan() && exact.is_nan() {
        return 0.0;
    }
    if !value.is_finite() || !rounded.is_finite() {
        return f64::INFINITY;
    }
    let exponent = if exact == 0.0 { -126 } else { (exact.abs().log2().floor() as i32).max(-126) };
    (f64::from(value) - exact).abs() / 2_f64.powi(exponent - 23)
}

/// Every 1009th `f32`, or every 100,003rd without optimisation, and the ends; in stretches of all lengths.
#[track_caller]
fn worst(function: fn(InstructionSet, &mut [f32]), exact: fn(f64) -> f64, limit: f64) {
    let step = if cfg!(debug_assertions) { 100_003 } else { 1009 };
    let ends = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MAX, f32::MIN, 88.7, -103.9];
    let inputs: Vec<f32> = (0..u32::MAX).step_by(step).map(f32::from_bits).chain(ends).collect();
    for set in InstructionSet::all() {
        let mut rest = inputs.as_slice();
        for length in LADDER.into_iter().skip(1).cycle() {
            let (inputs, after) = rest.split_at(length.min(rest.len()));
            let mut outputs = inputs.to_vec();
            function(set, &mut outputs);
            for (x, y) in inputs.iter().zip(outputs) {
                let error = ulps(y, exact(f64::from(*x)));
                assert!(error <= limit, "{error} ulp at {x:e}: {y:e}, {set:?}");
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
}

#[test]
fn functions_are_near() {
    worst(f32::exp_all, f64::exp, 1.0);
    worst(f32::tanh_all, f64::tanh, 1.5);
    worst(
        f32::sigmoid_all,
        |x| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) },
        2.5,
    );
}

#[test]
fn functions_give_the_same_bits_in_slices_of_all_lengths() {
    let inputs: [f32; 40] = std::array::from_fn(|i| (i as f32 * 1.7).sin() * 20.0);
    for set in InstructionSet::all() {
        for function in [f32::exp_all, f32::tanh_all, f32::sigmoid_all] {
            let alone = inputs.map(|x| {
                let mut alone = [x];
                function(set, &mut alone);
                alone[0].to_bits()
            });
            for length in 0..=inputs.len() {
                let mut together = inputs[..length].to_vec();
                function(set, &mut together);
                assert!(
                    together.iter().map(|x| x.to_bits()).eq(alone[..length].iter().copied()),
                    "{length}, {set:?}"
                );
            }
        }
    }
}
