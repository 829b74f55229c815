use dimwise::prelude::*;

network! {
    pub type Net = [
        Affine<U784, U50>,
        Conv2d<_, U6, U5>,
    ];
}

fn main() {}
