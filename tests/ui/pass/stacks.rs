use dimwise::network::Stack;
use dimwise::prelude::*;

type ByHand = Stack<Stack<Affine<U784, U50>, Relu<U50>>, Affine<U50, U10>>;
type Mlp<H> = Stack<Affine<U784, H>, Relu<U50>>;

network! { type Net = [Affine<U784, U50>, Stack<Relu<U50>, Tanh<U50>>, Affine<U50, U10>]; }

fn run<N: Network>(_network: &N) {}

fn summary<H: Dim>() {
    println!("{}", Stack::<Affine<U784, H>, Relu<H>>::summary());
}

fn main() {
    ByHand::initialized(HeNormal, 1);
    run(&*Mlp::<U50>::zeroed());
    run(&*Net::zeroed());
    summary::<U50>();
}
