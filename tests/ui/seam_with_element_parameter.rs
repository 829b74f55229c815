use dimwise::prelude::*;

network! {
    type Xor<T> = [
        Affine<U2, U3, T>,
        Sigmoid<U4, T>,
        Affine<U4, U1, T>,
    ];
}

fn main() {}
