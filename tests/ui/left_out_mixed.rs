use dimwise::prelude::*;

network! {
    pub type Net = [
        Affine<U784, U50>,
        Relu<_>,
        Affine<U49, U10>,
    ];
}

fn main() {}
