use dimwise::prelude::*;

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

fn save<N: Network>(_network: &N) {}

fn main() {
    let network: Box<Mlp> = Mlp::initialized(HeNormal, 1);
    save(&network);
}
