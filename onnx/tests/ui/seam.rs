use dimwise::prelude::*;
use dimwise_onnx::onnx;

onnx!("tests/models/double_old.onnx" as pub type Model);

network! {
    type Longer = [Model, Affine<U3, U4, f64>];
}

fn main() {}
