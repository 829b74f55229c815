//! Random search for hyperparameters, on all cores: `cargo run --release --example ch06_search`.
//!
//! Saito, *Deep Learning from Scratch*, 6.5.3: 100 trials on 500 digits, of which a fifth validates; each
//! trains a seven-layer network for 50 epochs with a learning rate between 10⁻⁶ and 10⁻² and a weight decay
//! between 10⁻⁸ and 10⁻⁴, both at random on a logarithmic scale. Takes about half a minute on two cores.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::Parser;
use dimwise::fit::FitError;
use dimwise::prelude::*;
use dimwise::search::{Search, Trial, log_uniform};
use figure::{Panel, numbered};
use plotters::prelude::SeriesLabelPosition::UpperLeft;
use shared::{Claim, Course};

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

/// What is searched for, and how the training with it went.
struct Rates {
    learning_rate: f64,
    weight_decay: f64,
    course: OnceLock<Course>,
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { learning_rate, weight_decay, .. } = self;
        write!(f, "learning rate {learning_rate:.5}, weight decay {weight_decay:.1e}")
    }
}

impl Rates {
    /// How the training went; nowhere, where it diverged.
    fn course(&self) -> Course {
        self.course.get().cloned().unwrap_or_default()
    }

    fn validation_accuracy(&self) -> f64 {
        self.course().end().1
    }
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, _) = settings.digits.read::<U784>()?;
    let (validation, train) = shared::first(&train, 500).split_at(100);
    let (trials, epochs) = if settings.digits.fast { (24, 15) } else { (100, 50) };

    let search = Search::new(trials, 1, |random| Rates {
        learning_rate: log_uniform(random, 1e-6, 1e-2),
        weight_decay: log_uniform(random, 1e-8, 1e-4),
        course: OnceLock::new(),
    });
    let found = search.random(epochs, |rates, epochs| -> Result<f64, FitError> {
        let network = SevenLayerNet::initialized(HeNormal, 1);
        let optimizer = Sgd { learning_rate: rates.learning_rate };
        let mut trainer = Trainer::<SevenLayerNet, _, _, U100>::new(network, CrossEntropy, optimizer, 1)
            .with_penalty(Penalty::l2(rates.weight_decay));
        let course = shared::train(&mut trainer, epochs, &train, &validation)?;
        // The less the better.
        Ok(-rates.course.get_or_init(|| course).end().1)
    })?;
    let trials = found.trials();
    for Trial { settings, .. } in &trials[..5] {
        println!("validation accuracy {:.2}  {settings:?}", settings.validation_accuracy());
    }
    let panel = |(rank, Trial { settings, .. }): (usize, &Trial<Rates>)| {
        let (learning_rate, course) = (settings.learning_rate, settings.course());
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
        (low.min(trial.settings.learning_rate), high.max(trial.settings.learning_rate))
    });
    Ok(Claim {
        holds: low > 0.001,
        line: format!(
            "of learning rates between 1e-6 and 1e-2 those from 0.001 to 0.01 learn well: the best five of {} \
             trials have {low:.4} to {high:.4}, the best one a validation accuracy of {:.2}",
            trials.len(),
            trials[0].settings.validation_accuracy(),
        ),
    })
}
