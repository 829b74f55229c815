use dimwise::prelude::*;

network! {
    type Small = [Affine<U784, U50>, Affine<U50, U10>];
    type Large = [Affine<U784, U100>, Affine<U100, U10>];
}

fn main() {
    let (mut network, gradients) = (Large::zeroed(), Small::zeroed());
    Sgd { learning_rate: 0.1 }.step(&mut *network, &gradients);
}
