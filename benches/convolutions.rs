//! How fast are the three products of a convolution in `f32`, by channels, filters, kernel and stride, beside the
//! processor's peak?
//!
//! On one thread, images of 28×28 with as much padding as keeps their size at a stride of 1. The gradient by the input is
//! what a backward pass with it takes longer than one without. A `<` stands where a gradient runs at less than half of
//! the forward pass's rate.

mod timing;

use std::hint::black_box;

use dimwise::layer::{Cache, Cached, Groups, Padding, Stride};
use dimwise::plain::{Plain, flat_mut, zeroed_slice};
use dimwise::prelude::*;

/// Images that are computed in one call.
const IMAGES: usize = 8;

/// Rows for each of the channels, filters and kernels.
macro_rules! rows {
    ($stride:ty: $($channels:ty),+; $filters:tt $kernels:tt) => {$(
        rows!(@filters $stride, $channels, $filters $kernels);
    )+};
    (@filters $stride:ty, $channels:ty, [$($filters:ty),+] $kernels:tt) => {$(
        rows!(@kernels $stride, $channels, $filters, $kernels);
    )+};
    (@kernels $stride:ty, $channels:ty, $filters:ty, [$($kernel:ty, $padding:ty);+]) => {$(
        row::<Conv2d<($channels, U28, U28), $filters, $kernel, (Stride<$stride>, Padding<$padding>)>>(
            &format!("{} to {}", <$channels>::SIZE, <$filters>::SIZE),
            <$kernel>::SIZE,
            <$stride>::SIZE,
        );
    )+};
}

/// The same in as many groups as told.
macro_rules! grouped {
    ($($channels:ty, $groups:ty, $kernel:ty, $padding:ty, $stride:ty;)+) => {$(
        row::<Conv2d<
            ($channels, U28, U28), $channels, $kernel, (Stride<$stride>, Padding<$padding>, Groups<$groups>),
        >>(
            &format!("{0} to {0} in {1}", <$channels>::SIZE, <$groups>::SIZE),
            <$kernel>::SIZE,
            <$stride>::SIZE,
        );
    )+};
}

fn main() {
    println!("peak of one thread: {:.1} GFLOP/s in f32", timing::peak());
    println!("GFLOP/s\n");
    println!(
        "{:>16} | {:>6} | {:>6} | {:>7} | {:>10} | {:>8}",
        "channels", "kernel", "stride", "forward", "by weights", "by input"
    );
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| {
        rows!(U1: U1, U3, U6, U16, U30, U64; [U1, U3, U6, U16, U30, U64] [U1, U0; U3, U1; U5, U2]);
        rows!(U2: U1, U3, U6, U16, U30, U64; [U1, U3, U6, U16, U30, U64] [U1, U0; U3, U1; U5, U2]);
        grouped! {
            U16, U16, U3, U1, U1; U64, U64, U3, U1, U1; U64, U64, U5, U2, U1; U64, U64, U3, U1, U2;
            U64, U8, U3, U1, U1; U64, U8, U3, U1, U2;
        }
    });
}

fn values<P: Plain<Element = f32>>(count: usize) -> Box<[P]> {
    let mut values = zeroed_slice::<P>(count);
    for (index, number) in flat_mut(&mut values).iter_mut().enumerate() {
        *number = (index * 31 % 17) as f32 / 17.0 - 0.5;
    }
    values
}

fn row<L: Network<Element = f32>>(channels: &str, kernel: usize, stride: usize) {
    let (layer, input) = (&values::<L>(1)[0], values::<Tensor<L::In>>(IMAGES));
    let mut output = values::<Tensor<L::Out>>(IMAGES);
    let (mut by_weights, mut by_both) = (Backward::<L>::new(), Backward::<L>::new());
    let [forward, weights, both] = timing::medians([
        &mut || layer.infer(black_box(&input), &mut output),
        &mut || by_weights.run(layer, &input, false),
        &mut || by_both.run(layer, &input, true),
    ]);
    let operations = 2.0 * (IMAGES * L::MULTIPLY_ADDS) as f64;
    let [forward, weights, input] =
        [forward, weights, (both - weights).max(1.0)].map(|time| operations / time);
    let slow = if 2.0 * weights.min(input) < forward { " <" } else { "" };
    println!(
        "{channels:>16} | {kernel:>6} | {stride:>6} | {forward:>7.1} | {weights:>10.1} | {input:>8.1}{slow}"
    );
}

/// What a backward pass needs.
struct Backward<L: Network> {
    gradients: Box<L>,
    samples: Box<[<L::Cache as Cache>::Sample]>,
    batch: Box<[<L::Cache as Cache>::Batch]>,
    output: Box<[Tensor<L::Out>]>,
    grad_output: Box<[Tensor<L::Out>]>,
    grad_input: Box<[Tensor<L::In>]>,
}

impl<L: Network<Element = f32>> Backward<L> {
    fn new() -> Self {
        Self {
            gradients: L::zeroed(),
            samples: zeroed_slice(IMAGES),
            batch: zeroed_slice(1),
            output: values(IMAGES),
            grad_output: values(IMAGES),
            grad_input: values(IMAGES),
        }
    }

    fn run(&mut self, layer: &L, input: &[Tensor<L::In>], by_input: bool) {
        self.gradients.as_mut_slice().fill(0.0);
        let cache = Cached { samples: &mut self.samples, batch: &mut self.batch[0] };
        let grad_input = by_input.then_some(&mut *self.grad_input);
        let (output, grad_output) = (&self.output, &mut self.grad_output);
        layer.backward(black_box(input), output, grad_output, grad_input, &mut self.gradients, cache);
    }
}
