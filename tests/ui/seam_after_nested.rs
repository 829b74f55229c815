use dimwise::prelude::*;

network! {
    type Hidden = [Affine<U50, U49>, Relu<U49>];
    type Net = [Affine<U784, U50>, Hidden, Affine<U50, U10>];
}

fn main() {}
