//! Windows over a channel.

use std::{format, vec, vec::Vec};

use super::{Real, numbers, same, split2};
use crate::kernel::{InstructionSet, Windows, max_pool, max_pool_gradient, max_pool_with_taps};

pub(super) fn pooling<T: Real>(set: InstructionSet, windows: &Windows) {
    let what = format!("{windows:?} {set:?}");
    let (pixels, outputs) = (windows.image[0] * windows.image[1], windows.out[0] * windows.out[1]);
    // Few different numbers: many windows have several largest ones.
    let x: Vec<T> = numbers::<f64>(pixels, 1).iter().map(|x| T::from_f64((x * 6.0).round())).collect();
    let dy: Vec<T> = numbers(outputs, 2);
    let area = windows.kernel[0] * windows.kernel[1];
    let met = |output: usize, tap: usize| {
        let (at, tap) = (split2(output, windows.out[1]), split2(tap, windows.kernel[1]));
        let place = |axis: usize| {
            let place = at[axis] * windows.stride[axis] + tap[axis];
            place.checked_sub(windows.padding[axis]).filter(|place| *place < windows.image[axis])
        };
        Some(place(0)? * windows.image[1] + place(1)?)
    };
    let largest = |output: usize| {
        let met = (0..area).filter_map(|tap| met(output, tap).map(|pixel| (tap, pixel)));
        met.reduce(|best, next| if x[next.1] > x[best.1] { next } else { best }).unwrap()
    };
    same(&format!("max {what}"), outputs, |y| max_pool(set, windows, &x, y), |o| x[largest(o).1]);
    let (mut taps, mut y) = (vec![T::ZERO; outputs], vec![T::ZERO; outputs]);
    max_pool_with_taps(set, windows, &x, &mut y, &mut taps);
    for output in 0..outputs {
        let (tap, pixel) = largest(output);
        assert_eq!((y[output], taps[output].to_f64()), (x[pixel], tap as f64), "{what} at {output}");
    }
    let gradient = |dx: &mut [T]| max_pool_gradient(set, windows, &taps, &dy, dx);
    same(&format!("max gradient {what}"), pixels, gradient, |pixel| {
        // Row of outputs by row, in each of them one number of the window after the other.
        let mut given: Vec<_> = (0..outputs).filter(|output| largest(*output).1 == pixel).collect();
        given.sort_by_key(|output| (output / windows.out[1], largest(*output).0));
        given.into_iter().fold(T::ZERO, |sum, output| sum + dy[output])
    });
}

#[test]
fn pooling_takes_the_first_of_the_largest() {
    for kernel in [[2, 2], [3, 3], [3, 2], [1, 1]] {
        for stride in [[2, 2], [1, 1], [3, 2]] {
            for padding in [[0, 0], [1, 1]] {
                for image in [[4, 4], [5, 7], [6, 24], [7, 37], [2, 3]] {
                    let out = |axis: usize| {
                        let room: usize = image[axis] + 2 * padding[axis];
                        room.checked_sub(kernel[axis]).map(|rest| rest / stride[axis] + 1)
                    };
                    let (Some(rows), Some(cols)) = (out(0), out(1)) else { continue };
                    if [0, 1].iter().any(|axis| 2 * padding[*axis] > kernel[*axis]) {
                        continue;
                    }
                    let windows = Windows { image, kernel, out: [rows, cols], stride, padding };
                    for set in InstructionSet::all() {
                        pooling::<f32>(set, &windows);
                        pooling::<f64>(set, &windows);
                    }
                }
            }
        }
    }
}

#[test]
fn pooling_passes_on_what_is_not_a_number() {
    let windows = Windows { image: [2, 8], kernel: [2; 2], out: [1, 4], stride: [2; 2], padding: [0; 2] };
    for set in InstructionSet::all() {
        for place in 0..4 {
            let mut x = numbers::<f32>(16, 1);
            x[place / 2 * 8 + place % 2 + 2] = f32::NAN;
            let mut y = [0.0; 4];
            max_pool(set, &windows, &x, &mut y);
            assert_eq!(y.map(f32::is_nan), [false, true, false, false], "{set:?} {place}");
        }
    }
}
