//! To other programs: `cargo run --release --example exchange -- DIR`.
//!
//! Trains SimpleConvNet for one epoch on the digits in `examples/data` and writes into the folder: `model.onnx`;
//! `model.safetensors`, whose names and layout are those of PyTorch's `Sequential(Conv2d, ReLU, MaxPool2d, Flatten,
//! Linear, ReLU, Linear)`; 100 samples, `inputs.npy`, and what the network makes of them, `logits.npy`.
//! `interop/exchange.py` compares them in ONNX Runtime and, where it is installed, in PyTorch.

use std::error::Error;
use std::path::PathBuf;

use dimwise::data::Split;
use dimwise::models::SimpleConvNet;
use dimwise::prelude::*;
use dimwise::storage::{Layout, Weights, npy, onnx};

const DIGITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("say which folder to write into")?);
    std::fs::create_dir_all(&folder)?;

    let train = Dataset::<(U1, U28, U28), Class<U10>>::from_idx_folder(DIGITS, Split::Train)?;
    let test = Dataset::<(U1, U28, U28), Class<U10>>::from_idx_folder(DIGITS, Split::Test)?;
    let network = SimpleConvNet::<f32>::initialized(HeNormal, 1);
    let mut trainer = Trainer::<_, _, _, U100>::new(network, CrossEntropy, Adam::new(1e-3), 1);
    trainer.epoch(&train)?;
    println!("{:?}", trainer.evaluate(&test)?);

    let (network, inputs) = (trainer.network(), &test.samples()[..100]);
    let logits: Vec<_> = inputs.iter().map(|input| network.predict(input)).collect();
    onnx::export(network, folder.join("model.onnx"), onnx::Options::default())?;
    Weights::of(Layout::PyTorch).save(network, folder.join("model.safetensors"))?;
    npy::write_batch(inputs, folder.join("inputs.npy"))?;
    npy::write_batch(&logits, folder.join("logits.npy"))?;
    println!("model.onnx, model.safetensors, inputs.npy and logits.npy are in {}", folder.display());
    Ok(())
}
