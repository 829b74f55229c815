use dimwise::layer::prelude::*;
use dimwise::prelude::*;
use dimwise::storage::onnx::{Options, to_bytes};

#[repr(C)]
struct Scale {
    factor: Tensor<U3>,
}
dimwise::parameters!(Scale<>: f32 { factor: Kind::Scale { start: 1.0 } });

impl InPlace for Scale {
    type Shape = U3;
    type Derivative = FromInput;

    fn apply(&self, _values: &mut [Tensor<U3>]) {}

    fn differentiate(&self, _inputs: &[Tensor<U3>], _grads: &mut [Tensor<U3>], _: &mut Self) {}
}

network! { type Net = [Affine<U4, U3>, Scale, Affine<U3, U2>]; }

fn main() {
    let _ = to_bytes(&*Net::zeroed(), Options::default());
}
