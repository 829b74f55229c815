//! Every kernel against the plainest loop, on every instruction set of the machine, in `f32` and `f64`.
//!
//! A product's sums are chains in the order of the reduction, so they are compared bit for bit. The
//! outputs lie between guards, which nothing may write to. Without optimisation only the smaller sizes
//! are run; `.ci/run` runs all of them with it.

use dimwise::element::Element;
use dimwise::kernel::{
    Adam, ConvolutionSizes, InstructionSet, Kernel, Size, Windows, add_weight_gradient,
    convolution_input_gradient, convolve, forward, input_gradient, lay_out_gradient, turn_kernels,
    weight_gradient,
};

const LADDER: [usize; 14] = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 50, 64, 100, 513];

/// Multiply-adds of the largest product that is tried, and of the largest with 513 in it.
const MOST: [usize; 2] = if cfg!(debug_assertions) { [4_000, 10_000] } else { [600_000, 2_000_000] };

/// What a test needs of a number.
trait Real: Element + Kernel {
    fn fused(self, factor: Self, sum: Self) -> Self;
    fn bits(self) -> u64;
}

macro_rules! real {
    ($t:ident) => {
        impl Real for $t {
            fn fused(self, factor: Self, sum: Self) -> Self {
                self.mul_add(factor, sum)
            }
            fn bits(self) -> u64 {
                self.to_bits().into()
            }
        }
    };
}
real!(f32);
real!(f64);

/// Numbers of both signs, none like another nearby.
fn numbers<T: Real>(count: usize, seed: usize) -> Vec<T> {
    let number = |i: usize| ((i * 7919 + seed * 104_729) % 1009) as f64 / 1009.0 - 0.5;
    (0..count).map(|i| T::from_f64(number(i))).collect()
}

/// `start + Σ left(k) · right(k)`, in order.
fn chain<T: Real>(set: InstructionSet, start: T, terms: impl Iterator<Item = (T, T)>) -> T {
    terms.fold(
        start,
        |sum, (left, right)| {
            if set.is_fused() { left.fused(right, sum) } else { left * right + sum }
        },
    )
}

/// Lets `compute` write `count` numbers between guards, and compares them with `expected`, bit for bit.
#[track_caller]
fn same<T: Real>(what: &str, count: usize, compute: impl FnOnce(&mut [T]), expected: impl Fn(usize) -> T) {
    same_at_every(1, what, count, compute, expected);
}

/// The same, comparing one number of each `step`.
#[track_caller]
fn same_at_every<T: Real>(
    step: usize,
    what: &str,
    count: usize,
    compute: impl FnOnce(&mut [T]),
    expected: impl Fn(usize) -> T,
) {
    const GUARD: usize = 40;
    let guard = T::from_f64(12_345.0);
    let mut memory = vec![guard; count + 2 * GUARD];
    memory[GUARD..GUARD + count].fill(T::from_f64(f64::NAN));
    compute(&mut memory[GUARD..GUARD + count]);
    let (before, rest) = memory.split_at(GUARD);
    let (found, after) = rest.split_at(count);
    assert!(before.iter().chain(after).all(|x| *x == guard), "{what}: writes outside");
    for (index, found) in found.iter().enumerate().step_by(step) {
        let expected = expected(index);
        assert_eq!(found.bits(), expected.bits(), "{what}: {found:?} at {index}, not {expected:?}");
    }
}

fn products<T: Real>(set: InstructionSet, size: Size) {
    products_at_every::<T>(1, set, size);
}

fn products_at_every<T: Real>(step: usize, set: InstructionSet, size: Size) {
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
        |dw| weight_gradient(set, size, 0, &x, &dy, dw),
        |index| {
            let (i, c) = (index / cols, index % cols);
            chain(set, T::ZERO, (0..rows).map(|k| (x[k * inner + i], dy[k * cols + c])))
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
        products_at_every::<f32>(step, set, size);
        if !cfg!(debug_assertions) {
            products_at_every::<f64>(step, set, size);
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
        weight_gradient(set, size, 0, &x, &dy, &mut whole);
        for first in [1, 8, 49] {
            let part = &whole[first * 31..];
            same(
                "part",
                part.len(),
                |dw| weight_gradient(set, size, first, &x, &dy, dw),
                |index| part[index],
            );
        }
    }
}

/// Sizes of convolutions, with every option alone and all together.
fn convolutions() -> Vec<ConvolutionSizes> {
    let plain = |channels, filters, image: [usize; 2], kernel: [usize; 2]| ConvolutionSizes {
        channels,
        filters,
        groups: 1,
        image,
        kernel,
        out: [0; 2],
        stride: [1; 2],
        padding: [0; 2],
        dilation: [1; 2],
    };
    let mut sizes = vec![
        plain(1, 1, [1, 1], [1, 1]),
        plain(1, 30, [12, 13], [5, 5]),
        plain(3, 2, [7, 9], [1, 1]),
        plain(2, 17, [6, 31], [3, 2]),
        plain(20, 8, [9, 9], [3, 3]),
        plain(40, 5, [5, 6], [2, 3]),
        plain(3, 4, [4, 700], [3, 3]),
        ConvolutionSizes { padding: [2, 1], ..plain(5, 9, [8, 7], [3, 3]) },
        ConvolutionSizes { padding: [4, 5], ..plain(2, 3, [2, 1], [3, 4]) },
        ConvolutionSizes { stride: [2, 3], padding: [1, 2], ..plain(4, 6, [11, 12], [3, 5]) },
        ConvolutionSizes { stride: [1, 2], ..plain(4, 6, [11, 12], [3, 5]) },
        ConvolutionSizes { stride: [3, 1], ..plain(4, 6, [11, 12], [2, 5]) },
        ConvolutionSizes { dilation: [3, 2], padding: [1, 1], ..plain(3, 4, [12, 9], [3, 3]) },
        ConvolutionSizes { groups: 3, ..plain(6, 9, [6, 5], [3, 2]) },
        ConvolutionSizes { groups: 7, ..plain(7, 7, [6, 5], [3, 3]) },
        ConvolutionSizes {
            groups: 2,
            stride: [2, 3],
            padding: [3, 2],
            dilation: [2, 3],
            ..plain(6, 4, [13, 12], [3, 2])
        },
    ];
    if !cfg!(debug_assertions) {
        sizes.push(plain(64, 33, [28, 28], [3, 3]));
        sizes.push(plain(2, 3, [40, 260], [11, 11]));
    }
    for size in &mut sizes {
        size.out = [0, 1].map(|axis| (size.padded(axis) - size.reach(axis)) / size.stride[axis] + 1);
        assert!(size.possible());
    }
    sizes
}

/// The pixel, if there is one, that tap `[i, j]` meets at output `[y, x]`.
fn pixel(sizes: &ConvolutionSizes, at: [usize; 2], tap: [usize; 2]) -> Option<usize> {
    let place = |axis: usize| {
        let place = at[axis] * sizes.stride[axis] + tap[axis] * sizes.dilation[axis];
        place.checked_sub(sizes.padding[axis]).filter(|place| *place < sizes.image[axis])
    };
    Some(place(0)? * sizes.image[1] + place(1)?)
}

/// A number of the kernels and one of the outputs as positions.
fn split2(index: usize, width: usize) -> [usize; 2] {
    [index / width, index % width]
}

fn convolution<T: Real>(set: InstructionSet, sizes: &ConvolutionSizes) {
    let what = format!("{sizes:?} {set:?}");
    let (pixels, outputs) = (sizes.image[0] * sizes.image[1], sizes.out[0] * sizes.out[1]);
    let (area, taps) = (sizes.kernel[0] * sizes.kernel[1], sizes.taps());
    let [channels, filters] = [sizes.channels / sizes.groups, sizes.filters / sizes.groups];
    let (x, w): (Vec<T>, Vec<T>) = (numbers(sizes.input_len(), 1), numbers(sizes.weight_len(), 2));
    let (b, dy): (Vec<T>, Vec<T>) = (numbers(sizes.filters, 3), numbers(sizes.output_len(), 4));
    let at = |output: usize| split2(output, sizes.out[1]);
    let tap = |tap: usize| split2(tap % area, sizes.kernel[1]);
    // What number `k` of a filter's kernel meets at an output.
    let met = |filter: usize, k: usize, output: usize| {
        let channel = filter / filters * channels + k / area;
        pixel(sizes, at(output), tap(k)).map_or(T::ZERO, |pixel| x[channel * pixels + pixel])
    };

    same(
        &format!("convolve {what}"),
        dy.len(),
        |y| convolve(set, sizes, &x, &w, Some(&b), y),
        |index| {
            let [filter, output] = split2(index, outputs);
            chain(set, b[filter], (0..taps).map(|k| (w[filter * taps + k], met(filter, k, output))))
        },
    );

    let mut kernels = vec![T::ZERO; w.len()];
    add_weight_gradient(set, sizes, 0, &x, &dy, &mut kernels);
    let by_kernel = |index: usize| {
        let [filter, k] = split2(index, taps);
        chain(set, T::ZERO, (0..outputs).map(|o| (met(filter, k, o), dy[filter * outputs + o])))
    };
    same(&format!("by kernel {what}"), w.len(), |dw| lay_out_gradient(sizes, &kernels, dw), by_kernel);
    // In two parts, as two threads do it.
    let half = sizes.groups * taps / 2;
    let (front, back) = kernels.split_at(half * filters);
    for (first, part) in [(0, front), (half, back)] {
        let mut found = vec![T::ZERO; part.len()];
        add_weight_gradient(set, sizes, first, &x, &dy, &mut found);
        assert_eq!(found, part, "rows from {first} of {what}");
    }

    // By the input in the order of the turned kernels: filter by filter, the last number first.
    let mut turned = vec![T::ZERO; w.len()];
    turn_kernels(sizes, &w, &mut turned);
    let compute = |dx: &mut [T]| convolution_input_gradient(set, sizes, &dy, &turned, None, dx);
    same(&format!("by input {what}"), x.len(), compute, |index| {
        let [channel, place] = split2(index, pixels);
        let (group, channel) = (channel / channels, channel % channels);
        let terms = (0..filters * area).map(|term| {
            let (filter, k) = (group * filters + term / area, area - 1 - term % area);
            let weight = w[filter * taps + channel * area + k];
            let from = (0..outputs).find(|output| pixel(sizes, at(*output), tap(k)) == Some(place));
            (weight, from.map_or(T::ZERO, |output| dy[filter * outputs + output]))
        });
        chain(set, T::ZERO, terms)
    });
}

#[test]
fn convolutions_with_every_option() {
    for sizes in convolutions() {
        for set in InstructionSet::all() {
            // The oracle of the input's gradient looks for each pixel: too long for the large ones.
            if sizes.input_len() * sizes.weight_len() > 3_000_000 {
                continue;
            }
            convolution::<f32>(set, &sizes);
            convolution::<f64>(set, &sizes);
        }
    }
}

fn pooling<T: Real>(set: InstructionSet, windows: &Windows) {
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
    same(&format!("max {what}"), outputs, |y| T::max_pool(set, windows, &x, y), |o| x[largest(o).1]);
    let (mut taps, mut y) = (vec![T::ZERO; outputs], vec![T::ZERO; outputs]);
    T::max_pool_with_taps(set, windows, &x, &mut y, &mut taps);
    for output in 0..outputs {
        let (tap, pixel) = largest(output);
        assert_eq!((y[output], taps[output].to_f64()), (x[pixel], tap as f64), "{what} at {output}");
    }
    let gradient = |dx: &mut [T]| T::max_pool_gradient(set, windows, &taps, &dy, dx);
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
            f32::max_pool(set, &windows, &x, &mut y);
            assert_eq!(y.map(f32::is_nan), [false, true, false, false], "{set:?} {place}");
        }
    }
}

fn updates<T: Real>(set: InstructionSet, count: usize) {
    let (g, w): (Vec<T>, Vec<T>) = (numbers(count, 1), numbers(count, 2));
    let start = [3, 4].map(|seed| numbers::<T>(count, seed));
    let rate = T::from_f64(0.1);
    let near = |found: T, expected: T| {
        let (found, expected) = (found.to_f64(), expected.to_f64());
        let tolerance = if size_of::<T>() == 4 { 1e-6 } else { 1e-14 };
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}, {set:?}");
    };
    let mut sgd = w.clone();
    T::sgd(set, rate, &g, &mut sgd);
    let (mut momentum, mut velocity) = (w.clone(), start[0].clone());
    T::momentum(set, rate, T::from_f64(0.9), &g, &mut velocity, &mut momentum);
    let (mut adam, mut mean, mut square) = (w.clone(), start[0].clone(), start[1].clone());
    square.iter_mut().for_each(|x| *x = x.abs());
    let squares = square.clone();
    let [small, smaller, correction, epsilon] = [0.1, 0.001, 1.5, 1e-3].map(T::from_f64);
    let keep = T::from_f64(0.75);
    let step = Adam { rate, mean: small, square: smaller, correction, epsilon, keep };
    T::adam(set, step, &g, &mut mean, &mut square, &mut adam);
    let (mut penalised, mut sums) = (g.clone(), [1.0, 2.0]);
    T::penalty(set, small, rate, &w, &mut penalised);
    T::power_sums(set, &w, &mut sums);
    let powers = w.iter().fold([1.0, 2.0], |[sum, squares], weight| {
        let weight = weight.to_f64();
        [sum + weight.abs(), squares + weight * weight]
    });
    for (found, expected) in sums.into_iter().zip(powers) {
        assert!((found - expected).abs() <= 1e-13 * expected, "{found} is not {expected}, {set:?}");
    }
    let mut portable = [1.0, 2.0];
    T::power_sums(InstructionSet::all().last().unwrap(), &w, &mut portable);
    assert_eq!(sums.map(f64::to_bits), portable.map(f64::to_bits), "{set:?}");
    for i in 0..count {
        near(sgd[i], w[i] - rate * g[i]);
        let sign = w[i].to_f64().partial_cmp(&0.0).unwrap() as i8;
        near(penalised[i], g[i] + rate * w[i] + small * T::from_f64(sign.into()));
        let moved = T::from_f64(0.9) * start[0][i] - rate * g[i];
        near(velocity[i], moved);
        near(momentum[i], w[i] + moved);
        let m = start[0][i] + small * (g[i] - start[0][i]);
        let v = squares[i] + smaller * (g[i] * g[i] - squares[i]);
        near(mean[i], m);
        near(square[i], v);
        near(adam[i], keep * w[i] - rate * m / ((v * correction).sqrt() + epsilon));
    }
}

#[test]
fn optimizer_steps() {
    for count in LADDER {
        for set in InstructionSet::all() {
            updates::<f32>(set, count);
            updates::<f64>(set, count);
        }
    }
}

/// The distance in units in the last place of `f32` at the exact value.
fn ulps(value: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if value.to_bits() == rounded.to_bits() || value.is_nan() && exact.is_nan() {
        return 0.0;
    }
    if !value.is_finite() || !rounded.is_finite() {
        return f64::INFINITY;
    }
    let exponent = if exact == 0.0 { -126 } else { (exact.abs().log2().floor() as i32).max(-126) };
    (f64::from(value) - exact).abs() / 2_f64.powi(exponent - 23)
}

/// Every 1009th `f32`, or every 100,003rd without optimisation, and the ends; in stretches of all lengths.
#[track_caller]
fn worst(function: fn(InstructionSet, &mut [f32]), exact: fn(f64) -> f64, limit: f64) {
    worst_beyond(0.0, function, exact, limit);
}

/// [`worst`], where an error that is not above `absolute` does not count.
#[track_caller]
fn worst_beyond(absolute: f64, function: fn(InstructionSet, &mut [f32]), exact: fn(f64) -> f64, limit: f64) {
    let mut largest = 0.0_f64;
    let step = if cfg!(debug_assertions) { 100_003 } else { 1009 };
    let ends = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MAX, f32::MIN, 88.7, -103.9];
    let inputs: Vec<f32> = (0..u32::MAX).step_by(step).map(f32::from_bits).chain(ends).collect();
    for set in InstructionSet::all() {
        let mut rest = inputs.as_slice();
        for length in LADDER.into_iter().skip(1).cycle() {
            let (inputs, after) = rest.split_at(length.min(rest.len()));
            let mut outputs = inputs.to_vec();
            function(set, &mut outputs);
            for (x, y) in inputs.iter().zip(outputs) {
                let exact = exact(f64::from(*x));
                let error = if (f64::from(y) - exact).abs() <= absolute { 0.0 } else { ulps(y, exact) };
                largest = largest.max(error);
                assert!(error <= limit, "{error} ulp at {x:e}: {y:e}, {set:?}");
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    println!("{largest} ulp");
}

/// One number's value by a kernel.
fn one<T: Element>(kernel: fn(InstructionSet, &mut [T]), x: T) -> T {
    let mut number = [x];
    kernel(InstructionSet::best(), &mut number);
    number[0]
}

/// The kernels that multiply gradients by a derivative, as functions of what it is told from.
macro_rules! derivatives {
    ($($name:ident: $gradient:ident;)*) => {$(
        fn $name<T: Real>(set: InstructionSet, numbers: &mut [T]) {
            let of = numbers.to_vec();
            numbers.fill(T::ONE);
            T::$gradient(set, &of, numbers);
        }
    )*};
}
derivatives! {
    elu_derivative: elu_gradient;
    silu_derivative: silu_gradient;
    gelu_derivative: gelu_gradient;
}

/// The result it is told from is positive.
fn softplus_derivative<T: Real>(set: InstructionSet, numbers: &mut [T]) {
    let of: Vec<T> = numbers.iter().map(|y| y.abs()).collect();
    numbers.fill(T::ONE);
    T::softplus_gradient(set, &of, numbers);
}

/// Against the same in `f64`, which tests/functions.rs compares with 60 digits.
#[test]
fn activations_are_near() {
    worst(f32::elu_all, |x| one(f64::elu_all, x), 1.0);
    worst(f32::softplus_all, |x| one(f64::softplus_all, x), 2.0);
    worst(f32::silu_all, |x| one(f64::silu_all, x), 3.0);
    worst(f32::gelu_all, |x| one(f64::gelu_all, x), 6.0);
    worst(elu_derivative, |x| one(elu_derivative, x), 1.0);
    worst(softplus_derivative, |y| one(softplus_derivative, y), 1.0);
    // They cross 0, near which there is no last place.
    worst_beyond(6e-8, silu_derivative, |x| one(silu_derivative, x), 4.0);
    worst_beyond(1.2e-7, gelu_derivative, |x| one(gelu_derivative, x), 7.0);
}

#[test]
fn functions_are_near() {
    worst(f32::exp_all, f64::exp, 1.0);
    worst(f32::tanh_all, f64::tanh, 1.5);
    worst(
        f32::sigmoid_all,
        |x| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) },
        2.5,
    );
}

const FUNCTIONS: [fn(InstructionSet, &mut [f32]); 11] = [
    f32::exp_all,
    f32::tanh_all,
    f32::sigmoid_all,
    f32::elu_all,
    f32::softplus_all,
    f32::silu_all,
    f32::gelu_all,
    elu_derivative,
    softplus_derivative,
    silu_derivative,
    gelu_derivative,
];

#[test]
fn functions_give_the_same_bits_on_all_fused_instruction_sets() {
    let inputs: Vec<f32> = (0..10_000).map(|i| (i as f32 * 1.7).sin() * i as f32 * 0.012).collect();
    for function in FUNCTIONS {
        let all = InstructionSet::all().filter(|set| set.is_fused()).map(|set| {
            let mut outputs = inputs.clone();
            function(set, &mut outputs);
            outputs.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        });
        let all: Vec<_> = all.collect();
        assert!(all.iter().all(|outputs| *outputs == all[0]));
    }
}

#[test]
fn functions_give_the_same_bits_in_slices_of_all_lengths() {
    let inputs: [f32; 40] = std::array::from_fn(|i| (i as f32 * 1.7).sin() * 20.0);
    for set in InstructionSet::all() {
        for function in FUNCTIONS {
            let alone = inputs.map(|x| {
                let mut alone = [x];
                function(set, &mut alone);
                alone[0].to_bits()
            });
            for length in 0..=inputs.len() {
                let mut together = inputs[..length].to_vec();
                function(set, &mut together);
                assert!(
                    together.iter().map(|x| x.to_bits()).eq(alone[..length].iter().copied()),
                    "{length}, {set:?}"
                );
            }
        }
    }
}
