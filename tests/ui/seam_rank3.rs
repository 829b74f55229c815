use dimwise::prelude::*;

network! {
    type Net = [
        Relu<(U1, U28, U28)>,
        Tanh<(U3, U28, U28)>,
    ];
}

fn main() {}
