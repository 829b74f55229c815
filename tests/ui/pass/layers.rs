use dimwise::layer::{FromInput, InPlace};
use dimwise::parameters::Kind;
use dimwise::plain::{flat, flat_mut};
use dimwise::prelude::*;

use std::marker::PhantomData;

#[repr(C)]
struct Scale<S: Shape, T: Element = f32> {
    factor: Tensor<S, T>,
    offset: Tensor<S, T>,
}
dimwise::parameters!(Scale<S: Shape, T: Element>: T {
    factor: Kind::Weight { fan_in: 1, fan_out: 1 },
    offset: Kind::Bias { start: 0.0 },
});

#[repr(C)]
struct Fixed {
    factor: Tensor<U3>,
}
dimwise::parameters!(Fixed<>: f32 { factor: Kind::Scale { start: 1.0 } });

#[repr(C)]
struct Square<S: Shape> {
    shape: PhantomData<S>,
}
dimwise::parameters!(Square<S: Shape>: f32 {} marker shape);

impl<S: Shape> InPlace for Square<S> {
    type Shape = S;
    type Derivative = FromInput;
    fn apply(&self, values: &mut [Tensor<S>]) {
        flat_mut(values).iter_mut().for_each(|x| *x *= *x);
    }
    fn differentiate(&self, inputs: &[Tensor<S>], grads: &mut [Tensor<S>], _: &mut Self) {
        flat_mut(grads).iter_mut().zip(flat(inputs)).for_each(|(grad, x)| *grad *= 2.0 * x);
    }
}

network! { type Net = [Affine<U784, U50>, Square<U50>, Affine<U50, U10>]; }

fn main() {
    assert_eq!(Scale::<(U2, U3), f64>::COUNT, 12);
    assert_eq!(Fixed::zeroed().factor, Fixed::ZERO.factor);
    assert_eq!(Net::summary().to_string().lines().count(), 14);
    let _: Tensor<dim!(4294967295), f64>;
    let _: Tensor<(U1, U2, U3, U4)>;
}
