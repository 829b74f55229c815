use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U3, U16, U16), U8, U2, U2>,
        MaxPool2d<(U8, U8, U8), U2, (Padding<U1>, U2)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
