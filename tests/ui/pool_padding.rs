use dimwise::prelude::*;

network! {
    type Wrong = [
        MaxPool2d<(U1, U2, U2), U2, Padding<U2>>,
        AvgPool2d<(U1, U3, U3), (U2, U3), (Stride<U1>, Padding<(U0, U2)>)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
