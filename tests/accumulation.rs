//! Steps of several batches: as one of all their samples, whole or not at all.
// Tests compare with numbers that are exact.
#![allow(clippy::float_cmp)]

use std::ops::ControlFlow;

use dimwise::prelude::*;
use dimwise::random::Random;
use dimwise::trainer::Cause;

network! {
    type Net<T> = [Affine<U3, U5, T>, Tanh<U5, T>, Affine<U5, U2, T>];
    type Normed<T> = [Affine<U3, U5, T>, BatchNorm<U5, (), T>, Dropout<U5, U20, T>, Affine<U5, U2, T>];
}

type Samples = Vec<Tensor<U3, f64>>;
type Targets = Vec<Weighted<Class<U2>>>;

fn data(count: usize) -> (Samples, Targets) {
    let mut random = Random::new(3);
    let samples = (0..count).map(|_| Tensor::filled_with(|| random.normal())).collect();
    let targets = (0..count).map(|index| Weighted::new(Class::new(index % 2).unwrap(), 0.5 + index as f64));
    (samples, targets.collect())
}

type Learner<N, B> = Trainer<N, SampleWeighted<CrossEntropy>, Adam<N>, B>;

fn learner<N: Network<Element = f64>, B: BatchSize>() -> Learner<N, B> {
    let network = N::initialized(HeNormal, 1);
    Trainer::new(network, SampleWeighted(CrossEntropy), Adam::new(0.01), 1).with_penalty(Penalty::l2(0.1))
}

#[track_caller]
fn assert_near<N: Network<Element = f64>>(found: &N, expected: &N) {
    for (found, expected) in found.as_slice().iter().zip(expected.as_slice()) {
        assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
    }
}

/// Also where the samples count unalike, and the last batch is short.
#[test]
fn a_step_of_several_batches_is_one_of_all_samples() {
    let (samples, targets) = data(10);
    let mut whole = learner::<Net<f64>, U10>();
    let mut parts = learner::<Net<f64>, U4>().with_accumulation(3);
    for _ in 0..5 {
        let loss = whole.step(&samples, &targets).unwrap();
        assert!((parts.step(&samples, &targets).unwrap() - loss).abs() < 1e-12);
        assert_near(parts.network(), whole.network());
    }
    assert_eq!(parts.steps(), 5);
}

#[test]
fn an_epoch_of_several_batches_a_step_is_one_of_larger_batches() {
    let (samples, targets) = data(22);
    let data = Dataset::new(samples, targets).unwrap();
    let mut whole = learner::<Net<f64>, U8>();
    let mut parts = learner::<Net<f64>, U4>().with_accumulation(2);
    assert_eq!((whole.steps_of_epoch(22), parts.steps_of_epoch(22)), (3, 3));
    for _ in 0..3 {
        let (mut of_whole, mut of_parts) = (Vec::new(), Vec::new());
        let expected = whole.epoch_with(&data, |step| of_whole.push(step)).unwrap();
        let found = parts.epoch_with(&data, |step| of_parts.push(step)).unwrap();
        assert_near(parts.network(), whole.network());
        assert_eq!((found.steps, found.accuracy, found.complete), (3, expected.accuracy, true));
        assert!(
            (found.loss - expected.loss).abs() < 1e-12 && (found.penalty - expected.penalty).abs() < 1e-12
        );
        for (found, expected) in of_parts.iter().zip(&of_whole) {
            assert_eq!((found.number, found.samples), (expected.number, expected.samples));
            assert!((found.loss - expected.loss).abs() < 1e-12);
        }
        assert_eq!(of_parts.iter().map(|step| step.samples).collect::<Vec<_>>(), [8, 8, 6]);
    }
}

#[test]
fn an_interrupted_epoch_goes_on_behind_its_steps() {
    let (samples, targets) = data(22);
    let data = Dataset::new(samples, targets).unwrap();
    let mut whole = learner::<Normed<f64>, U4>().with_accumulation(2);
    let mut halves = learner::<Normed<f64>, U4>().with_accumulation(2);
    let expected = whole.epoch(&data).unwrap();
    let first = halves.epoch_with(&data, |_| ControlFlow::Break(())).unwrap();
    assert!(!first.complete && first.steps == 1);
    assert_eq!(halves.epoch(&data).unwrap(), expected);
    assert_eq!(halves.network().as_slice(), whole.network().as_slice());
}

#[test]
fn a_step_that_is_refused_undoes_all_of_its_batches() {
    let (mut samples, targets) = data(8);
    let mut trainer = learner::<Normed<f64>, U4>().with_accumulation(2);
    trainer.step(&samples, &targets).unwrap();
    let before = trainer.network().clone();
    let good = samples.clone();
    samples[6][1] = f64::NAN;
    let error = trainer.step(&samples, &targets).unwrap_err();
    assert!(matches!(error, TrainError::Refused { step: 2, cause: Cause::Loss(_) }), "{error}");
    // Running values and dropout's steps as well, which the first batch had moved.
    assert_eq!(trainer.network().as_slice(), before.as_slice());

    let mut other = learner::<Normed<f64>, U4>().with_accumulation(2);
    other.step(&good, &targets).unwrap();
    assert_eq!(trainer.step(&good, &targets), other.step(&good, &targets));
    assert_eq!(trainer.network().as_slice(), other.network().as_slice());
}

#[test]
fn a_step_of_too_many_or_too_few_samples_is_none() {
    let (samples, targets) = data(10);
    let mut trainer = learner::<Normed<f64>, U4>().with_accumulation(2);
    let error = trainer.step(&samples, &targets).unwrap_err();
    assert_eq!(error, TrainError::BatchSize { least: 2, capacity: 8, found: 10 });
    let error = trainer.step(&samples[..5], &targets[..5]).unwrap_err();
    assert_eq!(error, TrainError::ShortLastBatch { least: 2, found: 1 });
    assert_eq!(
        trainer.step(&samples[..0], &targets[..0]).unwrap_err(),
        TrainError::BatchSize { least: 2, capacity: 8, found: 0 }
    );
    trainer.step(&samples[..6], &targets[..6]).unwrap();
}
