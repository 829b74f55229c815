//! How long does a training step take, and what share of the processor's peak is that?

mod timing;

use std::hint::black_box;

use dimwise::models::{DeepConvNet, LeNet5, NeuralNet, SimpleConvNet, TwoLayerNet};
use dimwise::network::InputOf;
use dimwise::prelude::*;
use dimwise::random::Random;

network! {
    type Wide = [Affine<U784, U512>, Relu<_>, Affine<_, U512>, Relu<_>, Affine<_, U10>];
}

fn main() {
    let peak = timing::peak();
    println!("a step with Adam; the share of {peak:.1} GFLOP/s counts six operations a multiply-add\n");
    println!("{:>14} | {:>5} | {:>10} | {:>12} | {:>6}", "network", "batch", "step", "samples/s", "share");
    step::<TwoLayerNet<f32>, U1>("TwoLayerNet", peak);
    step::<TwoLayerNet<f32>, U16>("TwoLayerNet", peak);
    step::<TwoLayerNet<f32>, U100>("TwoLayerNet", peak);
    step::<NeuralNet<f32>, U100>("NeuralNet", peak);
    step::<Wide, U1>("784-512-512-10", peak);
    step::<Wide, U16>("784-512-512-10", peak);
    step::<Wide, U128>("784-512-512-10", peak);
    step::<LeNet5<f32>, U16>("LeNet5", peak);
    step::<LeNet5<f32>, U128>("LeNet5", peak);
    step::<SimpleConvNet<f32>, U100>("SimpleConvNet", peak);
    step::<DeepConvNet<f32>, U16>("DeepConvNet", peak);
}

fn step<N, B>(name: &str, peak: f64)
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
    B: BatchSize,
{
    let mut random = Random::new(1);
    let samples: Vec<Tensor<N::In>> =
        (0..B::SIZE).map(|_| Tensor::filled_with(|| random.uniform() as f32)).collect();
    let targets: Vec<_> =
        (0..B::SIZE).map(|_| Class::<U10>::new(random.below(10)).expect("one of ten")).collect();
    let network = N::initialized(HeNormal, 1);
    let mut trainer = Trainer::<N, _, _, B>::new(network, CrossEntropy, Adam::new(1e-4), 1);
    let [time] = timing::medians([&mut || {
        black_box(trainer.step(black_box(&samples), &targets).expect("a finite loss"));
    }]);
    let operations = 6.0 * (N::MULTIPLY_ADDS * B::SIZE) as f64;
    println!(
        "{name:>14} | {:>5} | {:>7.1} µs | {:>12.0} | {:>4.0} %",
        B::SIZE,
        time / 1e3,
        B::SIZE as f64 * 1e9 / time,
        100.0 * operations / time / peak
    );
}
