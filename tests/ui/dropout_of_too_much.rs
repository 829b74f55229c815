use dimwise::prelude::*;

network! {
    type Wrong = [
        Affine<U4, U8>,
        Dropout<U8, U101>,
    ];
}

fn main() {
    Wrong::zeroed();
}
