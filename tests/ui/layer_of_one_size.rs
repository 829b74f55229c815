use dimwise::prelude::*;

network! { type Mlp = [Affine<U784>, Relu<U50>, Affine<U50, U10>]; }

fn main() {}
