//! To PyTorch and ONNX Runtime and back: `cargo run --release --example exchange -- DIR`, and then `… -- DIR back`.
//!
//! Trains each network of `dimwise::models` on the first 1,000 digits of `examples/data` and writes a folder for it:
//! `model.onnx`; `model.safetensors`, with the names and the layout of PyTorch; 100 samples, `inputs.npy`, and what the
//! network makes of them, `logits.npy`. `interop/exchange.py` compares them in ONNX Runtime; `interop/exchange_pytorch.py`
//! does in PyTorch, trains there, and leaves `pytorch.safetensors` and `pytorch_logits.npy`, which `back` compares here.

use std::error::Error;
use std::path::{Path, PathBuf};

use dimwise::data::Split;
use dimwise::models::{DeepConvNet, LeNet5, NeuralNet, ResNet, SimpleConvNet, TwoLayerNet};
use dimwise::prelude::*;
use dimwise::storage::onnx::ToOnnx;
use dimwise::storage::{Layout, Weights, npy, onnx};

const DIGITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

/// How far a logit may be off, beside numbers of about 1.
const TOLERANCE: f32 = 1e-5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (folder, is_back) = match &arguments[..] {
        [folder] => (PathBuf::from(folder), false),
        [folder, back] if back == "back" => (PathBuf::from(folder), true),
        _ => {
            return Err(
                "say which folder to write into; and `back` behind it to compare what PyTorch left".into()
            );
        }
    };
    go::<TwoLayerNet<f32>>(&folder.join("two_layer_net"), is_back)?;
    go::<NeuralNet<f32>>(&folder.join("neural_net"), is_back)?;
    go::<SimpleConvNet<f32>>(&folder.join("simple_conv_net"), is_back)?;
    go::<DeepConvNet<f32>>(&folder.join("deep_conv_net"), is_back)?;
    go::<LeNet5<f32>>(&folder.join("le_net_5"), is_back)?;
    go::<ResNet<f32>>(&folder.join("res_net"), is_back)
}

fn go<N: Network<Element = f32, Out = U10> + ToOnnx>(
    folder: &Path,
    is_back: bool,
) -> Result<(), Box<dyn Error>> {
    if is_back { compare::<N>(folder) } else { write::<N>(folder) }
}

/// Trains here.
fn write<N: Network<Element = f32, Out = U10> + ToOnnx>(folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let train = Dataset::<N::In, Class<U10>>::from_idx_folder(DIGITS, Split::Train)?.split_at(1_000).0;
    let test = Dataset::<N::In, Class<U10>>::from_idx_folder(DIGITS, Split::Test)?.split_at(100).0;
    let mut trainer =
        Trainer::<N, _, _, U100>::new(N::initialized(HeNormal, 1), CrossEntropy, Adam::new(1e-3), 1);
    trainer.epoch(&train)?;
    println!("{}: {:?}", folder.display(), trainer.evaluate(&test)?);

    let (network, inputs) = (trainer.network(), test.samples());
    let logits: Vec<_> = inputs.iter().map(|input| network.predict(input)).collect();
    onnx::export(network, folder.join("model.onnx"), onnx::Options::default())?;
    Weights::of(Layout::PyTorch).save(network, folder.join("model.safetensors"))?;
    npy::write_batch(inputs, folder.join("inputs.npy"))?;
    npy::write_batch(&logits, folder.join("logits.npy"))?;
    Ok(())
}

/// Predicts with what was trained in PyTorch.
fn compare<N: Network<Element = f32, Out = U10>>(folder: &Path) -> Result<(), Box<dyn Error>> {
    let network = Weights::of(Layout::PyTorch).load::<N>(folder.join("pytorch.safetensors"))?;
    let inputs = npy::read_batch::<N::In, f32>(folder.join("inputs.npy"))?;
    let expected = npy::read_batch::<U10, f32>(folder.join("pytorch_logits.npy"))?;
    if inputs.len() != expected.len() {
        return Err(format!("{} samples, but {} outputs of PyTorch", inputs.len(), expected.len()).into());
    }
    let mut worst = 0.0_f32;
    for (input, expected) in inputs.iter().zip(&expected) {
        for (found, expected) in network.predict(input).as_slice().iter().zip(expected.as_slice()) {
            let off = (found - expected).abs() / expected.abs().max(1.0);
            // NaN is as far off as anything.
            worst = if off <= worst { worst } else { off };
        }
    }
    println!("{} from PyTorch: largest difference {worst:.1e}", folder.display());
    if worst <= TOLERANCE { Ok(()) } else { Err(format!("{} is off by {worst:e}", folder.display()).into()) }
}
