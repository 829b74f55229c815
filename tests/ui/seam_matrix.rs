use dimwise::prelude::*;

network! {
    type Net = [
        Relu<(U3, U4)>,
        Tanh<(U3, U5)>,
    ];
}

fn main() {}
