use dimwise::prelude::*;

network! {
    type Wrong = [Conv2d<U784, U30, U5>];
}

fn main() {
    Wrong::zeroed();
}
