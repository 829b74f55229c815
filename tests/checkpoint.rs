//! Runs that survive: what is saved and resumed goes on bit for bit, and what cannot is refused.
#![allow(clippy::float_cmp)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use dimwise::average::{Averaged, Exponential, Uniform};
use dimwise::data::{Source, SourceError};
use dimwise::fit::{End, Fit, FitError, Record, Validation};
use dimwise::layer::Join;
use dimwise::layer::Sum;
use dimwise::network::Stack;
use dimwise::optimizer::{Entry, State, Stateful};
use dimwise::prelude::*;
use dimwise::random::Random;
use dimwise::storage::{CheckpointError, Checkpoints, Part};
use dimwise::trainer::{Cause, TrainError};

network! {
    type Net = [Affine<U2, U8>, BatchNorm<U8>, Tanh<U8>, Dropout<U8, U25>, Affine<U8, U1>];
    type Line = [Affine<U1, U1>];
}

type Learner<O> = Trainer<Net, MeanSquaredError, O, U4>;
type Data = Dataset<U2, Tensor<U1>>;

/// Two inputs, their product: ten of them, so that the last batch of four is short.
fn products() -> Data {
    let (inputs, targets): (Vec<_>, Vec<_>) = (0..10)
        .map(|i| [i as f32 / 5.0 - 1.0, (i * 7 % 10) as f32 / 5.0 - 1.0])
        .map(|[a, b]| (Tensor::from([a, b]), Tensor::from([a * b])))
        .unzip();
    Dataset::new(inputs, targets).unwrap()
}

fn learner<O: Optimizer<Net>>(optimizer: O) -> Learner<O> {
    Trainer::new(Net::initialized(XavierNormal, 2), MeanSquaredError, optimizer, 3)
}

fn momentum() -> Momentum<Net> {
    Momentum::new(0.05, 0.9)
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("checkpoint").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// All that a trainer goes on from, as the bytes that are saved of it.
fn bytes<N: Network, L, O: Stateful<N>, B: BatchSize>(
    trainer: &mut Trainer<N, L, O, B>,
    path: &Path,
) -> Vec<u8> {
    let path = path.with_extension("bytes");
    trainer.save(&path).unwrap();
    fs::read(path).unwrap()
}

/// Five epochs; and five with a break after each number of them, in a trainer that was built anew.
fn goes_on<O: Stateful<Net>>(name: &str, fresh: impl Fn() -> O) {
    goes_on_with(name, &products(), fresh);
}

/// [`goes_on`] with these data.
fn goes_on_with<O: Stateful<Net>>(name: &str, data: &impl Source<U2, Tensor<U1>>, fresh: impl Fn() -> O) {
    let path = folder(name).join("a.run");
    let whole = products();
    for first in 0..=4 {
        let (mut trainer, mut twin) = (learner(fresh()), learner(fresh()));
        for _ in 0..first {
            assert_eq!(trainer.epoch(data).unwrap(), twin.epoch(data).unwrap());
        }
        trainer.save(&path).unwrap();
        drop(trainer);
        let mut resumed = learner(fresh()).resume(&path, data).unwrap();
        assert_eq!((resumed.epochs(), resumed.steps()), (first, 3 * first));
        assert!(bytes(&mut resumed, &path) == bytes(&mut twin, &path), "{name} after {first} epochs");
        for _ in first..5 {
            assert_eq!(
                resumed.epoch(data).unwrap(),
                twin.epoch(data).unwrap(),
                "{name} after {first} epochs"
            );
        }
        let batch = (&whole.samples()[..3], &whole.targets()[..3]);
        assert_eq!(resumed.step(batch.0, batch.1).unwrap(), twin.step(batch.0, batch.1).unwrap(), "{name}");
        assert!(bytes(&mut resumed, &path) == bytes(&mut twin, &path), "{name} after {first} epochs");
        resumed.go_back();
        twin.go_back();
        assert!(bytes(&mut resumed, &path) == bytes(&mut twin, &path), "{name} after {first} epochs");
    }
}

#[test]
fn every_optimizer_goes_on_bit_for_bit() {
    goes_on("sgd", || Sgd { learning_rate: 0.1 });
    goes_on("momentum", momentum);
    goes_on("nesterov", || Nesterov::new(0.05, 0.9));
    goes_on("ada_grad", || AdaGrad::new(0.1));
    goes_on("rms_prop", || RmsProp::new(0.01));
    goes_on("rms_prop_momentum", || RmsPropMomentum::new(0.01, 0.9));
    goes_on("centered_rms_prop", || CenteredRmsProp::new(0.01));
    goes_on("adam", || Adam::new(0.01));
    goes_on("adam_w", || AdamW::new(0.01, 0.1));
    goes_on("ams_grad", || AmsGrad::new(0.01));
    goes_on("r_adam", || RAdam::new(0.01));
    goes_on("lamb", || Lamb::new(0.01));
    goes_on("adafactor", || Adafactor::new(0.01));
    goes_on("lion", || Lion::new(0.01));
    goes_on("grouped", || Grouped::new(AdamW::new(0.01, 0.1)).rate("0", 0.5).unwrap());
    goes_on("exponential", || Averaged::new(momentum(), Exponential::new(0.9)));
    goes_on("uniform", || {
        let mut averaged = Averaged::new(momentum(), Uniform::default());
        (averaged.first, averaged.every) = (4, 3);
        averaged
    });
    goes_on("weight_decay", || WeightDecay::new(Adam::new(0.01), 0.1));
    let cosine = CosineDecay { from: 0.1, to: 0.001, steps: 12 }.warmed_up(3);
    goes_on("scheduled", || Scheduled::new(momentum(), cosine));
    goes_on("one_cycle", || {
        Scheduled::new(WeightDecay::new(AdamW::new(0.1, 0.1), 0.1), OneCycle::new(0.1, 15))
    });
    goes_on("function", || Scheduled::new(Lion::new(0.1), |step: usize| 0.1 / (1.0 + step as f64)));
}

/// [`products`] that are worked out each time that they are asked for, until one cannot be.
struct Worked {
    limit: usize,
}

impl Source<U2, Tensor<U1>> for Worked {
    fn len(&self) -> usize {
        10
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<U2>],
        targets: &mut Vec<Tensor<U1>>,
    ) -> Result<(), SourceError> {
        if indices.iter().any(|index| *index >= self.limit) {
            Err(std::io::Error::other("the disk is gone"))?;
        }
        products().gather(indices, samples, targets)
    }
}

#[test]
fn data_that_are_not_in_memory_go_on_bit_for_bit() {
    let source = Worked { limit: 10 };
    goes_on_with("worked", &source, momentum);
    goes_on_with("read_ahead", &(&source).read_ahead(2), momentum);
    let noisy = (&source).augmented(|sample, random| sample[0] += random.normal() as f32);
    goes_on_with("augmented", &noisy, momentum);
    goes_on_with("both", &noisy.read_ahead(3), || Adam::new(0.01));
}

/// The same samples are the same data, wherever they are.
#[test]
fn data_may_have_moved_to_a_file_and_a_sample_that_cannot_be_read_is_said() {
    let folder = folder("moved");
    let path = folder.join("a.run");
    let mut trainer = learner(momentum());
    trainer.epoch(&products()).unwrap();
    trainer.save(&path).unwrap();
    let mut resumed = learner(momentum()).resume(&path, &Worked { limit: 10 }.read_ahead(1)).unwrap();
    assert_eq!(resumed.epoch(&Worked { limit: 10 }).unwrap(), trainer.epoch(&products()).unwrap());
    let error = learner(momentum()).resume(&path, &Worked { limit: 9 }).unwrap_err();
    assert!(matches!(&error, CheckpointError::Data { path: found, .. } if *found == path), "{error:?}");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the disk is gone");
    assert_eq!(message(&error, &folder), "a.run: a sample to compare could not be read: the disk is gone");
    // A fit compares them, too.
    let mut one_epoch = learner(momentum());
    one_epoch.epoch(&products()).unwrap();
    let fit = || Fit::epochs(1).saved(Checkpoints::every(1).in_folder(&folder).resume_last());
    learner(momentum()).fit(&products(), fit()).unwrap();
    let mut resumed = learner(momentum());
    resumed.fit(&Worked { limit: 10 }, fit()).unwrap();
    assert_eq!(resumed.network().as_slice(), one_epoch.network().as_slice());
    let error = learner(momentum()).fit(&Worked { limit: 9 }, fit()).unwrap_err();
    let FitError::Saving(error) = error else { panic!("{error}") };
    assert!(matches!(error.downcast_ref(), Some(CheckpointError::Data { .. })), "{error}");
}

/// The state of every optimizer has numbers that are not as they were at first: else a test of them shows nothing.
#[test]
fn what_is_left_out_is_seen() {
    /// Momentum that forgets to say its velocity.
    #[derive(Clone)]
    struct Forgetful(Momentum<Net>);
    impl Optimizer<Net> for Forgetful {
        fn step(&mut self, network: &mut Net, gradients: &Net) {
            self.0.step(network, gradients);
        }
    }
    impl Stateful<Net> for Forgetful {
        fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, f32>)) {
            visit("learning_rate", Entry::Number(&mut self.0.learning_rate));
        }
    }
    let (data, path) = (products(), folder("forgetful").join("a.run"));
    let mut trainer = learner(Forgetful(momentum()));
    trainer.epoch(&data).unwrap();
    trainer.save(&path).unwrap();
    let mut resumed = learner(Forgetful(momentum())).resume(&path, &data).unwrap();
    assert_ne!(resumed.epoch(&data).unwrap().loss, trainer.epoch(&data).unwrap().loss);
}

#[test]
fn an_optimizer_of_ones_own_goes_on_with_its_random_numbers() {
    /// Steps with noise that grows smaller.
    #[derive(Clone)]
    struct Noisy {
        steps: usize,
        noise: Random,
        last: State<Net>,
    }
    impl Optimizer<Net> for Noisy {
        fn step(&mut self, network: &mut Net, gradients: &Net) {
            self.steps += 1;
            let moving = network.as_mut_slice().iter_mut().zip(self.last.as_mut_slice());
            for ((parameter, last), gradient) in moving.zip(gradients.as_slice()) {
                *parameter -=
                    0.05 * (*gradient + 0.5 * *last) + self.noise.normal() as f32 / (100 * self.steps) as f32;
                *last = *gradient;
            }
        }
    }
    impl Stateful<Net> for Noisy {
        fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, f32>)) {
            visit("steps", Entry::Count(&mut self.steps));
            let mut state = self.noise.state();
            for bits in &mut state {
                visit("noise", Entry::Bits(bits));
            }
            self.noise = Random::from_state(state);
            visit("last", Entry::Numbers(self.last.as_mut_slice()));
        }
    }
    goes_on("noisy", || Noisy { steps: 0, noise: Random::new(5), last: State::zeroed() });
}

#[test]
fn single_steps_and_numbers_of_64_bits_go_on() {
    type Wide = Stack<Affine<U2, U4, f64>, Stack<Dropout<U4, U50, f64>, Affine<U4, U1, f64>>>;
    let samples: Vec<Tensor<U2, f64>> =
        (0..6).map(|i| Tensor::from([i as f64 / 3.0, 1.0 - i as f64])).collect();
    let targets: Vec<Tensor<U1, f64>> = (0..6).map(|i| Tensor::from([i as f64])).collect();
    let path = folder("steps").join("a.run");
    let fresh = || {
        let network = <Wide as dimwise::network::Model>::initialized(HeNormal, 1);
        Trainer::<Wide, _, _, U6>::new(network, MeanSquaredError, Adam::new(0.01), 1)
            .with_clip(Clip::Norm(1.0))
    };
    let mut twin = fresh();
    for step in 0..7 {
        twin.save(&path).unwrap();
        let mut resumed = fresh().resume_steps(&path).unwrap();
        assert_eq!(resumed.steps(), step);
        for _ in step..9 {
            resumed.step(&samples, &targets).unwrap();
        }
        let loss = twin.step(&samples, &targets).unwrap();
        let mut straight = fresh();
        let last = (0..=step).map(|_| straight.step(&samples, &targets).unwrap()).last();
        assert_eq!(last, Some(loss));
        (step + 1..9).for_each(|_| _ = straight.step(&samples, &targets).unwrap());
        assert!(bytes(&mut resumed, &path) == bytes(&mut straight, &path), "after {step} steps");
    }
    // Between steps of epochs, too.
    let data = Dataset::new(samples.clone(), targets.clone()).unwrap();
    twin.epoch(&data).unwrap();
    twin.step(&samples[..2], &targets[..2]).unwrap();
    twin.save(&path).unwrap();
    let mut resumed = fresh().resume(&path, &data).unwrap();
    assert_eq!(resumed.epoch(&data).unwrap(), twin.epoch(&data).unwrap());
    let error = fresh().resume_steps(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("another data set: the data set is none here, but one of 6 samples in the file"),
        "{error}"
    );
}

#[test]
fn a_learning_rate_that_was_changed_survives() {
    let (data, path) = (products(), folder("rate").join("a.run"));
    let mut trainer = learner(momentum());
    trainer.epoch(&data).unwrap();
    trainer.optimizer_mut().learning_rate = 0.001;
    trainer.save(&path).unwrap();
    let mut resumed = learner(momentum()).resume(&path, &data).unwrap();
    assert_eq!(resumed.optimizer_mut().learning_rate, 0.001);
    assert_eq!(resumed.epoch(&data).unwrap(), trainer.epoch(&data).unwrap());
}

#[test]
fn what_was_remembered_survives() {
    let (data, path) = (products(), folder("remembered").join("a.run"));
    let batch = (&data.samples()[..4], &data.targets()[..4]);
    let mut trainer = learner(momentum());
    (0..5).for_each(|_| _ = trainer.step(batch.0, batch.1).unwrap());
    trainer.remember();
    let best = trainer.network().as_slice().to_vec();
    (0..5).for_each(|_| _ = trainer.step(batch.0, batch.1).unwrap());
    trainer.save(&path).unwrap();
    let mut resumed = learner(momentum()).resume_steps(&path).unwrap();
    resumed.go_back();
    assert_eq!((resumed.network().as_slice(), resumed.steps()), (&best[..], 5));
}

#[test]
fn the_limit_of_the_first_loss_survives() {
    let (data, path) = (products(), folder("limit").join("a.run"));
    let mut trainer = learner(Sgd { learning_rate: 0.1 });
    let first = trainer.epoch(&data).unwrap();
    trainer.save(&path).unwrap();
    // Anything but the first epoch's loss would set another limit.
    let far = data.targets().iter().map(|target| target * 1e6).collect::<Vec<_>>();
    let far = Dataset::new(data.samples(), far).unwrap();
    let mut resumed = learner(Sgd { learning_rate: 0.1 }).resume(&path, &data).unwrap();
    let (error, expected) = (resumed.epoch(&far).unwrap_err(), trainer.epoch(&far).unwrap_err());
    assert_eq!(error, expected);
    assert!(
        matches!(error, TrainError::Diverged { cause: Cause::Limit { .. }, .. }),
        "{error} {}",
        first.loss
    );
}

#[test]
fn a_file_grows_neither_with_time_nor_with_breaks() {
    let (data, path) = (products(), folder("size").join("a.run"));
    let mut trainer = learner(Adam::new(0.01));
    trainer.epoch(&data).unwrap();
    trainer.save(&path).unwrap();
    let length = fs::metadata(&path).unwrap().len();
    for _ in 0..5 {
        trainer = learner(Adam::new(0.01)).resume(&path, &data).unwrap();
        trainer.epoch(&data).unwrap();
        trainer.save(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), length);
    }
    assert_eq!(names(path.parent().unwrap()), ["a.run"]);
    // What is trained and what is gone back to, each with two moments, and little else.
    let (numbers, rest) = (6 * size_of::<Net>() as u64, 4096);
    assert!((numbers..numbers + rest).contains(&length), "{length} for {numbers}");
}

/// The message, with the file's name alone, which must be one of those in the table of [`CheckpointError`].
fn message(error: &CheckpointError, folder: &Path) -> String {
    let message = error.to_string().replace(&format!("{}/", folder.display()), "");
    let table = include_str!("../src/storage/checkpoint/error.rs");
    assert!(table.contains(&format!("`{message}`")), "not in the table: {message}");
    message
}

/// Saves a trainer, and has another one refuse it.
fn refused<A: Network, L, O: Stateful<A>, B: BatchSize, C: Network, M, P: Stateful<C>, D: BatchSize>(
    saved: &mut Trainer<A, L, O, B>,
    resumed: Trainer<C, M, P, D>,
    data: &Dataset<impl dimwise::network::InputOf<C>, impl Target, C::Element>,
) -> (Part, String, String, String) {
    // A folder for each refusal: tests run beside each other.
    static REFUSALS: AtomicUsize = AtomicUsize::new(0);
    let refusal = REFUSALS.fetch_add(1, Ordering::Relaxed);
    let path = folder(&format!("refused-{refusal}")).join("a.run");
    saved.save(&path).unwrap();
    match resumed.resume(&path, data).unwrap_err() {
        CheckpointError::Differs { path: found_path, part, at, expected, found } => {
            assert_eq!(found_path, path);
            (part, at, expected, found)
        }
        error => panic!("{error}"),
    }
}

fn differs(part: Part, at: &str, expected: &str, found: &str) -> (Part, String, String, String) {
    (part, at.into(), expected.into(), found.into())
}

/// `first - second`.
struct Difference;

impl<S: Shape> Join<S, S> for Difference {
    type Out = S;
    type Requires = ();

    fn join<T: Element>(first: &[T], second: &[T], output: &mut [T]) {
        output.iter_mut().zip(first.iter().zip(second)).for_each(|(out, (a, b))| *out = *a - *b);
    }

    fn split<T: Element>(grad_output: &[T], grad_first: &mut [T], grad_second: &mut [T]) {
        grad_first.copy_from_slice(grad_output);
        grad_second.iter_mut().zip(grad_output).for_each(|(grad, out)| *grad = -*out);
    }
}

#[test]
fn another_network_is_refused() {
    fn trainer<N: Network>() -> Trainer<N, MeanSquaredError, Sgd, U4> {
        Trainer::new(N::zeroed(), MeanSquaredError, Sgd { learning_rate: 0.1 }, 1)
    }
    network! {
        type Rectified = [Affine<U2, U8>, Relu<U8>, Affine<U8, U1>];
        type Squashed = [Affine<U2, U8>, Tanh<U8>, Affine<U8, U1>];
        type Wider = [Affine<U2, U9>, Relu<U9>, Affine<U9, U1>];
        type Shorter = [Affine<U2, U8>, Relu<U8>];
        type Dropping = [Affine<U2, U8>, Dropout<U8, U10>, Affine<U8, U1>];
        type DroppingMore = [Affine<U2, U8>, Dropout<U8, U20>, Affine<U8, U1>];
        type Grouped = [GroupNorm<(U4, U1, U1), U2>];
        type GroupedMore = [GroupNorm<(U4, U1, U1), U4>];
        type Double<T> = [Affine<U2, U1, T>];
    }
    let data = products();
    let part = Part::Network;
    let refusal = refused(&mut trainer::<Rectified>(), trainer::<Squashed>(), &data);
    assert_eq!(refusal, differs(part, "layer 1", "Tanh<8> to [8]", "Relu<8> to [8]"));
    let refusal = refused(&mut trainer::<Rectified>(), trainer::<Wider>(), &data);
    assert_eq!(refusal, differs(part, "layer 0", "Affine<2, 9> to [9]", "Affine<2, 8> to [8]"));
    let eights = Dataset::new([Tensor::<U2>::default()], [Tensor::<U8>::default()]).unwrap();
    let refusal = refused(&mut trainer::<Rectified>(), trainer::<Shorter>(), &eights);
    assert_eq!(refusal, differs(part, "the next entry", "the number of layers", "layer 2"));
    let refusal = refused(&mut trainer::<Dropping>(), trainer::<DroppingMore>(), &data);
    assert_eq!(refusal, differs(part, "layer 1", "Dropout<8, 20> to [8]", "Dropout<8, 10> to [8]"));
    let images =
        Dataset::new([Tensor::<(U4, U1, U1)>::default()], [Tensor::<(U4, U1, U1)>::default()]).unwrap();
    let refusal = refused(&mut trainer::<Grouped>(), trainer::<GroupedMore>(), &images);
    let group = |groups: usize| format!("GroupNorm<(4, 1, 1), {groups}> to [4, 1, 1]");
    assert_eq!(refusal, differs(part, "layer 0", &group(4), &group(2)));
    // What joins two branches has no numbers and no layer of its own.
    type Joined<J> = Parallel<Affine<U2, U1>, Parallel<Affine<U2, U1>, Affine<U2, U1>, J>, Sum>;
    let refusal = refused(&mut trainer::<Joined<Sum>>(), trainer::<Joined<Difference>>(), &data);
    let join = |join: &str| format!("Affine<2, 1> to [1] in a branch joined by {join}");
    assert_eq!(refusal, differs(part, "layer second.second", &join("Difference"), &join("Sum")));
    let doubles = Dataset::new([Tensor::<U2, f64>::default()], [Tensor::<U1, f64>::default()]).unwrap();
    let refusal = refused(&mut trainer::<Double<f32>>(), trainer::<Double<f64>>(), &doubles);
    assert_eq!(refusal, differs(part, "the type of its numbers", "f64", "f32"));
}

#[test]
fn another_optimizer_is_refused() {
    let data = products();
    let part = Part::Optimizer;
    let sgd = || learner(Sgd { learning_rate: 0.1 });
    let refusal = refused(&mut sgd(), learner(Adam::new(0.1)), &data);
    assert_eq!(refusal, differs(part, "its type", "Adam<Network>", "Sgd"));
    let refusal = refused(&mut learner(Nesterov::new(0.1, 0.9)), learner(momentum()), &data);
    assert_eq!(refusal, differs(part, "its type", "Momentum<Network>", "Nesterov<Network>"));
    let refusal = refused(&mut learner(momentum()), learner(WeightDecay::new(momentum(), 0.1)), &data);
    assert_eq!(refusal, differs(part, "its type", "WeightDecay<Momentum<Network>>", "Momentum<Network>"));

    // Another schedule of the same type.
    let scheduled = |from| learner(Scheduled::new(momentum(), CosineDecay { from, to: 0.0, steps: 100 }));
    let mut trained = scheduled(0.2);
    trained.epoch(&data).unwrap();
    let refusal = refused(&mut trained, scheduled(0.1), &data);
    let rates = [0.1, 0.2].map(|from| CosineDecay { from, to: 0.0, steps: 100 }.learning_rate(2).to_string());
    assert_eq!(refusal, differs(part, "optimizer.the learning rate of step 2", &rates[0], &rates[1]));
    // Also one that is another only in the middle.
    let function = |rate: f64| {
        let schedule = move |step: usize| if step == 2 { rate } else { 0.1 };
        learner(Scheduled::new(momentum(), schedule))
    };
    let mut trained = function(0.2);
    (0..2).for_each(|_| _ = trained.epoch(&data).unwrap());
    let refusal = refused(&mut trained, function(0.3), &data);
    assert_eq!(refusal, differs(part, "optimizer.the learning rate of step 2", "0.3", "0.2"));
}

#[test]
fn other_data_are_refused() {
    let data = products();
    let mut trained = learner(momentum());
    trained.epoch(&data).unwrap();
    let refusal = refused(&mut trained, learner(momentum()), &data.split_at(9).0);
    assert_eq!(refusal, differs(Part::DataSet, "the number of samples", "9", "10"));
    let mut samples = data.samples().to_vec();
    samples.swap(3, 4);
    let swapped = Dataset::new(samples, data.targets()).unwrap();
    let (part, at, expected, found) = refused(&mut trained, learner(momentum()), &swapped);
    assert_eq!((part, &at[..]), (Part::DataSet, "the hash of the first samples"));
    assert!(expected != found && found.starts_with("0x") && found.len() == 18, "{expected} {found}");
    // The same samples with other targets: values, and classes.
    let mut targets = data.targets().to_vec();
    targets[9] += 0.5;
    let other = Dataset::new(data.samples(), targets).unwrap();
    let (part, at, expected, found) = refused(&mut trained, learner(momentum()), &other);
    assert_eq!((part, &at[..]), (Part::DataSet, "the hash of the first targets"));
    assert!(expected != found && found.starts_with("0x") && found.len() == 18, "{expected} {found}");
    let classes = |last| {
        let samples = [[0.5, 1.0], [1.0, 0.5]].map(Tensor::<U2>::from);
        Dataset::new(samples, [0, last].map(|class| Class::<U2>::new(class).unwrap())).unwrap()
    };
    let new = || {
        let sgd = Sgd { learning_rate: 0.1 };
        Trainer::<Affine<U2, U2>, _, _, U2>::new(Affine::zeroed(), CrossEntropy, sgd, 1)
    };
    let mut trained = new();
    trained.epoch(&classes(1)).unwrap();
    let (part, at, ..) = refused(&mut trained, new(), &classes(0));
    assert_eq!((part, &at[..]), (Part::DataSet, "the hash of the first targets"));
}

#[test]
fn other_settings_are_refused() {
    let data = products();
    let new = || learner(momentum());
    let part = Part::Setting;
    let refusal = refused(&mut new(), new().with_batch_size(3).unwrap(), &data);
    assert_eq!(refusal, differs(part, "the batch size", "3", "4"));
    let refusal = refused(&mut new(), new().drop_last(), &data);
    assert_eq!(refusal, differs(part, "what happens to a short last batch", "it is left out", "it is used"));
    let refusal = refused(&mut new().with_loss_limit(5.0), new(), &data);
    assert_eq!(refusal, differs(part, "the limit of the loss", "none", "5"));
    let refusal = refused(&mut new(), new().with_penalty(Penalty::l2(0.5)), &data);
    assert_eq!(refusal, differs(part, "the penalty", "l1 0, l2 0.5", "l1 0, l2 0"));
    let refusal = refused(&mut new().with_clip(Clip::Norm(1.0)), new().with_clip(Clip::Value(1.0)), &data);
    assert_eq!(refusal, differs(part, "the bound of gradients", "Value(1.0)", "Norm(1.0)"));
    let grouped = || new().with_clip(Clip::Norm(1.0)).with_clip_of("4", Clip::Value(0.5)).unwrap();
    let (found, at, expected, _) = refused(&mut new().with_clip(Clip::Norm(1.0)), grouped(), &data);
    assert_eq!((found, at.as_str()), (part, "the bound of gradients"));
    assert_eq!(expected, "Norm(1.0) of 0.weight 0.bias 1.weight 1.bias, Value(0.5) of 4.weight 4.bias");
    let network = || Net::initialized(XavierNormal, 2);
    let other_loss = Trainer::<Net, _, _, U4>::new(network(), SumSquaredError, momentum(), 3);
    let refusal = refused(&mut new(), other_loss, &data);
    assert_eq!(refusal, differs(part, "the loss", "SumSquaredError", "MeanSquaredError"));
    let room =
        Trainer::<Net, _, _, U5>::new(network(), MeanSquaredError, momentum(), 3).with_batch_size(4).unwrap();
    assert_eq!(refused(&mut new(), room, &data), differs(part, "the room for samples", "5", "4"));
}

#[test]
fn each_refusal_has_its_message() {
    let (data, folder) = (products(), folder("messages"));
    let path = folder.join("a.run");
    let resume = || learner(Sgd { learning_rate: 0.1 }).resume(&path, &data).map(|_| ()).unwrap_err();
    let read = || message(&resume(), &folder);

    fs::write(&path, "something else that is long enough").unwrap();
    assert_eq!(read(), "a.run is no checkpoint: it does not begin as one");
    for length in [0, 5, 15] {
        fs::write(&path, &b"dimwise\n\x02\0\0\0\0\0\0\0"[..length]).unwrap();
        assert_eq!(read(), "a.run is no checkpoint: it does not begin as one");
    }
    fs::write(&path, b"dimwise\n\x02\0\0\0\0\0\0\xFF").unwrap();
    read();

    let mut trainer = learner(Sgd { learning_rate: 0.1 });
    trainer.epoch(&data).unwrap();
    trainer.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    // Each bit counts, and so does the end.
    for place in 8..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 1 << (place % 8);
        fs::write(&path, damaged).unwrap();
        assert!(matches!(resume(), CheckpointError::Damaged { .. }), "byte {place}");
    }
    for length in 16..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(resume(), CheckpointError::Damaged { .. }), "{length} bytes");
    }
    let later = signed(&whole, |bytes| bytes[8] = 3);
    fs::write(&path, later).unwrap();
    assert_eq!(read(), "a.run is of version 3 of the format, but this program reads version 2");
    let place = whole.windows(6).position(|bytes| bytes == b"epochs").unwrap();
    fs::write(&path, signed(&whole, |bytes| bytes[place - 5] = b'n')).unwrap();
    assert!(matches!(resume(), CheckpointError::Contents { .. }));
    read();
    fs::write(&path, signed(&whole, |bytes| bytes[place + 6..place + 14].fill(0xFF))).unwrap();
    let most = "expected epochs of 281474976710656 at most, found 18446744073709551615";
    assert!(resume().to_string().ends_with(most), "{}", resume());
    fs::write(&path, signed(&whole, |bytes| bytes.extend([0; 3]))).unwrap();
    assert!(resume().to_string().ends_with("expected the end, found 3 bytes more"));

    fs::remove_file(&path).unwrap();
    assert!(matches!(resume(), CheckpointError::Io { path: found, .. } if found == path));
    assert!(matches!(trainer.save(&folder).unwrap_err(), CheckpointError::Io { path, .. } if path == folder));

    // What differs is worded alike, whatever it is.
    for (saved, resumed) in [
        ("Relu<8", "Tanh<8"),
        ("Sgd", "Adam<Network>"),
        ("0.2", "0.1"),
        ("12", "10"),
        ("0xff00000000000000", "0x73d2887200000000"),
        ("8", "4"),
    ] {
        let (part, at, rest) = match saved {
            "Relu<8" => (Part::Network, "layer 1", "> to [8]"),
            "Sgd" => (Part::Optimizer, "its type", ""),
            "0.2" => (Part::Optimizer, "optimizer.the learning rate of step 0", ""),
            "12" => (Part::DataSet, "the number of samples", ""),
            "0xff00000000000000" => (Part::DataSet, "the hash of the first targets", ""),
            _ => (Part::Setting, "the batch size", ""),
        };
        let (expected, found) = (format!("{resumed}{rest}"), format!("{saved}{rest}"));
        message(
            &CheckpointError::Differs { path: path.clone(), part, at: at.into(), expected, found },
            &folder,
        );
    }
}

/// The file changed, with the right checksum.
fn signed(file: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = file[..file.len() - 4].to_vec();
    change(&mut bytes);
    let mut checksum = flate2::Crc::new();
    checksum.update(&bytes);
    bytes.extend(checksum.sum().to_le_bytes());
    bytes
}

/// Losses that are told, not computed, one an epoch.
struct Told(Vec<f64>);

impl<S, G, N: Network, L, O: Optimizer<N>, B: BatchSize> Validation<S, G, N, L, O, B> for Told {
    fn names(&self) -> Vec<String> {
        vec!["validation loss".into()]
    }

    fn measure(&mut self, _: &mut Trainer<N, L, O, B>) -> Result<Vec<f64>, TrainError> {
        Ok(vec![self.0.remove(0)])
    }
}

fn told(epochs: usize, losses: &[f64]) -> Fit<Told> {
    Fit::epochs(epochs).measured_by(Told(losses.to_vec()))
}

#[test]
fn the_last_ones_and_the_best_are_kept() {
    let (data, folder) = (products(), folder("kept").join("runs"));
    let checkpoints =
        |every| Checkpoints::every(every).in_folder(&folder).keep_last(2).keep_best().resume_last();
    let mut expected = [
        &["best.run"][..],
        &["best.run", "epoch-000002.run"],
        &["best.run", "epoch-000002.run"],
        &["best.run", "epoch-000002.run", "epoch-000004.run"],
        &["best.run", "epoch-000002.run", "epoch-000004.run"],
        &["best.run", "epoch-000004.run", "epoch-000006.run"],
    ]
    .into_iter();
    let losses = [5.0, 4.0, 3.0, f64::NAN, 6.0, 3.5];
    // With a break after each epoch that is saved, and after those that are not.
    let mut first = learner(momentum());
    first.fit(&data, told(1, &losses).saved(checkpoints(1))).unwrap();
    assert_eq!(names(&folder), ["best.run", "epoch-000001.run"]);
    fs::remove_dir_all(&folder).unwrap();
    let mut first = learner(momentum());
    let mut seen = Vec::new();
    let look = |_: &Record<'_>| seen.push(if folder.exists() { names(&folder) } else { Vec::new() });
    let history = first.fit(&data, told(6, &losses).on_epoch(look).saved(checkpoints(2))).unwrap();
    assert_eq!(history.len(), 6);
    // What is seen in an epoch is what the one before left.
    seen.remove(0);
    seen.push(names(&folder));
    for names in seen {
        assert_eq!(names, expected.next().unwrap());
    }
    // What others put there, and what a process left that was killed.
    for name in ["epoch-9.run", "notes", "epoch-x.run", ".dimwise-abc.part"] {
        fs::write(folder.join(name), "").unwrap();
    }
    let mut resumed = learner(momentum());
    let again = resumed.fit(&data, told(7, &[3.5]).saved(checkpoints(2))).unwrap();
    assert_eq!(again.column("validation loss")[..3], losses[..3]);
    assert_eq!((again.len(), again.last("validation loss"), resumed.epochs()), (7, Some(3.5), 7));
    assert_eq!(again.column("loss")[..6], history.column("loss"));
    let expected =
        ["best.run", "epoch-000004.run", "epoch-000006.run", "epoch-9.run", "epoch-x.run", "notes"];
    assert_eq!(names(&folder), expected);
    let mut best = learner(momentum());
    let from_best = || checkpoints(100).resume(folder.join("best.run"));
    let again = best.fit(&data, told(3, &[]).saved(from_best())).unwrap();
    assert_eq!((best.epochs(), again.last("validation loss")), (3, Some(3.0)));

    // Another run does not overwrite this one.
    fs::rename(folder.join("epoch-000006.run"), folder.join("epoch-000009.run")).unwrap();
    let error = best.fit(&data, told(4, &[1.0]).saved(from_best())).unwrap_err();
    let FitError::Saving(error) = error else { panic!("{error}") };
    assert_eq!(
        message(error.downcast_ref().unwrap(), folder.parent().unwrap()),
        "runs/epoch-000009.run is of epoch 9, but this run is at epoch 4: resume that one, or choose another folder"
    );
}

#[test]
fn early_stopping_goes_on() {
    let (data, folder) = (products(), folder("stopping"));
    // The third is the best that counts; three that do not follow, with a break before each.
    let losses = [3.0, 2.0, 1.0, 0.9, 1.5, 2.0];
    let mut best = Vec::new();
    for (at, loss) in losses.into_iter().enumerate() {
        let mut trainer = learner(momentum());
        let mut stopping = EarlyStopping::new(trainer.network(), 3);
        stopping.minimum_improvement = 0.125;
        let checkpoints = Checkpoints::every(1).in_folder(&folder).resume_last();
        let history =
            trainer.fit(&data, told(at + 1, &[loss]).with(&mut stopping).saved(checkpoints)).unwrap();
        assert_eq!((history.len(), trainer.epochs()), (at + 1, at + 1));
        assert_eq!(history.end(), if at == 5 { End::Stopped } else { End::Complete }, "{at}");
        if at == 2 {
            best = trainer.network().as_slice().to_vec();
        }
        let best_loss = losses[..=at.min(2)].last().copied().unwrap();
        assert_eq!(stopping.best_loss(), best_loss);
        if at >= 2 {
            assert_eq!(stopping.best().as_slice(), best);
        }
    }
    // A trainer by itself has no place for it.
    let error = learner(momentum()).resume(folder.join("epoch-000002.run"), &data).unwrap_err().to_string();
    assert!(error.contains("expected the end"), "{error}");
    // Neither has a fit without it.
    let checkpoints = Checkpoints::every(1).in_folder(&folder).resume_last();
    let error = learner(momentum()).fit(&data, told(9, &losses).saved(checkpoints)).unwrap_err();
    assert!(error.to_string().contains("expected the end"), "{error}");
}

network! {
    /// Large enough to be killed while it is written.
    type Large = [Affine<U64, U128>, Tanh<U128>, Dropout<U128, U10>, Affine<U128, U64>];
}

/// The last epoch that a folder has a file of; 0 where it has none.
fn last_epoch(folder: &Path) -> usize {
    let names = names(folder).into_iter();
    let epochs = names.filter_map(|name| name.strip_prefix("epoch-")?.strip_suffix(".run")?.parse().ok());
    epochs.max().unwrap_or(0)
}

/// What a process finds its folder in that is to be killed.
const FOLDER: &str = "DIMWISE_TEST_FOLDER_OF_A_RUN";

/// Fifty processes, one after the other, each killed at a random moment.
#[test]
fn a_run_that_is_killed_loses_nothing_that_was_saved() {
    let data = {
        let samples: Vec<_> =
            (0..6).map(|i| Tensor::<U64>::from_fn(|[j]| ((i * j) % 7) as f32 / 7.0)).collect();
        Dataset::new(samples.clone(), samples).unwrap()
    };
    let fresh = || {
        let network = Large::initialized(XavierNormal, 1);
        let schedule = CosineDecay { from: 0.01, to: 0.001, steps: 1000 };
        Trainer::<Large, _, _, U4>::new(
            network,
            MeanSquaredError,
            Scheduled::new(Adam::new(0.01), schedule),
            1,
        )
    };
    let checkpoints = |folder: &Path| Checkpoints::every(1).in_folder(folder).keep_last(2);
    let survivor = |folder: &Path| {
        let mut trainer = fresh();
        trainer.fit(&data, Fit::epochs(0).saved(checkpoints(folder).resume_last())).unwrap();
        trainer
    };
    if let Some(folder) = std::env::var_os(FOLDER) {
        let (folder, mut trainer) = (Path::new(&folder), survivor(Path::new(&folder)));
        loop {
            let next = Fit::epochs(trainer.epochs() + 1);
            trainer.fit(&data, next.saved(checkpoints(folder))).unwrap();
            trainer.save(folder.join("one.run")).unwrap();
        }
    }

    let (folder, mut random) = (folder("killed"), Random::new(4));
    let (mut epochs, mut one, mut unfinished) = (0, 0, 0);
    for kill in 0..50 {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["a_run_that_is_killed_loses_nothing_that_was_saved", "--exact"])
            .env(FOLDER, &folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // After up to two more epochs, at any moment of the next one, however fast the machine is.
        let more = random.below(3);
        while last_epoch(&folder) < epochs + more && process.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_micros(random.below(40_000) as u64));
        assert!(process.try_wait().unwrap().is_none(), "the process ended by itself");
        process.kill().unwrap();
        process.wait().unwrap();
        unfinished += names(&folder).iter().filter(|name| name.ends_with(".part")).count();
        let survived = survivor(&folder).epochs();
        assert!(survived >= epochs, "kill {kill}: {epochs} epochs were saved, {survived} are left");
        epochs = survived;
        // The file that is replaced again and again never goes back, either.
        match fresh().resume(folder.join("one.run"), &data) {
            Ok(found) if found.epochs() >= one => one = found.epochs(),
            Ok(found) => panic!("kill {kill}: {one} epochs were saved, {} are left", found.epochs()),
            Err(error) => {
                assert!(one == 0 && matches!(error, CheckpointError::Io { .. }), "kill {kill}: {error}")
            }
        }
    }
    assert!(one > 5, "{one} epochs in one file");
    println!("{epochs} epochs by 50 processes, {unfinished} of them killed while they wrote");
    assert!(epochs > 20 && unfinished > 0, "{epochs} epochs, {unfinished} unfinished files");
    assert!(names(&folder).len() <= 3, "{:?}", names(&folder));

    let (mut survivor, mut twin) = (survivor(&folder), fresh());
    let last = (0..epochs).map(|_| twin.epoch(&data).unwrap()).last().unwrap();
    assert_eq!(last.number, epochs);
    for _ in 0..2 {
        assert_eq!(survivor.epoch(&data).unwrap(), twin.epoch(&data).unwrap());
    }
    let path = folder.join("a.run");
    assert!(bytes(&mut survivor, &path) == bytes(&mut twin, &path));
}

#[test]
fn a_line_is_resumed_without_its_first_weights() {
    // The network that a trainer is built with leaves no trace in a run that is resumed.
    let data =
        Dataset::new([[0.5], [1.0]].map(Tensor::<U1>::from), [[1.0], [2.0]].map(Tensor::<U1>::from)).unwrap();
    let path = folder("line").join("a.run");
    let new = |seed| {
        let network = Line::initialized(HeNormal, seed);
        Trainer::<Line, _, _, U2>::new(network, MeanSquaredError, Sgd { learning_rate: 0.1 }, seed)
    };
    let mut trainer = new(1);
    trainer.epoch(&data).unwrap();
    trainer.save(&path).unwrap();
    let mut resumed = new(2).resume(&path, &data).unwrap();
    assert!(bytes(&mut resumed, &path) == bytes(&mut trainer, &path));
    assert_eq!(resumed.epoch(&data).unwrap(), trainer.epoch(&data).unwrap());
}
