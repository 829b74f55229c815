use dimwise::prelude::*;

network! {
    pub type Net = [Affine<_, U50>, Relu<_>, Affine<_, U10>];
}

fn main() {}
