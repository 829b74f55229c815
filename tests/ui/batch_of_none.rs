use dimwise::prelude::*;

fn main() {
    let net = Affine::<U4, U2>::zeroed();
    Workspace::<Affine<U4, U2>, U0>::zeroed();
    Trainer::<_, _, _, U0>::new(net, CrossEntropy, Sgd { learning_rate: 0.1 }, 1);
}
