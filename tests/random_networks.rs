//! Networks that nobody would write, with random weights, against central differences: what one layer leaves in
//! memory, another one finds.
//!
//! The stacks are written by hand, to put layers beside each other that share memory in different ways, since a type
//! is known when the program is compiled; what is random are weights, inputs and targets, from several seeds.

#[cfg(feature = "onnx")]
mod exported;

use dimwise::gradient_check::check_network;
use dimwise::layer::Sum;
use dimwise::network::Stack;
use dimwise::prelude::*;
use dimwise::random::Random;

/// Checks a network with random numbers everywhere, on a random regression of 2 to 4 samples.
fn check<N: Network<Element = f64>>(name: &str) {
    for seed in 1..=3 {
        let mut random = Random::new(seed);
        let mut network = N::initialized(HeNormal, seed);
        let numbers = network.as_mut_slice();
        N::segments(|segment| {
            // What a dropout counts, and variances that are 1, stay what they are.
            if segment.kind.is_trained() {
                numbers[segment.range()].fill_with(|| 0.7 * random.normal());
            }
        });
        let count = 1 + seed as usize;
        let inputs: Vec<Tensor<N::In, f64>> =
            (0..count).map(|_| Tensor::filled_with(|| random.normal())).collect();
        let targets: Vec<Tensor<N::Out, f64>> =
            (0..count).map(|_| Tensor::filled_with(|| random.normal())).collect();
        match check_network(&*network, &MeanSquaredError, &inputs, &targets) {
            // Where a kink is nearby, there is nothing to compare; but such places are few.
            Ok(report) => {
                assert!(10 * report.kinks <= report.checked, "{name}, seed {seed}: {report}");
                assert!(3 * report.vanishing <= 2 * report.checked, "{name}, seed {seed}: {report}");
            }
            Err(error) => panic!("{name}, seed {seed}: {error}"),
        }
    }
}

/// A test for each stack.
macro_rules! networks {
    ($($test:ident $name:ident: [$($layers:tt)*];)*) => {
        network! { $(type $name<T> = [$($layers)*];)* }
        $(#[test]
        fn $test() {
            check::<$name<f64>>(stringify!($name));
            #[cfg(feature = "onnx")]
            exported::export::<$name>(concat!("random_", stringify!($test)), Default::default());
        })*
    };
}

// Vectors. No GroupNorm has groups of two numbers: it is so curved there that a difference as wide as the check's is
// off by more than 1e-6; with narrower ones, the gradients agree.
networks! {
    vector_1 V1: [Affine<U4, U5, T>, Elu<U5, T>, Gelu<U5, T>, Affine<U5, U3, T>];
    vector_2 V2: [Gelu<U4, T>, Tanh<U4, T>, Affine<U4, U3, T>, Silu<U3, T>];
    vector_3 V3: [Affine<U3, U6, T>, Softplus<U6, T>, Elu<U6, T>, LayerNorm<U6, (), T>, Sigmoid<U6, T>];
    vector_4 V4: [Silu<U5, T>, Elu<U5, T>, Softplus<U5, T>, Affine<U5, U2, T>, Tanh<U2, T>, Elu<U2, T>];
    vector_5 V5: [LayerNorm<U6, (), T>, Relu<U6, T>, Affine<U6, U6, T>, GroupNorm<U6, U2, (), T>, Gelu<U6, T>];
    vector_6 V6: [Affine<U4, U4, T>, BatchNorm<U4, (), T>, Elu<U4, T>, Dropout<U4, U30, T>, Affine<U4, U3, T>];
    vector_7 V7: [Dropout<U6, U20, T>, Elu<U6, T>, Affine<U6, U3, T>, LogSoftmax<U3, T>];
    vector_8 V8: [Affine<U3, U4, T>, Softmax<U4, T>, Elu<U4, T>, Sigmoid<U4, T>, Affine<U4, U2, T>];
    vector_9 V9: [Residual<Stack<Affine<U4, U4, T>, Elu<U4, T>>>, Gelu<U4, T>, Affine<U4, U2, T>];
    vector_10 V10: [Residual<Elu<U4, T>>, Tanh<U4, T>, Residual<Gelu<U4, T>, Affine<U4, U4, T>>, Softplus<U4, T>];
    vector_11 V11: [
        Parallel<Elu<U4, T>, Stack<Affine<U4, U3, T>, Silu<U3, T>>, Concat>, Softplus<U7, T>, Affine<U7, U2, T>,
    ];
    vector_12 V12: [
        Parallel<Tanh<U3, T>, Parallel<Gelu<U3, T>, Softplus<U3, T>, Sum>, Sum>, Sigmoid<U3, T>, Elu<U3, T>,
    ];
    vector_13 V13: [Affine<U3, U4, T>, Dropout<U4, U30, T>, Tanh<U4, T>, Dropout<U4, U10, T>, Softplus<U4, T>];
    vector_14 V14: [Softmax<U4, T>, LayerNorm<U4, (), T>, Silu<U4, T>, LogSoftmax<U4, T>, Tanh<U4, T>];
}

// Images.
networks! {
    image_1 I1: [
        Conv2d<(U2, U4, U5), U3, U3, Padding<U1>, T>, Elu<(U3, U4, U5), T>,
        MaxPool2d<(U3, U4, U5), U2, (), T>, Flatten<(U3, U2, U2), T>, Affine<U12, U2, T>,
    ];
    image_2 I2: [
        Elu<(U2, U4, U4), T>, AvgPool2d<(U2, U4, U4), U2, (), T>, Gelu<(U2, U2, U2), T>,
        Flatten<(U2, U2, U2), T>, Elu<U8, T>, Affine<U8, U3, T>,
    ];
    image_3 I3: [
        Conv2d<(U1, U5, U5), U2, U2, (), T>, BatchNorm<(U2, U4, U4), (), T>, Silu<(U2, U4, U4), T>,
        GlobalAvgPool2d<(U2, U4, U4), T>, Softplus<U2, T>,
    ];
    image_4 I4: [
        Residual<Stack<Conv2d<(U2, U3, U4), U2, U3, Padding<U1>, T>, Gelu<(U2, U3, U4), T>>>,
        Tanh<(U2, U3, U4), T>, Flatten<(U2, U3, U4), T>, Dropout<U24, U20, T>, Affine<U24, U2, T>,
    ];
    image_5 I5: [
        Parallel<
            Stack<Conv2d<(U2, U3, U3), U1, U1, (), T>, Elu<(U1, U3, U3), T>>,
            Conv2d<(U2, U3, U3), U2, U3, Padding<U1>, T>,
            Concat,
        >,
        Sigmoid<(U3, U3, U3), T>, GroupNorm<(U3, U3, U3), U3, (), T>, Elu<(U3, U3, U3), T>, Flatten<(U3, U3, U3), T>,
    ];
    image_6 I6: [
        Affine<U3, U8, T>, Gelu<U8, T>, Reshape<U8, (U2, U2, U2), T>, Elu<(U2, U2, U2), T>,
        ConvTranspose2d<(U2, U2, U2), U1, U2, Stride<U2>, T>, Softplus<(U1, U4, U4), T>,
    ];
    image_7 I7: [
        ZeroPad2d<(U1, U3, U3), U1, T>, Elu<(U1, U5, U5), T>, Conv2d<(U1, U5, U5), U2, U3, Stride<U2>, T>,
        Softmax<(U2, U2, U2), T>, Reshape<(U2, U2, U2), (U4, U2), T>, Silu<(U4, U2), T>, Flatten<(U4, U2), T>,
    ];
    image_8 I8: [
        LayerNorm<(U2, U3, U3), (), T>, Conv2d<(U2, U3, U3), U4, U2, Groups<U2>, T>, Softplus<(U4, U2, U2), T>,
        Elu<(U4, U2, U2), T>, AvgPool2d<(U4, U2, U2), U2, (), T>, Flatten<(U4, U1, U1), T>, Gelu<U4, T>,
        Affine<U4, U3, T>,
    ];
    image_9 I9: [
        MaxPool2d<(U2, U4, U6), U2, (), T>, Elu<(U2, U2, U3), T>, Dropout<(U2, U2, U3), U20, T>,
        Flatten<(U2, U2, U3), T>, Tanh<U12, T>, Affine<U12, U4, T>, Residual<Silu<U4, T>>,
    ];
    image_10 I10: [
        Flatten<(U2, U2, U3), T>, Elu<U12, T>, Reshape<U12, (U3, U2, U2), T>, Sigmoid<(U3, U2, U2), T>,
        Residual<Conv2d<(U3, U2, U2), U3, U1, (), T>, Gelu<(U3, U2, U2), T>>,
        GlobalAvgPool2d<(U3, U2, U2), T>, Softplus<U3, T>,
    ];
}
