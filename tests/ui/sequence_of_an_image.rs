use dimwise::prelude::*;

network! {
    type Wrong = [
        Conv1d<(U3, U16, U16), U8, U3>,
        GlobalAvgPool1d<(U8, U7, U7)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
