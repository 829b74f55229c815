//! Does the time of a step grow as the work does, with width, depth and batch?

mod timing;

use std::hint::black_box;

use dimwise::network::InputOf;
use dimwise::prelude::*;

/// A network of one width, as deep as there are names.
macro_rules! deep {
    ($name:ident, $width:ty: $($layer:literal)*) => {
        network! { type $name = [$(deep!(@ $layer $width)),*]; }
    };
    (@ $layer:literal $width:ty) => { Affine<$width, $width> };
}
deep!(Two, U128: 1 2);
deep!(Four, U128: 1 2 3 4);
deep!(Eight, U128: 1 2 3 4 5 6 7 8);
deep!(Sixteen, U128: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
deep!(Wide32, U32: 1 2 3 4);
deep!(Wide64, U64: 1 2 3 4);
deep!(Wide256, U256: 1 2 3 4);
deep!(Wide512, U512: 1 2 3 4);
deep!(Wide1024, U1024: 1 2 3 4);

fn main() {
    println!("nanoseconds of a step for each million multiply-adds of its forward pass\n");
    println!("width, 4 layers, batch 64:");
    step::<Wide32, U64>("32");
    step::<Wide64, U64>("64");
    step::<Four, U64>("128");
    step::<Wide256, U64>("256");
    step::<Wide512, U64>("512");
    step::<Wide1024, U64>("1024");
    println!("depth, 128 wide, batch 64:");
    step::<Two, U64>("2");
    step::<Four, U64>("4");
    step::<Eight, U64>("8");
    step::<Sixteen, U64>("16");
    println!("batch, 128 wide, 4 layers:");
    step::<Four, U1>("1");
    step::<Four, U4>("4");
    step::<Four, U16>("16");
    step::<Four, U64>("64");
    step::<Four, U256>("256");
    step::<Four, U1024>("1024");
}

fn step<N, B>(what: &str)
where
    N: Network<In: InputOf<N>, Element = f32>,
    B: BatchSize,
{
    let samples: Vec<Tensor<N::In>> = vec![Tensor::filled_with(|| 0.5); B::SIZE];
    let targets: Vec<Tensor<N::Out>> = vec![Tensor::default(); B::SIZE];
    let network = N::initialized(XavierNormal, 1);
    let sgd = Sgd { learning_rate: 1e-4 };
    let mut trainer = Trainer::<N, _, _, B>::new(network, MeanSquaredError, sgd, 1);
    let [time] = timing::medians([&mut || {
        black_box(trainer.step(black_box(&samples), &targets).expect("a finite loss"));
    }]);
    let work = (N::MULTIPLY_ADDS * B::SIZE) as f64 / 1e6;
    println!("{what:>6}: {:>10.1} µs, {:>8.0} ns a million", time / 1e3, time / work);
}
