//! How fast are tensors by themselves, beside ndarray and nalgebra?
//!
//! Square matrices and vectors of the same size. Every contestant does the whole of what its
//! expression says: where the result is a new matrix, its memory too. On one thread.
//!
//! ```sh
//! cargo bench --bench tensors              # all
//! cargo bench --bench tensors -- matmul    # what has this in its name
//! ```

mod timing;

use std::hint::black_box;

use dimwise::prelude::*;
use nalgebra::{DMatrix, DVector, SMatrix, SVector};
use ndarray::{Array1, Array2, Axis as ArrayAxis};

fn main() {
    // The others know one thread only.
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(compare);
}

fn compare() {
    println!("nanoseconds; the ratio is to the better of the other two, so below 1 we are faster\n");
    println!(
        "{:>18} | {:>5} | {:>12} | {:>12} | {:>12} | {:>6}",
        "operation", "size", "dimwise", "ndarray", "nalgebra", "ratio"
    );
    by_value::<U3, 3>();
    by_value::<U8, 8>();
    boxed::<U32>();
    boxed::<U100>();
    boxed::<U512>();
    boxed::<U2048>();
}

/// Whether to measure an operation: all, or those that an argument names. In tests the small ones.
fn wanted(name: &str, size: usize) -> bool {
    let mut names = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    (names.peek().is_none() || names.any(|part| name.contains(&part))) && !(timing::once() && size > 100)
}

/// Measures an operation whose results are numbers, and compares those.
fn measure<A, B, C>(
    name: &str,
    size: usize,
    mut ours: impl FnMut() -> A,
    mut arrays: impl FnMut() -> B,
    mut matrices: impl FnMut() -> C,
    numbers: (impl Fn(&A) -> Vec<f32>, impl Fn(&B) -> Vec<f32>, impl Fn(&C) -> Vec<f32>),
) {
    if !wanted(name, size) {
        return;
    }
    let expected = numbers.1(&arrays());
    for found in [numbers.0(&ours()), numbers.2(&matrices())] {
        assert_eq!(found.len(), expected.len(), "{name} of {size}");
        for (found, expected) in found.iter().zip(&expected) {
            let close = (found - expected).abs() <= 1e-3 * (1.0 + expected.abs());
            assert!(close, "{name} of {size}: {found} and {expected}");
        }
    }
    let [ours, arrays, matrices] =
        timing::medians([&mut || drop(black_box(ours())), &mut || drop(black_box(arrays())), &mut || {
            drop(black_box(matrices()))
        }]);
    let ratio = ours / arrays.min(matrices);
    println!(
        "{name:>18} | {size:>5} | {ours:>12.1} | {arrays:>12.1} | {matrices:>12.1} | {ratio:>6.2}{}",
        if ratio > 1.1 { " slower" } else { "" }
    );
}

/// Values of the same size begin alike in a line of the cache: where the stack has them would count, for
/// one of two contestants with the same instructions.
#[repr(align(64))]
struct Aligned<T>(T);

fn number(position: usize) -> f32 {
    (position * 31 % 17) as f32 / 17.0 - 0.5
}

/// All operations on tensors that lie where `$place` says, and on nalgebra's matrices of these types.
macro_rules! operations {
    ($name:ident $([$sizes:tt])?, $place:ident, $matrix:ty, $vector:ty) => {
        fn $name<N: Dim, $(const $sizes: usize)?>() {
            type Matrix<N> = $place!((N, N));
            type Vector<N> = $place!(N);
            let size = N::SIZE;
            let x: Matrix<N> = $place!(from Tensor::<(N, N)>::boxed_try_from_iter((0..size * size).map(number)));
            let v: Vector<N> = $place!(from Tensor::<N>::boxed_try_from_iter((0..size).map(number)));
            let (ax, av) = (
                Array2::from_shape_vec((size, size), x.as_slice().to_vec()).unwrap(),
                Array1::from(v.as_slice().to_vec()),
            );
            let (mx, mv): ($matrix, $vector) =
                $place!(matrices DMatrix::from_row_slice(size, size, x.as_slice()), DVector::from_column_slice(v.as_slice()));
            let (x, mx, v, mv) = (Aligned(x), Aligned(mx), Aligned(v), Aligned(mv));
            // black_box, so that nothing is computed before the clock runs.
            let (x, v) = (|| black_box(&x.0), || black_box(&v.0));
            let (mx, mv) = (|| black_box(&mx.0), || black_box(&mv.0));
            let (ax, av) = (|| black_box(&ax), || black_box(&av));

            let matrices = || {
                (
                    |m: &Matrix<N>| m.as_slice().to_vec(),
                    |m: &Array2<f32>| m.iter().copied().collect::<Vec<_>>(),
                    |m: &$matrix| m.transpose().as_slice().to_vec(),
                )
            };
            let vectors = || {
                (
                    |m: &Vector<N>| m.as_slice().to_vec(),
                    |m: &Array1<f32>| m.to_vec(),
                    |m: &$vector| m.as_slice().to_vec(),
                )
            };
            let scalars = || (|x: &f32| vec![*x], |x: &f32| vec![*x], |x: &f32| vec![*x]);

            measure("x + y", size, || x() + x(), || ax() + ax(), || mx() + mx(), matrices());
            measure("x * 2", size, || x() * 2.0, || ax() * 2.0, || mx() * 2.0, matrices());
            measure("exp(x)", size, || x().exp(), || ax().exp(), || mx().map(f32::exp), matrices());
            measure("vector u + v", size, || v() + v(), || av() + av(), || mv() + mv(), vectors());
            measure("vector exp(v)", size, || v().exp(), || av().exp(), || mv().map(f32::exp), vectors());

            measure("sum", size, || x().sum(), || ax().sum(), || mx().sum(), scalars());
            let max = |x: &Array2<f32>| x.fold(f32::NEG_INFINITY, |max, x| max.max(*x));
            measure("max", size, || x().max(), || max(ax()), || mx().max(), scalars());
            measure(
                "log_sum_exp",
                size,
                || x().log_sum_exp(),
                || {
                    let max = max(ax());
                    max + ax().fold(0.0, |sum, x| sum + (x - max).exp()).ln()
                },
                || {
                    let max = mx().max();
                    max + mx().fold(0.0, |sum, x| sum + (x - max).exp()).ln()
                },
                scalars(),
            );
            // nalgebra's columns are what rows are to us: the contiguous axis is the fast one of each.
            measure(
                "sum over rows",
                size,
                || x().sum_axis(Axis::<0>),
                || ax().sum_axis(ArrayAxis(0)),
                || mx().row_sum_tr(),
                vectors(),
            );
            measure(
                "sum over columns",
                size,
                || x().sum_axis(Axis::<1>),
                || ax().sum_axis(ArrayAxis(1)),
                || mx().column_sum(),
                vectors(),
            );
            measure("vector dot", size, || v().dot(v()), || av().dot(av()), || mv().dot(mv()), scalars());

            measure(
                "transpose",
                size,
                || x().transpose(),
                || ax().t().as_standard_layout().into_owned(),
                || mx().transpose(),
                matrices(),
            );
            measure("matmul", size, || x().matmul(x()), || ax().dot(ax()), || mx() * mx(), matrices());
            measure("matmul vector", size, || x().matmul(v()), || ax().dot(av()), || mx() * mv(), vectors());
        }
    };
}

/// Small tensors, on the stack, and matrices whose sizes are types, too.
macro_rules! value {
    (matrices $matrix:expr, $vector:expr) => {
        (SMatrix::from_column_slice($matrix.as_slice()), SMatrix::from_column_slice($vector.as_slice()))
    };
    (from $tensor:expr) => {
        *$tensor.unwrap()
    };
    ($shape:ty) => {
        Tensor<$shape>
    };
}
/// Large tensors, on the heap, and matrices with sizes of the run time.
macro_rules! heap {
    (matrices $matrix:expr, $vector:expr) => {
        ($matrix, $vector)
    };
    (from $tensor:expr) => {
        $tensor.unwrap()
    };
    ($shape:ty) => {
        Box<Tensor<$shape>>
    };
}
operations!(by_value[D], value, SMatrix<f32, D, D>, SVector<f32, D>);
operations!(boxed, heap, DMatrix<f32>, DVector<f32>);
