use dimwise::prelude::*;

network! {
    type Net = [
        Conv2d<(U1, U28, U28), U16, U3, Stride<U2>, Padding<U1>>,
        Relu<_>,
        MaxPool2d<_, U2>,
        Flatten<_>,
        Affine<U784, U10>,
    ];
}

fn main() {}
