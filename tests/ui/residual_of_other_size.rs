use dimwise::prelude::*;

network! {
    type Wrong = [
        Affine<U4, U8>,
        Residual<Affine<U8, U7>>,
        Affine<U7, U2>,
    ];
}

fn main() {
    Wrong::zeroed();
}
