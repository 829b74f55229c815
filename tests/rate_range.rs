//! A learning-rate range test tells which rates are good, and leaves the trainer as it was.
// Tests compare with numbers that are exact.
#![allow(clippy::float_cmp)]

use dimwise::data::{Source, SourceError};
use dimwise::prelude::*;
use dimwise::random::Random;
use dimwise::rate_range::RateRange;

network! { type Net = [Affine<U3, U16>, BatchNorm<_>, Tanh<_>, Dropout<_, U10>, Affine<_, U2>]; }

fn data() -> Dataset<U3, Class<U2>> {
    let mut random = Random::new(3);
    let samples: Vec<_> = (0..50).map(|_| Tensor::<U3>::filled_with(|| random.normal() as f32)).collect();
    let classes =
        samples.iter().map(|x| Class::new(usize::from(x[0] + x[1] > 0.0)).unwrap()).collect::<Vec<_>>();
    Dataset::new(samples, classes).unwrap()
}

type Learner = Trainer<Net, CrossEntropy, Momentum<Net>, U8>;

fn learner() -> Learner {
    Trainer::new(Net::initialized(XavierNormal, 1), CrossEntropy, Momentum::new(0.03, 0.9), 1)
}

#[test]
fn the_trainer_is_as_it_was() {
    let (data, mut tested, mut other) = (data(), learner(), learner());
    for trainer in [&mut tested, &mut other] {
        trainer.epoch(&data).unwrap();
    }
    let curve = RateRange::default().test(&mut tested, &data).unwrap();
    assert!(curve.points.len() > 100, "{curve}");
    assert_eq!((tested.steps(), tested.epochs()), (7, 1));
    assert_eq!(tested.optimizer_mut().learning_rate, 0.03);
    assert_eq!(tested.network().as_slice(), other.network().as_slice());
    for _ in 0..2 {
        assert_eq!(tested.epoch(&data).unwrap(), other.epoch(&data).unwrap());
    }
    assert_eq!(tested.network().as_slice(), other.network().as_slice());
}

#[test]
fn the_suggested_rate_learns_and_the_last_one_does_not() {
    let data = data();
    let mut trainer = Trainer::<Net, _, _, U8>::new(
        Net::initialized(XavierNormal, 1),
        CrossEntropy,
        Sgd { learning_rate: 1.0 },
        1,
    );
    let range = RateRange { from: 1e-5, to: 1e6, steps: 150 };
    let curve = range.test(&mut trainer, &data).unwrap();
    // It ends before the rates that cannot be: the loss was far above its least.
    let last = curve.points.last().unwrap();
    assert!(curve.points.len() < 150 && last.rate > 1.0, "{curve}");
    assert!(curve.points.windows(2).all(|pair| pair[0].rate < pair[1].rate));
    let rate = curve.suggestion().unwrap();
    assert!((1e-3..30.0).contains(&rate), "{rate}");
    assert!(curve.to_string().ends_with(&format!("suggestion: {rate:.2e}")));
    trainer.optimizer_mut().learning_rate = rate;
    let before = trainer.evaluate(&data).unwrap().loss;
    for _ in 0..5 {
        trainer.epoch(&data).unwrap();
    }
    let after = trainer.evaluate(&data).unwrap().loss;
    assert!(after < before, "from {before} to {after} at {rate}: {curve}");
}

/// Some samples cannot be read.
struct Unreadable;

impl Source<U3, Class<U2>> for Unreadable {
    fn len(&self) -> usize {
        50
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<U3>],
        targets: &mut Vec<Class<U2>>,
    ) -> Result<(), SourceError> {
        if indices.contains(&17) {
            return Err(std::io::Error::other("gone"))?;
        }
        data().gather(indices, samples, targets)
    }
}

#[test]
fn what_cannot_be_read_is_an_error_and_changes_nothing() {
    let mut trainer = learner();
    let before = trainer.network().clone();
    let error = RateRange::default().test(&mut trainer, &Unreadable).unwrap_err();
    assert!(matches!(error, TrainError::Data(_)), "{error}");
    assert_eq!(trainer.network().as_slice(), before.as_slice());
    assert_eq!((trainer.steps(), trainer.optimizer_mut().learning_rate), (0, 0.03));
    let nothing = Dataset::<U3, Class<U2>>::new(Vec::<Tensor<U3>>::new(), Vec::<Class<U2>>::new()).unwrap();
    assert_eq!(RateRange::default().test(&mut trainer, &nothing).unwrap_err(), TrainError::NoSamples);
}
