//! How fast are the three products of a dense layer, beside matrixmultiply and the processor's peak?

mod timing;

use std::hint::black_box;

use dimwise::kernel::{InstructionSet, Size, forward, input_gradient, weight_gradient};

fn main() {
    let sizes = [
        (1, 784, 50),
        (1, 16, 16),
        (100, 784, 50),
        (100, 50, 10),
        (128, 784, 512),
        (128, 512, 512),
        (128, 512, 10),
        (100, 4320, 100),
        (32, 32, 32),
        (64, 64, 64),
        (512, 512, 512),
        (256, 1024, 1024),
        (128, 2048, 2048),
        (32, 4096, 4096),
        (1024, 1024, 1024),
        (2048, 2048, 2048),
        (1000, 784, 50),
        (1000, 784, 512),
    ];
    let peak = timing::peak();
    println!("peak of one thread: {peak:.1} GFLOP/s in f32; best of ours: {:?}", InstructionSet::best());
    println!("GFLOP/s, ours / matrixmultiply\n");
    println!(
        "{:>16} | {:>14} | {:>14} | {:>14}",
        "rows×inner×cols", "forward", "by the weights", "by the input"
    );
    for (rows, inner, cols) in sizes {
        if timing::once() && rows > 128 {
            continue;
        }
        let [forward, weights, input] = compare(Size { rows, inner, cols });
        println!("{:>16} | {forward:>14} | {weights:>14} | {input:>14}", format!("{rows}×{inner}×{cols}"));
    }
}

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|index| (index * 31 % 17) as f32 / 17.0 - 0.5).collect()
}

fn compare(size: Size) -> [String; 3] {
    let Size { rows, inner, cols } = size;
    let [x, w, g] = [rows * inner, inner * cols, rows * cols].map(numbers);
    let (bias, set) = (numbers(cols), InstructionSet::best());
    let [mut ours, mut theirs] = [rows * cols; 2].map(numbers);
    let forward =
        timing::medians([&mut || forward(set, size, black_box(&x), &w, &bias, &mut ours), &mut || {
            theirs.chunks_mut(cols).for_each(|row| row.copy_from_slice(&bias));
            gemm([rows, inner, cols], (&x, [inner, 1]), (&w, [cols, 1]), 1.0, &mut theirs);
        }]);
    assert_close(&ours, &theirs);
    let [mut ours, mut theirs] = [inner * cols; 2].map(numbers);
    let weights =
        timing::medians([&mut || weight_gradient(set, size, 0, black_box(&x), &g, &mut ours), &mut || {
            gemm([inner, rows, cols], (&x, [1, inner]), (&g, [cols, 1]), 0.0, &mut theirs)
        }]);
    assert_close(&ours, &theirs);
    let [mut ours, mut theirs] = [rows * inner; 2].map(numbers);
    let input =
        timing::medians([&mut || input_gradient(set, size, black_box(&g), &w, &mut ours), &mut || {
            gemm([rows, cols, inner], (&g, [cols, 1]), (&w, [1, cols]), 0.0, &mut theirs)
        }]);
    assert_close(&ours, &theirs);
    let operations = 2.0 * (rows * inner * cols) as f64;
    [forward, weights, input]
        .map(|[ours, theirs]| format!("{:.1} / {:.1}", operations / ours, operations / theirs))
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
