use dimwise::prelude::*;

network! {
    type Wrong = [
        GroupNorm<(U6, U4, U4), U4>,
    ];
}

fn main() {
    Wrong::zeroed();
}
