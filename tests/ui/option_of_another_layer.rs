use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U3, U16, U16), U8, U2, OutputPadding<U1>>,
        MaxPool2d<(U8, U8, U8), U2, (Stride<U2>, Groups<U2>)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
