//! Gradient descent on `x0² + x1²`: `cargo run --release --example ch04_gradient_descent`.
//!
//! Saito, *Deep Learning from Scratch*, 4.4.1: 100 steps from (-3, 4) with a good learning rate, one that is
//! too large and one that is too small. The gradient is taken by differences. Takes no time.

use std::error::Error;
use std::f64::consts::TAU;
use std::process::ExitCode;

use clap::Parser;
use dimwise::parameters::Kind;
use dimwise::prelude::*;
use figure::Panel;
use plotters::prelude::SeriesLabelPosition::LowerLeft;
use shared::Claim;

/// Goes down `x0² + x1²` with three learning rates
#[derive(Parser)]
struct Settings {
    /// As without it: there is nothing to leave out
    #[arg(long)]
    fast: bool,
}

/// What is to be learnt: a place in the plane. Optimizers take anything that is made of tensors.
#[repr(C)]
struct Point<T: Element = f64> {
    x: Tensor<U2, T>,
}
dimwise::parameters!(Point<T: Element>: T { x: Kind::Bias { start: 0.0 } });

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(_: &Settings) -> Result<Claim, Box<dyn Error>> {
    let [good, large, small] = [0.1, 10.0, 1e-10].map(descend);

    let circle = |radius: f64| {
        (0..=48)
            .map(move |i| (TAU * f64::from(i) / 48.0).sin_cos())
            .map(move |(s, c)| (radius * c, radius * s))
    };
    let from_above = (1..=4)
        .fold(Panel::new("learning rate 0.1"), |panel, radius| panel.backdrop(circle(f64::from(radius))))
        .axes("x0", "x1")
        .x_range(-4.5..4.5)
        .y_range(-4.5..4.5)
        .path("", good.iter().map(|x| (x[0], x[1])));
    let heights = |path: &[Tensor<U2, f64>]| {
        path.iter()
            .step_by(4)
            .map(distance)
            .map(f64::log10)
            .zip(0..)
            .map(|(height, i)| (f64::from(4 * i), height))
            .collect::<Vec<_>>()
    };
    let distances = Panel::new("distance to the minimum")
        .axes("step", "log10 of the distance")
        .legend(LowerLeft)
        .line("0.1", heights(&good))
        .line("10", heights(&large))
        .line("1e-10", heights(&small));
    figure::charts("ch04_gradient_descent", 2, (340, 320), &[from_above, distances])?;

    let [good, large, small] = [good, large, small].map(|path| distance(&path[100]));
    Ok(Claim {
        holds: good < 1e-8 && large > 1e10 && (small - 5.0).abs() < 1e-6,
        line: format!(
            "100 steps from a distance of 5: a rate of 0.1 arrives, 10 is too large, 1e-10 too small: \
             {good:.1e}, {large:.1e}, {small:.8} from the minimum"
        ),
    })
}

/// `f(x) = x0² + x1²`.
fn f(point: &Point) -> f64 {
    point.x[0].powi(2) + point.x[1].powi(2)
}

/// `(f(x + h) - f(x - h)) / 2h` by each number `x`.
fn numerical_gradient(point: &Point) -> Point {
    const H: f64 = 1e-4;
    let moved = |axis: usize, h: f64| {
        let mut moved = Point { x: point.x.clone() };
        moved.x[axis] += h;
        f(&moved)
    };
    Point { x: Tensor::from_fn(|[axis]| (moved(axis, H) - moved(axis, -H)) / (2.0 * H)) }
}

/// The start and the places after each of 100 steps.
fn descend(learning_rate: f64) -> Vec<Tensor<U2, f64>> {
    let mut point = Point { x: Tensor::from([-3.0, 4.0]) };
    let mut optimizer = Sgd { learning_rate };
    let mut path = vec![point.x.clone()];
    for _ in 0..100 {
        let gradient = numerical_gradient(&point);
        optimizer.step(&mut point, &gradient);
        path.push(point.x.clone());
    }
    path
}

fn distance(x: &Tensor<U2, f64>) -> f64 {
    x[0].hypot(x[1])
}
