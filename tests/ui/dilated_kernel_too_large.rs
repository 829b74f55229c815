use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U1, U8, U8), U4, U3, (Padding<U1>, Dilation<U5>)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
