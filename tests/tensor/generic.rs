//! Generic functions: no where-line, or one, however much they do.

use dimwise::prelude::*;
use dimwise::tensor::{
    ConcatOf, ConcatWith, DotWith, MatmulWith, ProductOf, ReshapeTo, SliceAxis, SplitAxis, Squeeze,
    Transpose, TransposeOf,
};

use crate::random;

/// Least squares by one step of gradient descent.
fn step<N: Dim, K: Dim>(
    inputs: &Tensor<(N, K), f64>,
    targets: &Tensor<N, f64>,
    weights: &Tensor<K, f64>,
    rate: f64,
) -> Tensor<K, f64> {
    let errors = inputs.matmul(weights) - targets;
    weights - rate / N::SIZE as f64 * inputs.transpose().matmul(&errors)
}

/// Rows of mean 0 and deviation 1.
fn standardized<R: Dim, C: Dim, T: Element>(matrix: &Tensor<(R, C), T>) -> Tensor<(R, C), T> {
    let centered = matrix - matrix.mean_axis(Keep::<1>);
    &centered / centered.variance_axis(Keep::<1>).sqrt()
}

/// Scaled dot-product attention of several heads.
fn attention<H: Dim, Q: Dim, K: Dim, D: Dim, V: Dim>(
    queries: &Tensor<(H, Q, D), f64>,
    keys: &Tensor<(H, K, D), f64>,
    values: &Tensor<(H, K, V), f64>,
) -> Tensor<(H, Q, V), f64> {
    let scores = queries.matmul(&keys.transpose()) / (D::SIZE as f64).sqrt();
    scores.softmax(Axis::<2>).matmul(values)
}

fn distance<S: Shape>(left: &Tensor<S, f64>, right: &Tensor<S, f64>) -> f64 {
    (left - right).norm()
}

/// A matrix with one column more.
type OneMore<R, C> = ConcatOf<1, (R, C), (R, U1)>;

fn with_ones<R: Dim, C: Dim>(matrix: &Tensor<(R, C), f64>) -> Tensor<OneMore<R, C>, f64>
where
    (R, C): ConcatWith<1, (R, U1)>,
{
    matrix.concat(Axis::<1>, &Tensor::<(R, U1), f64>::filled_with(|| 1.0))
}

fn in_columns<S: Shape + ReshapeTo<(R, C)>, R: Dim, C: Dim>(tensor: &Tensor<S, f64>) -> Tensor<C, f64> {
    tensor.reshape::<(R, C)>().sum_axis(Axis::<0>)
}

/// Of shapes that are wholly generic: one bound each.
#[test]
fn each_operation_has_a_bound_that_suffices() {
    fn product<L: MatmulWith<R>, R: Shape>(left: &Tensor<L>, right: &Tensor<R>) -> Tensor<ProductOf<L, R>> {
        left.matmul(right)
    }
    fn dot<L: DotWith<R>, R: Shape>(left: &Tensor<L>, right: &Tensor<R>) -> f32 {
        left.dot(right)
    }
    fn square<S: Shape>(tensor: &Tensor<S>) -> f32 {
        tensor.dot(tensor)
    }
    fn transposed<S: Transpose>(tensor: &Tensor<S>) -> Tensor<TransposeOf<S>> {
        tensor.transpose()
    }
    fn first_two<S: SliceAxis<0, U0, U2>>(tensor: &Tensor<S>) -> f32 {
        tensor.slice::<0, U0, U2>().sum()
    }
    fn first<S: SplitAxis<0, U1>>(tensor: &Tensor<S>) -> f32 {
        tensor.split::<0, U1>().0.sum()
    }
    fn both<L: ConcatWith<0, R>, R: Shape>(left: &Tensor<L>, right: &Tensor<R>) -> Tensor<ConcatOf<0, L, R>> {
        left.concat(Axis::<0>, right)
    }
    fn squeezed<S: Squeeze<0>>(tensor: &Tensor<S>) -> f32 {
        tensor.squeeze(Axis::<0>).sum()
    }
    let matrix = Tensor::<(U3, U2)>::from_fn(|[row, col]| (2 * row + col) as f32);
    assert_eq!(product(&matrix, &Tensor::from([1.0, 10.0])), Tensor::from([10.0, 32.0, 54.0]));
    assert_eq!((dot(&matrix, &matrix), square(&matrix)), (55.0, 55.0));
    assert_eq!(transposed(&matrix), Tensor::from([[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]));
    assert_eq!((first_two(&matrix), first(&matrix)), (6.0, 1.0));
    assert_eq!(both(&matrix, &matrix).sum(), 30.0);
    assert_eq!(squeezed(&Tensor::from([[1.0, 2.0]])), 3.0);
}

#[test]
fn generic_functions_compute() {
    let (inputs, weights) = (random::<(U40, U3)>(1), Tensor::from([1.0, -2.0, 0.5]));
    let targets = inputs.matmul(&weights);
    let mut found = Tensor::default();
    for _ in 0..200 {
        found = step(&inputs, &targets, &found, 0.5);
    }
    assert!(distance(&found, &weights) < 1e-9, "{found:?}");

    let rows = standardized(&random::<(U4, U9)>(2));
    assert!(rows.mean_axis(Axis::<1>).norm() < 1e-12);
    assert!(distance(&rows.variance_axis(Axis::<1>), &Tensor::from([1.0; 4])) < 1e-12);

    // Equal keys: every query gets the mean of the values.
    let values = random::<(U2, U5, U4)>(3);
    let found = attention(&random::<(U2, U3, U6)>(4), &Tensor::default(), &values);
    let mean = values.mean_axis(Keep::<1>);
    assert!(distance(&found, &(Tensor::default() + mean)) < 1e-12);

    assert_eq!(with_ones(&Tensor::from([[5.0], [6.0]])), Tensor::from([[5.0, 1.0], [6.0, 1.0]]));
    assert_eq!(in_columns::<_, U2, U2>(&Tensor::from([1.0, 2.0, 3.0, 4.0])), Tensor::from([4.0, 6.0]));
}
