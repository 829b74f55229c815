use dimwise::prelude::*;

network! {
    type Wrong = [
        BatchNorm<U8, (Epsilon<U3>, RunningMomentum<U101>)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
