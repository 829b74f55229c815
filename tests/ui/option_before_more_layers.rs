use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U1, U28, U28), U6, U5>,
        MaxPool2d<_, U2, U2>,
        Conv2d<_, U16, U5, U2>,
        Flatten<_>,
        Affine<_, U10>,
    ];
}

fn main() {}
