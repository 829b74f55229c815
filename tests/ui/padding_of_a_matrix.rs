use dimwise::prelude::*;

network! {
    type Wrong = [ZeroPad2d<(U28, U28), U2>];
}

fn main() {
    Wrong::zeroed();
}
