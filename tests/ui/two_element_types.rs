use dimwise::prelude::*;

network! {
    type Net = [
        Affine<U784, U50, f32>,
        Relu<U50, f64>,
    ];
}

fn main() {}
