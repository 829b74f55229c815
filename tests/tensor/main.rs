//! Every operation on tensors against ndarray, over a ladder of shapes, by value and in a `Box`.

mod arithmetic;
mod axes;
mod generic;
mod large;
mod layers;
mod products;
mod reductions;

use dimwise::prelude::*;
use dimwise::random::Random;
use dimwise::tensor::Placed;
use ndarray::{ArrayD, IxDyn};

/// Numbers in [-2, 2), the same for the same seed and shape.
fn random<S: Shape>(seed: u64) -> Tensor<S, f64> {
    Tensor::uniform(-2.0..2.0, &mut Random::new(seed))
}

/// The tensor as an array of ndarray.
fn array<S: Shape, T: Element>(tensor: &Tensor<S, T>) -> ArrayD<f64> {
    let numbers = tensor.as_slice().iter().map(|x| x.to_f64()).collect();
    ArrayD::from_shape_vec(IxDyn(S::DIMS), numbers).unwrap()
}

/// Panics unless both have the same shape, and the same numbers to 12 digits.
#[track_caller]
fn assert_close<P: Placed>(found: &P, expected: &ArrayD<f64>) {
    assert_eq!(P::Shape::DIMS, expected.shape());
    for (found, expected) in found.tensor().as_slice().iter().zip(expected) {
        let found = found.to_f64();
        let same = found == *expected || (found.is_nan() && expected.is_nan());
        assert!(same || (found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} {expected}");
    }
}

/// Runs a check, generic over a shape `S`, for a ladder of shapes.
#[macro_export]
macro_rules! for_shapes {
    ($check:ident) => {
        $check::<()>();
        $check::<U1>();
        $check::<U3>();
        $check::<U17>();
        $check::<U100>();
        $check::<(U1, U5)>();
        $check::<(U7, U1)>();
        $check::<(U3, U4)>();
        $check::<(U33, U65)>();
        $check::<(U2, U3, U4)>();
        $check::<(U5, U1, U18)>();
        $check::<(U2, U3, U1, U4)>();
        $check::<(U2, U1, U3, U2, U2)>();
        $check::<(U2, U3, U1, U2, U2, U3)>();
        $check::<U0>();
        $check::<(U3, U0)>();
    };
}
