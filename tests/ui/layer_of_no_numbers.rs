use dimwise::prelude::*;

network! {
    type Wrong = [
        Affine<U0, U4>,
        Affine<U4, U0>,
        GlobalAvgPool2d<(U3, U0, U2)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
