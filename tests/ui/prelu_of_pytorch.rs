use dimwise::prelude::*;

network! { type Mlp = [Affine<U784, U50>, PReLU<U50>, Affine<U50, U10>]; }

fn main() {}
