//! One seed decides all: with each feature of training two runs are equal to the bit, on one thread and on several, and
//! another seed is another run.

use dimwise::average::{Average, Averaged, Exponential, Uniform};
use dimwise::data::Source;
use dimwise::fit::{Fit, History, Plateau};
use dimwise::initializer::Orthogonal;
use dimwise::input_gradient::InputGradient;
use dimwise::parameters::Kind;
use dimwise::prelude::*;
use dimwise::random::Random;
use dimwise::rate_range::RateRange;
use dimwise::search::{Search, log_uniform};

network! {
    type Net = [Affine<U8, U16>, BatchNorm<_>, Tanh<_>, Dropout<_, U25>, Affine<_, U2>];
    type FrozenNet = [Frozen<Affine<U8, U16>>, BatchNorm<_>, Tanh<_>, Dropout<_, U25>, Affine<_, U2>];
    /// Large enough to be shared by threads.
    type Wide = [Affine<U8, U300>, Relu<_>, Affine<_, U100>, PRelu<_>, Affine<_, U2>];
}

type Data<G = Class<U2>> = Dataset<U8, G>;
type Learner<N, L, O> = Trainer<N, L, O, U32>;

fn data_of<G: Target>(target: impl Fn(usize, bool) -> G) -> Data<G> {
    let mut random = Random::new(5);
    let samples: Vec<_> = (0..90).map(|_| Tensor::<U8>::filled_with(|| random.normal() as f32)).collect();
    let targets: Vec<_> =
        samples.iter().enumerate().map(|(at, x)| target(at, x[0] * x[1] + x[2] > 0.0)).collect();
    Dataset::new(samples, targets).unwrap()
}

fn data() -> Data {
    data_of(|_, is_one| Class::new(usize::from(is_one)).unwrap())
}

fn bits<N: Network<Element = f32>>(network: &N) -> String {
    format!("{:x?}", network.as_slice().iter().map(|number| number.to_bits()).collect::<Vec<_>>())
}

/// All that two runs can differ in: the history, each number of which stands there whole, and the network.
fn told<N: Network<Element = f32>>(history: &History, network: &N) -> String {
    history.to_csv() + &bits(network)
}

/// Runs a training twice on one thread, on three, and with another seed.
#[track_caller]
fn assert_reproducible(run: impl Fn(u64) -> String + Sync) -> String {
    let on = |threads, seed| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| run(seed))
    };
    let told = on(1, 1);
    assert!(told == on(1, 1), "two runs differ");
    assert!(told == on(3, 1), "another number of threads is another run");
    assert!(told != on(1, 2), "the seed decides nothing");
    told
}

/// The same of a feature, which must not be without effect.
#[track_caller]
fn assert_feature(run: impl Fn(u64) -> String + Sync) {
    assert!(assert_reproducible(run) != plain(1), "it changes nothing");
}

fn plain(seed: u64) -> String {
    fitted::<Net, _, _, _>(seed, CrossEntropy, adam(), &data(), |trainer| trainer)
}

fn adam<N: Network>() -> Adam<N> {
    Adam::new(0.01)
}

fn fitted<N, L, O, G>(
    seed: u64,
    loss: L,
    optimizer: O,
    data: &impl Source<U8, G, f32>,
    with: impl FnOnce(Learner<N, L, O>) -> Learner<N, L, O>,
) -> String
where
    N: Network<In = U8, Out = U2, Element = f32>,
    G: TargetOf<U2>,
    L: Loss<U2, G, f32> + Send,
    O: Optimizer<N>,
{
    let mut trainer = with(Trainer::new(N::initialized(XavierNormal, seed), loss, optimizer, seed));
    let history = trainer.fit(data, Fit::epochs(3)).unwrap();
    told(&history, trainer.network())
}

#[test]
fn the_plain_run() {
    assert_reproducible(plain);
    assert_feature(|seed| fitted::<Wide, _, _, _>(seed, CrossEntropy, adam(), &data(), |trainer| trainer));
}

#[test]
fn each_optimizer() {
    fn check<O: Optimizer<Net> + Sync>(optimizer: O) {
        assert_feature(|seed| fitted(seed, CrossEntropy, optimizer.clone(), &data(), |trainer| trainer));
    }
    check(Sgd { learning_rate: 0.1 });
    check(Momentum::new(0.1, 0.9));
    check(Nesterov::new(0.1, 0.9));
    check(AdaGrad::new(0.1));
    check(RmsProp::new(0.01));
    check(RmsPropMomentum::new(0.01, 0.9));
    check(CenteredRmsProp::new(0.01));
    check(AdamW::new(0.01, 0.1));
    check(AmsGrad::new(0.02));
    check(RAdam::new(0.01));
    check(Lamb::new(0.01));
    check(Adafactor::new(0.01));
    check(Lion::new(0.01));
    check(WeightDecay::new(adam::<Net>(), 0.1));
    let grouped = Grouped::new(adam::<Net>()).rate("0", 0.5).unwrap().frozen("4.bias").unwrap();
    check(grouped.rate(|kind: Kind| !kind.is_weight(), 2.0).unwrap());
}

#[test]
fn each_schedule() {
    fn check<S: Schedule + Clone + Send + Sync>(schedule: S) {
        assert_feature(|seed| {
            let optimizer = Scheduled::new(adam::<Net>(), schedule.clone());
            fitted(seed, CrossEntropy, optimizer, &data(), |trainer| trainer)
        });
    }
    check(StepDecay { learning_rate: 0.02, factor: 0.5, every: 2 });
    check(ExponentialDecay { learning_rate: 0.02, factor: 0.9 });
    check(CosineDecay { from: 0.02, to: 0.0, steps: 9 });
    check(WarmUp { steps: 3, then: CosineDecay { from: 0.02, to: 0.0, steps: 9 } });
    check(OneCycle::new(0.02, 9));
}

#[test]
fn averages_of_networks() {
    fn averaged<A: Average<Net>>(seed: u64, average: A) -> String {
        let optimizer = Averaged::new(adam(), average);
        let network = Net::initialized(XavierNormal, seed);
        let mut trainer = Learner::<Net, _, _>::new(network, CrossEntropy, optimizer, seed);
        trainer.fit(&data(), Fit::epochs(3)).unwrap();
        bits(trainer.optimizer_mut().average.network().unwrap())
    }
    assert_reproducible(|seed| averaged(seed, Exponential::new(0.9)));
    assert_reproducible(|seed| averaged(seed, Uniform::default()));
}

#[test]
fn what_is_frozen_and_how_it_begins() {
    assert_feature(|seed| {
        fitted::<FrozenNet, _, _, _>(seed, CrossEntropy, adam(), &data(), |trainer| trainer)
    });
    assert_feature(|seed| {
        let network = Net::initialized(HeNormal.except("4", Orthogonal { gain: 1.0 }), seed);
        bits(&*network)
    });
}

#[test]
fn losses_with_weights() {
    assert_feature(|seed| {
        let loss = CrossEntropy.weighted([1.0, 3.0]);
        fitted::<Net, _, _, _>(seed, loss, adam(), &data(), |trainer| trainer)
    });
    assert_feature(|seed| {
        fitted::<Net, _, _, _>(seed, CrossEntropy.smoothed(0.1), adam(), &data(), |trainer| trainer)
    });
    assert_feature(|seed| {
        let data = data_of(|at, is_one| {
            Weighted::new(Class::<U2>::new(usize::from(is_one)).unwrap(), (at % 3) as f64)
        });
        fitted::<Net, _, _, _>(seed, SampleWeighted(CrossEntropy), adam(), &data, |trainer| trainer)
    });
    assert_feature(|seed| {
        let data = data_of(|at, is_one| Tensor::<U2>::from([f32::from(is_one), (at % 2) as f32]));
        let loss = BinaryCrossEntropy.weighted([2.0, 0.5]);
        fitted::<Net, _, _, _>(seed, loss, adam(), &data, |trainer| trainer)
    });
}

#[test]
fn settings_of_the_trainer() {
    type Plain = Learner<Net, CrossEntropy, Adam<Net>>;
    let with = |with: fn(Plain) -> Plain| {
        assert_feature(|seed| fitted(seed, CrossEntropy, adam(), &data(), with));
    };
    with(|trainer| trainer.with_accumulation(2));
    with(|trainer| trainer.with_clip(Clip::Norm(0.1)));
    with(|trainer| trainer.with_clip(Clip::TensorNorm(0.1)));
    with(|trainer| trainer.with_clip_of("4", Clip::Norm(0.1)).unwrap());
    with(|trainer| trainer.with_penalty(Penalty::elastic_net(1e-2, 1e-2)));
    with(|trainer| trainer.with_batch_size(9).unwrap());
}

#[test]
fn changes_of_the_data() {
    fn trained<G: TargetOf<U2>>(seed: u64, data: &impl Source<U8, G, f32>) -> String
    where
        CrossEntropy: Loss<U2, G, f32>,
    {
        fitted::<Net, _, _, _>(seed, CrossEntropy, adam(), data, |trainer| trainer)
    }
    let data = data();
    let noise = |sample: &mut Tensor<U8>, random: &mut Random| sample[0] += random.normal() as f32;
    assert_feature(|seed| trained(seed, &(&data).augmented(noise).read_ahead(2)));
    assert_feature(|seed| trained(seed, &(&data).mixup(0.3)));
}

#[test]
fn what_stands_around_the_epochs() {
    let (train, test) = data().split_at(60);
    assert_feature(|seed| {
        let network = Net::initialized(XavierNormal, seed);
        let mut trainer = Learner::<Net, _, _>::new(network, CrossEntropy, adam(), seed);
        let stopping = EarlyStopping::new(trainer.network(), 2).restoring();
        let metrics = (Accuracy::new(), TopK::<1>::new(), ConfusionMatrix::<U2>::new(), F1::<U2>::new());
        let fit = Fit::epochs(12).measured_on(&test, metrics).with(Plateau::new(0.5, 1)).with(stopping);
        let history = trainer.fit(&train, fit).unwrap();
        told(&history, trainer.network())
    });
}

#[test]
fn what_is_tried_before_training() {
    assert_reproducible(|seed| {
        let network = Net::initialized(XavierNormal, seed);
        let mut trainer = Learner::<Net, _, _>::new(network, CrossEntropy, adam(), seed);
        let points = RateRange::default().test(&mut trainer, &data()).unwrap().points;
        format!("{:x?}", points.iter().map(|point| point.loss.to_bits()).collect::<Vec<_>>())
    });
    assert_reproducible(|seed| {
        let rate = |random: &mut Random| log_uniform(random, 1e-3, 1e-1);
        let found = Search::new(4, seed, rate).random(2, |rate, epochs| {
            let network = Net::initialized(XavierNormal, seed);
            let mut trainer = Learner::<Net, _, _>::new(network, CrossEntropy, Adam::new(*rate), seed);
            let history = trainer.fit(&data(), Fit::epochs(epochs))?;
            history.last("loss").ok_or(dimwise::fit::FitError::Callback("no epoch".into()))
        });
        let outcome = |trial: &dimwise::search::Trial<f64>| (trial.settings, trial.outcome.clone());
        format!("{:?}", found.unwrap().trials().iter().map(outcome).collect::<Vec<_>>())
    });
}

#[test]
fn what_is_computed_by_gradients_alone() {
    let data = data();
    assert_reproducible(|seed| {
        let (network, mut gradients) =
            (Net::initialized(XavierNormal, seed), vec![Tensor::<U8>::default(); 32]);
        let (samples, targets) = (&data.samples()[..32], &data.targets()[..32]);
        let loss = InputGradient::<Net, U32>::new().gradient(
            &network,
            &CrossEntropy,
            samples,
            targets,
            &mut gradients,
        );
        format!("{loss:?} {gradients:?}")
    });
    assert_reproducible(|seed| {
        let mut network = Net::initialized(XavierNormal, seed);
        let mut workspace = Workspace::<Net, U32>::zeroed();
        let (samples, targets) = (&data.samples()[..32], &data.targets()[..32]);
        Lbfgs::new(4).minimise(&mut *network, |network, gradients| {
            workspace.forward(network, samples);
            let (outputs, by_output) = workspace.outputs(32);
            let loss = CrossEntropy.gradient(outputs, targets, by_output);
            workspace.add_gradients(network, samples, None, gradients);
            loss
        });
        bits(&*network)
    });
}
