use dimwise::parameters::Kind;
use dimwise::prelude::*;

#[repr(C, align(16))]
struct Scale {
    factor: Tensor<U3>,
}
dimwise::parameters!(Scale<>: f32 {
    factor: Kind::Scale { start: 1.0 },
});

fn main() {}
