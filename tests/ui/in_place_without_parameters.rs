use dimwise::layer::{FromOutput, InPlace};
use dimwise::prelude::*;
use std::marker::PhantomData;

struct Square<S: Shape>(PhantomData<S>);
impl<S: Shape> InPlace for Square<S> {
    type Shape = S;
    type Derivative = FromOutput;
    fn apply(&self, _values: &mut [Tensor<S>]) {}
    fn differentiate(&self, _outputs: &[Tensor<S>], _grads: &mut [Tensor<S>], _: &mut Self) {}
}

fn main() {}
