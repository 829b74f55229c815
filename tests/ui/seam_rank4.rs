use dimwise::prelude::*;

network! {
    type Net = [
        Relu<(U2, U3, U8, U8)>,
        Tanh<(U2, U3, U4, U4)>,
    ];
}

fn main() {}
