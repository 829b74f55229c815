use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv2d<(U3, U16, U16), U8, (U3, U3, U3)>,
        Conv1d<(U8, U14), U8, U3, Stride<(U1, U2)>>,
    ];
}

fn main() {
    Wrong::zeroed();
}
