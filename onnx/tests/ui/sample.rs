use dimwise::prelude::*;
use dimwise_onnx::onnx;

onnx!("tests/models/double_old.onnx" as pub type Model);

fn main() {
    Model::pretrained().predict(&Tensor::<U4, f64>::default());
}
