//! How four optimizers go down a long valley: `cargo run --release --example ch06_optimizer_paths`.
//!
//! Saito, *Deep Learning from Scratch*, 6.1: 30 steps on `x²/20 + y²` from (-7, 2), with the book's learning
//! rates. Takes no time.

use std::error::Error;
use std::f64::consts::TAU;
use std::process::ExitCode;

use clap::Parser;
use dimwise::parameters::Kind;
use dimwise::prelude::*;
use figure::Panel;
use shared::Claim;

/// Draws the paths of SGD, Momentum, AdaGrad and Adam on `x²/20 + y²`
#[derive(Parser)]
struct Settings {
    /// As without it: there is nothing to leave out
    #[arg(long)]
    fast: bool,
}

/// What is to be learnt: a place in the plane. Optimizers take anything that is made of tensors.
#[repr(C)]
struct Point<T: Element = f64> {
    place: Tensor<U2, T>,
}
dimwise::parameters!(Point<T: Element>: T { place: Kind::Bias { start: 0.0 } });

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(_: &Settings) -> Result<Claim, Box<dyn Error>> {
    let paths = [
        ("SGD", path(Sgd { learning_rate: 0.95 })),
        ("Momentum", path(Momentum::new(0.1, 0.9))),
        ("AdaGrad", path(AdaGrad::new(1.5))),
        ("Adam", path(Adam::new(0.3))),
    ];

    let valley = |title| {
        let panel = Panel::new(title).axes("x", "y").x_range(-10.0..10.0).y_range(-2.5..2.5);
        [0.5, 1.0, 1.5, 2.0].into_iter().fold(panel, |panel, radius| panel.backdrop(contour(radius)))
    };
    let panels = paths.each_ref().map(|(name, path)| valley(*name).path("", path.iter().copied()));
    figure::charts("ch06_optimizer_paths", 2, (340, 230), &panels)?;

    for (name, path) in &paths {
        println!("{name:9} crosses the valley {:2} times, a way of {:4.1}", crossings(path), length(path));
    }
    let [sgd, others @ ..] = paths.map(|(_, path)| (crossings(&path), length(&path)));
    Ok(Claim {
        holds: others.iter().all(|other| 2 * other.0 < sgd.0 && 2.0 * other.1 < sgd.1),
        line: format!(
            "SGD goes in zigzag, the others do not: it crosses the valley {} times on a way of {:.1}, they at \
             most {} times on {:.1}",
            sgd.0,
            sgd.1,
            others.iter().map(|other| other.0).max().unwrap_or_default(),
            others.iter().map(|other| other.1).fold(0.0, f64::max),
        ),
    })
}

/// The start and the places after each of 30 steps.
fn path(mut optimizer: impl Optimizer<Point>) -> Vec<(f64, f64)> {
    let mut point = Point { place: Tensor::from([-7.0, 2.0]) };
    let mut path = vec![(-7.0, 2.0)];
    for _ in 0..30 {
        // f = x²/20 + y², so df/dx = x/10 and df/dy = 2y
        let gradient = Point { place: Tensor::from([point.place[0] / 10.0, 2.0 * point.place[1]]) };
        optimizer.step(&mut point, &gradient);
        path.push((point.place[0], point.place[1]));
    }
    path
}

/// Where the function is `radius²`.
fn contour(radius: f64) -> impl Iterator<Item = (f64, f64)> {
    let circle = (0..=48).map(|i| (TAU * f64::from(i) / 48.0).sin_cos());
    circle.map(move |(sin, cos)| (20.0_f64.sqrt() * radius * cos, radius * sin))
}

/// How often a path crosses the bottom of the valley, which is the x axis.
fn crossings(path: &[(f64, f64)]) -> usize {
    path.windows(2).filter(|ends| ends[0].1 * ends[1].1 < 0.0).count()
}

fn length(path: &[(f64, f64)]) -> f64 {
    path.windows(2).map(|ends| (ends[1].0 - ends[0].0).hypot(ends[1].1 - ends[0].1)).sum()
}
