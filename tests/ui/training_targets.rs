use dimwise::prelude::*;

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

fn main() {
    let (network, sgd) = (Mlp::initialized(HeNormal, 1), Sgd { learning_rate: 0.1 });
    let mut trainer = Trainer::<Mlp, _, _, U32>::new(network, CrossEntropy, sgd, 1);
    let data = Dataset::new([Tensor::<U784>::default()], [Class::<U5>::new(3).unwrap()]).unwrap();
    let _ = trainer.epoch(&data);
}
