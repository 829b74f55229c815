use dimwise::layer::Sum;
use dimwise::prelude::*;

network! {
    type Wrong = [
        Parallel<Affine<U8, U7>, Affine<U9, U7>, Sum>,
        Affine<U7, U2>,
    ];
}

fn main() {
    Wrong::zeroed();
}
