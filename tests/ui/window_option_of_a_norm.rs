use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U3, U16, U16), U8, U3, Epsilon<U3>>,
    ];
}

fn main() {
    Wrong::zeroed();
}
