use dimwise::prelude::*;

network! {
    pub type Net = [
        Affine<U784, U50> Relu<U50>,
    ];
}

fn main() {}
