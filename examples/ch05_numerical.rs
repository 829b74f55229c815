//! How much faster backpropagation is than numerical differentiation:
//! `cargo run --release --example ch05_numerical`.
//!
//! Saito, *Deep Learning from Scratch*, 4.4 and 5.7: both give the gradient of 784-50-10 by its 39,760
//! parameters. The one needs a forward and a backward pass, the other two forward passes a parameter.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use dimwise::data::Split;
use dimwise::gradient_check::numerical_gradient;
use dimwise::models::TwoLayerNet;
use dimwise::prelude::*;

type Net = TwoLayerNet<f64>;
/// The book's batch for the gradient check.
type Samples = U3;

/// Compares backpropagation with numerical differentiation
#[derive(Parser)]
struct Settings {
    /// One sample instead of three
    #[arg(long)]
    fast: bool,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let samples = if Settings::parse().fast { 1 } else { Samples::SIZE };
    let digits = Dataset::<U784, Class<U10>, f64>::from_idx_folder("examples/data", Split::Train)?;
    let (inputs, targets) = (&digits.samples()[..samples], &digits.targets()[..samples]);
    let network = Net::initialized(HeNormal, 1);

    let mut workspace = Workspace::<Net, Samples>::zeroed();
    let mut gradient = Net::zeroed();
    let mut backpropagate = || {
        workspace.forward(&network, inputs);
        let (outputs, grad_outputs) = workspace.outputs(samples);
        CrossEntropy.gradient(outputs, targets, grad_outputs);
        gradient.as_mut_slice().fill(0.0);
        workspace.add_gradients(&network, inputs, None, &mut gradient);
    };
    // Once before, so that all memory has been touched; then the mean of many.
    const TIMES: u32 = 100;
    backpropagate();
    let start = Instant::now();
    (0..TIMES).for_each(|_| backpropagate());
    let fast = start.elapsed() / TIMES;

    let start = Instant::now();
    let numerical = numerical_gradient::<Samples, _, _, _>(&*network, &CrossEntropy, inputs, targets);
    let slow = start.elapsed();

    let differences = gradient.as_slice().iter().zip(numerical.as_slice()).map(|(a, b)| (a - b).abs());
    let largest = differences.fold(0.0, f64::max);
    let ratio = slow.as_secs_f64() / fast.as_secs_f64();
    println!("gradient of {} parameters on {samples} samples", Net::PARAMETERS);
    println!("numerical differentiation {:>12.3} ms", 1e3 * slow.as_secs_f64());
    println!("backpropagation           {:>12.3} ms", 1e3 * fast.as_secs_f64());
    println!(
        "Backpropagation gives the gradients of numerical differentiation, but much faster: the largest difference is {largest:.0e}, and it is {ratio:.0} times as fast."
    );
    Ok(if largest < 1e-6 && ratio > 1000.0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
