use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U6, U28, U28), U8, U3, U1, U1, U1, U4>,
    ];
}

fn main() {
    Wrong::zeroed();
}
