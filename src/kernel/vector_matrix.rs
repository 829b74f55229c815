//! One sample: a vector times a matrix, plus a bias.
//!
//! Nothing is used twice, so the matrix is read straight from memory, once; and a small network's time
//! is the call's own, so there is no scratch and no block.
#![allow(unsafe_code)]

use super::instruction_set::InstructionSet;
use super::microkernel::Strided;
use super::operation::{Compiled, Entries, Operation, family};
use super::vector::{Number, Set, Vector};
use crate::element::Element;

/// Columns up to which a function of its own, which has no more to tell apart than that, is worth its call.
const NARROW: usize = 16;

/// `output = input · weight + bias`: `[inner] · [inner, cols]`, plus `[cols]`.
pub(super) struct VectorMatrix<'a, T> {
    pub(super) input: &'a [T],
    pub(super) weight: &'a [T],
    pub(super) bias: &'a [T],
    pub(super) output: &'a mut [T],
}

family!(VectorMatrix);

impl<'a, T: Element> Compiled for VectorMatrix<'a, T> {
    type Element = T;
    type Entries = VectorMatrix<'a, f32>;
}

impl<'a> Entries for VectorMatrix<'a, f32> {
    #[inline(never)]
    fn single(mut product: Self, set: InstructionSet) {
        if product.output.len() <= NARROW {
            // Borrowed: a copy of what has just been written would wait until it is in the cache.
            set.single(NarrowVectorMatrix(&mut product));
        } else {
            set.single(product);
        }
    }

    // The same bits as matrixmultiply's, which fuses where the processor can.
    #[inline(never)]
    fn double(product: VectorMatrix<'a, f64>, set: InstructionSet) {
        set.double_fused(product);
    }
}

impl<T: Number> Operation<T> for VectorMatrix<'_, T> {
    /// Computes the product: whole vectors, then the narrowest vector that covers what is left,
    /// shifted so far to the left that it ends where the row ends.
    #[inline(always)]
    fn run<S: Set<T>>(mut self, set: S) {
        let cols = self.output.len();
        let mut col = 0;
        while col < cols {
            let left = cols - col;
            col += if cols >= S::Full::LANES {
                if const { T::WIDE } {
                    self.stretch::<S, S::Full, 8>(set, col, left)
                } else {
                    self.stretch::<S, S::Full, 4>(set, col, left)
                }
            } else if const { S::Full::LANES > 8 } && cols >= 8 {
                self.stretch::<S, S::Eight, 2>(set, col, left)
            } else if const { S::Full::LANES > 2 } && cols >= 2 {
                self.stretch::<S, S::Two, 4>(set, col, left)
            } else {
                self.vectors::<S::One, S::One, 0>(set.into(), set.into(), col, 1);
                1
            };
        }
    }
}

impl<T: Number> VectorMatrix<'_, T> {
    /// Up to `MOST` vectors from column `first` on, of which `left` are left; gives their columns.
    #[inline(always)]
    fn stretch<S: Set<T>, V: Vector<T, Proof: From<S>>, const MOST: usize>(
        &mut self,
        set: S,
        first: usize,
        left: usize,
    ) -> usize {
        let width = left.min(MOST * V::LANES);
        let whole = (width - 1) / V::LANES;
        if width - whole * V::LANES <= 2 {
            self.whole::<S, V, S::Two, MOST>(set, whole, first, width);
        } else if const { V::LANES > 2 } {
            self.whole::<S, V, V, MOST>(set, whole, first, width);
        }
        width
    }

    /// `whole` vectors, fewer than `MOST`, and a last one. What cannot be asked for is not compiled.
    #[inline(always)]
    fn whole<S: Set<T>, V: Vector<T, Proof: From<S>>, Last: Vector<T, Proof: From<S>>, const MOST: usize>(
        &mut self,
        set: S,
        whole: usize,
        first: usize,
        width: usize,
    ) {
        let (proof, last_proof) = (set.into(), set.into());
        match whole {
            0 => self.vectors::<V, Last, 0>(proof, last_proof, first, width),
            1 => self.vectors::<V, Last, 1>(proof, last_proof, first, width),
            2 if const { MOST > 2 } => self.vectors::<V, Last, 2>(proof, last_proof, first, width),
            3 if const { MOST > 3 } => self.vectors::<V, Last, 3>(proof, last_proof, first, width),
            4 if const { MOST > 4 } => self.vectors::<V, Last, 4>(proof, last_proof, first, width),
            5 if const { MOST > 5 } => self.vectors::<V, Last, 5>(proof, last_proof, first, width),
            6 if const { MOST > 6 } => self.vectors::<V, Last, 6>(proof, last_proof, first, width),
            7 if const { MOST > 7 } => self.vectors::<V, Last, 7>(proof, last_proof, first, width),
            _ => unreachable!("fewer vectors than {MOST}"),
        }
    }

    /// `WHOLE` vectors side by side and a last one, which ends at column `first + width`.
    // Without optimisation a function of its own: all of them would not fit into the frame of one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn vectors<V: Vector<T>, Last: Vector<T>, const WHOLE: usize>(
        &mut self,
        proof: V::Proof,
        last_proof: Last::Proof,
        first: usize,
        width: usize,
    ) {
        // Where the last vector is wider than what is left of the row, it begins before `first`.
        let begin = first.min(first + width - Last::LANES.min(first + width));
        let (first, last) = (first - begin, first + width - begin - Last::LANES);
        let stretch = Stretch { begin, end: last + Last::LANES, first, last };
        let mut sums = Sums {
            whole: [V::splat(proof, T::default()); WHOLE],
            last: Last::splat(last_proof, T::default()),
        };
        let zeros = sums;
        let bias = &self.bias[begin..][..stretch.end];
        for (vector, sum) in sums.whole.iter_mut().enumerate() {
            *sum = V::load(proof, &bias[first + vector * V::LANES..]);
        }
        sums.last = Last::load(last_proof, &bias[last..]);
        if let Some(terms) = T::CHAIN {
            let blocks = self.weight.chunks(terms * self.output.len());
            for (input, weight) in self.input.chunks(terms).zip(blocks) {
                let mut block = zeros;
                self.add_products(proof, last_proof, &stretch, input, weight, &mut block);
                for (sum, block) in sums.whole.iter_mut().zip(block.whole) {
                    *sum = sum.plus(block);
                }
                sums.last = sums.last.plus(block.last);
            }
        } else {
            self.add_products(proof, last_proof, &stretch, self.input, self.weight, &mut sums);
        }
        let output = &mut self.output[begin..][..stretch.end];
        for (vector, sum) in sums.whole.into_iter().enumerate() {
            sum.store(&mut output[first + vector * V::LANES..]);
        }
        sums.last.store(&mut output[last..]);
    }

    /// Adds inputs times their rows of the matrix to the sums.
    #[inline(always)]
    fn add_products<V: Vector<T>, Last: Vector<T>, const WHOLE: usize>(
        &self,
        proof: V::Proof,
        last_proof: Last::Proof,
        stretch: &Stretch,
        input: &[T],
        weight: &[T],
        sums: &mut Sums<V, Last, WHOLE>,
    ) {
        let Stretch { begin, end, first, last } = *stretch;
        // Once, and not at each step: that would be as many instructions as the sums.
        let weight = Strided { values: weight.get(begin..).unwrap_or(&[]), stride: self.output.len() };
        weight.check(input.len(), end);
        assert!(first + WHOLE * V::LANES <= end && last + Last::LANES <= end, "vectors of the stretch");
        for (k, factor) in input.iter().enumerate() {
            // SAFETY: `check` has passed for as many rows as there are inputs, of which `k` counts one, and for this
            // width.
            let weight = unsafe { weight.row(k, end) };
            let factors = V::splat(proof, *factor);
            for (vector, sum) in sums.whole.iter_mut().enumerate() {
                let weights = V::load(proof, &weight[first + vector * V::LANES..]);
                *sum = weights.multiply_add(factors, *sum);
            }
            let factor = Last::splat(last_proof, *factor);
            sums.last = Last::load(last_proof, &weight[last..]).multiply_add(factor, sums.last);
        }
    }
}

/// A product with few columns.
struct NarrowVectorMatrix<'p, 'a>(&'p mut VectorMatrix<'a, f32>);

impl Operation<f32> for NarrowVectorMatrix<'_, '_> {
    #[inline(always)]
    fn run<S: Set<f32>>(mut self, set: S) {
        match self.0.output.len() {
            0 => {}
            1 => self.pairs::<S::One>(set.into()),
            2..4 => self.pairs::<S::Two>(set.into()),
            cols if cols >= S::Full::LANES => self.pairs::<S::Full>(set.into()),
            cols if const { S::Full::LANES > 8 } && cols >= 8 => self.pairs::<S::Eight>(set.into()),
            _ => self.pairs::<S::Four>(set.into()),
        }
    }
}

impl NarrowVectorMatrix<'_, '_> {
    /// Two vectors at a time, of which the second ends with the row or begins where the first one ends: where they
    /// overlap, both compute the same.
    #[inline(always)]
    fn pairs<V: Vector<f32>>(&mut self, proof: V::Proof) {
        let VectorMatrix { input, weight, bias, output } = &mut *self.0;
        let cols = output.len();
        let weight = Strided { values: weight, stride: cols };
        weight.check(input.len(), cols);
        let mut col = 0;
        while col < cols {
            let (first, second) = (col.min(cols - V::LANES), (col + V::LANES).min(cols - V::LANES));
            assert!(first + V::LANES <= cols && second + V::LANES <= cols, "vectors of the row");
            let mut sums = [V::load(proof, &bias[first..]), V::load(proof, &bias[second..])];
            for (k, factor) in input.iter().enumerate() {
                // SAFETY: `check` has passed for as many rows as there are inputs, of which `k` counts one, and for
                // this width.
                let weight = unsafe { weight.row(k, cols) };
                let factor = V::splat(proof, *factor);
                sums[0] = V::load(proof, &weight[first..]).multiply_add(factor, sums[0]);
                sums[1] = V::load(proof, &weight[second..]).multiply_add(factor, sums[1]);
            }
            sums[0].store(&mut output[first..]);
            sums[1].store(&mut output[second..]);
            col += 2 * V::LANES;
        }
    }
}

/// The columns that are computed together: from `begin` on, `end` of them; counted from there, where the first vector
/// begins, and where the last one does.
struct Stretch {
    begin: usize,
    end: usize,
    first: usize,
    last: usize,
}

/// Their sums.
#[derive(Clone, Copy)]
struct Sums<V, Last, const WHOLE: usize> {
    whole: [V; WHOLE],
    last: Last,
}
