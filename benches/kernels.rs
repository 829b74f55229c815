//! How fast are the three products of a dense layer in `f32`, beside matrixmultiply (which computes those in `f64`) and
//! the processor's peak?
//!
//! On one thread, forward and backward: the second is two products, by the weights and by the input, and the
//! sums of the bias, which matrixmultiply's side leaves out.

mod timing;

use std::hint::black_box;

use dimwise::layer::Cached;
use dimwise::plain::{Nothing, Plain, flat, flat_mut, zeroed_slice};
use dimwise::prelude::*;

macro_rules! compare {
    ($($rows:literal $inner:literal $cols:literal;)*) => {$(
        if !timing::once() || $rows <= 128 {
            let [forward, backward] = compare::<dim!($rows), dim!($inner), dim!($cols)>();
            println!("{:>16} | {forward:>14} | {backward:>14}", concat!($rows, "×", $inner, "×", $cols));
        }
    )*};
}

fn main() {
    let peak = timing::peak();
    println!("peak of one thread: {peak:.1} GFLOP/s in f32");
    println!("GFLOP/s, ours / matrixmultiply\n");
    println!("{:>16} | {:>14} | {:>14}", "rows×inner×cols", "forward", "backward");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| {
        compare! {
            1 784 50; 1 16 16; 100 784 50; 100 50 10; 128 784 512; 128 512 512; 128 512 10; 100 4320 100;
            32 32 32; 64 64 64; 512 512 512; 256 1024 1024; 128 2048 2048; 32 4096 4096; 1024 1024 1024;
            2048 2048 2048; 1000 784 50; 1000 784 512;
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

fn compare<Rows: Dim, Inner: Dim, Cols: Dim>() -> [String; 2] {
    let (rows, inner, cols) = (Rows::SIZE, Inner::SIZE, Cols::SIZE);
    let layer = &values::<Affine<Inner, Cols>>(1)[0];
    let (input, mut grad_output) = (values::<Tensor<Inner>>(rows), values::<Tensor<Cols>>(rows));
    let (x, w, g) = (flat(&input), layer.weight.as_slice(), flat(&grad_output).to_vec());
    let (mut output, mut grad_input) = (values::<Tensor<Cols>>(rows), values::<Tensor<Inner>>(rows));
    let (mut gradients, mut nothing) = (Affine::<Inner, Cols>::zeroed(), vec![Nothing::default(); rows]);
    let [mut theirs, mut their_weight, mut their_input] =
        [rows * cols, inner * cols, rows * inner].map(|len| vec![0.0; len]);

    let forward = timing::medians([&mut || layer.infer(black_box(&input), &mut output), &mut || {
        theirs.chunks_mut(cols).for_each(|row| row.copy_from_slice(layer.bias.as_slice()));
        gemm([rows, inner, cols], (x, [inner, 1]), (w, [cols, 1]), 1.0, &mut theirs);
    }]);
    assert_close(flat(&output), &theirs);
    let backward = timing::medians([
        &mut || {
            gradients.as_mut_slice().fill(0.0);
            let cache = Cached { samples: &mut nothing, batch: &mut Nothing::default() };
            let grad_input = Some(&mut *grad_input);
            layer.backward(&input, &output, &mut grad_output, grad_input, &mut gradients, cache);
        },
        &mut || {
            gemm([inner, rows, cols], (x, [1, inner]), (&g, [cols, 1]), 0.0, &mut their_weight);
            gemm([rows, cols, inner], (&g, [cols, 1]), (w, [1, cols]), 0.0, &mut their_input);
        },
    ]);
    assert_close(gradients.weight.as_slice(), &their_weight);
    assert_close(flat(&grad_input), &their_input);
    let operations = 2.0 * (rows * inner * cols) as f64;
    [(forward, operations), (backward, 2.0 * operations)]
        .map(|([ours, theirs], operations)| format!("{:.1} / {:.1}", operations / ours, operations / theirs))
}

fn assert_close(ours: &[f32], theirs: &[f32]) {
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() < 1e-3 * (1.0 + theirs.abs()), "{ours} and {theirs}");
    }
}

/// `out = a · b + beta · out` by matrixmultiply.
#[allow(unsafe_code)]
fn gemm(
    [rows, inner, cols]: [usize; 3],
    (a, [a_row, a_col]): (&[f32], [usize; 2]),
    (b, [b_row, b_col]): (&[f32], [usize; 2]),
    beta: f32,
    out: &mut [f32],
) {
    assert_eq!([a.len(), b.len(), out.len()], [rows * inner, inner * cols, rows * cols]);
    let [a_row, a_col, b_row, b_col] = [a_row, a_col, b_row, b_col].map(|stride| stride as isize);
    // SAFETY: the lengths are those of the matrices, and the strides walk each of them once.
    unsafe {
        matrixmultiply::sgemm(
            rows,
            inner,
            cols,
            1.0,
            a.as_ptr(),
            a_row,
            a_col,
            b.as_ptr(),
            b_row,
            b_col,
            beta,
            out.as_mut_ptr(),
            cols as isize,
            1,
        );
    }
}
