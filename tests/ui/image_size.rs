use dimwise::prelude::*;

// 28 - 5 + 1 = 24, and half of it 12: not 13.
network! {
    type Wrong = [
        Conv2d<(U1, U28, U28), U30, U5>,
        Relu<(U30, U24, U24)>,
        MaxPool2d<(U30, U24, U24), U2>,
        Conv2d<(U30, U13, U13), U8, U3>,
    ];
}

fn main() {
    Wrong::zeroed();
}
