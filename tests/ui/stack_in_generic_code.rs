use dimwise::network::Stack;
use dimwise::prelude::*;

type Mlp<H> = Stack<Affine<U784, H>, Relu<U49>>;

fn run<N: Network>(_network: &N) {}

fn main() {
    run(&*Mlp::<U50>::zeroed());
}
