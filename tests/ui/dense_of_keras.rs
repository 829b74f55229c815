use dimwise::prelude::*;

network! { type Mlp = [Dense<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

fn main() {}
