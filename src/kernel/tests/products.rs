//! The three products of a dense layer.

use std::{format, vec, vec::Vec};

use super::{LADDER, Real, numbers, product_is_fused, same, same_at_every, sum_of_product};
use crate::kernel::{
    DenseSizes, InstructionSet, add_weight_gradient, forward, forward_packed, input_gradient, pack,
    packed_len,
};

/// Multiply-adds of the largest product that is tried, and of the largest with 513 in it.
const MOST: [usize; 2] = if cfg!(debug_assertions) { [4_000, 10_000] } else { [600_000, 2_000_000] };

fn products<T: Real>(set: InstructionSet, size: DenseSizes) {
    at_every::<T>(1, set, size);
}

pub(super) fn at_every<T: Real>(step: usize, set: InstructionSet, size: DenseSizes) {
    let DenseSizes { rows, inner, cols } = size;
    let what = format!("{size:?} {set:?}");
    // A single row has a kernel of its own on the way forward alone.
    let fused = [rows, 2].map(|rows| product_is_fused::<T>(set, rows));
    let (x, w): (Vec<T>, Vec<T>) = (numbers(rows * inner, 1), numbers(inner * cols, 2));
    let (b, dy): (Vec<T>, Vec<T>) = (numbers(cols, 3), numbers(rows * cols, 4));
    same_at_every(
        step,
        &format!("forward {what}"),
        rows * cols,
        |y| forward(set, size, &x, &w, Some(&b), y),
        |index| {
            let (r, c) = (index / cols, index % cols);
            sum_of_product(fused[0], b[c], (0..inner).map(|k| (x[r * inner + k], w[k * cols + c])))
        },
    );
    same_at_every(
        step,
        &format!("by weight {what}"),
        inner * cols,
        |dw| {
            // Added to what there is.
            dw.copy_from_slice(&w);
            add_weight_gradient(set, size, 0, &x, &dy, dw);
        },
        |index| {
            let (i, c) = (index / cols, index % cols);
            sum_of_product(fused[1], w[index], (0..rows).map(|k| (x[k * inner + i], dy[k * cols + c])))
        },
    );
    same_at_every(
        step,
        &format!("by input {what}"),
        rows * inner,
        |dx| input_gradient(set, size, &dy, &w, dx),
        |index| {
            let (r, i) = (index / inner, index % inner);
            sum_of_product(fused[1], T::ZERO, (0..cols).map(|k| (dy[r * cols + k], w[i * cols + k])))
        },
    );
}

#[test]
fn products_over_the_ladder() {
    for rows in LADDER {
        for inner in LADDER {
            for cols in LADDER {
                let work = rows * inner * cols;
                let large = [rows, inner, cols].contains(&513);
                if work > MOST[usize::from(large)] {
                    continue;
                }
                for set in InstructionSet::all() {
                    products::<f32>(set, DenseSizes { rows, inner, cols });
                    products::<f64>(set, DenseSizes { rows, inner, cols });
                }
            }
        }
    }
}

/// Several blocks of rows and of the reduction, and panels that do not fit side by side.
#[test]
fn products_that_copy_both_matrices() {
    let large = [(150, 260, 97), (147, 513, 112)];
    let sizes = if cfg!(debug_assertions) { &[(90, 98, 101)][..] } else { &large[..] };
    for (rows, inner, cols) in sizes.iter().copied() {
        for set in InstructionSet::all() {
            products::<f32>(set, DenseSizes { rows, inner, cols });
            products::<f64>(set, DenseSizes { rows, inner, cols });
        }
    }
}

/// Panels that are whole, and that are not; one block of the reduction, and several; all numbers of rows in a tile.
#[test]
fn a_packed_weight_gives_the_same_bits() {
    let sizes = if cfg!(debug_assertions) { &[(64, 130)][..] } else { &[(64, 128), (300, 200), (560, 149)] };
    for &(inner, cols) in sizes {
        assert_eq!(packed_len::<f32>(inner, cols), inner * cols);
        let (x, w): (Vec<f32>, Vec<f32>) = (numbers(135 * inner, 1), numbers(inner * cols, 2));
        let b: Vec<f32> = numbers(cols, 3);
        for set in InstructionSet::all() {
            let mut packed = vec![f32::NAN; w.len()];
            pack(set, [inner, cols], &w, &mut packed);
            for rows in [1, 2, 3, 4, 5, 6, 7, 8, 13, 135] {
                let (size, x) = (DenseSizes { rows, inner, cols }, &x[..rows * inner]);
                let mut y = vec![0.0; rows * cols];
                forward(set, size, x, &w, Some(&b), &mut y);
                let compute = |found: &mut [f32]| forward_packed(set, size, x, &packed, &b, found);
                same(&format!("{size:?} {set:?}"), rows * cols, compute, |index| y[index]);
            }
        }
    }
}

#[test]
fn what_would_gain_nothing_is_not_packed() {
    assert_eq!([packed_len::<f64>(784, 512), packed_len::<f32>(784, 50), packed_len::<f32>(16, 512)], [0; 3]);
}

/// Whole tiles and what is left of them; blocks of the reduction that are whole, and that are not.
#[test]
fn no_bit_of_a_row_depends_on_the_others() {
    fn products<T: Real>(set: InstructionSet, inner: usize, cols: usize) {
        const ROWS: usize = 70;
        let (x, w): (Vec<T>, Vec<T>) = (numbers(ROWS * inner, 1), numbers(inner * cols, 2));
        let (b, dy): (Vec<T>, Vec<T>) = (numbers(cols, 3), numbers(ROWS * cols, 4));
        let forward = |rows: usize, x: &[T], y: &mut [T]| {
            forward(set, DenseSizes { rows, inner, cols }, x, &w, Some(&b), y);
        };
        let backward = |rows: usize, dy: &[T], dx: &mut [T]| {
            input_gradient(set, DenseSizes { rows, inner, cols }, dy, &w, dx);
        };
        let size = DenseSizes { rows: ROWS, inner, cols };
        let by_weight = |inputs: std::ops::Range<usize>, dw: &mut [T]| {
            dw.fill(T::ZERO);
            add_weight_gradient(set, size, inputs.start, &x, &dy, &mut dw[..inputs.len() * cols]);
        };
        let (mut y, mut dx, mut dw) =
            (vec![T::ZERO; ROWS * cols], vec![T::ZERO; ROWS * inner], vec![T::ZERO; inner * cols]);
        forward(ROWS, &x, &mut y);
        backward(ROWS, &dy, &mut dx);
        by_weight(0..inner, &mut dw);
        for together in [1, 2, 3, 7, 8, 9, 33] {
            let what = |name: &str| format!("{together} rows of {name} {size:?} {set:?}");
            let rows = ROWS / together * together;
            if product_is_fused::<T>(set, together) == product_is_fused::<T>(set, ROWS) {
                let compute = |parts: &mut [T]| {
                    for (x, y) in
                        x.chunks_exact(together * inner).zip(parts.chunks_exact_mut(together * cols))
                    {
                        forward(together, x, y);
                    }
                };
                same(&what("output"), rows * cols, compute, |index| y[index]);
            }
            let compute = |parts: &mut [T]| {
                for (dy, dx) in dy.chunks_exact(together * cols).zip(parts.chunks_exact_mut(together * inner))
                {
                    backward(together, dy, dx);
                }
            };
            same(&what("input gradient"), rows * inner, compute, |index| dx[index]);
            let compute = |parts: &mut [T]| {
                for (part, dw) in parts.chunks_mut(together * cols).enumerate() {
                    let first = part * together;
                    by_weight(first..inner.min(first + together), dw);
                }
            };
            same(&what("weight gradient"), inner * cols, compute, |index| dw[index]);
        }
    }
    let sizes = [[5, 3], [40, 8], [257, 9], [255, 4], [256, 17], [513, 50]];
    for [inner, cols] in sizes.into_iter().take(if cfg!(debug_assertions) { 3 } else { sizes.len() }) {
        for set in InstructionSet::all() {
            products::<f32>(set, inner, cols);
            products::<f64>(set, inner, cols);
        }
    }
}

/// Few enough for `.ci/memory`, which watches every access.
#[test]
fn the_smallest_products() {
    for size in [[1, 1, 1], [3, 17, 7], [8, 5, 16], [5, 9, 33], [17, 2, 8]] {
        let [rows, inner, cols] = size;
        for set in InstructionSet::all() {
            products::<f32>(set, DenseSizes { rows, inner, cols });
            products::<f64>(set, DenseSizes { rows, inner, cols });
        }
    }
}

#[test]
fn a_part_of_a_weight_gradient_is_that_part() {
    let size = DenseSizes { rows: 17, inner: 50, cols: 31 };
    let (x, dy): (Vec<f32>, Vec<f32>) = (numbers(17 * 50, 1), numbers(17 * 31, 2));
    for set in InstructionSet::all() {
        let mut whole = vec![0.0; 50 * 31];
        add_weight_gradient(set, size, 0, &x, &dy, &mut whole);
        for first in [1, 8, 49] {
            let part = &whole[first * 31..];
            same(
                "part",
                part.len(),
                |dw| {
                    dw.fill(0.0);
                    add_weight_gradient(set, size, first, &x, &dy, dw);
                },
                |index| part[index],
            );
        }
    }
}
