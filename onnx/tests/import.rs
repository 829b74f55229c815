//! Models that PyTorch exported (`interop/pytorch.py`), with PyTorch's outputs; what can be done with an imported network.

use std::fs;
use std::path::Path;

use dimwise::prelude::*;
use dimwise::storage::onnx::{self, Options};
use dimwise_onnx::onnx;

/// The numbers of a file, sample by sample.
fn samples<S: Shape, T: Element>(name: &str) -> Vec<Tensor<S, T>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name);
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let numbers: Vec<T> = bytes.chunks_exact(size_of::<T>()).map(T::read_le).collect();
    assert_eq!(numbers.len(), 3 * S::LEN, "{name}");
    let tensor = |sample: &[T]| {
        let mut tensor = Tensor::default();
        tensor.as_mut_slice().copy_from_slice(sample);
        tensor
    };
    numbers.chunks_exact(S::LEN).map(tensor).collect()
}

/// The largest difference from PyTorch's outputs is below 1e-5, beside numbers of about 1.
fn assert_same<N: Network>(network: &N, name: &str) {
    let inputs = samples::<N::In, N::Element>(&format!("{name}.input"));
    let outputs = samples::<N::Out, N::Element>(&format!("{name}.output"));
    for (input, expected) in inputs.iter().zip(&outputs) {
        let found = network.predict(input);
        for (found, expected) in found.as_slice().iter().zip(expected.as_slice()) {
            let (found, expected) = (found.to_f64(), expected.to_f64());
            let off = (found - expected).abs();
            assert!(off <= 1e-5 * expected.abs().max(1.0), "{name}: found {found}, expected {expected}");
        }
    }
}

macro_rules! imported {
    ($($name:ident $new:literal $old:literal;)*) => {
        $(mod $name {
            use super::*;

            onnx!($new as pub(super) type Model);

            onnx!($old as pub(super) type Older);

            #[test]
            fn gives_what_it_gives_in_pytorch() {
                assert_same(&*Model::pretrained(), stringify!($name));
                assert_same(&*Older::pretrained(), stringify!($name));
            }
        })*
    };
}
imported! {
    mlp "tests/models/mlp.onnx" "tests/models/mlp_old.onnx";
    activations "tests/models/activations.onnx" "tests/models/activations_old.onnx";
    convnet "tests/models/convnet.onnx" "tests/models/convnet_old.onnx";
    windows "tests/models/windows.onnx" "tests/models/windows_old.onnx";
    uneven "tests/models/uneven.onnx" "tests/models/uneven_old.onnx";
    sequence "tests/models/sequence.onnx" "tests/models/sequence_old.onnx";
    transposed "tests/models/transposed.onnx" "tests/models/transposed_old.onnx";
    norms "tests/models/norms.onnx" "tests/models/norms_old.onnx";
    residual "tests/models/residual.onnx" "tests/models/residual_old.onnx";
    inception "tests/models/inception.onnx" "tests/models/inception_old.onnx";
    normalised "tests/models/normalised.onnx" "tests/models/normalised_old.onnx";
    formulas "tests/models/formulas.onnx" "tests/models/formulas_old.onnx";
    approximate "tests/models/approximate.onnx" "tests/models/approximate_old.onnx";
    double "tests/models/double.onnx" "tests/models/double_old.onnx";
}

/// A test for each graph of `interop/operators.py`.
macro_rules! operators {
    ($($name:ident $file:literal;)*) => {
        $(mod $name {
            use super::*;

            onnx!($file as pub(super) type Model);

            #[test]
            fn gives_what_it_gives_in_onnx_runtime() {
                let name = $file.strip_prefix("tests/models/").unwrap().strip_suffix(".onnx").unwrap();
                assert_same(&*Model::pretrained(), name);
            }
        })*
    };
}
operators! {
    gemm "tests/models/operator_gemm.onnx";
    conv_same_upper "tests/models/operator_conv_same_upper.onnx";
    conv_same_lower "tests/models/operator_conv_same_lower.onnx";
    conv_valid "tests/models/operator_conv_valid.onnx";
    conv_uneven "tests/models/operator_conv_uneven.onnx";
    conv_transpose "tests/models/operator_conv_transpose.onnx";
    pools "tests/models/operator_pools.onnx";
    norms_said "tests/models/operator_norms.onnx";
    group_norm "tests/models/operator_group_norm.onnx";
    activations_said "tests/models/operator_activations.onnx";
    linear_vector "tests/models/operator_linear_vector.onnx";
    linear_image "tests/models/operator_linear_image.onnx";
    pad "tests/models/operator_pad.onnx";
    branches "tests/models/operator_branches.onnx";
    folded "tests/models/operator_folded.onnx";
    pools_of_pixels "tests/models/operator_pools_of_pixels.onnx";
}

/// What PyTorch's model is, declared by hand.
mod by_hand {
    use super::*;

    network! {
        pub(super) type Mlp = [Affine<U4, U80>, Relu<_>, Affine<_, U3>];
    }
}

#[test]
fn an_imported_network_is_one_like_others() {
    let (imported, mut declared) = (mlp::Model::pretrained(), by_hand::Mlp::zeroed());
    assert_eq!(mlp::Model::included(), &*imported);
    declared.as_mut_slice().copy_from_slice(imported.as_slice());
    let inputs = samples::<U4, f32>("mlp.input");
    for input in &inputs {
        assert_eq!(imported.predict(input), declared.predict(input));
    }
    // It has its layers, and is trained to the same bits.
    assert_eq!(imported.layer::<2>().weight, declared.layer::<2>().weight);
    let targets = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(Tensor::from);
    let mut imported = Trainer::<_, _, _, U3>::new(imported, MeanSquaredError, Adam::new(0.01), 1);
    let mut declared = Trainer::<_, _, _, U3>::new(declared, MeanSquaredError, Adam::new(0.01), 1);
    let first = imported.step(&inputs, &targets).unwrap();
    declared.step(&inputs, &targets).unwrap();
    for _ in 0..20 {
        let [imported, declared] = [imported.step(&inputs, &targets), declared.step(&inputs, &targets)];
        assert_eq!(imported, declared);
        assert!(imported.unwrap() < first);
    }
    assert_eq!(imported.network().as_slice(), declared.network().as_slice());
}

onnx!("tests/models/norms.onnx" as type Norms);

#[test]
fn an_imported_network_is_part_of_another_one_and_is_exported() {
    network! { type Longer = [Reshape<U30, (U1, U6, U5)>, Norms, Tanh<_>, Affine<_, U2>]; }
    let mut longer = Longer::initialized(HeNormal, 1);
    let numbers = Norms::pretrained();
    let start = Longer::range_of("1").unwrap().start;
    longer.as_mut_slice()[start..][..Norms::COUNT].copy_from_slice(numbers.as_slice());
    assert!(longer.predict(&Tensor::<U30>::default()).as_slice().iter().all(|number| number.is_finite()));
    assert!(!onnx::to_bytes(&*longer, Options { softmax: true }).unwrap().is_empty());
}

#[test]
fn a_name_is_as_visible_as_it_says() {
    onnx!(
        /// A network inside of a function.
        #[must_use]
        "tests/models/double.onnx" as type Inside
    );
    assert_eq!(Inside::PARAMETERS, 3 * 4 + 4 + 4 * 2 + 2);
    assert_eq!(Inside::pretrained().as_slice(), double::Model::pretrained().as_slice());
}
