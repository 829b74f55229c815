//! The layers' functions over slices, on every instruction set of the machine.

use std::vec::Vec;

use super::{elu, gelu, gelu_tanh, silu, softplus};
use crate::element::Element;
use crate::kernel::{Exponential, HyperbolicTangent, InstructionSet, Logistic};

/// Lengths around those of vectors.
const LENGTHS: [usize; 13] = [1, 2, 3, 7, 8, 15, 16, 17, 31, 50, 64, 100, 513];

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
    worst_beyond(0.0, function, exact, limit);
}

/// [`worst`], where an error that is not above `absolute` does not count.
#[track_caller]
fn worst_beyond(absolute: f64, function: fn(InstructionSet, &mut [f32]), exact: fn(f64) -> f64, limit: f64) {
    let mut largest = 0.0_f64;
    let step = if cfg!(debug_assertions) { 100_003 } else { 1009 };
    let ends = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MAX, f32::MIN, 88.7, -103.9];
    let inputs: Vec<f32> = (0..u32::MAX).step_by(step).map(f32::from_bits).chain(ends).collect();
    for set in InstructionSet::all() {
        let mut rest = inputs.as_slice();
        for length in LENGTHS.into_iter().cycle() {
            let (inputs, after) = rest.split_at(length.min(rest.len()));
            let mut outputs = inputs.to_vec();
            function(set, &mut outputs);
            for (x, y) in inputs.iter().zip(outputs) {
                let exact = exact(f64::from(*x));
                let error = if (f64::from(y) - exact).abs() <= absolute { 0.0 } else { ulps(y, exact) };
                largest = largest.max(error);
                assert!(error <= limit, "{error} ulp at {x:e}: {y:e}, {set:?}");
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    std::println!("{largest} ulp");
}

/// One number's value by a kernel.
fn one<T: Element>(kernel: fn(InstructionSet, &mut [T]), x: T) -> T {
    let mut number = [x];
    kernel(InstructionSet::best(), &mut number);
    number[0]
}

/// The kernels that multiply gradients by a derivative, as functions of what it is told from.
macro_rules! derivatives {
    ($($name:ident: $derivative:path;)*) => {$(
        fn $name<T: Element>(set: InstructionSet, numbers: &mut [T]) {
            let of = numbers.to_vec();
            numbers.fill(T::ONE);
            <$derivative>::multiply_on(set, &of, numbers);
        }
    )*};
}
derivatives! {
    elu_derivative: elu::EluDerivative;
    silu_derivative: silu::SiluDerivative;
    gelu_derivative: gelu::GeluDerivative;
    gelu_tanh_derivative: gelu_tanh::GeluTanhDerivative;
}

/// The result it is told from is positive.
fn softplus_derivative<T: Element>(set: InstructionSet, numbers: &mut [T]) {
    let of: Vec<T> = numbers.iter().map(|y| y.abs()).collect();
    numbers.fill(T::ONE);
    softplus::SoftplusDerivative::multiply_on(set, &of, numbers);
}

/// Against the same in `f64`, which tests/functions.rs compares with 60 digits.
#[test]
fn activations_are_near() {
    worst(elu::EluValue::map_on, |x| one(elu::EluValue::map_on, x), 1.0);
    worst(softplus::SoftplusValue::map_on, |x| one(softplus::SoftplusValue::map_on, x), 2.0);
    worst(silu::SiluValue::map_on, |x| one(silu::SiluValue::map_on, x), 3.0);
    worst(gelu::GeluValue::map_on, |x| one(gelu::GeluValue::map_on, x), 6.0);
    worst(gelu_tanh::GeluTanhValue::map_on, |x| one(gelu_tanh::GeluTanhValue::map_on, x), 3.0);
    worst(elu_derivative, |x| one(elu_derivative, x), 1.0);
    worst(softplus_derivative, |y| one(softplus_derivative, y), 1.0);
    // They cross 0, near which there is no last place.
    worst_beyond(6e-8, silu_derivative, |x| one(silu_derivative, x), 4.0);
    worst_beyond(1.2e-7, gelu_derivative, |x| one(gelu_derivative, x), 7.0);
    worst_beyond(1.2e-7, gelu_tanh_derivative, |x| one(gelu_tanh_derivative, x), 5.0);
}

#[test]
fn functions_are_near() {
    worst(Exponential::map_on, f64::exp, 1.0);
    worst(HyperbolicTangent::map_on, f64::tanh, 1.5);
    worst(
        Logistic::map_on,
        |x| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) },
        2.5,
    );
}

fn functions<T: Element>() -> [fn(InstructionSet, &mut [T]); 13] {
    [
        Exponential::map_on,
        HyperbolicTangent::map_on,
        Logistic::map_on,
        elu::EluValue::map_on,
        softplus::SoftplusValue::map_on,
        silu::SiluValue::map_on,
        gelu::GeluValue::map_on,
        gelu_tanh::GeluTanhValue::map_on,
        elu_derivative,
        softplus_derivative,
        silu_derivative,
        gelu_derivative,
        gelu_tanh_derivative,
    ]
}

/// Each function and derivative once.
pub(crate) fn every_function<T: Element>(set: InstructionSet) {
    for function in functions::<T>() {
        function(set, &mut [T::ONE; 100]);
    }
}

#[test]
fn functions_give_the_same_bits_on_all_fused_instruction_sets() {
    let inputs: Vec<f32> = (0..10_000).map(|i| (i as f32 * 1.7).sin() * i as f32 * 0.012).collect();
    for function in functions::<f32>() {
        let all = InstructionSet::all().filter(|set| set.is_fused()).map(|set| {
            let mut outputs = inputs.clone();
            function(set, &mut outputs);
            outputs.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        });
        let all: Vec<_> = all.collect();
        assert!(all.iter().all(|outputs| *outputs == all[0]));
    }
}

#[test]
fn functions_give_the_same_bits_in_slices_of_all_lengths() {
    let inputs: [f32; 40] = core::array::from_fn(|i| (i as f32 * 1.7).sin() * 20.0);
    for set in InstructionSet::all() {
        for function in functions::<f32>() {
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
