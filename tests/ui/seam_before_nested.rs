use dimwise::prelude::*;

network! {
    type Hidden = [Affine<U49, U50>, Relu<U50>];
    type Net = [Affine<U784, U50>, Hidden, Affine<U50, U10>];
}

fn main() {}
