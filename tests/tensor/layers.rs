//! Layers, whose fast paths are their own, against the operations: they are one another's oracle.

use dimwise::layer::Cached;
use dimwise::plain::Nothing;
use dimwise::prelude::*;

use crate::random;

fn assert_near<S: Shape>(found: &Tensor<S, f64>, expected: &Tensor<S, f64>) {
    assert!((found - expected).abs().max() < 1e-12, "{found:?} {expected:?}");
}

#[test]
fn affine_is_a_product_and_a_broadcast_bias() {
    let mut layer = Affine::<U30, U20, f64>::zeroed();
    (layer.weight, layer.bias) = (random(1), random(2));
    let inputs = random::<(U9, U30)>(3);
    let expected = inputs.matmul(&layer.weight) + &layer.bias;
    for (input, expected) in inputs.rows().iter().zip(expected.rows()) {
        assert_near(&layer.predict(input), expected);
    }
}

#[test]
fn affine_gradients_are_products_and_a_sum() {
    let mut layer = Affine::<U30, U20, f64>::zeroed();
    layer.weight = random(1);
    let (inputs, mut grad_outputs) = (random::<(U9, U30)>(2), random::<(U9, U20)>(3));
    let (mut grad_inputs, mut gradients) = (Tensor::<(U9, U30), f64>::default(), Affine::zeroed());
    let (input, output) = (inputs.rows(), grad_outputs.clone());
    let of_output = grad_outputs.clone();
    let cache = Cached { samples: &mut [Nothing::default(); 9], batch: &mut Nothing::default() };
    layer.backward(
        input,
        output.rows(),
        grad_outputs.rows_mut(),
        Some(grad_inputs.rows_mut()),
        &mut gradients,
        cache,
    );
    assert_near(&gradients.weight, &inputs.transpose().matmul(&of_output));
    assert_near(&gradients.bias, &of_output.sum_axis(Axis::<0>));
    assert_near(&grad_inputs, &of_output.matmul(&layer.weight.transpose()));
}

#[test]
fn activations_are_functions() {
    let x = random::<(U7, U33)>(4);
    type S = (U7, U33);
    assert_near(&Softmax::<S, f64>::zeroed().predict(&x), &x.softmax(Axis::<1>));
    assert_near(&LogSoftmax::<S, f64>::zeroed().predict(&x), &x.log_softmax(Axis::<1>));
    assert_near(&Relu::<S, f64>::zeroed().predict(&x), &x.maximum(0.0));
    assert_near(&Sigmoid::<S, f64>::zeroed().predict(&x), &x.sigmoid());
    assert_near(&Tanh::<S, f64>::zeroed().predict(&x), &x.tanh());
    assert_near(&Flatten::<S, f64>::zeroed().predict(&x), x.flatten());
    assert_near(
        &ZeroPad2d::<(U1, U7, U33), (U0, U2), f64>::zeroed().predict(x.unsqueeze(Axis::<0>)),
        x.pad::<1, U2, U2>(0.0).unsqueeze(Axis::<0>),
    );
    let image = x.reshape::<(U3, U7, U11)>();
    assert_near(
        &GlobalAvgPool2d::<(U3, U7, U11), f64>::zeroed().predict(image),
        &image.mean_axis((Axis::<1>, Axis::<2>)),
    );
}

#[test]
fn losses_are_means() {
    let (logits, wanted) = (random::<(U6, U4)>(5), Tensor::from([3.0, 0.0, 2.0, 2.0, 1.0, 0.0]));
    let targets = wanted.one_hot::<U4>();
    let expected = -(logits.log_softmax(Axis::<1>) * &targets).sum() / 6.0;
    assert!((CrossEntropy.value(logits.rows(), targets.rows()) - expected).abs() < 1e-12);
    let mut gradients = Tensor::<(U6, U4), f64>::default();
    CrossEntropy.gradient(logits.rows(), targets.rows(), gradients.rows_mut());
    assert_near(&gradients, &((logits.softmax(Axis::<1>) - &targets) / 6.0));
    let expected = (&logits - &targets).square().mean();
    assert!((MeanSquaredError.value(logits.rows(), targets.rows()) - expected).abs() < 1e-12);
}
