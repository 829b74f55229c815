//! Networks as ONNX files beside an input and our output, for `interop/onnx_runtime.py` to compare.

use std::path::{Path, PathBuf};
use std::{env, fs};

use dimwise::parameters::Kind;
use dimwise::prelude::*;
use dimwise::random::Random;
use dimwise::storage::onnx::{self, Options, ToOnnx};

/// Exports the network with random numbers, into the folder that `DIMWISE_ONNX` names if there is one.
pub(crate) fn export<N: Network + ToOnnx>(name: &str, options: Options) {
    let mut random = Random::new(5);
    let mut network = N::initialized(HeNormal, 1);
    let numbers = network.as_mut_slice();
    N::segments(|segment| match segment.kind {
        // A variance is positive, a mean may be.
        Kind::Statistic { .. } => {
            numbers[segment.range()].fill_with(|| N::Element::from_f64(random.normal().abs() + 0.1))
        }
        Kind::Weight { .. } => {}
        Kind::Seed => {}
        _ => numbers[segment.range()].fill_with(|| N::Element::from_f64(0.7 * random.normal())),
    });
    let mut draw = || N::Element::from_f64(random.normal());
    let inputs: Vec<Tensor<N::In, N::Element>> = (0..3).map(|_| Tensor::filled_with(&mut draw)).collect();
    let mut outputs: Vec<_> = inputs.iter().map(|input| network.predict(input)).collect();
    if options.softmax {
        let softmax = Softmax::<N::Out, N::Element>::zeroed();
        outputs = outputs.iter().map(|output| softmax.predict(output)).collect();
    }
    let bytes = onnx::to_bytes(&*network, options).unwrap();

    // What is imported again has the same numbers in the same order, but for seeds: a dropout is left out.
    let mut numbers = Vec::new();
    N::segments(|segment| {
        if segment.kind != Kind::Seed {
            network.as_slice()[segment.range()].iter().for_each(|number| number.write_le(&mut numbers));
        }
    });
    let imported = dimwise_onnx_reader::import(&bytes, Path::new(""))
        .unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    // A scale is another layer when it comes back, or part of the one before it.
    let is_same = !["layer_own_scale", "layer_own_layer_inside", "layer_standardize_inside"].contains(&name);
    assert!(!is_same || imported.bytes == numbers, "{name}: {}", imported.layers);

    let Some(folder) = env::var_os("DIMWISE_ONNX").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    let write = |end: &str, bytes: Vec<u8>| fs::write(folder.join(format!("{name}.{end}")), bytes).unwrap();
    write("onnx", bytes);
    write("input", bytes_of(&inputs));
    write("output", bytes_of(&outputs));
}

fn bytes_of<S: Shape, T: Element>(samples: &[Tensor<S, T>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    samples.iter().flat_map(|sample| sample.as_slice()).for_each(|number| number.write_le(&mut bytes));
    bytes
}
