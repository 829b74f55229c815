use dimwise::prelude::*;

network! {
    type Wrong = [MaxPool2d<U784, U2>];
}

fn main() {
    Wrong::zeroed();
}
