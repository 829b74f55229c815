//! Does any optimizer become slower with time? What it remembers of gradients that have become zero decays,
//! and denormal numbers would take up to a hundred times as long.

mod timing;

use std::hint::black_box;

use dimwise::initializer::Normal;
use dimwise::prelude::*;

network! {
    type Square = [Affine<U128, U128>];
    type Mlp = [Affine<U784, U50>, Relu<_>, Affine<_, U10>];
}

/// From how many steps of zero gradients on numbers would be denormal.
const STEPS: usize = 2000;

fn main() {
    println!("a step of {} parameters, fresh and after {STEPS} steps of zero gradients\n", Square::COUNT);
    println!("{:>10} | {:>9} | {:>9} | {:>5}", "optimizer", "fresh", "later", "ratio");
    steps("Sgd", Sgd { learning_rate: 0.01 });
    steps("Momentum", Momentum::new(0.01, 0.9));
    steps("Nesterov", Nesterov::new(0.01, 0.9));
    steps("AdaGrad", AdaGrad::new(0.01));
    steps("RmsProp", RmsProp::new(0.01));
    steps("Adam", Adam::new(0.01));
    steps("AdamW", AdamW::new(0.01, 0.1));
    steps("Lion", Lion::new(0.01));
    println!("\na training step of 784-50-10, batch 100, a third of the pixels dark after the first batch\n");
    println!("{:>10} | {:>9} | {:>9} | {:>5}", "optimizer", "fresh", "later", "ratio");
    training("Momentum", || Momentum::new(0.01, 0.9));
    training("RmsProp", || RmsProp::new(0.001));
    training("Adam", || Adam::new(0.001));
}

fn steps(name: &str, optimizer: impl Optimizer<Square>) {
    let (zero, gradients) = (Square::zeroed(), Square::initialized(Normal { deviation: 0.1 }, 2));
    let [mut fresh, mut later] = [(); 2].map(|()| (Square::initialized(HeNormal, 1), optimizer.clone()));
    fn step<O: Optimizer<Square>>((network, optimizer): &mut (Box<Square>, O), gradients: &Square) {
        optimizer.step(network, black_box(gradients));
    }
    step(&mut later, &gradients);
    (0..STEPS).for_each(|_| step(&mut later, &zero));
    let times = timing::medians([&mut || step(&mut fresh, &gradients), &mut || step(&mut later, &zero)]);
    print(name, times);
}

fn training<O: Optimizer<Mlp>>(name: &str, optimizer: impl Fn() -> O) {
    let pixel = |pixel: usize| ((pixel * 7919) % 256) as f32 / 255.0;
    let bright: Vec<_> = (0..100).map(|sample| Tensor::<U784>::from_fn(|[at]| pixel(at + sample))).collect();
    let dark = |at: usize, number: f32| if at.is_multiple_of(3) { 0.0 } else { number };
    let darker: Vec<_> =
        bright.iter().map(|sample| Tensor::<U784>::from_fn(|[at]| dark(at, sample[at]))).collect();
    let targets: Vec<_> =
        (0..100).map(|sample| Class::<U10>::new(sample % 10).expect("one of ten")).collect();
    let new = || {
        let network = Mlp::initialized(HeNormal, 1);
        Trainer::<Mlp, _, _, U100>::new(network, CrossEntropy, optimizer(), 1)
    };
    let [mut fresh, mut later] = [new(), new()];
    later.step(&bright, &targets).expect("a finite loss");
    let steps = if timing::once() { 1 } else { STEPS };
    (0..steps).for_each(|_| _ = later.step(&darker, &targets).expect("a finite loss"));
    let times = timing::medians([
        &mut || _ = black_box(fresh.step(&bright, &targets).expect("a finite loss")),
        &mut || _ = black_box(later.step(&darker, &targets).expect("a finite loss")),
    ]);
    print(name, times);
}

fn print(name: &str, [fresh, later]: [f64; 2]) {
    println!("{name:>10} | {:>6.1} µs | {:>6.1} µs | {:>5.2}", fresh / 1e3, later / 1e3, later / fresh);
}
