//! A loss of one's own, written as a graph: `cargo run --release --example ch05_own_loss`.
//!
//! Saito, *Deep Learning from Scratch*, 5.6: the book draws softmax with cross-entropy as a graph of single
//! nodes and finds `probabilities - target` at its left end. Here the graph is the loss that a network
//! learns with, beside the same network with the built-in one, whose gradient is that difference.

use std::process::ExitCode;

use clap::Parser;
use dimwise::data::Split;
use dimwise::fit::Fit;
use dimwise::graph::{GraphLoss, Node, OutputNode, Scalar, TargetNode};
use dimwise::models::TwoLayerNet;
use dimwise::prelude::*;

type Net = TwoLayerNet<f64>;
type Samples = U100;
type Digits = Dataset<U784, Class<U10>, f64>;

/// Trains a network with a loss that is a graph
#[derive(Parser)]
struct Settings {
    /// One epoch instead of five
    #[arg(long)]
    fast: bool,
}

/// `-Σ tᵢ ln(exp zᵢ / Σ exp zⱼ)`, with the largest `z` taken off before.
fn cross_entropy(logits: OutputNode<U10, f64>, target: TargetNode<U10, f64>) -> impl Scalar<Element = f64> {
    let exponentials = (logits - logits.max()).exp();
    let probabilities = exponentials / exponentials.sum();
    -(target * probabilities.ln()).sum()
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let epochs = if Settings::parse().fast { 1 } else { 5 };
    let train = Digits::from_idx_folder("examples/data", Split::Train)?;
    let test = Digits::from_idx_folder("examples/data", Split::Test)?;

    let (network, accuracy) = trained(GraphLoss::new(cross_entropy), epochs, &train, &test)?;
    let (builtin, builtin_accuracy) = trained(CrossEntropy, epochs, &train, &test)?;

    println!("test accuracy with the graph {accuracy:.4}, with CrossEntropy {builtin_accuracy:.4}");
    let differences = network.as_slice().iter().zip(builtin.as_slice()).map(|(a, b)| (a - b).abs());
    let largest = differences.fold(0.0, f64::max);
    let steps = epochs * train.len().div_ceil(Samples::SIZE);
    println!(
        "A graph of nodes gives the gradient of softmax with cross-entropy: after {steps} steps the two networks' weights differ by at most {largest:.0e}."
    );
    Ok(if largest < 1e-9 && accuracy > 0.8 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn trained<L>(
    loss: L,
    epochs: usize,
    train: &Digits,
    test: &Digits,
) -> Result<(Box<Net>, f64), Box<dyn std::error::Error>>
where
    L: Loss<U10, Class<U10>, f64>,
{
    let network = Net::initialized(HeNormal, 1);
    let mut trainer = Trainer::<Net, L, Sgd, Samples>::new(network, loss, Sgd { learning_rate: 0.1 }, 1);
    let history = trainer.fit(train, Fit::epochs(epochs).validated_on(test))?;
    let accuracy = history.last("validation accuracy").unwrap_or_default();
    Ok((trainer.into_network(), accuracy))
}
