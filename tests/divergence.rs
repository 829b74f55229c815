//! What a bad step takes with it: nothing. A step is taken whole or not at all, an epoch likewise.
#![allow(clippy::float_cmp)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use dimwise::average::{Averaged, Exponential};
use dimwise::graph::{GraphLoss, Node};
use dimwise::parameters::Parameters;
use dimwise::prelude::*;
use dimwise::trainer::{Cause, TrainError};

network! {
    type Line = [Affine<U1, U1>];
    type Normed = [Affine<U2, U4>, BatchNorm<U4>, Tanh<U4>, Dropout<U4, U25>, Affine<U4, U1>];
}

/// y = 3x + 1.
fn line() -> (Vec<Tensor<U1>>, Vec<Tensor<U1>>) {
    let inputs = (0..8).map(|i| i as f32 / 4.0 - 1.0);
    inputs.map(|x| (Tensor::from([x]), Tensor::from([3.0 * x + 1.0]))).unzip()
}

/// Two inputs, their product.
fn products() -> Dataset<U2, Tensor<U1>> {
    let (inputs, targets): (Vec<_>, Vec<_>) = (0..10)
        .map(|i| [i as f32 / 5.0 - 1.0, (i * 7 % 10) as f32 / 5.0 - 1.0])
        .map(|[a, b]| (Tensor::from([a, b]), Tensor::from([a * b])))
        .unzip();
    Dataset::new(inputs, targets).unwrap()
}

fn poisoned() -> Dataset<U2, Tensor<U1>> {
    let data = products();
    let mut targets = data.targets().to_vec();
    targets[6][0] = f32::NAN;
    Dataset::new(data.samples(), targets).unwrap()
}

fn bits<N: Network<Element = f32>>(network: &N) -> Vec<u32> {
    network.as_slice().iter().map(|number| number.to_bits()).collect()
}

type Learner<O> = Trainer<Normed, MeanSquaredError, O, U4>;

fn learner<O: Optimizer<Normed>>(optimizer: O) -> Learner<O> {
    let network = Normed::initialized(XavierNormal, 2);
    Trainer::new(network, MeanSquaredError, optimizer, 3).with_batch_size(4).unwrap()
}

#[test]
fn a_bad_batch_costs_none_of_two_thousand_steps() {
    let (inputs, targets) = line();
    let sgd = Sgd { learning_rate: 0.1 };
    let new = || Trainer::<Line, _, _, U8>::new(Line::zeroed(), MeanSquaredError, sgd, 1);
    let mut trainer = new();
    for _ in 0..2000 {
        trainer.step(&inputs, &targets).unwrap();
    }
    let good = bits(trainer.network());
    assert!((trainer.network().as_slice()[0] - 3.0).abs() < 1e-5);

    let mut bad = targets.clone();
    bad[3][0] = f32::NAN;
    let error = trainer.step(&inputs, &bad).unwrap_err();
    assert!(matches!(error, TrainError::Refused { step: 2001, cause: Cause::Loss(loss) } if loss.is_nan()));
    assert_eq!(error.to_string(), "step 2001: the loss is NaN; nothing was changed");
    assert_eq!(bits(trainer.network()), good);
    // It goes on as if the batch had not been there.
    trainer.step(&inputs, &targets).unwrap();
    let mut twin = new();
    (0..2001).for_each(|_| _ = twin.step(&inputs, &targets).unwrap());
    assert_eq!(bits(trainer.network()), bits(twin.network()));
}

/// Three good epochs, some that fail, then two more: as if the failed ones had not been there, with
/// weights, statistics, masks, velocities, moments, schedule and order.
fn recovers<O: Optimizer<Normed> + LearningRate>(name: &str, optimizer: O, much_too_large: f64) {
    let data = products();
    let (mut trainer, mut twin) = (learner(optimizer.clone()), learner(optimizer));
    let rate = *trainer.optimizer_mut().learning_rate_mut();
    for _ in 0..3 {
        assert_eq!(trainer.epoch(&data).unwrap(), twin.epoch(&data).unwrap(), "{name}");
    }
    let error = trainer.epoch(&poisoned()).unwrap_err();
    assert!(matches!(error, TrainError::Diverged { epoch: 4, .. }), "{name}: {error}");
    assert_eq!(bits(trainer.network()), bits(twin.network()), "{name}");

    *trainer.optimizer_mut().learning_rate_mut() = much_too_large;
    let error = (0..20).find_map(|_| trainer.epoch(&data).err());
    assert!(matches!(error, Some(TrainError::Diverged { epoch: 4, .. })), "{name}: {error:?}");
    assert_eq!(bits(trainer.network()), bits(twin.network()), "{name}");
    *trainer.optimizer_mut().learning_rate_mut() = rate;

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        trainer.epoch_with(&data, |step| assert!(step.number < 2, "on purpose"))
    }));
    assert!(panicked.is_err());
    assert_eq!(bits(trainer.network()), bits(twin.network()), "{name}");

    for _ in 0..2 {
        assert_eq!(trainer.epoch(&data).unwrap(), twin.epoch(&data).unwrap(), "{name}");
        assert_eq!(bits(trainer.network()), bits(twin.network()), "{name}");
    }
}

#[test]
fn every_optimizer_goes_on_after_an_epoch_that_failed() {
    recovers("Sgd", Sgd { learning_rate: 0.05 }, 1e30);
    recovers("Momentum", Momentum::new(0.05, 0.9), 1e30);
    recovers("Nesterov", Nesterov::new(0.05, 0.9), 1e30);
    recovers("AdaGrad", AdaGrad::new(0.05), 1e30);
    recovers("RmsProp", RmsProp::new(0.01), 1e30);
    recovers("Adam", Adam::new(0.01), 1e30);
    recovers("AdamW", AdamW::new(0.01, 0.1), 1e30);
    recovers("RmsPropMomentum", RmsPropMomentum::new(0.01, 0.5), 1e30);
    recovers("CenteredRmsProp", CenteredRmsProp::new(0.01), 1e30);
    recovers("AmsGrad", AmsGrad::new(0.01), 1e30);
    recovers("RAdam", RAdam::new(0.01), 1e30);
    recovers("Lamb", Lamb::new(0.01), 1e30);
    recovers("Averaged", Averaged::new(Adam::new(0.01), Exponential::new(0.5)), 1e30);
    recovers("Lion", Lion::new(0.01), 1e30);
    recovers("WeightDecay", WeightDecay::new(Adam::new(0.01), 0.1), 1e30);
}

#[test]
fn a_schedule_goes_back_as_well() {
    let data = products();
    let rates = |step: usize| 0.1 / (step + 1) as f64;
    let mut trainer = learner(Scheduled::new(Momentum::new(0.0, 0.9), rates));
    trainer.epoch(&data).unwrap();
    assert_eq!(trainer.optimizer_mut().step, 3);
    trainer.epoch(&poisoned()).unwrap_err();
    assert_eq!(trainer.optimizer_mut().step, 3);
    assert_eq!(trainer.optimizer_mut().optimizer.learning_rate, rates(2));
}

/// The gradient of the root of a mean square is infinite, times zero, where a sample is met exactly.
#[test]
fn a_finite_loss_with_a_gradient_that_is_not_changes_nothing() {
    let loss = GraphLoss::new(|output, target| (output - target).square().mean().sqrt());
    let momentum = Momentum::new(0.1, 0.9);
    let mut trainer = Trainer::<Line, _, _, U1>::new(Line::zeroed(), loss, momentum, 1);
    let (x, met, other) = ([Tensor::from([1.0])], [Tensor::from([0.0])], [Tensor::from([2.0])]);
    let error = trainer.step(&x, &met).unwrap_err();
    assert_eq!(error, TrainError::Refused { step: 1, cause: Cause::Gradient { loss: 0.0 } });
    assert_eq!(*trainer.network(), *Line::zeroed());
    assert_eq!(trainer.step(&x, &other).unwrap(), 2.0);
    assert_eq!(trainer.network().as_slice(), [0.1, 0.1]);
}

/// A gradient whose square overflows would leave a moment that is infinite: steps of zero for ever.
#[test]
fn a_gradient_that_cannot_be_squared_changes_nothing() {
    let (huge, one) = ([Tensor::from([2e19])], [Tensor::from([1.0])]);
    let new = || {
        let trainer = Trainer::<Line, _, _, U1>::new(Line::zeroed(), MeanAbsoluteError, Adam::new(0.1), 1);
        trainer.with_loss_limit(f64::INFINITY)
    };
    let mut trainer = new();
    assert!(matches!(
        trainer.step(&huge, &one).unwrap_err(),
        TrainError::Refused { step: 1, cause: Cause::Gradient { .. } }
    ));
    assert_eq!(*trainer.network(), *Line::zeroed());
    // What is cut before the optimizer sees it does no harm.
    let mut clipped = new().with_clip(Clip::Norm(1.0));
    clipped.step(&huge, &one).unwrap();
    assert!((clipped.network().as_slice()[0] - 0.1).abs() < 1e-6);
}

/// AdaGrad at a rate of a million: a loss of 10²⁴ and more is finite, and no good epoch all the same.
#[test]
fn a_loss_that_has_lost_all_digits_is_no_good_epoch() {
    let data = products();
    let mut trainer = learner(AdaGrad::new(0.05));
    let first = trainer.epoch(&data).unwrap();
    let good = bits(trainer.network());
    trainer.optimizer_mut().learning_rate = 1e6;
    let error = trainer.epoch(&data).unwrap_err();
    let TrainError::Diverged { epoch: 2, step: 2, cause: Cause::Limit { loss, limit } } = error else {
        panic!("{error:?}")
    };
    assert!(first.loss < 2.0 && loss > 1e9 && loss.is_finite(), "{} then {loss}", first.loss);
    assert_eq!(limit, 1.0 / f64::from(f32::EPSILON));
    assert_eq!(bits(trainer.network()), good);
    // A limit of one's own.
    let mut trainer = learner(AdaGrad::new(1e6)).with_loss_limit(f64::MAX);
    assert!(trainer.epoch(&data).unwrap().loss > 1e9);
    assert!(learner(AdaGrad::new(0.1)).with_loss_limit(1e-9).epoch(&data).is_err());
}

/// The last step of an epoch has no loss after it but one that is computed to see what it left.
#[test]
fn an_epoch_whose_last_step_diverged_is_undone() {
    let (inputs, targets) = line();
    let data = Dataset::new(inputs, targets).unwrap();
    let mut trainer = Trainer::<Line, _, _, U8>::new(Line::zeroed(), MeanSquaredError, AdaGrad::new(0.1), 1);
    trainer.epoch(&data).unwrap();
    let good = bits(trainer.network());
    trainer.optimizer_mut().learning_rate = 1e6;
    for _ in 0..2 {
        let error = trainer.epoch(&data).unwrap_err();
        assert!(matches!(error, TrainError::Diverged { epoch: 2, step: 1, cause: Cause::Limit { .. } }));
        assert_eq!(bits(trainer.network()), good);
    }
    // A rate that is set after it stays.
    trainer.optimizer_mut().learning_rate = 0.2;
    assert_eq!(trainer.epoch(&data).unwrap().number, 2);
    assert_eq!(trainer.optimizer_mut().learning_rate, 0.2);
}

/// Nobody has set a limit for single steps: after a rate that was too large they go on, as long as the loss is
/// finite, and then there is a way back.
#[test]
fn steps_go_on_after_a_rate_that_was_too_large() {
    let (inputs, targets) = line();
    let sgd = Sgd { learning_rate: 0.1 };
    let mut trainer = Trainer::<Line, _, _, U8>::new(Line::zeroed(), MeanSquaredError, sgd, 1);
    (0..10).for_each(|_| _ = trainer.step(&inputs, &targets).unwrap());
    trainer.remember();
    let remembered = bits(trainer.network());
    trainer.optimizer_mut().learning_rate = 100.0;
    (0..4).for_each(|_| _ = trainer.step(&inputs, &targets).unwrap());
    trainer.optimizer_mut().learning_rate = 0.1;
    let losses: Vec<_> = (0..2000).map(|_| trainer.step(&inputs, &targets).unwrap()).collect();
    assert!(losses[0] > 1e6 && losses[1999] < 1e-2, "{} to {}", losses[0], losses[1999]);

    trainer.optimizer_mut().learning_rate = 1e30;
    let refused = (0..9).find_map(|_| trainer.step(&inputs, &targets).err());
    assert!(matches!(refused, Some(TrainError::Refused { cause: Cause::Loss(_), .. })), "{refused:?}");
    trainer.go_back();
    assert_eq!((bits(trainer.network()), trainer.optimizer_mut().learning_rate), (remembered, 0.1));
}

/// An optimizer that breaks off in the middle of its third step.
#[derive(Clone)]
struct Breaking(Sgd, usize);

impl<N: Parameters> Optimizer<N> for Breaking {
    fn step(&mut self, network: &mut N, gradients: &N) {
        self.0.step(network, gradients);
        self.1 += 1;
        assert_ne!(self.1, 3, "on purpose");
    }
}

#[test]
fn a_panic_in_an_optimizer_undoes_the_epoch() {
    let mut trainer = learner(Breaking(Sgd { learning_rate: 0.1 }, 0));
    let before = bits(trainer.network());
    let panicked = catch_unwind(AssertUnwindSafe(|| trainer.epoch(&products())));
    assert!(panicked.is_err());
    assert_eq!((bits(trainer.network()), trainer.optimizer_mut().1), (before, 0));
}

#[test]
fn evaluating_what_is_not_a_number_is_an_error_that_names_the_sample() {
    let mut trainer = learner(Sgd { learning_rate: 0.1 });
    assert!(trainer.evaluate(&products()).is_ok());
    let error = trainer.evaluate(&poisoned()).unwrap_err();
    assert!(matches!(error, TrainError::Evaluated { sample: 6, loss } if loss.is_nan()), "{error:?}");
    assert_eq!(error.to_string(), "the loss of sample 6 is NaN");
}

#[test]
fn batch_normalisation_is_not_trained_on_one_sample() {
    let data = products();
    // Ten samples in batches of three: one is left.
    let mut trainer = learner(Sgd { learning_rate: 0.1 }).with_batch_size(3).unwrap();
    let before = bits(trainer.network());
    assert_eq!(
        trainer.epoch(&data).unwrap_err().to_string(),
        "the last batch would have 1 samples, but a network with batch normalisation is trained on 2 at least: \
         choose another batch size (`with_batch_size`), or leave short batches out (`drop_last`)"
    );
    assert_eq!(bits(trainer.network()), before);
    let mut trainer = trainer.drop_last();
    assert_eq!(trainer.epoch(&data).unwrap().steps, 3);

    let one = TrainError::BatchSize { least: 2, capacity: 4, found: 1 };
    assert_eq!(trainer.step(&data.samples()[..1], &data.targets()[..1]).unwrap_err(), one);
    assert_eq!(trainer.with_batch_size(1).unwrap_err(), one);
    let few = data.split_at(2).0;
    let error = learner(Sgd { learning_rate: 0.1 }).drop_last().epoch(&few).unwrap_err();
    assert_eq!(error, TrainError::NoWholeBatch { size: 4, found: 2 });

    // Of images there are more numbers than one in each channel.
    network! { type Images = [BatchNorm<(U2, U2, U2)>]; }
    assert_eq!((Images::SMALLEST_BATCH, Normed::SMALLEST_BATCH, Line::SMALLEST_BATCH), (1, 2, 1));
    let (forward, mut workspace) = (Normed::zeroed(), Workspace::<Normed, U4>::zeroed());
    let panicked = catch_unwind(AssertUnwindSafe(|| _ = workspace.forward(&forward, &data.samples()[..1])));
    assert!(panicked.is_err());
}
