use dimwise::prelude::*;

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

fn main() {
    let (network, sgd) = (Mlp::initialized(HeNormal, 1), Sgd { learning_rate: 0.1 });
    Trainer::<Mlp, _, _, 32>::new(network, CrossEntropy, sgd, 1);
}
