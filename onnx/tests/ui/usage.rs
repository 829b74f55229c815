use dimwise_onnx::onnx;

onnx!("tests/models/double_old.onnx");

onnx!(Model);

fn main() {}
