use dimwise::prelude::*;

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

fn trained(network: Box<Mlp>) -> Trainer<Mlp, CrossEntropy, Adam, U32> {
    Trainer::new(network, CrossEntropy, Adam::new(0.001), 1)
}

fn main() {}
