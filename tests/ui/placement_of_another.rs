use dimwise::{layer::*, plain::Nothing, prelude::*};

#[repr(C)]
struct Unit { bias: Tensor<U2> }
dimwise::parameters!(Unit<>: f32 { bias: Kind::Bias { start: 0.0 } });
impl Layer for Unit {
    type In = U2; type Out = U2; type Cache = Nothing<f32>;
    type Placement = Over;
    const MULTIPLY_ADDS: usize = 0;
    fn forward(&self, _: &[Input<Self>], _: &mut [Output<Self>], _: Cached<'_, Self::Cache>) {}
    fn backward(&self, _: &[Input<Self>], _: &[Output<Self>], _: &mut [Output<Self>],
        _: Option<&mut [Input<Self>]>, _: &mut Self, _: Cached<'_, Self::Cache>) {}
}
fn main() {}
