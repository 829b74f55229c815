use dimwise::prelude::*;

network! {
    type Xor: f64 = [
        Affine<U2, U3>,
        Sigmoid<U4>,
        Affine<_, U1>,
    ];
}

fn main() {}
