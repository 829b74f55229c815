//! Running a network gives what its forward pass in training gives, bit for bit, for one sample and for
//! batches.

use dimwise::layer::Sum;
use dimwise::network::{InputOf, Stack};
use dimwise::prelude::*;
use dimwise::random::Random;

network! {
    type Dense = [Affine<U20, U30>, Relu<U30>, Affine<U30, U5>, Tanh<U5>, Affine<U5, U3>];
    type Images = [
        Conv2d<(U2, U12, U11), U8, U3, Padding<U1>>, Relu<(U8, U12, U11)>, MaxPool2d<(U8, U12, U11), U2>,
        Conv2d<(U8, U6, U5), U6, U3>, Tanh<(U6, U4, U3)>, Flatten<(U6, U4, U3)>, Affine<U72, U5>,
    ];
    type Block = [Affine<U6, U9>, Tanh<U9>, Affine<U9, U6>];
    type Branches = [
        Residual<Block>, Relu<U6>, Residual<Residual<Block>, Affine<U6, U6>>, Sigmoid<U6>,
        Parallel<Block, Stack<Affine<U6, U4>, Relu<U4>>, Concat>, Tanh<U10>, Affine<U10, U2>,
    ];
    type Wide = [Affine<U70, U130>, Relu<_>, Affine<_, U130>];
    /// More layers than one part of a network has, some with packed weights and some without.
    type Packed = [
        Affine<U64, U70>, Tanh<_>, Wide, Relu<_>, Affine<_, U9>, Tanh<_>, Affine<_, U70>, Relu<_>,
        Parallel<Wide, [Affine<_, U130>, Relu<_>], Sum>, LayerNorm<_>, Residual<[Affine<_, U150>, Relu<_>, Affine<_, U130>]>,
        Relu<_>, Affine<_, U128>, Tanh<_>, Affine<_, U64>, Relu<_>, Affine<_, U200>, Relu<_>, Affine<_, U3>,
    ];
    type ViewsOnly = [Flatten<(U2, U3)>, Reshape<U6, (U3, U2)>];
    type EndsWithView = [Tanh<(U2, U3)>, Flatten<(U2, U3)>, Sigmoid<U6>, Reshape<U6, (U3, U2)>];
}

fn same<N: Network<In: InputOf<N>, Element = f32>>() {
    let mut random = Random::new(1);
    let mut network = N::zeroed();
    network.as_mut_slice().fill_with(|| random.normal() as f32 / 3.0);
    let samples: Vec<Tensor<N::In>> =
        (0..9).map(|_| Tensor::filled_with(|| random.normal() as f32)).collect();
    let mut workspace = Workspace::<N, U9>::zeroed();
    let expected = workspace.forward(&*network, &samples).to_vec();
    assert_eq!(Predictor::<N>::new(9).predict(&network, &samples), expected);
    let mut packed = PackedPredictor::new(&*network, 9);
    for count in [9, 1, 2, 8, 0] {
        assert_eq!(packed.predict(&samples[..count]), &expected[..count]);
    }
    for (sample, expected) in samples.iter().zip(&expected) {
        assert_eq!(network.predict(sample), *expected);
    }
}

#[test]
fn dense() {
    same::<Dense>();
}

#[test]
fn packed_weights() {
    same::<Packed>();
}

#[test]
fn images() {
    same::<Images>();
}

#[test]
fn branches() {
    same::<Branches>();
}

#[test]
fn views() {
    same::<ViewsOnly>();
    same::<EndsWithView>();
}
