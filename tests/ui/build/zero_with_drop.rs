use dimwise::parameters::Kind;
use dimwise::prelude::*;

#[repr(C)]
struct Scale<S: Shape> {
    factor: Tensor<S>,
}
dimwise::parameters!(Scale<S: Shape>: f32 { factor: Kind::Scale { start: 1.0 } });

impl<S: Shape> Drop for Scale<S> {
    fn drop(&mut self) {}
}

fn main() {
    let _ = Scale::<()>::ZERO;
}
