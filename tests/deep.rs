//! A hundred layers, without a raised recursion limit; in release builds with it.
#![cfg_attr(not(debug_assertions), recursion_limit = "256")]

use dimwise::prelude::*;

network! { type Deep = [
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
    Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>, Sigmoid<U3>,
]; }

#[test]
fn a_hundred_layers_are_one_network() {
    let summary = Deep::summary();
    assert_eq!((summary.rows.len(), summary.parameters), (100, 25 * (16 + 15)));
    assert_eq!(summary.rows[99].path, "99");
    let mut paths = Vec::new();
    Deep::segments(|segment| paths.push(format!("{} at {}", segment.path, segment.start)));
    assert_eq!((paths.len(), paths[99].as_str()), (100, "98.bias at 772"));

    // One step along the gradient lowers the loss.
    let network = Deep::initialized(XavierUniform, 1);
    let (samples, targets) = ([Tensor::from([1.0, 0.5, -1.0])], [Tensor::from([0.1, 0.9, 0.2])]);
    let sgd = Sgd { learning_rate: 0.1 };
    let mut trainer = Trainer::<Deep, MeanSquaredError, Sgd, U1>::new(network, MeanSquaredError, sgd, 1);
    let first = trainer.step(&samples, &targets).unwrap();
    assert!(trainer.step(&samples, &targets).unwrap() < first);
    let predicted = trainer.network().predict(&samples[0]);
    assert_eq!(trainer.outputs(&samples)[0], predicted);
}
