//! Many epochs in one call: the same as the loop by hand, interrupted and resumed to the bit.
#![allow(clippy::float_cmp)]

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use dimwise::data::{Batches, NextBatch, Source, SourceError};
use dimwise::fit::{Callback, CallbackError, End, Fit, FitError, History, Moment, Plan, Plateau, Watch};
use dimwise::log::{Log, LogError};
use dimwise::metrics::{Accuracy, F1, Metric};
use dimwise::prelude::*;
use dimwise::trainer::{Cause, Epoch, Step};

network! {
    type Net = [Affine<U2, U8>, BatchNorm<_>, Tanh<_>, Dropout<_, U25>, Affine<_, U2>];
}

type Data = Dataset<U2, Class<U2>>;
type Learner = Trainer<Net, CrossEntropy, Adam<Net>, U4>;

/// Whether two numbers have the same sign: 23 of them, so that the last batch of four is short.
fn signs(from: usize) -> Data {
    let number = |i: usize| (i % 17) as f32 / 8.5 - 1.0;
    let points = (from..from + 23).map(|i| [number(i * 7), number(i * 5 + 3)]);
    let (samples, targets): (Vec<_>, Vec<_>) =
        points.map(|[a, b]| (Tensor::from([a, b]), Class::new(usize::from(a * b > 0.0)).unwrap())).unzip();
    Dataset::new(samples, targets).unwrap()
}

fn learner() -> Learner {
    Trainer::new(Net::initialized(XavierNormal, 2), CrossEntropy, Adam::new(0.01), 3)
}

/// What a trainer goes on from, as far as one can see.
fn weights(trainer: &Learner) -> Vec<f32> {
    trainer.network().as_slice().to_vec()
}

#[test]
fn it_is_the_loop_by_hand() {
    let (train, test) = (signs(0), signs(40));
    let (mut fitted, mut by_hand) = (learner(), learner());
    let history = fitted.fit(&train, Fit::epochs(4).validated_on(&test)).unwrap();
    for record in history.records() {
        let epoch = by_hand.epoch(&train).unwrap();
        let tested = by_hand.evaluate(&test).unwrap();
        assert_eq!(record.get("epoch"), Some(epoch.number as f64));
        assert_eq!(record.get("steps"), Some(6.0));
        assert_eq!(record.get("loss"), Some(epoch.loss));
        assert_eq!(record.get("accuracy"), epoch.accuracy);
        assert_eq!(record.get("penalty"), None);
        assert_eq!(record.get("validation loss"), Some(tested.loss));
        assert_eq!(record.get("validation accuracy"), tested.accuracy);
    }
    assert_eq!((history.len(), by_hand.epochs(), history.end()), (4, 4, End::Complete));
    assert_eq!(weights(&fitted), weights(&by_hand));
    // Epochs count from the beginning.
    assert!(fitted.fit(&train, Fit::epochs(4)).unwrap().is_empty());
    let more = fitted.fit(&train, Fit::epochs(5)).unwrap();
    assert_eq!(more.column("epoch"), [5.0]);
    assert_eq!(more.last("loss"), Some(by_hand.epoch(&train).unwrap().loss));
}

/// All that is told of a training must be the same, wherever it was interrupted.
fn is_interrupted_anywhere(data: &impl Source<U2, Class<U2>>) {
    let whole = |trainer: &mut Learner| (0..3).map(|_| trainer.epoch(data).unwrap()).collect::<Vec<_>>();
    let mut twin = learner();
    let expected = whole(&mut twin);
    for first in 1..=6 {
        for second in [1, 5] {
            let mut trainer = learner();
            let mut found: Vec<Epoch> = Vec::new();
            let mut last = 0;
            let mut stops = [first, second, second, first].into_iter();
            while found.len() < 3 {
                let stop = stops.next().unwrap_or(7);
                let epoch = trainer.epoch_with(data, |step| {
                    assert_eq!(step.number, last + 1);
                    last = step.number;
                    if step.number == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                });
                let epoch = epoch.unwrap();
                if epoch.complete {
                    found.push(epoch);
                    last = 0;
                }
            }
            assert_eq!(found, expected, "{first} {second}");
            assert_eq!(weights(&trainer), weights(&twin), "{first} {second}");
            assert_eq!(trainer.steps(), twin.steps());
        }
    }
}

#[test]
fn an_epoch_goes_on_where_it_was_interrupted() {
    is_interrupted_anywhere(&signs(0));
}

#[test]
fn chance_goes_on_where_it_was_interrupted() {
    let data = signs(0);
    let noisy = (&data).augmented(|sample, random| sample[0] += random.uniform() as f32);
    is_interrupted_anywhere(&noisy);
    is_interrupted_anywhere(&noisy.read_ahead(2));
}

#[test]
fn what_is_left_of_an_epoch_is_undone_with_all_of_it() {
    let data = signs(0);
    let (mut trainer, mut twin) = (learner(), learner());
    let interrupted = |trainer: &mut Learner| {
        trainer.epoch_with(&data, |step| match step.number {
            3 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    };
    trainer.epoch(&data).unwrap();
    twin.epoch(&data).unwrap();
    assert!(!interrupted(&mut trainer).unwrap().complete);
    trainer.network_mut().as_mut_slice().fill(f32::NAN);
    let error = trainer.epoch(&data).unwrap_err();
    let TrainError::Diverged { epoch: 2, step: 4, cause: Cause::Loss(_) } = error else { panic!("{error}") };
    assert_eq!(weights(&trainer), weights(&twin));
    assert_eq!((trainer.epochs(), trainer.steps()), (1, 6));
    // Other data begin an epoch of their own.
    interrupted(&mut trainer).unwrap();
    let few = data.split_at(10).0;
    assert_eq!(trainer.epoch(&few).unwrap().steps, 3);
}

#[test]
fn a_callback_sees_each_step_once_in_order_with_the_network_after_it() {
    struct Seen<'a>(&'a Cell<usize>);
    impl<N: Network<Element = f32>, O> Callback<N, O> for Seen<'_> {
        fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
            assert_eq!(*plan, Plan { epochs: 2, done: 0, steps: 6 });
            Ok(())
        }
        fn on_step(&mut self, step: &Step, network: &N) -> ControlFlow<()> {
            assert_eq!(step.number, self.0.get() % 6 + 1);
            assert!(network.as_slice().iter().all(|number| number.is_finite()));
            self.0.set(self.0.get() + 1);
            ControlFlow::Continue(())
        }
    }
    let steps = Cell::new(0);
    learner().fit(&signs(0), Fit::epochs(2).with(Seen(&steps))).unwrap();
    assert_eq!(steps.get(), 12);
}

#[test]
fn callbacks_are_called_in_order_and_each_of_them() {
    static CALLS: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    struct Named(&'static str, ControlFlow<()>);
    impl<N: Network, O> Callback<N, O> for Named {
        fn on_epoch(&mut self, _: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
            CALLS.lock().unwrap().push(self.0);
            Ok(self.1)
        }
        fn on_end(&mut self, _: &mut N, history: &History) -> Result<(), CallbackError> {
            assert_eq!(history.end(), End::Stopped);
            CALLS.lock().unwrap().push("end");
            Ok(())
        }
    }
    let (stop, go) = (ControlFlow::Break(()), ControlFlow::Continue(()));
    let fit = Fit::epochs(5).with(Named("a", go)).with(Some(Named("b", stop))).with(Named("c", go));
    let history = learner().fit(&signs(0), fit.with(None::<Named>)).unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(*CALLS.lock().unwrap(), ["a", "b", "c", "end", "end", "end"]);
}

#[test]
fn a_callback_that_fails_ends_training() {
    struct Failing;
    impl<N: Network, O> Callback<N, O> for Failing {
        fn on_epoch(&mut self, _: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
            Err("the disk is full".into())
        }
    }
    let mut trainer = learner();
    let error = trainer.fit(&signs(0), Fit::epochs(5).with(Failing)).unwrap_err();
    assert!(matches!(error, FitError::Callback(_)), "{error}");
    assert_eq!((error.to_string().as_str(), trainer.epochs()), ("the disk is full", 1));

    let stopping = EarlyStopping::new(trainer.network(), 3).watching(Watch::lowest("validation los"));
    let error = trainer.fit(&signs(0), Fit::epochs(5).with(stopping)).unwrap_err();
    let message =
        "there is no `validation los` to be watched; there are `epoch`, `steps`, `loss`, `accuracy`";
    assert_eq!(error.to_string(), message);
}

#[test]
fn early_stopping_gives_the_best_network_back() {
    let (train, test) = (signs(0), signs(40));
    let mut trainer = learner();
    let mut stopping = EarlyStopping::new(trainer.network(), 2).restoring();
    let fit = Fit::epochs(400).validated_on(&test).with(&mut stopping);
    let history = trainer.fit(&train, fit).unwrap();
    let losses = history.column("validation loss");
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(history.end(), End::Stopped);
    assert!(losses[losses.len() - 2..].iter().all(|loss| *loss >= best));
    assert_eq!((stopping.best_loss(), trainer.evaluate(&test).unwrap().loss), (best, best));
    assert_ne!(losses.last(), Some(&best));
}

#[test]
fn a_higher_accuracy_is_better_where_it_is_watched() {
    let (train, test) = (signs(0), signs(40));
    let mut trainer = learner();
    let watch = || Watch::highest("validation accuracy");
    let mut stopping = EarlyStopping::new(trainer.network(), 4).watching(watch()).restoring();
    let fit = Fit::epochs(60).validated_on(&test).with(&mut stopping);
    let history = trainer.fit(&train, fit).unwrap();
    let best = history.column("validation accuracy").into_iter().fold(0.0, f64::max);
    assert_eq!(-stopping.best_loss(), best);
    assert_eq!(trainer.evaluate(&test).unwrap().accuracy, Some(best));
}

#[test]
fn the_history_of_two_runs_is_equal_to_the_bit() {
    static STEPS: AtomicUsize = AtomicUsize::new(0);
    struct Counting;
    impl<N: Network, O> Callback<N, O> for Counting {
        fn on_step(&mut self, _: &Step, _: &N) -> ControlFlow<()> {
            STEPS.fetch_add(1, Relaxed);
            ControlFlow::Continue(())
        }
    }
    let (train, test) = (signs(0), signs(40));
    let run = |seed| {
        let network = Net::initialized(XavierNormal, seed);
        let mut trainer = Trainer::<_, _, _, U4>::new(network, CrossEntropy, Adam::new(0.1), seed)
            .with_penalty(Penalty::l2(1e-3))
            .with_clip(Clip::Norm(1.0));
        let noisy = (&train).augmented(|sample, random| sample[0] += random.uniform() as f32);
        let stopping = EarlyStopping::new(trainer.network(), 5);
        let fit =
            Fit::epochs(12).validated_on(&test).with(stopping).with(Plateau::new(0.5, 2)).with(Counting);
        trainer.fit(&noisy, fit).unwrap()
    };
    let history = run(1);
    assert_eq!(run(1), history);
    assert_ne!(run(2), history);
    assert!(history.column("penalty").iter().all(|penalty| *penalty > 0.0));
    assert!(STEPS.load(Relaxed) >= 3 * 6);
}

#[test]
fn metrics_are_columns_and_are_anew_in_each_epoch() {
    let (train, test) = (signs(0), signs(40));
    let mut trainer = learner();
    let metrics = || (Accuracy::new(), F1::<U2>::new());
    let history = trainer.fit(&train, Fit::epochs(3).measured_on(&test, metrics())).unwrap();
    // One accuracy, though each evaluation has one, too.
    let columns: Vec<_> = history.columns().collect();
    let expected = ["validation loss", "validation accuracy", "validation f1"];
    assert_eq!(columns[columns.len() - 3..], expected);
    let mut measured = metrics();
    trainer.evaluate_with(&test, &mut measured).unwrap();
    let mut names = Vec::new();
    measured.visit_values(&mut |name, value| {
        names.push(name.to_string());
        assert_eq!(history.last(&format!("validation {name}")), Some(value), "{name}");
    });
    assert!(names.len() > 1, "{names:?}");
}

/// All that it is told.
#[derive(Default)]
struct Memory(Vec<(usize, Vec<(String, f64)>)>);

impl Log for &mut Memory {
    fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError> {
        self.0.push((step, values.iter().map(|(name, value)| (name.to_string(), *value)).collect()));
        Ok(())
    }
}

#[test]
fn a_log_has_each_epoch_and_the_mean_of_some_steps() {
    let (train, test) = (signs(0), signs(40));
    let (mut epochs, mut steps) = (Memory::default(), Memory::default());
    let mut losses = Vec::new();
    let mut twin = learner();
    for _ in 0..3 {
        twin.epoch_with(&train, |step| losses.push(step.loss)).unwrap();
    }
    let fit = Fit::epochs(3).validated_on(&test).logged(&mut epochs).logged_every(4, &mut steps);
    let history = learner().fit(&train, fit).unwrap();
    let expected: Vec<_> = history.series();
    assert_eq!(expected[0].0, "loss/train");
    for (at, (epoch, values)) in epochs.0.iter().enumerate() {
        assert_eq!(*epoch, at + 1);
        for ((name, value), (column, points)) in values.iter().zip(&expected) {
            assert_eq!((name, (*epoch, *value)), (column, points[at]));
        }
        let names: Vec<_> = values.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["loss/train", "accuracy/train", "loss/validation", "accuracy/validation"]);
    }
    let means: Vec<_> = losses.chunks_exact(4).map(|losses| losses.iter().sum::<f64>() / 4.0).collect();
    let logged: Vec<_> = steps.0.iter().map(|(step, values)| (*step, values[0].1)).collect();
    assert_eq!(
        logged,
        means.into_iter().enumerate().map(|(at, mean)| (4 * at + 4, mean)).collect::<Vec<_>>()
    );
}

/// Brings fewer batches than it has samples for.
struct Short(Data);

impl Source<U2, Class<U2>> for Short {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<U2>],
        targets: &mut Vec<Class<U2>>,
    ) -> Result<(), SourceError> {
        self.0.gather(indices, samples, targets)
    }

    fn read<R>(
        &self,
        batches: &mut Batches,
        work: impl FnOnce(&mut NextBatch<'_, U2, Class<U2>, f32>) -> R,
    ) -> R {
        let mut left = 2;
        self.0.read(batches, |next| {
            work(&mut |samples, targets| {
                left -= 1;
                if left < 0 { Ok(false) } else { next(samples, targets) }
            })
        })
    }
}

#[test]
fn a_source_that_ends_early_ends_the_epoch_without_another_step() {
    let (data, mut trainer, mut twin) = (signs(0), learner(), learner());
    let stop = |step: Step| if step.number == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    twin.epoch_with(&data, stop).unwrap();
    let epoch = trainer.epoch(&Short(data)).unwrap();
    assert_eq!((epoch.steps, epoch.complete, trainer.epochs(), trainer.steps()), (2, true, 1, 2));
    assert_eq!(weights(&trainer), weights(&twin));
}
