use dimwise::prelude::*;

network! {
    type Wrong = [
        BatchNorm<U8, f64>,
    ];
}

fn main() {
    Wrong::zeroed();
}
