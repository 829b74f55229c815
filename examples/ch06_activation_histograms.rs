//! What initial weights make of activations: `cargo run --release --example ch06_activation_histograms`.
//!
//! Saito, *Deep Learning from Scratch*, 6.2.2 and 6.2.3: 1,000 random samples go through five layers of 100
//! neurons, whose weights have deviation 1 or 0.01, or are Xavier's or He's; with sigmoid, tanh and ReLU. Takes
//! no time.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::initializer::Normal;
use dimwise::network::InputOf;
use dimwise::plain::flat;
use dimwise::prelude::*;
use dimwise::random::Random;
use figure::Panel;
use shared::Claim;

/// Draws histograms of the activations of five layers under different initial weights
#[derive(Parser)]
struct Settings {
    /// As without it: there is nothing to leave out
    #[arg(long)]
    fast: bool,
}

network! {
    type SigmoidLayer = [Affine<U100, U100>, Sigmoid<_>];
    type TanhLayer = [Affine<U100, U100>, Tanh<_>];
    type ReluLayer = [Affine<U100, U100>, Relu<_>];
}

/// The activations of each of five layers.
type Layers = Vec<Vec<f64>>;

/// The initial weights, in the order of [`under_each`].
const WEIGHTS: [&str; 4] = ["deviation 1", "deviation 0.01", "Xavier", "He"];

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(_: &Settings) -> Result<Claim, Box<dyn Error>> {
    let sigmoid = under_each::<SigmoidLayer>();
    let tanh = under_each::<TanhLayer>();
    let relu = under_each::<ReluLayer>();

    let mut panels = Vec::new();
    for (function, low, weights) in [("sigmoid", 0.0, &sigmoid), ("tanh", -1.0, &tanh), ("ReLU", 0.0, &relu)]
    {
        for (name, layers) in WEIGHTS.iter().zip(weights) {
            for (number, activations) in (1..).zip(layers) {
                let title = match number {
                    1 => format!("{function}, {name}: 1"),
                    _ => number.to_string(),
                };
                let panel = Panel::new(title).x_range(low..1.0).y_range(0.0..20_000.0);
                panels.push(panel.histogram(activations, low..1.0, 20));
            }
        }
    }
    figure::charts("ch06_activation_histograms", 5, (140, 66), &panels)?;

    let last = |weights: &[Layers; 4]| weights.each_ref().map(|layers| deviation(&layers[4]));
    let ([_, small, xavier, _], [_, _, relu_xavier, relu_he]) = (last(&sigmoid), last(&relu));
    let edges = sigmoid[0][4].iter().filter(|y| **y < 0.1 || **y > 0.9).count() as f64 / 1e5;
    Ok(Claim {
        holds: edges > 0.5 && small < 0.02 && xavier > 5.0 * small && relu_he > 2.0 * relu_xavier,
        line: format!(
            "too large weights drive sigmoids to 0 and 1 ({:.0} % in layer 5), too small ones all to one value \
             (deviation {small:.4}, Xavier {xavier:.2}); under ReLU He's keep the spread ({relu_he:.2}) and \
             Xavier's lose it ({relu_xavier:.2})",
            100.0 * edges
        ),
    })
}

fn under_each<L>() -> [Layers; 4]
where
    L: Network<In = U100, Out = U100, Element = f32>,
    U100: InputOf<L>,
{
    [
        activations::<L>(|seed| L::initialized(Normal { deviation: 1.0 }, seed)),
        activations::<L>(|seed| L::initialized(Normal { deviation: 0.01 }, seed)),
        activations::<L>(|seed| L::initialized(XavierNormal, seed)),
        activations::<L>(|seed| L::initialized(HeNormal, seed)),
    ]
}

fn activations<L>(layer: impl Fn(u64) -> Box<L>) -> Layers
where
    L: Network<In = U100, Out = U100, Element = f32>,
    U100: InputOf<L>,
{
    let mut random = Random::new(1);
    let mut x: Vec<Tensor<U100>> =
        (0..1000).map(|_| Tensor::filled_with(|| random.normal() as f32)).collect();
    let mut predictor = Predictor::<L>::new(x.len());
    let through = |seed| {
        x = predictor.predict(&layer(seed), &x).to_vec();
        flat(&x).iter().map(|y| f64::from(*y)).collect()
    };
    (1..=5).map(through).collect()
}

fn deviation(numbers: &[f64]) -> f64 {
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    (numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / numbers.len() as f64).sqrt()
}
