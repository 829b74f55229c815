use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U1, U3, U28), U4, U5>,
    ];
}

fn main() {
    Wrong::zeroed();
}
