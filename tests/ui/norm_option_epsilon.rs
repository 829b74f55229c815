use dimwise::prelude::*;

network! {
    type Wrong = [
        BatchNorm<U8, Epsilon<U21>>,
    ];
}

fn main() {
    Wrong::zeroed();
}
