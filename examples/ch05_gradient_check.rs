//! Backpropagation against differences: `cargo run --release --example ch05_gradient_check`.
//!
//! Saito, *Deep Learning from Scratch*, 5.7.3: both gradients of 784-50-10 on three digits, by all of its
//! 39,760 parameters, tensor by tensor. Takes a few seconds. (Tests of your own layers are shorter: see
//! `dimwise::gradient_check`.)

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::gradient_check::numerical_gradient;
use dimwise::initializer::Normal;
use dimwise::models::TwoLayerNet;
use dimwise::prelude::*;
use figure::Panel;
use shared::Claim;

/// Compares the gradient by backpropagation with the one by differences
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

/// Differences need all digits of `f64`.
type Net = TwoLayerNet<f64>;

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, _) = settings.digits.read::<U784>()?;
    let images: Vec<_> = train
        .samples()
        .iter()
        .take(3)
        .map(|image| Tensor::from_fn(|[pixel]| f64::from(image[pixel])))
        .collect();
    let digits = &train.targets()[..images.len()];
    let network = Net::initialized(Normal { deviation: 0.01 }, 1);

    let mut backpropagated = Net::zeroed();
    let mut workspace = Workspace::<Net, U3>::zeroed();
    workspace.forward(&network, &images);
    let (outputs, grad_outputs) = workspace.outputs(images.len());
    CrossEntropy.gradient(outputs, digits, grad_outputs);
    workspace.add_gradients(&network, &images, None, &mut backpropagated);

    let numerical = numerical_gradient::<U3, _, _, _>(&*network, &CrossEntropy, &images, digits);

    let pairs: Vec<_> =
        numerical.as_slice().iter().copied().zip(backpropagated.as_slice().iter().copied()).collect();
    let mut largest = 0.0_f64;
    Net::segments(|segment| {
        let pairs = &pairs[segment.range()];
        let difference = pairs.iter().map(|(a, b)| (a - b).abs()).sum::<f64>() / pairs.len() as f64;
        println!("{:10} mean difference {difference:.1e}", segment.path.to_string());
        largest = largest.max(difference);
    });

    let last = &pairs[pairs.len() - 510..pairs.len() - 10];
    let panel = Panel::new("gradient by every second weight of the last layer")
        .axes("by differences", "by backpropagation")
        .dots("", last.iter().copied().step_by(2));
    figure::charts("ch05_gradient_check", 1, (380, 360), &[panel])?;
    Ok(Claim {
        holds: largest < 1e-8,
        line: format!(
            "both gradients are the same but for rounding: no tensor's differ by more than {largest:.1e} in the mean"
        ),
    })
}
