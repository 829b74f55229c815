//! Trains a network of the library's `models` on images: `cargo run --release --example convnet`.
//!
//! The 10,000 digits in `examples/data` are used unless `--data` names another folder. With the 60,000
//! images of Fashion-MNIST (Debian's `dataset-fashion-mnist` puts them into
//! `/usr/share/datasets/fashion-mnist`) the ten epochs take about a minute on two cores and reach 0.91.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::RangedU64ValueParser;
use clap::{Parser, ValueEnum};
use dimwise::fit::{Fit, FitError, Progress};
use dimwise::models::{DeepConvNet, LeNet5, NeuralNet, ResNet, SimpleConvNet, TwoLayerNet};
use dimwise::network::InputOf;
use dimwise::prelude::*;

/// The largest batch: the workspace has room for so many samples.
type Capacity = U100;

/// Trains a convolutional network on images of 28 by 28 pixels
#[derive(Parser)]
struct Settings {
    /// Which network
    #[arg(long, value_name = "NAME", default_value = "simple")]
    network: Model,
    /// Folder with the four IDX files of MNIST or Fashion-MNIST, gzipped or not
    #[arg(long, value_name = "DIR", default_value = shared::DIGITS)]
    data: PathBuf,
    /// How often to go through the training data, 1 to 10000
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000))]
    epochs: usize,
    /// Samples per step, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = RangedU64ValueParser::<usize>::new().range(1..=Capacity::SIZE as u64))]
    batch: usize,
    /// How far a step of Adam goes, above 0
    #[arg(long, value_name = "RATE", default_value_t = 0.001, value_parser = shared::positive)]
    learning_rate: f64,
    /// Decides the first weights and the order of the samples
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Model {
    /// 784-50-10 with ReLU
    TwoLayer,
    /// 784-50-100-10 with the logistic function
    Neural,
    /// One convolution, 100 hidden
    Simple,
    /// Six convolutions, 50 hidden, dropout
    Deep,
    /// Two convolutions with mean pooling
    Lenet,
    /// Three residual blocks with batch normalisation
    Resnet,
}

fn main() -> ExitCode {
    let settings = match shared::settings::<Settings>() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    match settings.network {
        Model::TwoLayer => run::<TwoLayerNet>(&settings, HeNormal),
        Model::Neural => run::<NeuralNet>(&settings, XavierNormal),
        Model::Simple => run::<SimpleConvNet>(&settings, HeNormal),
        Model::Deep => run::<DeepConvNet>(&settings, HeNormal),
        Model::Lenet => run::<LeNet5>(&settings, XavierNormal),
        Model::Resnet => run::<ResNet>(&settings, HeNormal),
    }
}

fn run<N>(settings: &Settings, initializer: impl Initializer) -> ExitCode
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
{
    println!("{}\n", N::summary());
    let (train, test) = match shared::read_images::<N::In>(&settings.data) {
        Ok(images) => images,
        Err(code) => return code,
    };
    match train_on::<N>(settings, initializer, &train, &test) {
        Ok(accuracy) => {
            println!("test accuracy {accuracy:.4}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Trains, and gives the accuracy on the test images.
fn train_on<N>(
    settings: &Settings,
    initializer: impl Initializer,
    train: &shared::Images<N::In>,
    test: &shared::Images<N::In>,
) -> Result<f64, FitError>
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
{
    let network = N::initialized(initializer, settings.seed);
    let optimizer = Adam::new(settings.learning_rate);
    let mut trainer =
        Trainer::<N, CrossEntropy, _, Capacity>::new(network, CrossEntropy, optimizer, settings.seed)
            .with_batch_size(settings.batch)?;
    let fit = Fit::epochs(settings.epochs).validated_on(test).with(Progress::new());
    let history = trainer.fit(train, fit)?;
    Ok(history.last("validation accuracy").unwrap_or_default())
}
