use dimwise::prelude::*;

network! {
    type Small = [Affine<U784, U50>, Affine<U50, U10>];
    type Large = [Affine<U784, U100>, Affine<U100, U10>];
}

fn train(_optimizer: impl Optimizer<Large>) {}

fn main() {
    train(Momentum::<Small>::new(0.1, 0.9));
}
