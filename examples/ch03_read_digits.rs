//! A trained network reads digits in batches: `cargo run --release --example ch03_read_digits`.
//!
//! Saito, *Deep Learning from Scratch*, 3.6. The book loads weights and reads 93.52 % of MNIST's test images;
//! here `models::NeuralNet` (784-50-100-10, sigmoid) is trained first, which takes about two seconds.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use dimwise::models::NeuralNet;
use dimwise::prelude::*;
use figure::Tile;
use shared::{Claim, Images};

/// Reads digits, one by one and in batches of 100
#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    digits: shared::Digits,
}

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(settings: &Settings) -> Result<Claim, Box<dyn Error>> {
    let (train, test) = settings.digits.read::<U784>()?;
    let network = trained(&train, &test, if settings.digits.fast { 10 } else { 30 })?;

    let start = Instant::now();
    let one_by_one: Vec<_> = test.samples().iter().map(|image| read(&network.predict(image))).collect();
    let alone = start.elapsed();

    let start = Instant::now();
    let mut predictor = Predictor::<NeuralNet>::new(100);
    let mut in_batches = Vec::new();
    for batch in test.samples().chunks(100) {
        in_batches.extend(predictor.predict(&network, batch).iter().map(read));
    }
    let together = start.elapsed();

    draw(&network, &test)?;
    let right = in_batches.iter().zip(test.targets()).filter(|(read, right)| read == right).count();
    let accuracy = right as f64 / test.len() as f64;
    Ok(Claim {
        holds: accuracy > 0.93 && in_batches == one_by_one,
        line: format!(
            "the three-layer network reads over 93 % of the test images, and the same in batches: {:.2} %, \
             {:.1} ms in batches of 100, {:.1} ms one by one",
            100.0 * accuracy,
            1e3 * together.as_secs_f64(),
            1e3 * alone.as_secs_f64(),
        ),
    })
}

fn trained(
    train: &Images<U784>,
    test: &Images<U784>,
    epochs: usize,
) -> Result<Box<NeuralNet>, Box<dyn Error>> {
    let network = NeuralNet::initialized(XavierNormal, 1);
    let mut trainer = Trainer::<NeuralNet, _, _, U100>::new(network, CrossEntropy, Adam::new(0.003), 1);
    shared::train(&mut trainer, epochs, train, test)?;
    Ok(trainer.into_network())
}

/// The digit with the highest score.
fn read(scores: &Tensor<U10>) -> Class<U10> {
    Class::of_largest(scores.as_slice())
}

/// The first six images, with what each is read as and how surely.
fn draw(network: &NeuralNet, test: &Images<U784>) -> Result<(), Box<dyn Error>> {
    let tile = |image: &Tensor<U784>| {
        let probabilities = Softmax::zeroed().predict(&network.predict(image));
        let digit = read(&probabilities);
        Tile {
            caption: format!("{digit}: {:.1} %", 100.0 * probabilities[digit.index()]),
            columns: 28,
            pixels: image.as_slice().iter().map(|pixel| f64::from(*pixel)).collect(),
        }
    };
    let tiles: Vec<_> = test.samples().iter().take(6).map(tile).collect();
    figure::tiles("ch03_read_digits", 6, 3, &tiles)
}
