use dimwise::network::Stack;
use dimwise::prelude::*;

fn summary<H: Dim>() {
    println!("{}", Stack::<Affine<U784, H>, Relu<U50>>::summary());
}

fn main() {
    summary::<U50>();
}
