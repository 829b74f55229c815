use dimwise::parameters::Kind;
use dimwise::prelude::*;

#[repr(C)]
struct Scale {
    factor: Tensor<U3>,
}
dimwise::parameters!(Scale<>: f32 { factor: Kind::Scale { start: 1.0 } });

impl Drop for Scale {
    fn drop(&mut self) {}
}

fn main() {}
