use dimwise::prelude::*;

network! {
    type Wrong = [
        ConvTranspose2d<(U3, U2, U2), U4, U3, Padding<U2>>,
    ];
}

fn main() {
    Wrong::zeroed();
}
