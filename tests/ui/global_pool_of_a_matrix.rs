use dimwise::prelude::*;

network! {
    type Wrong = [GlobalAvgPool2d<(U28, U28)>];
}

fn main() {
    Wrong::zeroed();
}
