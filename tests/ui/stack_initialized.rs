use dimwise::network::Stack;
use dimwise::prelude::*;

type Mlp = Stack<Affine<U784, U50>, Affine<dim!(4320), U10>>;

fn main() {
    Mlp::initialized(HeNormal, 1);
}
