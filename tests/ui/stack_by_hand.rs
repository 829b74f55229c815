use dimwise::network::Stack;
use dimwise::prelude::*;

type Mlp = Stack<Stack<Affine<U784, U50>, Relu<U49>>, Affine<U49, U10>>;

fn main() {
    println!("{}", Mlp::summary());
}
