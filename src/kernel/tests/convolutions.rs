//! The three products of a convolution.

use std::{format, vec, vec::Vec};

use super::{Real, chain, convolution_is_fused, numbers, same, split2};
use crate::kernel::pixel_sums::CHAINS;
use crate::kernel::{
    ConvolutionSizes, InstructionSet, add_kernel_gradient, add_laid_out, add_turned,
    convolution_input_gradient, convolve, turn_kernels,
};

/// Sizes of convolutions, with every option alone and all together.
pub(super) fn with_every_option() -> Vec<ConvolutionSizes> {
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
        // One, two and three filters, of some channels and of many, there and back; more than are scattered at once.
        ConvolutionSizes { padding: [2, 2], ..plain(5, 1, [6, 24], [5, 5]) },
        ConvolutionSizes { padding: [1, 1], ..plain(2, 7, [6, 21], [3, 3]) },
        ConvolutionSizes { padding: [0, 3], dilation: [1, 2], ..plain(3, 13, [5, 17], [2, 4]) },
        ConvolutionSizes { padding: [1, 1], ..plain(13, 1, [5, 9], [3, 3]) },
        ConvolutionSizes { stride: [2, 2], ..plain(130, 2, [4, 5], [1, 1]) },
        ConvolutionSizes { stride: [4, 2], dilation: [2, 2], ..plain(2, 3, [11, 13], [3, 2]) },
        // Small kernels and many filters, on few outputs and on more; a full vector of them.
        plain(3, 20, [4, 5], [2, 2]),
        plain(3, 20, [12, 11], [3, 3]),
        plain(9, 16, [5, 5], [2, 2]),
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

/// Where outputs lie side by side in the gradient by the kernels: those of each block, place by place; nothing where there
/// is none.
fn pixel_blocks(sizes: &ConvolutionSizes) -> Option<Vec<Vec<Option<usize>>>> {
    let [channels, filters] = sizes.group();
    let blocks = sizes.im2col().pixel_blocks(channels, filters)?;
    Some(
        blocks
            .map(|block| {
                let (places, mut outputs) = ((0..block.len()).collect::<Vec<_>>(), vec![None; block.len()]);
                for ([y, x], row) in block.rows(&places) {
                    row.iter().enumerate().for_each(|(column, place)| {
                        outputs[*place] = Some(y * sizes.out[1] + x + column);
                    });
                }
                outputs
            })
            .collect(),
    )
}

pub(super) fn convolution<T: Real>(set: InstructionSet, sizes: &ConvolutionSizes) {
    let (what, is_fused) = (format!("{sizes:?} {set:?}"), convolution_is_fused::<T>(set));
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
            let Some(scattering) = sizes.forward_scattering() else {
                let terms = (0..taps).map(|k| (w[filter * taps + k], met(filter, k, output)));
                return chain(is_fused, b[filter], terms);
            };
            // Block by block of the image's rows, tap by tap: the sum over all channels.
            scattering.blocks().fold(b[filter], |sum, rows| {
                (0..area).fold(sum, |sum, k| {
                    let met_row = pixel(sizes, at(output), tap(k)).map(|pixel| pixel / sizes.image[1]);
                    if !met_row.is_some_and(|row| rows.contains(&row)) {
                        return sum;
                    }
                    let numbers = (0..channels).map(|channel| channel * area + k);
                    let terms = numbers.map(|k| (w[filter * taps + k], met(filter, k, output)));
                    sum + chain(is_fused, T::ZERO, terms)
                })
            })
        },
    );

    let mut kernels = vec![T::ZERO; w.len()];
    add_kernel_gradient(set, sizes, 0, &x, &dy, &mut kernels);
    let blocks = pixel_blocks(sizes);
    let by_kernel = |index: usize| {
        let [filter, k] = split2(index, taps);
        let term = |o: usize| (met(filter, k, o), dy[filter * outputs + o]);
        let Some(blocks) = &blocks else { return chain(is_fused, T::ZERO, (0..outputs).map(term)) };
        blocks.iter().fold(T::ZERO, |sum, block| {
            let mut chains: Vec<T> = (0..CHAINS)
                .map(|first| {
                    let places = block.iter().skip(first).step_by(CHAINS);
                    chain(is_fused, T::ZERO, places.flatten().map(|output| term(*output)))
                })
                .collect();
            while chains.len() > 1 {
                let others = chains.split_off(chains.len() / 2);
                chains.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
            }
            sum + chains[0]
        })
    };
    // Added to what there is.
    let add = |dw: &mut [T]| {
        dw.copy_from_slice(&w);
        add_laid_out(sizes, &kernels, dw);
    };
    same(&format!("by kernel {what}"), w.len(), add, |index| w[index] + by_kernel(index));
    let (mut laid_out, mut turned) = (vec![T::ZERO; w.len()], vec![T::ZERO; w.len()]);
    add_laid_out(sizes, &kernels, &mut laid_out);
    turn_kernels(sizes, &laid_out, &mut turned);
    let mut found = vec![T::ONE; w.len()];
    add_turned(sizes, &kernels, &mut found);
    assert!(found.iter().zip(&turned).all(|(found, turned)| *found == T::ONE + *turned), "turned {what}");
    // In two parts, as two threads do it.
    let half = sizes.groups * taps / 2;
    let (front, back) = kernels.split_at(half * filters);
    for (first, part) in [(0, front), (half, back)] {
        let mut found = vec![T::ZERO; part.len()];
        add_kernel_gradient(set, sizes, first, &x, &dy, &mut found);
        assert_eq!(found, part, "rows from {first} of {what}");
    }

    // By the input in the order of the turned kernels: filter by filter, the last number first.
    let mut turned = vec![T::ZERO; w.len()];
    turn_kernels(sizes, &w, &mut turned);
    let compute = |dx: &mut [T]| convolution_input_gradient(set, sizes, &dy, &turned, None, dx);
    same(&format!("by input {what}"), x.len(), compute, |index| {
        let [channel, place] = split2(index, pixels);
        let (group, channel) = (channel / channels, channel % channels);
        let from = |k: usize| (0..outputs).find(|output| pixel(sizes, at(*output), tap(k)) == Some(place));
        let term = |filter: usize, k: usize, from: Option<usize>| {
            let filter = group * filters + filter;
            let weight = w[filter * taps + channel * area + k];
            (weight, from.map_or(T::ZERO, |output| dy[filter * outputs + output]))
        };
        let Some(scattering) = sizes.scattering() else {
            let terms = (0..filters * area).map(|at| (at / area, area - 1 - at % area));
            return chain(is_fused, T::ZERO, terms.map(|(filter, k)| term(filter, k, from(k))));
        };
        // Block by block of the output's rows, in each of them the last tap first: the sum over all filters.
        scattering.blocks().fold(T::ZERO, |sum, rows| {
            (0..area).rev().fold(sum, |sum, k| {
                let Some(output) = from(k).filter(|output| rows.contains(&(output / sizes.out[1]))) else {
                    return sum;
                };
                let terms = (0..filters).map(|filter| term(filter, k, Some(output)));
                sum + chain(is_fused, T::ZERO, terms)
            })
        })
    });
}

#[test]
fn convolutions_with_every_option() {
    for sizes in with_every_option() {
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
