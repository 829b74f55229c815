//! Trains 784-50-10 on handwritten digits: `cargo run --release --example mnist`.
//!
//! The 10,000 digits in `examples/data` are used unless `--data` names another folder.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use dimwise::prelude::*;
use dimwise::trainer::TrainError;

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

fn run(settings: &Settings, train: &Digits, test: &Digits) -> Result<(), TrainError> {
    let network = Mlp::initialized(HeNormal, settings.seed);
    let optimizer = Sgd { learning_rate: settings.learning_rate };
    let mut trainer =
        Trainer::<Mlp, CrossEntropy, Sgd, Capacity>::new(network, CrossEntropy, optimizer, settings.seed)
            .with_batch_size(settings.batch)?;

    let start = Instant::now();
    for _ in 0..settings.epochs {
        let bar = shared::progress_bar(train.len());
        let epoch = trainer.epoch_with(train, |step| bar.inc(step.samples as u64))?;
        bar.finish_and_clear();
        shared::print_epoch(epoch, trainer.evaluate(test)?);
    }
    println!("trained in {:.2} s\n", start.elapsed().as_secs_f64());

    draw_mistakes(trainer.network(), test, 4);
    println!("test accuracy {:.4}", trainer.evaluate(test)?.accuracy.unwrap_or_default());
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
