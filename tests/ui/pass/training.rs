use dimwise::initializer::Orthogonal;
use dimwise::prelude::*;

network! {
    type Small = [Affine<U784, U50>, Affine<U50, U10>];
    type Large = [Affine<U784, U100>, Affine<U100, U10>];
}

const _: () = assert!(size_of::<Workspace<Small, U1>>() <= 1024, "the budget is 1 KiB");

fn train(mut optimizer: impl Optimizer<Large>) {
    let (mut network, gradients): (Box<Large>, Box<Large>) = (Large::zeroed(), Large::zeroed());
    optimizer.step(&mut network, &gradients);
}

fn main() {
    train(Sgd { learning_rate: 0.1 });
    train(Momentum::<Large>::new(0.1, 0.9));
    let mut workspace = Workspace::<Small, U1>::zeroed();
    let image = Tensor::<(U28, U28)>::default();
    let logits = workspace.forward(&Small::zeroed(), &[image.reshape::<U784>().clone()]);
    CrossEntropy.value(logits, &[Class::<U10>::new(3).unwrap()]);
    CrossEntropy.value(logits, &[Tensor::<U10>::default()]);
    MeanSquaredError.value(logits, &[Tensor::<U10>::default()]);
    MeanSquaredError.value(&[image.clone()], &[image.clone()]);
    BinaryCrossEntropy.value(&[image.clone()], &[image]);
    Hinge { margin: 1.0 }.value(logits, &[Class::<U10>::new(3).unwrap()]);
    Small::initialized(HeNormal.except("1", Orthogonal { gain: 1.0 }), 1);
    train(Scheduled::new(WeightDecay::new(Adam::<Large>::new(0.1), 0.1), |step| 1.0 / (1 + step) as f64));
}
