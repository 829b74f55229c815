use dimwise::prelude::*;

network! {
    type Wrong = [
        Affine<U10, U784>,
        Reshape<U784, (U3, U16, U16)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
