//! Random search for hyperparameters, on all cores: `cargo run --release --example ch06_search`.
//!
//! Saito, *Deep Learning from Scratch*, 6.5.3: 100 trials on 500 digits, of which a fifth validates; each
//! trains a seven-layer network for 50 epochs with a learning rate between 10⁻⁶ and 10⁻² and a weight decay
//! between 10⁻⁸ and 10⁻⁴, both at random on a logarithmic scale. Takes about half a minute on two cores.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::fit::FitError;
use dimwise::prelude::*;
use dimwise::random::Random;
use figure::{Panel, numbered};
use plotters::prelude::SeriesLabelPosition::UpperLeft;
use rayon::prelude::*;
use shared::{Claim, Course, Images};

/// Searches for a learning rate and a weight decay at random
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

network! {
    type Hidden = [Affine<U100, U100>, Relu<_>];
    type SevenLayerNet = [
        Affine<U784, U100>, Relu<_>, Hidden, Hidden, Hidden, Hidden, Hidden, Affine<_, U10>,
    ];
}

struct Trial {
    learning_rate: f64,
    weight_decay: f64,
    course: Course,
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, _) = settings.digits.read::<U784>()?;
    let (validation, train) = shared::first(&train, 500).split_at(100);
    let (trials, epochs) = if settings.digits.fast { (24, 15) } else { (100, 50) };

    let mut random = Random::new(1);
    let mut between = |low: f64, high: f64| 10_f64.powf(low + (high - low) * random.uniform());
    let drawn: Vec<_> = (0..trials).map(|_| (between(-6.0, -2.0), between(-8.0, -4.0))).collect();
    let trial =
        |(learning_rate, weight_decay)| trial(learning_rate, weight_decay, epochs, &train, &validation);
    let mut trials = drawn.into_par_iter().map(trial).collect::<Result<Vec<_>, _>>()?;
    trials.sort_by(|a, b| b.course.end().1.total_cmp(&a.course.end().1));

    for Trial { learning_rate, weight_decay, course } in &trials[..5] {
        println!(
            "validation accuracy {:.2}  learning rate {learning_rate:.5}  weight decay {weight_decay:.1e}",
            course.end().1
        );
    }
    let panel = |(rank, Trial { learning_rate, course, .. }): (usize, &Trial)| {
        let [train, validation] = if rank == 19 { ["train", "validation"] } else { [""; 2] };
        Panel::new(format!("{}: rate {learning_rate:.1e}", rank + 1))
            .axes("epoch", "accuracy")
            .y_range(0.0..1.02)
            .legend(UpperLeft)
            .line(train, numbered(&course.train))
            .dashed(validation, numbered(&course.test))
    };
    let panels: Vec<_> = trials.iter().take(20).enumerate().map(panel).collect();
    figure::charts("ch06_search", 5, (190, 160), &panels)?;

    let (low, high) = (trials[..5].iter()).fold((f64::MAX, 0.0_f64), |(low, high), trial| {
        (low.min(trial.learning_rate), high.max(trial.learning_rate))
    });
    Ok(Claim {
        holds: low > 0.001,
        line: format!(
            "of learning rates between 1e-6 and 1e-2 those from 0.001 to 0.01 learn well: the best five of {} \
             trials have {low:.4} to {high:.4}, the best one a validation accuracy of {:.2}",
            trials.len(),
            trials[0].course.end().1,
        ),
    })
}

fn trial(
    learning_rate: f64,
    weight_decay: f64,
    epochs: usize,
    train: &Images<U784>,
    validation: &Images<U784>,
) -> Result<Trial, FitError> {
    let network = SevenLayerNet::initialized(HeNormal, 1);
    let optimizer = Sgd { learning_rate };
    let mut trainer = Trainer::<SevenLayerNet, _, _, U100>::new(network, CrossEntropy, optimizer, 1)
        .with_penalty(Penalty::l2(weight_decay));
    let course = shared::train(&mut trainer, epochs, train, validation)?;
    Ok(Trial { learning_rate, weight_decay, course })
}
