use dimwise::parameters::Kind;
use dimwise::prelude::*;

#[repr(C)]
struct Scale<S: Shape, T: Element> {
    factor: Tensor<S, T>,
    offset: usize,
}
dimwise::parameters!(Scale<S: Shape, T: Element>: T {
    factor: Kind::Weight { fan_in: 1, fan_out: 1 },
    offset: Kind::Bias { start: 0.0 },
});

fn main() {}
