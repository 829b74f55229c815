//! How long does a prediction take, for one sample and for many?

mod timing;

use std::hint::black_box;

use dimwise::models::{LeNet5, SimpleConvNet, TwoLayerNet};
use dimwise::network::InputOf;
use dimwise::prelude::*;
use dimwise::random::Random;

network! {
    type Tiny = [Affine<U4, U16>, Tanh<_>, Affine<_, U16>, Tanh<_>, Affine<_, U2>];
    type Wide = [Affine<U784, U512>, Relu<_>, Affine<_, U512>, Relu<_>, Affine<_, U10>];
}

fn main() {
    println!("time of one sample; the memory is that of the activations\n");
    println!(
        "{:>14} | {:>11} | {:>11} | {:>11} | {:>11} | {:>11} | {:>8}",
        "network", "alone", "of 16", "packed", "of 128", "packed", "bytes"
    );
    latency::<Tiny>("4-16-16-2");
    latency::<TwoLayerNet<f32>>("TwoLayerNet");
    latency::<Wide>("784-512-512-10");
    latency::<LeNet5<f32>>("LeNet5");
    latency::<SimpleConvNet<f32>>("SimpleConvNet");
}

fn latency<N: Network<In: InputOf<N>, Element = f32>>(name: &str) {
    let mut random = Random::new(1);
    let samples: Vec<Tensor<N::In>> =
        (0..128).map(|_| Tensor::filled_with(|| random.uniform() as f32)).collect();
    let network = N::initialized(HeNormal, 1);
    let mut predictors = [Predictor::<N>::new(16), Predictor::<N>::new(128)];
    let [few, many] = &mut predictors;
    let mut packed = PackedPredictor::new(&*network, 128);
    let mut packed_few = PackedPredictor::new(&*network, 16);
    let [alone, of_16, packed_of_16, of_128, packed_of_128] = timing::medians([
        &mut || {
            black_box(network.predict(black_box(&samples[0])));
        },
        &mut || {
            black_box(few.predict(&network, black_box(&samples[..16])));
        },
        &mut || {
            black_box(packed_few.predict(black_box(&samples[..16])));
        },
        &mut || {
            black_box(many.predict(&network, black_box(&samples)));
        },
        &mut || {
            black_box(packed.predict(black_box(&samples)));
        },
    ]);
    println!(
        "{name:>14} | {alone:>8.0} ns | {:>8.0} ns | {:>8.0} ns | {:>8.0} ns | {:>8.0} ns | {:>8}",
        of_16 / 16.0,
        packed_of_16 / 16.0,
        of_128 / 128.0,
        packed_of_128 / 128.0,
        Predictor::<N>::bytes(1)
    );
}
