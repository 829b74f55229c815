use dimwise::prelude::*;

fn train(_optimizer: impl Optimizer<Affine<U2, U3>>) {}

fn main() {
    train(Scheduled::new(Sgd { learning_rate: 0.1 }, "cosine"));
}
