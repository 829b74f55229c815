//! How long does a training step take, what share of the processor's peak is that, and what does `fit` cost beside?

mod timing;

use std::hint::black_box;

use dimwise::data::{Batches, Source, SourceError};
use dimwise::fit::Fit;
use dimwise::models::{DeepConvNet, LeNet5, NeuralNet, SimpleConvNet, TwoLayerNet};
use dimwise::network::InputOf;
use dimwise::prelude::*;
use dimwise::random::Random;

network! {
    type Wide = [Affine<U784, U512>, Relu<_>, Affine<_, U512>, Relu<_>, Affine<_, U10>];
    type Small = [Affine<U6, U64>, Relu<_>, Affine<_, U8>, Relu<_>, Affine<_, U10>];
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
    println!("\nan epoch of 200 steps in random order: by `step`, by `epoch`, by `fit` with two callbacks\n");
    println!("{:>14} | {:>5} | {:>12} | {:>7} | {:>7}", "network", "batch", "by hand", "`epoch`", "`fit`");
    epoch::<Small, U16>("6-64-8-10");
    epoch::<TwoLayerNet<f32>, U16>("TwoLayerNet");
    epoch::<TwoLayerNet<f32>, U100>("TwoLayerNet");
    epoch::<LeNet5<f32>, U16>("LeNet5");
}

/// Samples and classes by chance.
fn samples<N: Network<Element = f32>>(count: usize) -> (Vec<Tensor<N::In>>, Vec<Class<U10>>) {
    let mut random = Random::new(1);
    let samples = (0..count).map(|_| Tensor::filled_with(|| random.uniform() as f32)).collect();
    (samples, (0..count).map(|_| Class::new(random.below(10)).expect("one of ten")).collect())
}

/// What `epoch` and `fit` do beside the steps: a copy to go back to, the accuracy of each step, the loss after the last.
fn epoch<N, B>(name: &str)
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
    B: BatchSize,
{
    let (samples, targets) = samples::<N>(200 * B::SIZE);
    let data = Dataset::new(samples, targets).expect("a target a sample");
    let trainer = || {
        let network = N::initialized(HeNormal, 1);
        Trainer::<N, _, _, B>::new(network, CrossEntropy, Adam::new(1e-4), 1)
    };
    let (mut stepped, mut by_epoch, mut fitted) = (trainer(), trainer(), trainer());
    let mut batches = Batches::new(B::SIZE, 1);
    let mut samples: Vec<Tensor<N::In>> = vec![Tensor::default(); B::SIZE];
    let (mut targets, mut losses) = (Vec::new(), 0.0);
    let mut by_hand = || {
        batches.shuffle(data.len());
        let read = data.read(&mut batches, |next| {
            while next(&mut samples, &mut targets)? {
                stepped.step(&samples[..targets.len()], &targets).expect("a finite loss");
            }
            Ok::<_, SourceError>(())
        });
        read.expect("data in memory");
    };
    let mut epoch = || {
        by_epoch.epoch(&data).expect("a finite loss");
    };
    let mut fit = || {
        let stopping = EarlyStopping::new(fitted.network(), 3);
        let fit = Fit::epochs(fitted.epochs() + 1)
            .with(stopping)
            .on_epoch(|record| losses += record.get("loss").unwrap_or(0.0));
        fitted.fit(&data, fit).expect("a finite loss");
    };
    let [hand, epoch, fit] = timing::medians([&mut by_hand, &mut epoch, &mut fit]);
    let (epoch, fit) = (epoch / hand, fit / hand);
    println!("{name:>14} | {:>5} | {:>9.2} ms | {epoch:>7.3} | {fit:>7.3}", B::SIZE, hand / 1e6);
}

fn step<N, B>(name: &str, peak: f64)
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
    B: BatchSize,
{
    let (samples, targets) = samples::<N>(B::SIZE);
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
