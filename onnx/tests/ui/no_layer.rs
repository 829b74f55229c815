use dimwise_onnx::onnx;

onnx!("tests/ui/hard_swish.onnx" as pub type Model);

fn main() {}
