use dimwise::prelude::*;

network! {
    type Wrong = [
        MaxPool2d<(U8, U8, U8), U2, f64>,
    ];
}

fn main() {
    Wrong::zeroed();
}
