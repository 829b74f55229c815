use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U3, U16, U16), U8, U3, Stride<U2>, Padding<U1>>,
        MaxPool2d<(U8, U8, U8), U2, f64>,
    ];
}

fn main() {
    Wrong::zeroed();
}
