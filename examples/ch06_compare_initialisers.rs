//! Three initial weights on digits: `cargo run --release --example ch06_compare_initialisers`.
//!
//! Saito, *Deep Learning from Scratch*, 6.2.4: a five-layer network with 100 neurons a layer and ReLU; SGD with
//! a learning rate of 0.01, batches of 128, 2,000 steps. Takes about ten seconds.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::initializer::Normal;
use dimwise::prelude::*;
use figure::Panel;
use plotters::prelude::SeriesLabelPosition::UpperRight;
use shared::{Claim, Images};

/// Compares initial weights of deviation 0.01, Xavier's and He's on digits
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
    let steps = if settings.digits.fast { 500 } else { 2_000 };
    let epochs = (steps * 128usize).div_ceil(train.len());
    let losses = [
        ("deviation 0.01", losses(Normal { deviation: 0.01 }, epochs, &train, &test)?),
        ("Xavier", losses(XavierNormal, epochs, &train, &test)?),
        ("He", losses(HeNormal, epochs, &train, &test)?),
    ];

    let panel =
        Panel::new("loss, mean of 20 steps").axes("step", "loss").y_range(0.0..2.5).legend(UpperRight);
    let panel =
        (losses.iter()).fold(panel, |panel, (name, losses)| panel.line(name, figure::smoothed(losses, 20)));
    figure::charts("ch06_compare_initialisers", 1, (460, 320), &[panel])?;

    let ends = losses.each_ref().map(|(name, losses)| (*name, shared::mean_of_last(100, losses)));
    let [small, xavier, he] = ends.map(|(_, loss)| loss);
    Ok(Claim {
        holds: small > 2.25 && he < xavier && xavier < 1.0,
        line: format!(
            "0.01 learns nothing (ln 10 = 2.30), He's weights learn fastest; loss of the last 100 steps: {}",
            ends.map(|(name, loss)| format!("{name} {loss:.4}")).join(", ")
        ),
    })
}

fn losses(
    initializer: impl Initializer,
    epochs: usize,
    train: &Images<U784>,
    test: &Images<U784>,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let network = FiveLayerNet::initialized(initializer, 1);
    let optimizer = Sgd { learning_rate: 0.01 };
    let mut trainer = Trainer::<FiveLayerNet, _, _, U128>::new(network, CrossEntropy, optimizer, 1);
    Ok(shared::train(&mut trainer, epochs, train, test)?.losses)
}
