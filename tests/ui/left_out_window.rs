use dimwise::prelude::*;

network! {
    pub type Net = [
        Conv2d<(U1, U28, U28), U6, U25>,
        MaxPool2d<_, U5>,
    ];
}

fn main() {}
