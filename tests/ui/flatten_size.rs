use dimwise::prelude::*;

network! {
    type Wrong = [
        MaxPool2d<(U30, U24, U24), U2>,
        Flatten<(U30, U12, U12)>,
        Affine<dim!(4230), U100>,
    ];
}

fn main() {
    Wrong::zeroed();
}
