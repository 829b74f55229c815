//! The gradient of a small network by differences: `cargo run --release --example ch04_simple_net`.
//!
//! Saito, *Deep Learning from Scratch*, 4.4.2, with the book's own weights of 2 by 3, input and target. What
//! the book prints is what comes out. Takes no time.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::gradient_check::numerical_gradient;
use dimwise::prelude::*;
use figure::Panel;
use plotters::prelude::SeriesLabelPosition::UpperRight;
use shared::Claim;

/// Takes the gradient of a network of 2 by 3 weights by differences
#[derive(Parser)]
struct Settings {
    /// As without it: there is nothing to leave out
    #[arg(long)]
    fast: bool,
}

type SimpleNet = Affine<U2, U3, f64>;

/// The gradient that the book prints.
const OF_THE_BOOK: [[f64; 3]; 2] =
    [[0.21924763, 0.14356247, -0.36281009], [0.32887144, 0.2153437, -0.54421514]];

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(_: &Settings) -> Result<Claim, Box<dyn Error>> {
    let mut net = SimpleNet::zeroed();
    net.weight = Tensor::from([[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]]);
    let gradient = &numerical_gradient::<U1, _, _, _>(&*net, &CrossEntropy, &[input()], &[target()]).weight;
    println!("loss {:.8}\n{gradient:.8?}", loss(&net));

    let panel = |title, index| {
        let course = (-15..=15).map(|i| 0.1 * f64::from(i)).map(|h| (h, moved(&net, index, h)));
        let tangent = [-1.5, 1.5].map(|h| (h, loss(&net) + h * gradient[index]));
        Panel::new(title)
            .axes("h", "loss")
            .legend(UpperRight)
            .y_range(0.0..2.5)
            .line("loss", course)
            .dashed("gradient", tangent)
    };
    let panels = [panel("w11 moved by h", [0, 0]), panel("w23 moved by h", [1, 2])];
    figure::charts("ch04_simple_net", 2, (320, 260), &panels)?;

    let book = Tensor::from(OF_THE_BOOK);
    let differences = gradient.as_slice().iter().zip(book.as_slice()).map(|(ours, book)| (ours - book).abs());
    let largest = differences.fold(0.0, f64::max);
    Ok(Claim {
        holds: largest < 1e-8,
        line: format!(
            "moved by h, w11 adds 0.2 h to the loss, w23 takes 0.5 h from it: {:.3} and {:.3}, and no number \
             differs from the book's by more than {largest:.0e}",
            gradient[[0, 0]],
            gradient[[1, 2]],
        ),
    })
}

fn input() -> Tensor<U2, f64> {
    Tensor::from([0.6, 0.9])
}

/// The third class.
fn target() -> Tensor<U3, f64> {
    Tensor::from([0.0, 0.0, 1.0])
}

/// Softmax and cross entropy.
fn loss(net: &SimpleNet) -> f64 {
    CrossEntropy.value(&[net.predict(&input())], &[target()])
}

/// The loss where one weight is moved.
fn moved(net: &SimpleNet, index: [usize; 2], h: f64) -> f64 {
    let mut net = net.clone();
    net.weight[index] += h;
    loss(&net)
}
