//! Networks as ONNX files beside an input and our output, for `interop/onnx_runtime.py` to compare.

use std::path::PathBuf;
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
    let inputs: Vec<Tensor<N::In, N::Element>> =
        (0..3).map(|_| Tensor::from_fn(|_| N::Element::from_f64(random.normal()))).collect();
    let mut outputs: Vec<_> = inputs.iter().map(|input| network.predict(input)).collect();
    if options.softmax {
        let softmax = Softmax::<N::Out, N::Element>::zeroed();
        outputs = outputs.iter().map(|output| softmax.predict(output)).collect();
    }
    let bytes = onnx::to_bytes(&*network, options).unwrap();

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
