//! Training in mini-batches, tested after each epoch: `cargo run --release --example ch04_train_digits`.
//!
//! Saito, *Deep Learning from Scratch*, 4.5: 784-50-10 with the sigmoid, weights of deviation 0.01, batches of
//! 100, a learning rate of 0.1, and 10,000 steps, which take about ten seconds. (By backpropagation: the differences of
//! chapter 4 would take days. `ch05_gradient_check` shows that both are the same.)

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::initializer::Normal;
use dimwise::prelude::*;
use figure::Panel;
use plotters::prelude::SeriesLabelPosition::UpperRight;
use shared::Claim;

/// Trains 784-50-10 with the sigmoid, and tests it after each epoch
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

network! {
    /// The book's two-layer network as chapter 4 has it.
    type TwoLayerNet = [Affine<U784, U50>, Sigmoid<_>, Affine<_, U10>];
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, test) = settings.digits.read::<U784>()?;
    let steps = if settings.digits.fast { 3_000 } else { 10_000 };

    let network = TwoLayerNet::initialized(Normal { deviation: 0.01 }, 1);
    let optimizer = Sgd { learning_rate: 0.1 };
    let mut trainer = Trainer::<TwoLayerNet, _, _, U100>::new(network, CrossEntropy, optimizer, 1);
    let epochs = (steps * 100usize).div_ceil(train.len());
    let course = shared::train(&mut trainer, epochs, &train, &test)?;

    let loss = Panel::new("loss, mean of 50 steps")
        .axes("step", "loss")
        .legend(UpperRight)
        .line("", figure::smoothed(&course.losses, 50));
    let panels = [loss, Panel::accuracies("accuracy", &course.train, &course.test)];
    figure::charts("ch04_train_digits", 2, (340, 260), &panels)?;

    let (on_train, on_test) = course.end();
    Ok(Claim {
        holds: on_test > 0.9 && on_train - on_test < 0.05,
        line: format!(
            "accuracy rises on training and test images alike, so nothing is overfitted: \
             {on_train:.4} and {on_test:.4} after {} steps",
            course.losses.len(),
        ),
    })
}
