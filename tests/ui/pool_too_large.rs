use dimwise::prelude::*;

network! {
    type Wrong = [
        MaxPool2d<(U3, U4, U4), U5>,
    ];
}

fn main() {
    Wrong::zeroed();
}
