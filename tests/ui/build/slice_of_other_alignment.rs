use dimwise::parameters::Kind;
use dimwise::prelude::*;

#[repr(C, align(64))]
struct Scale<S: Shape> {
    factor: Tensor<S>,
}
dimwise::parameters!(Scale<S: Shape>: f32 { factor: Kind::Scale { start: 1.0 } });

fn main() {
    dimwise::plain::zeroed_slice::<Scale<()>>(3);
}
