//! The three products of a dense layer.

use std::{format, vec, vec::Vec};

use super::{LADDER, Real, chain, numbers, same, same_at_every};
use crate::kernel::{InstructionSet, Size, add_weight_gradient, forward, input_gradient};

/// Multiply-adds of the largest product that is tried, and of the largest with 513 in it.
const MOST: [usize; 2] = if cfg!(debug_assertions) { [4_000, 10_000] } else { [600_000, 2_000_000] };

fn products<T: Real>(set: InstructionSet, size: Size) {
    at_every::<T>(1, set, size);
}

pub(super) fn at_every<T: Real>(step: usize, set: InstructionSet, size: Size) {
    let Size { rows, inner, cols } = size;
    let what = format!("{size:?} {set:?}");
    let (x, w): (Vec<T>, Vec<T>) = (numbers(rows * inner, 1), numbers(inner * cols, 2));
    let (b, dy): (Vec<T>, Vec<T>) = (numbers(cols, 3), numbers(rows * cols, 4));
    same_at_every(
        step,
        &format!("forward {what}"),
        rows * cols,
        |y| forward(set, size, &x, &w, &b, y),
        |index| {
            let (r, c) = (index / cols, index % cols);
            chain(set, b[c], (0..inner).map(|k| (x[r * inner + k], w[k * cols + c])))
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
            chain(set, w[index], (0..rows).map(|k| (x[k * inner + i], dy[k * cols + c])))
        },
    );
    same_at_every(
        step,
        &format!("by input {what}"),
        rows * inner,
        |dx| input_gradient(set, size, &dy, &w, dx),
        |index| {
            let (r, i) = (index / inner, index % inner);
            chain(set, T::ZERO, (0..cols).map(|k| (dy[r * cols + k], w[i * cols + k])))
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
                    products::<f32>(set, Size { rows, inner, cols });
                    products::<f64>(set, Size { rows, inner, cols });
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
            products::<f32>(set, Size { rows, inner, cols });
            products::<f64>(set, Size { rows, inner, cols });
        }
    }
}

/// More rows than two blocks have, and a right matrix whose copy is kept for all of them, in two parts.
#[test]
fn products_that_keep_a_copy() {
    // Without optimisation, numbers of every row and column: 61 is prime.
    let (sets, step) = if cfg!(debug_assertions) { (1, 61) } else { (usize::MAX, 1) };
    for set in InstructionSet::all().take(sets) {
        let size = Size { rows: 300, inner: 300, cols: 1000 };
        at_every::<f32>(step, set, size);
        if !cfg!(debug_assertions) {
            at_every::<f64>(step, set, size);
        }
    }
}

/// Few enough for `.ci/memory`, which watches every access.
#[test]
fn the_smallest_products() {
    for size in [[1, 1, 1], [3, 17, 7], [8, 5, 16], [5, 9, 33], [17, 2, 8]] {
        let [rows, inner, cols] = size;
        for set in InstructionSet::all() {
            products::<f32>(set, Size { rows, inner, cols });
            products::<f64>(set, Size { rows, inner, cols });
        }
    }
}

#[test]
fn a_part_of_a_weight_gradient_is_that_part() {
    let size = Size { rows: 17, inner: 50, cols: 31 };
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
