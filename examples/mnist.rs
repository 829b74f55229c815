//! Trains 784-50-10 on handwritten digits: `cargo run --release --example mnist`.
//!
//! The 10,000 digits in `examples/data` are used unless `--data` names another folder. Ctrl-C ends it after the step;
//! the same command goes on. In the folder `runs/mnist` it leaves `log.csv`, events for TensorBoard, figures and the last
//! checkpoints.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use dimwise::figures;
use dimwise::fit::{End, Fit, Interrupt, Progress};
use dimwise::log::{CsvLog, TensorBoard};
use dimwise::metrics::{ConfusionMatrix, F1};
use dimwise::prelude::*;
use dimwise::storage::Checkpoints;

network! {
    /// Reads a digit of 28 by 28 pixels.
    pub type Mlp = [
        Affine<U784, U50>,
        Relu<_>,
        Affine<_, U10>,
    ];
}

/// The largest batch: the workspace has room for so many samples.
type Capacity = U1024;

type Digits = shared::Images<U784>;

/// Trains 784-50-10 on handwritten digits
#[derive(Parser)]
struct Settings {
    /// Folder with the four IDX files of MNIST or Fashion-MNIST, gzipped or not
    #[arg(long, value_name = "DIR", default_value = shared::DIGITS)]
    data: PathBuf,
    /// How often to go through the training data, 1 to 10000
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000))]
    epochs: usize,
    /// Samples per step, 1 to 1024
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = RangedU64ValueParser::<usize>::new().range(1..=Capacity::SIZE as u64))]
    batch: usize,
    /// How far a step goes, above 0
    #[arg(long, value_name = "RATE", default_value_t = 0.1, value_parser = shared::positive)]
    learning_rate: f64,
    /// Decides the first weights and the order of the samples
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Folder of this run: a run that is there goes on
    #[arg(long, value_name = "DIR", default_value = "runs/mnist")]
    run: PathBuf,
}

fn main() -> ExitCode {
    let settings = match shared::settings::<Settings>() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    println!("{}\n", Mlp::summary());
    let (train, test) = match shared::read_images(&settings.data) {
        Ok(images) => images,
        Err(code) => return code,
    };
    match run(&settings, &train, &test) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: &Settings, train: &Digits, test: &Digits) -> Result<(), Box<dyn Error>> {
    let network = Mlp::initialized(HeNormal, settings.seed);
    let optimizer = Sgd { learning_rate: settings.learning_rate };
    let mut trainer =
        Trainer::<Mlp, CrossEntropy, Sgd, Capacity>::new(network, CrossEntropy, optimizer, settings.seed)
            .with_batch_size(settings.batch)?;

    let folder = &settings.run;
    let logs = (TensorBoard::create(folder)?, CsvLog::append(folder.join("log.csv"))?);
    let fit = Fit::epochs(settings.epochs)
        .measured_on(test, F1::<U10>::new())
        .with(Progress::new())
        .with(Interrupt::by_ctrl_c()?)
        .logged(logs)
        .saved(Checkpoints::every(1).in_folder(folder).keep_last(2).keep_best().resume_last());
    let history = trainer.fit(train, fit)?;

    println!("\n{history}");
    if history.end() == End::Interrupted {
        println!("interrupted at step {}: the same command goes on", trainer.steps());
        return Ok(());
    }
    let mut confused = ConfusionMatrix::<U10>::new();
    let tested = trainer.evaluate_with(test, &mut confused)?;
    figures::history(folder.join("history.svg"), "epoch", &history.series())?;
    figures::confusion_matrix(folder.join("confusion.svg"), &confused, None)?;

    draw_mistakes(trainer.network(), test, 4);
    println!(
        "test accuracy {:.4}; log, figures and checkpoints in {}",
        tested.accuracy.unwrap_or_default(),
        folder.display()
    );
    Ok(())
}

/// Draws the first few images that the network reads wrongly, side by side.
fn draw_mistakes(network: &Mlp, test: &Digits, most: usize) {
    let mistakes: Vec<_> = (test.samples().iter().zip(test.targets()))
        .map(|(image, right)| (image, right, Class::<U10>::of_largest(network.predict(image).as_slice())))
        .filter(|(_, right, read)| *right != read)
        .take(most)
        .collect();
    for (_, right, read) in &mistakes {
        print!("{:<30}", format!("a {right}, read as {read}"));
    }
    // One character shows two pixels, one above the other.
    for row in (0..28).step_by(2) {
        println!();
        for (image, ..) in &mistakes {
            let ink = |row: usize, col: usize| image[28 * row + col] > 0.4;
            for col in 0..28 {
                let dot = match (ink(row, col), ink(row + 1, col)) {
                    (false, false) => ' ',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (true, true) => '█',
                };
                print!("{dot}");
            }
            print!("  ");
        }
    }
    println!();
}
