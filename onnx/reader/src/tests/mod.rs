//! Files as bytes: those of PyTorch, those that dimwise exports, damaged ones.

mod mutated;
mod refusals;

use std::fs;
use std::path::Path;

use dimwise::models::{LeNet5, NeuralNet, ResNet, SimpleConvNet, TwoLayerNet};
use dimwise::prelude::*;
use dimwise::storage::onnx::{self, Options, ToOnnx};

use crate::import;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/models"))
}

/// The committed files, by name.
fn files() -> Vec<(String, Vec<u8>)> {
    let paths = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "onnx"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn every_file_is_imported() {
    for (name, bytes) in files() {
        if let Err(refusal) = import(&bytes, folder()) {
            panic!("{name}: {refusal}");
        }
    }
}

/// What is exported has its numbers in the same order when it comes back.
fn comes_back<N: Network<Element = f32> + ToOnnx>() -> String {
    let network = N::initialized(HeNormal, 1);
    let imported = import(&onnx::to_bytes(&*network, Options::default()).unwrap(), Path::new("")).unwrap();
    let bytes: Vec<_> = network.as_slice().iter().flat_map(|number| number.to_le_bytes()).collect();
    assert!(imported.bytes == bytes, "{}", imported.layers);
    imported.layers.to_string()
}

#[test]
fn settings_of_norms_come_back() {
    network! {
        type Norms = [
            BatchNorm<(U4, U2, U3), (Epsilon<U3>, RunningMomentum<U1>)>,
            LayerNorm<_, Epsilon<U6>>, LeakyRelu<_, Slope<U20>>, GroupNorm<_, U2, Epsilon<U12>>, Relu<_>, GroupNorm<_, U2>,
        ];
    }
    let layers = comes_back::<Norms>();
    let epsilons =
        layers.split("Epsilon<::dimwise::sizes::").skip(1).map(|rest| rest.split('>').next().unwrap());
    assert_eq!(epsilons.collect::<Vec<_>>(), ["U3", "U6", "U12"], "{layers}");
    assert!(layers.contains("Slope<::dimwise::sizes::U20>"), "{layers}");
}

#[test]
fn exported_weights_come_back() {
    comes_back::<TwoLayerNet>();
    comes_back::<NeuralNet>();
    comes_back::<SimpleConvNet>();
    comes_back::<LeNet5>();
    comes_back::<ResNet>();
}
