//! Weights from PyTorch and back, compared with what PyTorch computed (`reference/generate_pytorch.py`).
#![allow(clippy::float_cmp)]

use std::fs;
use std::path::{Path, PathBuf};

use dimwise::plain::view;
use dimwise::prelude::*;
use dimwise::storage::{Layout, Loaded, StorageError, Weights, load, save};
use safetensors::SafeTensors;

network! {
    type Square<T> = [Affine<U3, U3>, Tanh<_>, Affine<_, U3>];
    type Rectified = [Affine<U3, U3>, Relu<_>, Affine<_, U3>];
    type ConvNet = [
        Conv2d<(U2, U6, U6), U4, U3, (Padding<U1>, Groups<U2>)>, BatchNorm<_>, PRelu<_>, MaxPool2d<_, U2>,
        ConvTranspose2d<_, U6, (U3, U2), (Stride<U2>, Padding<U1>, OutputPadding<U1>, Groups<U2>)>,
        GroupNorm<_, U3>, Dropout<_, U50>, Flatten<_>, Affine<_, U4>, LayerNorm<_>,
    ];
    type Sequence = [Conv1d<(U3, U9), U4, U3, Stride<U2>>, ConvTranspose1d<_, U2, U3>, Flatten<_>];
    type Named = [
        Affine<U4, U5>, Relu<_>, Affine<_, U5>, Tanh<_>, Affine<_, U5>, Tanh<_>, Affine<_, U3>,
    ];
    type Deeper = [Affine<U3, U3>, Tanh<_>, Affine<_, U3>, Relu<_>, Affine<_, U2>];
    type Line = [Affine<U3, U2>];
}

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/pytorch").join(format!("{name}.safetensors"))
}

fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.safetensors"))
}

fn pytorch() -> Weights {
    Weights::of(Layout::PyTorch)
}

/// The numbers of a tensor of a file, in its own order.
fn numbers(file: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let data = file.tensor(name).unwrap().data().chunks_exact(4);
    data.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

/// Compares the network's outputs with PyTorch's.
fn assert_predicts<N: Network<Element = f32>>(network: &N, name: &str) {
    let bytes = fs::read(reference(&format!("{name}.samples"))).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let (inputs, outputs) = (numbers(&file, "input"), numbers(&file, "output"));
    let inputs = view::<Tensor<N::In>>(&inputs, 3);
    let outputs = view::<Tensor<N::Out>>(&outputs, 3);
    for (input, expected) in inputs.iter().zip(outputs) {
        let output = network.predict(input);
        for (found, expected) in output.as_slice().iter().zip(expected.as_slice()) {
            assert!((found - expected).abs() < 2e-5 * (1.0 + expected.abs()), "{name}: {found}, {expected}");
        }
    }
}

/// Loads, predicts, saves; what is saved is the file's, tensor by tensor.
fn goes_round<N: Network<Element = f32> + PartialEq + std::fmt::Debug>(name: &str, weights: &Weights) {
    let network = weights.load::<N>(reference(name)).unwrap();
    assert_predicts(&*network, name);
    let path = temporary(name);
    weights.save(&*network, &path).unwrap();
    assert_eq!(weights.load::<N>(&path).unwrap().as_slice(), network.as_slice());
    let [theirs, ours] = [fs::read(reference(name)).unwrap(), fs::read(path).unwrap()];
    let [theirs, ours] = [&theirs, &ours].map(|bytes| SafeTensors::deserialize(bytes).unwrap());
    let mut names = theirs.names();
    names.retain(|name| !name.ends_with("num_batches_tracked"));
    assert_eq!(names.len(), ours.names().len());
    for tensor in names {
        let [theirs, ours] = [&theirs, &ours].map(|file| file.tensor(tensor).unwrap());
        assert_eq!((theirs.shape(), theirs.data()), (ours.shape(), ours.data()), "{tensor}");
    }
}

#[test]
fn weights_of_pytorch_come_and_go() {
    goes_round::<Square<f32>>("square", &pytorch());
    goes_round::<ConvNet>("convnet", &pytorch());
    goes_round::<Sequence>("sequence", &pytorch());
}

#[test]
fn tensors_are_renamed() {
    let weights = pytorch().renamed("hidden", "0").renamed("head", "6");
    let named = weights.clone().renamed("blocks.0.fc", "2").renamed("blocks.1.fc", "4");
    goes_round::<Named>("named", &named);
    let error = weights.renamed("blocks.*.fc", "2").load::<Named>(reference("named")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "both blocks.0.fc.bias and blocks.1.fc.bias of the file are renamed to 2.bias"
    );
    let error = pytorch().load::<Named>(reference("named")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "in the network, but not in the file: 0.bias, 0.weight, 2.bias, 2.weight, 4.bias, 4.weight, 6.bias, \
         6.weight; in the file, but not in the network: blocks.0.fc.bias, blocks.0.fc.weight, blocks.1.fc.bias, \
         blocks.1.fc.weight, head.bias, head.weight, hidden.bias, hidden.weight"
    );
}

#[test]
fn other_types_of_number_are_converted_when_asked() {
    for (name, found) in [("half", "f16"), ("brain", "bf16"), ("double", "f64")] {
        let error = pytorch().load::<Line>(reference(name)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("0.bias is of type f32 in the network, but {found} in the file")
        );
        assert_predicts(&*pytorch().converted().load::<Line>(reference(name)).unwrap(), name);
    }
    let double = pytorch().converted().load::<Square<f64>>(reference("square")).unwrap();
    let single = pytorch().load::<Square<f32>>(reference("square")).unwrap();
    assert!(
        single.as_slice().iter().zip(double.as_slice()).all(|(single, double)| f64::from(*single) == *double)
    );
}

#[test]
fn a_part_is_loaded_whole_or_not_at_all() {
    let mut network = Deeper::initialized(HeNormal, 1);
    let before = network.clone();
    let loaded = pytorch().load_into(&mut *network, reference("square")).unwrap();
    assert_eq!(loaded, Loaded { missing: vec!["4.bias".into(), "4.weight".into()], unknown: vec![] });
    let square = pytorch().load::<Square<f32>>(reference("square")).unwrap();
    assert_eq!(network.as_slice()[..24], *square.as_slice());
    assert_eq!(network.as_slice()[24..], before.as_slice()[24..]);

    // The first tensors fit, a later one does not.
    let mut other = Named::initialized(HeNormal, 1);
    let before = other.clone();
    let error =
        pytorch().renamed("hidden", "0").renamed("head", "4").load_into(&mut *other, reference("named"));
    assert!(matches!(error, Err(StorageError::Shape { .. })), "{error:?}");
    assert_eq!(other, before);
}

#[test]
fn a_layout_is_never_guessed() {
    let error = load::<Square<f32>>(reference("square")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file is not one of dimwise (Native layout): say how it is laid out, as \
         `Weights::of(Layout::PyTorch).load(path)`"
    );
    let path = temporary("native");
    save(&*Square::<f32>::initialized(HeNormal, 1), &path).unwrap();
    let error = pytorch().load::<Square<f32>>(&path).unwrap_err();
    assert_eq!(error.to_string(), "the file is in Native layout, but was to be read in PyTorch layout");
    // Other activations have the same tensors.
    let error = load::<Rectified>(&path).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file is of another network: its layer is 1 Tanh, where this one has 1 Relu"
    );
    pytorch().save(&*Square::<f32>::initialized(HeNormal, 1), &path).unwrap();
    let error = load::<Square<f32>>(&path).unwrap_err();
    assert_eq!(error.to_string(), "the file is in PyTorch layout, but was to be read in Native layout");
    let text = fs::read(&path).unwrap();
    let later = String::from_utf8_lossy(&text[8..]).find("\"version\":\"1\"").unwrap() + 8 + 11;
    let mut bytes = text.clone();
    bytes[later] = b'2';
    let error = pytorch().from_bytes::<Square<f32>>(&bytes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file is of version 2 of the format, but this dimwise knows no later one than 1"
    );
}

#[test]
fn a_matrix_the_wrong_way_round_is_said_to_be() {
    network! { type Wide = [Affine<U2, U3>]; }
    let error = pytorch().load::<Wide>(reference("half")).unwrap_err().to_string();
    assert!(error.ends_with("0.bias should be of shape [3] in the file, but is of [2]"), "{error}");
    let path = temporary("transposed");
    let weights = [("0.weight", vec![2, 3]), ("0.bias", vec![3])];
    let zeros = [0; 24];
    let tensors = weights.into_iter().map(|(name, shape)| {
        let len = 4 * shape.iter().product::<usize>();
        (name, safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape, &zeros[..len]).unwrap())
    });
    fs::write(&path, safetensors::serialize(tensors, None).unwrap()).unwrap();
    let error = pytorch().load::<Wide>(&path).unwrap_err();
    assert_eq!(
        error.to_string(),
        "0.weight should be of shape [3, 2] in the file, but is of [2, 3]: it is transposed, as other layouts have it"
    );
}
