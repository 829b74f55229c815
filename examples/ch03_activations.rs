//! Step, sigmoid and ReLU: `cargo run --release --example ch03_activations`.
//!
//! Saito, *Deep Learning from Scratch*, 3.2. The step jumps, the sigmoid is smooth, ReLU has a kink: that is
//! why the first cannot be trained. Takes no time.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::prelude::*;
use figure::Panel;
use shared::Claim;

/// Draws the step function, the sigmoid and ReLU
#[derive(Parser)]
struct Settings {
    /// As without it: there is nothing to leave out
    #[arg(long)]
    fast: bool,
}

/// How far two neighbouring points of a curve are apart.
const STEP: f64 = 0.1;

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(_: &Settings) -> Result<Claim, Box<dyn Error>> {
    let step = curve(|x| if x > 0.0 { 1.0 } else { 0.0 });
    let sigmoid = curve(|x| Sigmoid::<U1, f64>::zeroed().predict(&Tensor::from([x]))[0]);
    let relu = curve(|x| Relu::<U1, f64>::zeroed().predict(&Tensor::from([x]))[0]);

    let panel = |title| Panel::new(title).axes("x", "h(x)");
    let panels = [
        panel("step").y_range(-0.1..1.1).line("", step.clone()),
        panel("sigmoid").y_range(-0.1..1.1).line("", sigmoid.clone()),
        panel("ReLU").line("", relu.clone()),
    ];
    figure::charts("ch03_activations", 3, (260, 220), &panels)?;

    let [step, sigmoid, relu] = [step, sigmoid, relu].map(|curve| steepest(&curve));
    Ok(Claim {
        holds: step > 0.99 / STEP && (sigmoid - 0.25).abs() < 0.001 && (relu - 1.0).abs() < 1e-9,
        line: format!(
            "the step jumps, the sigmoid is smooth: at its steepest, over {STEP}, the step rises by {step:.2} per \
             x, the sigmoid by {sigmoid:.2}, ReLU by {relu:.2}"
        ),
    })
}

/// The function from -5 to 5.
fn curve(function: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    (-50..=50).map(|i| STEP * f64::from(i)).map(|x| (x, function(x))).collect()
}

/// The largest slope between neighbours.
fn steepest(curve: &[(f64, f64)]) -> f64 {
    curve.windows(2).map(|ends| (ends[1].1 - ends[0].1) / (ends[1].0 - ends[0].0)).fold(0.0, f64::max)
}
