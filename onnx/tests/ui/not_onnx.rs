use dimwise_onnx::onnx;

onnx!("Cargo.toml" as pub type Model);

fn main() {}
