//! Training by backpropagation: `cargo run --release --example ch05_train_digits`.
//!
//! Saito, *Deep Learning from Scratch*, 5.7.4: `models::TwoLayerNet` (784-50-10, ReLU), weights of deviation
//! 0.01, batches of 100, a learning rate of 0.1 and 10,000 steps, which take about ten seconds.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::initializer::Normal;
use dimwise::models::TwoLayerNet;
use dimwise::prelude::*;
use figure::Panel;
use shared::Claim;

/// Trains 784-50-10 with ReLU by backpropagation
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, test) = settings.digits.read::<U784>()?;
    let (steps, expected) = if settings.digits.fast { (2_000, 0.92) } else { (10_000, 0.94) };

    let network = TwoLayerNet::initialized(Normal { deviation: 0.01 }, 1);
    let optimizer = Sgd { learning_rate: 0.1 };
    let mut trainer = Trainer::<TwoLayerNet, _, _, U100>::new(network, CrossEntropy, optimizer, 1);
    let epochs = (steps * 100usize).div_ceil(train.len());
    let course = shared::train(&mut trainer, epochs, &train, &test)?;

    let panel = Panel::accuracies("784-50-10 by backpropagation", &course.train, &course.test);
    figure::charts("ch05_train_digits", 1, (400, 280), &[panel])?;

    let (on_train, on_test) = course.end();
    Ok(Claim {
        holds: on_test > expected,
        line: format!(
            "backpropagation trains the network to read more than {:.0} % of the test images: {:.2} % after \
             {} steps, and {:.2} % of those it was trained on",
            100.0 * expected,
            100.0 * on_test,
            course.losses.len(),
            100.0 * on_train,
        ),
    })
}
