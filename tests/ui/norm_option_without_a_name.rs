use dimwise::prelude::*;

network! {
    type Wrong = [
        GroupNorm<U8, U2, U3>,
    ];
}

fn main() {
    Wrong::zeroed();
}
