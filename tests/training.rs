//! Training as a whole: golden first losses, real digits, and what happens when it goes wrong.
#![allow(clippy::float_cmp)]

use dimwise::data::Split;
use dimwise::prelude::*;
use dimwise::trainer::{Step, TrainError};

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }
network! { type Line = [Affine<U1, U1>]; }

fn digits(split: Split) -> Dataset<U784, Class<U10>> {
    Dataset::from_idx_folder("examples/data", split).unwrap()
}

#[test]
fn digits_are_learnt_and_the_first_losses_never_change() {
    let (train, test) = (digits(Split::Train), digits(Split::Test));
    let network = Mlp::initialized(HeNormal, 1);
    let sgd = Sgd { learning_rate: 0.1 };
    let mut trainer = Trainer::<Mlp, CrossEntropy, Sgd, U100>::new(network, CrossEntropy, sgd, 1);
    let mut steps = Vec::new();
    let epoch = trainer.epoch_with(&train, |step| steps.push(step)).unwrap();

    // From this very test: seed, generator, initialiser, shuffle and arithmetic all play into them.
    let golden = [2.41816, 2.26627, 2.2351];
    for (step, golden) in steps.iter().zip(golden) {
        assert!((step.loss - golden).abs() < 1e-4, "step {}: {} instead of {golden}", step.number, step.loss);
    }
    assert_eq!((steps.len(), epoch.steps, epoch.number), (80, 80, 1));
    let weighted: f64 = steps.iter().map(|step: &Step| step.loss * step.samples as f64).sum();
    assert!((epoch.loss - weighted / 8000.0).abs() < 1e-12);

    let evaluation = trainer.evaluate(&test).unwrap();
    assert!(evaluation.accuracy.unwrap() > 0.84, "{evaluation:?}");
    let read = |image| Class::<U10>::of_largest(trainer.network().predict(image).as_slice());
    let right = test.samples().iter().zip(test.targets()).filter(|(image, class)| read(image) == **class);
    assert_eq!(right.count() as f64 / 2000.0, evaluation.accuracy.unwrap());
}

#[test]
fn the_short_last_batch_is_trained_on() {
    let samples: Vec<_> = (0..7).map(|x| Tensor::<U1>::from([x as f32 / 7.0])).collect();
    let data = Dataset::new(samples.clone(), samples).unwrap();
    let sgd = Sgd { learning_rate: 0.1 };
    let mut trainer =
        Trainer::<Line, MeanSquaredError, Sgd, U8>::new(Line::zeroed(), MeanSquaredError, sgd, 1)
            .with_batch_size(3)
            .unwrap();
    let mut sizes = Vec::new();
    let epoch = trainer.epoch_with(&data, |step| sizes.push(step.samples)).unwrap();
    assert_eq!((sizes, epoch.accuracy), (vec![3, 3, 1], None));
}

/// One sample, `y = 1` at `x = 1`: each step multiplies the error by `1 - 4 · learning_rate`.
fn line() -> Dataset<U1, Tensor<U1>> {
    Dataset::new([Tensor::from([1.0])], [Tensor::from([1.0])]).unwrap()
}

#[test]
fn a_loss_that_diverges_is_an_error_and_the_good_weights_stay() {
    let sgd = Sgd { learning_rate: 0.1 };
    let mut trainer =
        Trainer::<Line, MeanSquaredError, Sgd, U1>::new(Line::zeroed(), MeanSquaredError, sgd, 1);
    trainer.epoch(&line()).unwrap();
    let good = trainer.network().clone();
    assert_ne!(good, *Line::zeroed());

    // This step overflows: it is found out at the end of its epoch.
    trainer.optimizer_mut().learning_rate = 1e300;
    let error = trainer.epoch(&line()).unwrap_err();
    assert!(matches!(error, TrainError::Diverged { epoch: 2, step: 1, .. }), "{error:?}");
    assert_eq!(*trainer.network(), good);

    // A NaN among the samples is found out before the step.
    let poisoned = Dataset::new([Tensor::from([f32::NAN])], [Tensor::from([1.0])]).unwrap();
    let error = trainer.epoch(&poisoned).unwrap_err();
    assert_eq!(
        error.to_string(),
        "training diverged in epoch 2 at step 1: the loss is NaN; network, optimizer and order of samples are \
         those from before the epoch. Look for a learning rate that is too large, or for samples that are not \
         finite"
    );
    assert_eq!(*trainer.network(), good);

    trainer.optimizer_mut().learning_rate = 0.1;
    assert_eq!(trainer.epoch(&line()).unwrap().number, 2);
}

#[test]
fn an_epoch_reports_the_penalty_apart_from_the_loss() {
    let samples: Vec<_> = (0..5).map(|x| Tensor::<U1>::from([x as f32 / 5.0])).collect();
    let data = Dataset::new(samples.clone(), samples).unwrap();
    let new = |penalty| {
        let (line, sgd) = (Line::initialized(HeNormal, 3), Sgd { learning_rate: 0.1 });
        let trainer = Trainer::<Line, MeanSquaredError, Sgd, U2>::new(line, MeanSquaredError, sgd, 1);
        trainer.with_penalty(penalty)
    };
    let mut trainer = new(Penalty::l2(3.0));
    let weight = trainer.network().as_slice()[0] as f64;
    assert_eq!(trainer.penalty(), 1.5 * weight * weight);
    let (before, mut steps) = (trainer.penalty(), Vec::new());
    let epoch = trainer.epoch_with(&data, |step| steps.push(step)).unwrap();
    let mean = |number: fn(&Step) -> f64| {
        steps.iter().map(|step| number(step) * step.samples as f64).sum::<f64>() / 5.0
    };
    assert_eq!(steps[0].penalty, before);
    assert!((epoch.penalty - mean(|step| step.penalty)).abs() < 1e-15);
    assert!((epoch.loss - mean(|step| step.loss)).abs() < 1e-15);
    assert!(trainer.penalty() < epoch.penalty && epoch.penalty < before);

    let mut plain = new(Penalty::NONE);
    let mut first = None;
    let epoch = plain.epoch_with(&data, |step| _ = first.get_or_insert(step.loss)).unwrap();
    assert_eq!((first, epoch.penalty), (Some(steps[0].loss), 0.0));
}

#[test]
fn training_stops_early_with_the_best_weights() {
    // Five steps forward, then each one makes the error larger.
    let schedule = |step: usize| if step < 5 { 0.1 } else { 0.6 };
    let optimizer = Scheduled::new(Sgd { learning_rate: 0.0 }, schedule);
    let mut trainer = Trainer::<Line, _, _, U1>::new(Line::zeroed(), MeanSquaredError, optimizer, 1);
    let mut stopping = EarlyStopping::new(trainer.network(), 3);
    let mut losses = Vec::new();
    loop {
        trainer.epoch(&line()).unwrap();
        losses.push(trainer.evaluate(&line()).unwrap().loss);
        if stopping.should_stop(*losses.last().unwrap(), trainer.network()) {
            break;
        }
    }
    assert_eq!(losses.len(), 8);
    assert!((losses[4] - 0.6_f64.powi(10)).abs() < 1e-6, "{losses:?}");
    assert_eq!(stopping.best_loss(), losses[4]);
    let sgd = Sgd { learning_rate: 0.0 };
    let best = stopping.into_best();
    let mut trainer = Trainer::<Line, _, _, U1>::new(best, MeanSquaredError, sgd, 1);
    assert_eq!(trainer.evaluate(&line()).unwrap().loss, losses[4]);
}

#[test]
fn a_schedule_counts_steps_over_epochs() {
    let rates = |step: usize| 1.0 / (step + 1) as f64;
    let optimizer = Scheduled::new(Sgd { learning_rate: 0.0 }, rates);
    let mut trainer = Trainer::<Line, _, _, U1>::new(Line::zeroed(), MeanSquaredError, optimizer, 1);
    for step in 0..4 {
        trainer.epoch(&line()).unwrap();
        assert_eq!(trainer.optimizer_mut().optimizer.learning_rate, rates(step));
    }
}

#[test]
fn batches_that_do_not_fit_are_errors() {
    let sgd = Sgd { learning_rate: 0.1 };
    let new = || Trainer::<Line, MeanSquaredError, Sgd, U2>::new(Line::zeroed(), MeanSquaredError, sgd, 1);
    assert_eq!(
        new().with_batch_size(3).unwrap_err(),
        TrainError::BatchSize { least: 1, capacity: 2, found: 3 }
    );
    assert_eq!(new().with_batch_size(0).unwrap_err().to_string(), "a batch holds 1 to 2 samples here, not 0");
    let three = [[1.0], [2.0], [3.0]].map(Tensor::<U1>::from);
    assert_eq!(
        new().step(&three, &three).unwrap_err(),
        TrainError::BatchSize { least: 1, capacity: 2, found: 3 }
    );
    let nothing = Dataset::<U1, Tensor<U1>>::new(Vec::<Tensor<U1>>::new(), []).unwrap();
    assert_eq!(new().epoch(&nothing).unwrap_err(), TrainError::NoSamples);
    assert_eq!(new().evaluate(&nothing).unwrap_err(), TrainError::NoSamples);
}
