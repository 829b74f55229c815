use dimwise::prelude::*;

network! {
    type Wrong = [
        LayerNorm<U8, RunningMomentum<U1>>,
    ];
}

fn main() {
    Wrong::zeroed();
}
