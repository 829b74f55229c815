//! Activations and their derivatives against numbers of 60 digits, on a ladder from 1e-8 to 100.
//!
//! The numbers are in `reference/functions.txt`, from `reference/functions.py`. Errors are counted in units in
//! the last place (ulp) of the exact number; these are what the layers' documentation promises.

use dimwise::prelude::*;

/// Name, x, value and derivative.
fn reference() -> impl Iterator<Item = (&'static str, f64, f64, f64)> {
    let lines = include_str!("reference/functions.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let mut words = line.split(' ');
        let name = words.next().unwrap();
        let [x, value, derivative] = [(); 3].map(|()| words.next().unwrap().parse().unwrap());
        (name, x, value, derivative)
    })
}

/// One unit in the last place of numbers of this size.
fn ulp<T: Element>(exact: f64) -> f64 {
    let (digits, smallest) = if T::NAME == "f32" { (23, -126) } else { (52, -1022) };
    let exponent = if exact == 0.0 { smallest } else { (exact.abs().log2().floor() as i32).max(smallest) };
    2_f64.powi(exponent).max(f64::MIN_POSITIVE) * 2_f64.powi(-digits)
}

/// What an activation may be wrong by: ulp of the value, ulp of the derivative, or so much of a derivative.
struct Promise {
    value: f64,
    derivative: f64,
    absolute: f64,
}

/// Value and derivative of `A` at each x, from a forward and a backward pass.
fn check<A: Network<In = U1, Out = U1>>(name: &str, promise: Promise) {
    let (layer, mut workspace) = (A::zeroed(), Workspace::<A, U1>::zeroed());
    let (mut checked, mut worst) = (0, [0.0_f64; 2]);
    for (_, x, value, derivative) in reference().filter(|reference| reference.0 == name) {
        let input = [Tensor::from([A::Element::from_f64(x)])];
        let found = workspace.forward(&*layer, &input)[0][0].to_f64();
        workspace.outputs(1).1[0] = Tensor::from([A::Element::ONE]);
        let (mut grad_input, mut gradients) = ([Tensor::default()], A::zeroed());
        workspace.add_gradients(&layer, &input, Some(&mut grad_input), &mut gradients);
        let slope: f64 = grad_input[0][0].to_f64();
        let error = (found - value).abs() / ulp::<A::Element>(value);
        let slope_error = (slope - derivative).abs();
        let slope_ulps = slope_error / ulp::<A::Element>(derivative);
        worst[0] = worst[0].max(error);
        if slope_error > promise.absolute {
            worst[1] = worst[1].max(slope_ulps);
        }
        assert!(error <= promise.value, "{name}({x:e}) is {found:e}, not {value:e}: {error} ulp");
        assert!(
            slope_ulps <= promise.derivative || slope_error <= promise.absolute,
            "{name}'({x:e}) is {slope:e}, not {derivative:e}: {slope_ulps} ulp"
        );
        checked += 1;
    }
    println!("{name} {}: {worst:?} ulp", A::Element::NAME);
    assert_eq!(checked, 88, "{name}");
}

/// A test an activation: what it promises in `f32` and in `f64`.
macro_rules! activations {
    ($($name:ident: $layer:ident, $f32:expr, $f64:expr;)*) => {
        $(#[test]
        fn $name() {
            let promise = |[value, derivative, absolute]: [f64; 3]| Promise { value, derivative, absolute };
            check::<$layer<U1, f32>>(stringify!($name), promise($f32));
            check::<$layer<U1, f64>>(stringify!($name), promise($f64));
        })*
    };
}

activations! {
    sigmoid: Sigmoid, [2.5, 4.0, 1.2e-7], [2.5, 4.0, 2.3e-16];
    tanh: Tanh, [1.5, 4.0, 1.2e-7], [1.5, 4.0, 2.3e-16];
    elu: Elu, [1.0, 1.0, 0.0], [1.0, 1.0, 0.0];
    softplus: Softplus, [1.5, 3.0, 0.0], [2.0, 3.0, 0.0];
    silu: Silu, [3.0, 5.0, 6e-8], [3.0, 5.0, 1.2e-16];
    gelu: Gelu, [5.0, 6.0, 6e-8], [8.0, 8.0, 1.2e-16];
    gelu_tanh: GeluTanh, [3.0, 5.0, 1.2e-7], [400.0, 400.0, 2.4e-16];
}
