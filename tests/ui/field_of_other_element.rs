use dimwise::parameters::Kind;
use dimwise::prelude::*;

#[repr(C)]
struct Scale<S: Shape, T: Element> {
    factor: Tensor<S, f64>,
    phantom: std::marker::PhantomData<T>,
}
dimwise::parameters!(Scale<S: Shape, T: Element>: T {
    factor: Kind::Weight { fan_in: 1, fan_out: 1 },
} marker phantom);

fn main() {}
