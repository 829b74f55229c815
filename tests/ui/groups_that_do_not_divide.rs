use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U6, U28, U28), U8, U3, (Padding<U1>, Groups<U4>)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
