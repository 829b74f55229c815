//! How long do activations take, beside `Tanh`, forward and backward?

mod timing;

use std::hint::black_box;

use dimwise::layer::Cached;
use dimwise::plain::{Plain, zeroed_slice};
use dimwise::prelude::*;
use dimwise::random::Random;

type Few = dim!(4096);
type Many = dim!(1_000_000);

fn main() {
    println!("times of Tanh's, in the same turns; of both passes, Tanh's in µs\n");
    println!("{:>9} | {:>9} | {:>8} | {:>8} | {:>8}", "numbers", "", "forward", "backward", "both");
    all::<Few>();
    all::<Many>();
}

fn all<S: Dim + Shape>() {
    beside_tanh::<Tanh<S>, S>("Tanh");
    beside_tanh::<Sigmoid<S>, S>("Sigmoid");
    beside_tanh::<Relu<S>, S>("Relu");
    beside_tanh::<Elu<S>, S>("Elu");
    beside_tanh::<Softplus<S>, S>("Softplus");
    beside_tanh::<Silu<S>, S>("Silu");
    beside_tanh::<Gelu<S>, S>("Gelu");
}

fn beside_tanh<A: Network<In = S, Out = S, Element = f32>, S: Shape>(name: &str) {
    let (mut activation, mut tanh) = (Passes::<A, S>::new(), Passes::<Tanh<S>, S>::new());
    let [forward, tanh_forward] = timing::medians([&mut || activation.forward(), &mut || tanh.forward()]);
    let [backward, tanh_backward] = timing::medians([&mut || activation.backward(), &mut || tanh.backward()]);
    let tanh_both = tanh_forward + tanh_backward;
    println!(
        "{:>9} | {name:>9} | {:>8.2} | {:>8.2} | {:>8.2} | {:>6.1} µs",
        S::LEN,
        forward / tanh_forward,
        backward / tanh_backward,
        (forward + backward) / tanh_both,
        tanh_both / 1e3,
    );
}

struct Passes<A, S: Shape> {
    layer: Box<A>,
    gradients: Box<A>,
    input: Box<[Tensor<S>]>,
    output: Box<[Tensor<S>]>,
    grad_output: Box<[Tensor<S>]>,
    grad_input: Box<[Tensor<S>]>,
}

impl<A: Network<In = S, Out = S, Element = f32>, S: Shape> Passes<A, S> {
    fn new() -> Self {
        let mut random = Random::new(1);
        let mut numbers = || {
            let mut numbers = zeroed_slice::<Tensor<S>>(1);
            numbers[0].map_in_place(|_| 2.0 * random.normal() as f32);
            numbers
        };
        let (layer, gradients) = (A::zeroed(), A::zeroed());
        let (input, output, grad_output, grad_input) = (numbers(), numbers(), numbers(), numbers());
        let mut new = Self { layer, gradients, input, output, grad_output, grad_input };
        new.forward();
        new
    }

    fn forward(&mut self) {
        self.layer.infer(black_box(&self.input), &mut self.output);
        black_box(&self.output);
    }

    fn backward(&mut self) {
        let (mut sample, mut batch) = (Plain::ZERO, Plain::ZERO);
        let (samples, batch) = (core::slice::from_mut(&mut sample), &mut batch);
        self.layer.backward(
            black_box(&self.input),
            &self.output,
            &mut self.grad_output,
            Some(&mut *self.grad_input),
            &mut self.gradients,
            Cached { samples, batch },
        );
        black_box(&self.grad_input);
    }
}
