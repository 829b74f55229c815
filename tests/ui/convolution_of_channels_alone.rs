use dimwise::prelude::*;

// As PyTorch has it: channels, filters, kernel.
network! {
    type Wrong = [
        Conv2d<U3, U16, U3>,
    ];
}

fn main() {
    Wrong::zeroed();
}
