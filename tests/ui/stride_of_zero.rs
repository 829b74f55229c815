use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U1, U28, U28), U4, U5, Stride<U0>>,
    ];
}

fn main() {
    Wrong::zeroed();
}
