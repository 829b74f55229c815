use dimwise::prelude::*;

network! {
    type Net = [
        Affine<U784, U50>,
        Tensor<U50>,
        Affine<U50, U10>,
    ];
}

fn main() {}
