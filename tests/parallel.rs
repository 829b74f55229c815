//! The same bits on 1, 2, 3, 5 and 16 threads.
#![cfg(feature = "parallel")]

use dimwise::average::{Averaged, Exponential};
use dimwise::initializer::Normal;
use dimwise::layer::Input;
use dimwise::models::{DeepConvNet, LeNet5, ResNet};
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
    for threads in [2, 3, 5, 16] {
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
    for threads in [2, 3, 5, 16] {
        let (other, other_cost) = regularised(threads);
        assert_eq!(other_cost.to_bits(), cost.to_bits(), "the penalty on {threads} threads");
        assert!(other.as_slice() == network.as_slice(), "parameters on {threads} threads");
    }
}

#[test]
fn dense() {
    same::<Dense, _, U128>(|| Adam::new(0.01));
    same::<Dense, _, U77>(|| Momentum::new(0.01, 0.9));
    same::<Dense, _, U77>(|| Grouped::new(Lamb::new(0.01)).rate("0", 0.5).unwrap());
    same::<Dense, _, U77>(|| Averaged::new(AmsGrad::new(0.01), Exponential::new(0.9)));
    same::<Dense, _, U77>(|| Adafactor::new(0.01));
    same::<Dense, _, U77>(|| CenteredRmsProp::new(0.01));
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

network! {
    type Curve = [Affine<U4, U32>, Tanh<_>, Affine<_, U16>, Gelu<_>, Affine<_, U10>];
    type Mlp = [Affine<U784, U50>, Relu<_>, Affine<_, U10>];
    type Narrow = [Affine<U300, U200>, Relu<_>, Affine<_, U100>, PRelu<_>, Affine<_, U10>];
}

/// Batches that are cut into shards and parts, even and with a rest, and some that are not.
#[test]
fn shards() {
    same::<Curve, _, U1>(|| Adam::new(0.01));
    same::<Curve, _, U7>(|| Adam::new(0.01));
    same::<Curve, _, U1000>(|| Adam::new(0.01));
    same::<Curve, _, dim!(4321)>(|| Adam::new(0.01));
    same::<Mlp, _, U100>(|| Sgd { learning_rate: 0.1 });
    same::<Narrow, _, U37>(|| Sgd { learning_rate: 0.1 });
    same::<LeNet5, _, U37>(|| Adam::new(0.01));
}

/// A loss that does not say that it is a mean over the samples: its batches are not cut.
struct OfTheBatch<L>(L);

impl<G: TargetOf<U10>, L: Loss<U10, G, f32>> Loss<U10, G, f32> for OfTheBatch<L> {
    fn gradient(&self, outputs: &[Tensor<U10>], targets: &[G], grads: &mut [Tensor<U10>]) -> f64 {
        self.0.gradient(outputs, targets, grads)
    }

    fn value(&self, outputs: &[Tensor<U10>], targets: &[G]) -> f64 {
        self.0.value(outputs, targets)
    }

    fn weight(&self, targets: &[G]) -> f64 {
        self.0.weight(targets)
    }
}

fn batch<N: Network<Element = f32>>(count: usize) -> (Vec<Input<N>>, Vec<Class<U10>>) {
    let mut random = Random::new(9);
    let samples = (0..count).map(|_| Tensor::filled_with(|| random.normal() as f32)).collect();
    (samples, (0..count).map(|_| Class::new(random.below(10)).unwrap()).collect())
}

#[test]
fn a_batch_that_is_cut_has_the_gradients_of_the_whole() {
    fn check<N: Network<In: InputOf<N>, Out = U10, Element = f32>, B: BatchSize>(sizes: &[usize]) {
        check_loss::<N, B, _, _>(sizes, CrossEntropy, |_, class| class);
    }
    fn check_loss<N, B, L, G>(sizes: &[usize], loss: L, target: impl Fn(usize, Class<U10>) -> G)
    where
        N: Network<In: InputOf<N>, Out = U10, Element = f32>,
        B: BatchSize,
        L: Loss<U10, G, f32> + Clone,
        G: TargetOf<U10>,
    {
        assert!(loss.is_mean_of_samples());
        let sgd = Sgd { learning_rate: 1.0 };
        for &size in sizes {
            let (samples, classes) = batch::<N>(size);
            let targets: Vec<G> =
                classes.into_iter().enumerate().map(|(at, class)| target(at, class)).collect();
            let start = N::initialized(HeNormal, 1);
            let mut cut = Trainer::<N, _, _, B>::new(start.to_boxed(), loss.clone(), sgd, 1);
            let mut whole = Trainer::<N, _, _, B>::new(start.to_boxed(), OfTheBatch(loss.clone()), sgd, 1);
            let losses = (cut.step(&samples, &targets).unwrap(), whole.step(&samples, &targets).unwrap());
            let is_near = (losses.0 - losses.1).abs() < 1e-6 * losses.1;
            assert!(is_near || losses == (0.0, 0.0), "{losses:?} of {size}");
            let [cut, whole] = [cut.into_network(), whole.into_network()];
            let moved = |network: &N| -> Vec<f32> {
                network.as_slice().iter().zip(start.as_slice()).map(|(to, from)| from - to).collect()
            };
            let (cut, whole) = (moved(&cut), moved(&whole));
            let largest = whole.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
            let off = cut.iter().zip(&whole).fold(0.0_f32, |off, (x, y)| off.max((x - y).abs()));
            assert!(off < 2e-6 * largest.max(1.0), "off by {off} of {largest}, {size} samples");
        }
    }
    check::<Curve, dim!(4321)>(&[1, 7, 37, 100, 1000, 4321]);
    check::<Mlp, U100>(&[1, 7, 37, 100]);
    check::<LeNet5, U37>(&[1, 7, 37]);

    // Samples that do not count alike: a shard's share is that of its weight, also where this is all or nothing.
    let sizes = [1, 7, 100, 1000];
    let of_class = |class: Class<U10>| (class.index() % 4) as f64;
    let weights = Tensor::<U10, f64>::from_fn(|[class]| (class % 4) as f64);
    check_loss::<Curve, U1000, _, _>(&sizes, CrossEntropy.weighted(weights.clone()), |_, class| class);
    check_loss::<Mlp, U100, _, _>(&[7, 100], CrossEntropy.weighted(weights.clone()), |_, class| class);
    let yes = |_, class: Class<U10>| Tensor::<U10>::from_fn(|[at]| f32::from(at >= class.index()));
    check_loss::<Curve, U1000, _, _>(&sizes, BinaryCrossEntropy.weighted(weights), yes);
    for weight in [|at| (at % 5) as f64, |at| f64::from(at < 60), |at| f64::from(at > 900), |_| 0.0] {
        let weighted = move |at, class| Weighted::new(class, weight(at) * of_class(class));
        check_loss::<Curve, U1000, _, _>(&sizes, SampleWeighted(CrossEntropy), weighted);
        check_loss::<Mlp, U100, _, _>(&[7, 100], SampleWeighted(CrossEntropy), weighted);
    }
}

/// Shards that do not count alike, of which the last may not count at all.
#[test]
fn shards_of_weighted_losses() {
    fn same<L: Loss<U10, G, f32> + Clone, G: TargetOf<U10> + Sync>(
        loss: L,
        target: impl Fn(usize, Class<U10>) -> G,
    ) {
        let (samples, classes) = batch::<Curve>(1000);
        let targets: Vec<G> = classes.into_iter().enumerate().map(|(at, class)| target(at, class)).collect();
        let trained = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let network = Curve::initialized(HeNormal, 1);
                let mut trainer =
                    Trainer::<Curve, _, _, U1000>::new(network, loss.clone(), Adam::new(0.01), 1);
                let losses = [0; 2].map(|_| trainer.step(&samples, &targets).unwrap().to_bits());
                let bits: Vec<_> = trainer.network().as_slice().iter().map(|x| x.to_bits()).collect();
                (losses, bits)
            })
        };
        let alone = trained(1);
        assert!(f64::from_bits(alone.0[0]).is_finite());
        for threads in [2, 3, 5, 16] {
            assert!(trained(threads) == alone, "on {threads} threads");
        }
    }
    let weights = Tensor::<U10, f64>::from_fn(|[class]| (class % 4) as f64);
    same(CrossEntropy.weighted(weights.clone()), |_, class| class);
    let yes = |_, class: Class<U10>| Tensor::<U10>::from_fn(|[at]| f32::from(at >= class.index()));
    same(BinaryCrossEntropy.weighted(weights), yes);
    same(SampleWeighted(CrossEntropy), |at, class| Weighted::new(class, (at % 5) as f64));
    same(SampleWeighted(CrossEntropy), |at, class| Weighted::new(class, f64::from(at < 60)));
    same(SampleWeighted(CrossEntropy), |_, class| Weighted::new(class, 0.0));
}

/// What a refused step has left in the memory of a shard is not in the next one.
#[test]
fn a_step_that_is_refused_for_its_last_shard_changes_nothing() {
    let (mut samples, targets) = batch::<Mlp>(100);
    let mut trainers = [0, 1].map(|_| {
        let network = Mlp::initialized(HeNormal, 1);
        Trainer::<Mlp, _, _, U100>::new(network, CrossEntropy, Adam::new(0.01), 1)
    });
    let good = std::mem::replace(&mut samples[99], Tensor::from_fn(|_| f32::NAN));
    let before = trainers[0].network().to_boxed();
    assert!(trainers[0].step(&samples, &targets).is_err());
    assert!(trainers[0].network() == &*before);
    samples[99] = good;
    let losses = trainers.each_mut().map(|trainer| trainer.step(&samples, &targets).unwrap());
    assert_eq!(losses[0].to_bits(), losses[1].to_bits());
    assert!(trainers[0].network() == trainers[1].network());
}

/// Samples that threads share, and go over in parts.
#[test]
fn predictions() {
    let network = Curve::initialized(HeNormal, 1);
    let (samples, targets) = batch::<Curve>(5_003);
    let data = Dataset::new(samples.clone(), targets).unwrap();
    let alone: Vec<_> = samples.iter().map(|sample| network.predict(sample)).collect();
    let mut evaluations = Vec::new();
    for threads in [1, 2, 3, 16] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut predictor = Predictor::<Curve>::new(samples.len());
            assert!(predictor.predict(&network, &samples) == alone, "on {threads} threads");
            let sgd = Sgd { learning_rate: 0.1 };
            let mut trainer =
                Trainer::<Curve, _, _, dim!(4321)>::new(network.to_boxed(), CrossEntropy, sgd, 1);
            evaluations.push(trainer.evaluate(&data).unwrap());
        });
    }
    assert!(evaluations.windows(2).all(|two| two[0] == two[1]), "{evaluations:?}");
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
