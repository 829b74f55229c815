use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U1, U4, U4), U0, U3>,
        GroupNorm<(U0, U2, U2), U0>,
    ];
}

fn main() {
    Wrong::zeroed();
}
