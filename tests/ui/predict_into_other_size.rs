use dimwise::prelude::*;

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

fn main() {
    let network = Mlp::initialized(HeNormal, 1);
    let _scores: Tensor<U5> = network.predict(&Tensor::<U784>::default());
}
