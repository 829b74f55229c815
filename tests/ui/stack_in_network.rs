use dimwise::network::Stack;
use dimwise::prelude::*;

network! {
    type Mlp = [
        Affine<U784, U50>,
        Stack<Relu<U50>, Relu<U49>>,
        Affine<U49, U10>,
    ];
}

fn main() {}
