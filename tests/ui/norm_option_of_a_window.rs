use dimwise::prelude::*;

network! {
    type Wrong = [
        BatchNorm<U8, Stride<U2>>,
    ];
}

fn main() {
    Wrong::zeroed();
}
