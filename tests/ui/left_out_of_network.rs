use dimwise::prelude::*;

network! {
    pub type Net = [Affine<U784, U50>, Hidden<_>];
    pub type Hidden = [Relu<U50>];
}

fn main() {}
