//! Batch normalisation against none: `cargo run --release --example ch06_batch_norm`.
//!
//! Saito, *Deep Learning from Scratch*, 6.3.2: 1,000 digits, five hidden layers of 100 neurons, SGD with a
//! learning rate of 0.01, 20 epochs in batches of 100, from weights of sixteen deviations between 1 and
//! 0.0001. Takes about ten seconds.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::initializer::Normal;
use dimwise::network::InputOf;
use dimwise::prelude::*;
use dimwise::trainer::TrainError;
use figure::{Panel, numbered};
use plotters::prelude::SeriesLabelPosition::UpperLeft;
use shared::{Claim, Images};

/// Compares training with and without batch normalisation over sixteen scales of weights
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

network! {
    type Hidden = [Affine<U100, U100>, Relu<_>];
    type Without = [Affine<U784, U100>, Relu<_>, Hidden, Hidden, Hidden, Hidden, Affine<_, U10>];
    type Normed = [Affine<U100, U100>, BatchNorm<_>, Relu<_>];
    type With = [
        Affine<U784, U100>, BatchNorm<_>, Relu<_>, Normed, Normed, Normed, Normed, Affine<_, U10>,
    ];
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, _) = settings.digits.read::<U784>()?;
    let train = shared::first(&train, 1_000);
    let (last, every, epochs) = if settings.digits.fast { (12_u8, 3, 12) } else { (15, 1, 20) };

    let (mut panels, mut ahead) = (Vec::new(), 0);
    for scale in (0..=last).step_by(every) {
        let deviation = 10_f64.powf(-4.0 * f64::from(scale) / 15.0);
        let with = accuracies::<With>(deviation, epochs, &train)?;
        let without = accuracies::<Without>(deviation, epochs, &train)?;
        let mean = |accuracies: &[f64]| accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        let [normed, plain] = [mean(&with), mean(&without)];
        println!("deviation {deviation:.5}  mean accuracy {normed:.3} with, {plain:.3} without");
        ahead += usize::from(normed > plain);

        let panel = Panel::new(format!("deviation {deviation:.5}"))
            .axes("epoch", "accuracy")
            .y_range(0.0..1.02)
            .legend(UpperLeft);
        let [yes, no] = if scale == 0 { ["with", "without"] } else { [""; 2] };
        panels.push(panel.line(yes, numbered(&with)).dashed(no, numbered(&without)));
    }
    figure::charts("ch06_batch_norm", 4, (210, 180), &panels)?;
    Ok(Claim {
        holds: 4 * ahead >= 3 * panels.len(),
        line: format!(
            "with batch normalisation training is faster from almost all weights: from {ahead} of {} scales",
            panels.len(),
        ),
    })
}

/// The accuracy on the training data after each epoch.
fn accuracies<N>(deviation: f64, epochs: usize, train: &Images<U784>) -> Result<Vec<f64>, TrainError>
where
    N: Network<In = U784, Out = U10, Element = f32>,
    U784: InputOf<N>,
{
    let network = N::initialized(Normal { deviation }, 1);
    let optimizer = Sgd { learning_rate: 0.01 };
    let mut trainer = Trainer::<N, _, _, U100>::new(network, CrossEntropy, optimizer, 1);
    let mut accuracies = Vec::new();
    for _ in 0..epochs {
        match trainer.epoch(train) {
            // From too large weights the loss becomes infinite: the accuracy stays what it was.
            Ok(_) | Err(TrainError::Diverged { .. }) => {}
            Err(error) => return Err(error),
        }
        accuracies.push(trainer.evaluate(train)?.accuracy.unwrap_or_default());
    }
    Ok(accuracies)
}
