use dimwise::prelude::*;

type In = (U3, U14, U14);

network! {
    type Wrong = [
        Parallel<Conv2d<In, U8, U3, Padding<U1>>, Conv2d<In, U4, U1>, Concat>,
        Relu<(U16, U14, U14)>,
    ];
}

fn main() {
    Wrong::zeroed();
}
