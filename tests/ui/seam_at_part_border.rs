use dimwise::prelude::*;

type R = Relu<U8>;
network! {
    type Deep = [
        R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R,
        Affine<U9, U8>, R, R, R, R, R, R, R, R, R, R, R, R,
    ];
}

fn main() {}
