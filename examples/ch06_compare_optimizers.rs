//! Four optimizers on digits: `cargo run --release --example ch06_compare_optimizers`.
//!
//! Saito, *Deep Learning from Scratch*, 6.1.8: a five-layer network with 100 neurons a layer, ReLU and He's
//! initial weights; batches of 128, the book's learning rates, 2,000 steps. Takes about ten seconds.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::prelude::*;
use figure::Panel;
use plotters::prelude::SeriesLabelPosition::UpperRight;
use shared::{Claim, Images};

/// Compares SGD, Momentum, AdaGrad and Adam on digits
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

network! {
    type Hidden = [Affine<U100, U100>, Relu<_>];
    type FiveLayerNet = [Affine<U784, U100>, Relu<_>, Hidden, Hidden, Hidden, Affine<_, U10>];
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, test) = settings.digits.read::<U784>()?;
    let steps = if settings.digits.fast { 400 } else { 2_000 };
    let epochs = (steps * 128usize).div_ceil(train.len());
    let losses = [
        ("SGD", losses(Sgd { learning_rate: 0.01 }, epochs, &train, &test)?),
        ("Momentum", losses(Momentum::new(0.01, 0.9), epochs, &train, &test)?),
        ("AdaGrad", losses(AdaGrad::new(0.01), epochs, &train, &test)?),
        ("Adam", losses(Adam::new(0.001), epochs, &train, &test)?),
    ];

    let panel =
        Panel::new("loss, mean of 20 steps").axes("step", "loss").y_range(0.0..1.0).legend(UpperRight);
    let panel =
        (losses.iter()).fold(panel, |panel, (name, losses)| panel.line(name, figure::smoothed(losses, 20)));
    figure::charts("ch06_compare_optimizers", 1, (460, 320), &[panel])?;

    let ends = losses.each_ref().map(|(name, losses)| (*name, shared::mean_of_last(100, losses)));
    let [(_, sgd), others @ ..] = ends;
    Ok(Claim {
        holds: others.iter().all(|(_, loss)| *loss < 0.75 * sgd),
        line: format!(
            "SGD learns most slowly; loss of the last 100 steps: {}",
            ends.map(|(name, loss)| format!("{name} {loss:.4}")).join(", ")
        ),
    })
}

fn losses(
    optimizer: impl Optimizer<FiveLayerNet>,
    epochs: usize,
    train: &Images<U784>,
    test: &Images<U784>,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let network = FiveLayerNet::initialized(HeNormal, 1);
    let mut trainer = Trainer::<FiveLayerNet, _, _, U128>::new(network, CrossEntropy, optimizer, 1);
    Ok(shared::train(&mut trainer, epochs, train, test)?.losses)
}
