use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U3, U16, U16), U8, U3, (Padding<U1>, Stride<U2>, Padding<U1>)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
