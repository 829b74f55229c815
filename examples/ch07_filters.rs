//! What convolutions learn to look at: `cargo run --release --example ch07_filters`.
//!
//! Saito, *Deep Learning from Scratch*, 7.6.1: the 30 filters of 5 by 5 of `models::SimpleConvNet`, before
//! training noise, after it edges and blobs. Takes about ten seconds.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::initializer::Normal;
use dimwise::models::SimpleConvNet;
use dimwise::prelude::*;
use figure::Tile;
use shared::Claim;

/// Draws the first filters of a convolutional network before and after training
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, test) = settings.digits.read::<(U1, U28, U28)>()?;
    let epochs = if settings.digits.fast { 2 } else { 8 };

    let network = SimpleConvNet::initialized(Normal { deviation: 0.01 }, 1);
    let before = filters(&network);
    let mut trainer = Trainer::<SimpleConvNet, _, _, U100>::new(network, CrossEntropy, Adam::new(0.001), 1);
    shared::train(&mut trainer, epochs, &train, &test)?;
    let after = filters(trainer.network());

    // Fifteen in a row: two rows before, two rows after.
    let tiles = [("before", &before), ("after", &after)].map(|(caption, filters)| {
        let tile = |(number, filter): (usize, &[f64])| Tile {
            caption: if number == 0 { caption.into() } else { String::new() },
            columns: 5,
            pixels: scaled(filter),
        };
        filters.chunks(25).enumerate().map(tile).collect::<Vec<_>>()
    });
    figure::tiles("ch07_filters", 15, 8, &tiles.concat())?;

    let [before, after] = [likeness(&before), likeness(&after)];
    Ok(Claim {
        holds: before.abs() < 0.15 && after > 0.3,
        line: format!(
            "filters are noise before training and have a pattern after it: neighbouring weights correlate by \
             {before:.2}, then by {after:.2}"
        ),
    })
}

/// The weights of the first convolution: 30 filters of 25.
fn filters(network: &SimpleConvNet) -> Vec<f64> {
    let mut filters = Vec::new();
    SimpleConvNet::<f32>::segments(|segment| {
        if segment.path.to_string() == "0.weight" {
            filters.extend(network.as_slice()[segment.range()].iter().map(|weight| f64::from(*weight)));
        }
    });
    filters
}

/// The correlation of weights that stand side by side, or one above the other, in a filter.
fn likeness(filters: &[f64]) -> f64 {
    let mean = filters.iter().sum::<f64>() / filters.len() as f64;
    let variance = filters.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>() / filters.len() as f64;
    let pairs = filters.chunks(25).flat_map(|filter| {
        let beside = (0..25).filter(|at| at % 5 < 4).map(|at| (filter[at] - mean) * (filter[at + 1] - mean));
        let below = (0..20).map(|at| (filter[at] - mean) * (filter[at + 5] - mean));
        beside.chain(below)
    });
    pairs.clone().sum::<f64>() / pairs.count() as f64 / variance
}

/// From the filter's smallest weight, black, to its largest, white.
fn scaled(filter: &[f64]) -> Vec<f64> {
    let (low, high) = filter.iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
    filter.iter().map(|weight| (high - weight) / (high - low)).collect()
}
