//! The same bits on 1, 2 and 16 threads.
#![cfg(feature = "parallel")]

use dimwise::initializer::Normal;
use dimwise::models::{DeepConvNet, ResNet};
use dimwise::network::InputOf;
use dimwise::plain::{flat, flat_mut};
use dimwise::prelude::*;
use dimwise::random::Random;

network! {
    // Large enough to be split in each product, with rests.
    type Dense = [Affine<U301, U203>, Relu<U203>, Affine<U203, U150>, Tanh<U150>, Affine<U150, U10>];
    type Images = [
        Conv2d<(U3, U25, U26), U20, U5>, Relu<(U20, U21, U22)>, MaxPool2d<(U20, U21, U22), U2>,
        Conv2d<(U20, U10, U11), U24, U3, (Stride<U2>, Padding<U1>)>, BatchNorm<(U24, U5, U6)>, Sigmoid<(U24, U5, U6)>,
        ConvTranspose2d<(U24, U5, U6), U12, U3, Stride<U2>>, AvgPool2d<(U12, U11, U13), U2>,
        Flatten<(U12, U5, U6)>, Dropout<U360, U20>, Affine<U360, U10>,
    ];
}

/// Without optimisation, one step takes as long as a hundred with it.
const STEPS: usize = if cfg!(debug_assertions) { 1 } else { 3 };

/// The network after some steps, its losses and its outputs, on so many threads.
fn trained<N, O, B>(threads: usize, optimizer: O) -> (Box<N>, Vec<f64>, Vec<Tensor<N::Out>>)
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
    O: Optimizer<N>,
    B: BatchSize,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut random = Random::new(5);
        let samples: Vec<Tensor<N::In>> =
            (0..B::SIZE).map(|_| Tensor::filled_with(|| random.normal() as f32)).collect();
        let targets: Vec<_> = (0..B::SIZE).map(|_| Class::<U10>::new(random.below(10)).unwrap()).collect();
        let network = N::initialized(HeNormal, 1);
        let mut trainer = Trainer::<N, CrossEntropy, O, B>::new(network, CrossEntropy, optimizer, 1);
        let losses = (0..STEPS).map(|_| trainer.step(&samples, &targets).unwrap()).collect();
        let outputs = trainer.outputs(&samples).to_vec();
        (trainer.into_network(), losses, outputs)
    })
}

#[track_caller]
fn same<N, O, B>(optimizer: impl Fn() -> O)
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
    O: Optimizer<N>,
    B: BatchSize,
{
    let bits = |network: &N| network.as_slice().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let (network, losses, outputs) = trained::<N, O, B>(1, optimizer());
    for threads in [2, 3, 16] {
        let (other_network, other_losses, other_outputs) = trained::<N, O, B>(threads, optimizer());
        assert_eq!(other_losses, losses, "losses on {threads} threads");
        assert!(bits(&other_network) == bits(&network), "parameters on {threads} threads");
        assert_eq!(other_outputs, outputs, "outputs on {threads} threads");
    }
}

/// Long enough for each of these to be split.
type Wide = Affine<dim!(700), U512>;

/// A penalty, a decay and both ways to clip, on so many threads.
fn regularised(threads: usize) -> (Box<Wide>, f64) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut network = Wide::initialized(HeNormal, 1);
        let mut gradients = Wide::initialized(Normal { deviation: 0.1 }, 2);
        let mut optimizer = WeightDecay::new(Sgd { learning_rate: 0.1 }, 0.1);
        let mut cost = 0.0;
        for clip in [Clip::Norm(10.0), Clip::Value(0.01)] {
            cost += Penalty::elastic_net(1e-4, 1e-3).add_gradient(&*network, &mut *gradients);
            clip.apply(&mut *gradients);
            optimizer.step(&mut *network, &gradients);
        }
        (network, cost)
    })
}

#[test]
fn penalties_decay_and_clips() {
    let (network, cost) = regularised(1);
    for threads in [2, 3, 16] {
        let (other, other_cost) = regularised(threads);
        assert_eq!(other_cost.to_bits(), cost.to_bits(), "the penalty on {threads} threads");
        assert!(other.as_slice() == network.as_slice(), "parameters on {threads} threads");
    }
}

#[test]
fn dense() {
    same::<Dense, _, U128>(|| Adam::new(0.01));
    same::<Dense, _, U77>(|| Momentum::new(0.01, 0.9));
}

/// Activations by themselves, long enough to be split, forward and backward.
#[test]
fn activations() {
    type Long = dim!(37_500);
    fn passed<A: Network<In = Long, Out = Long, Element = f32>>(threads: usize) -> Vec<u32> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut random = Random::new(7);
            let mut input = dimwise::plain::zeroed_slice::<Tensor<Long>>(8);
            flat_mut(&mut input).fill_with(|| 3.0 * random.normal() as f32);
            let (layer, mut workspace, mut gradients) =
                (A::zeroed(), Workspace::<A, U8>::zeroed(), A::zeroed());
            let mut grad_input = dimwise::plain::zeroed_slice::<Tensor<Long>>(8);
            workspace.forward(&*layer, &input);
            let (output, grad_output) = workspace.outputs(8);
            flat_mut(grad_output).fill(1.5);
            let mut bits: Vec<_> = flat(output).iter().map(|x| x.to_bits()).collect();
            workspace.add_gradients(&layer, &input, Some(&mut grad_input), &mut gradients);
            bits.extend(flat(&grad_input).iter().map(|x| x.to_bits()));
            bits
        })
    }
    fn same<A: Network<In = Long, Out = Long, Element = f32>>() {
        let alone = passed::<A>(1);
        assert!([2, 3, 16].into_iter().all(|threads| passed::<A>(threads) == alone));
    }
    same::<Gelu<Long>>();
    same::<GeluTanh<Long>>();
    same::<Silu<Long>>();
    same::<Softplus<Long>>();
    same::<Elu<Long>>();
    same::<Sigmoid<Long>>();
    same::<Tanh<Long>>();
}

#[test]
fn images() {
    same::<Images, _, U33>(|| Adam::new(0.01));
}

#[test]
fn models() {
    same::<DeepConvNet, _, U16>(|| Sgd { learning_rate: 0.01 });
    same::<ResNet, _, U16>(|| Adam::new(0.01));
}
