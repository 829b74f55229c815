use dimwise::prelude::*;

network! {
    type Wrong = [
        MaxPool2d<(U30, U24, U24), U2>,
        Affine<dim!(4320), U100>,
    ];
}

fn main() {
    Wrong::zeroed();
}
