use dimwise::prelude::*;

network! {
    pub type Net = [
        Conv2d<(U1, U28, U28), U6, U5>,
        Affine<_, U10>,
    ];
}

fn main() {}
