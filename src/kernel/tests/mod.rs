//! Every kernel against the plainest loop, on every instruction set of the machine, in `f32` and `f64`.
//!
//! A product's sums are chains in the order of the reduction, so they are compared bit for bit. The
//! outputs lie between guards, which nothing may write to. Without optimisation only the smaller sizes
//! are run; `.ci/run` runs all of them with it.

mod convolutions;
mod pooling;
mod products;
mod stack;

use std::vec;
use std::vec::Vec;

use super::InstructionSet;
use super::vector::Number;

/// Lengths around those of vectors and tiles.
const LADDER: [usize; 14] = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 50, 64, 100, 513];

/// What a test needs of a number.
trait Real: Number {
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
fn chain<T: Real>(is_fused: bool, start: T, terms: impl Iterator<Item = (T, T)>) -> T {
    terms.fold(start, |sum, (left, right)| if is_fused { left.fused(right, sum) } else { left * right + sum })
}

/// [`chain`] in the order of a product: in `f64`, where it is matrixmultiply's, in blocks of the reduction.
fn sum_of_product<T: Real>(is_fused: bool, start: T, terms: impl Iterator<Item = (T, T)>) -> T {
    let Some(terms_of_chain) = T::CHAIN else { return chain(is_fused, start, terms) };
    let terms: Vec<_> = terms.collect();
    terms
        .chunks(terms_of_chain)
        .fold(start, |sum, block| sum + chain(is_fused, T::ZERO, block.iter().copied()))
}

/// Whether a convolution is fused on a set: in `f64` all but products is portable code.
fn convolution_is_fused<T: Real>(set: InstructionSet) -> bool {
    let portable = InstructionSet::all().last().expect("a set");
    if T::CHAIN.is_some() { portable.is_fused() } else { set.is_fused() }
}

/// Whether a product of so many rows is fused on a set: matrixmultiply chooses for itself.
fn product_is_fused<T: Real>(set: InstructionSet, rows: usize) -> bool {
    let best = InstructionSet::all().next().expect("a set");
    if T::CHAIN.is_some() && rows > 1 { best.is_fused() } else { set.is_fused() }
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

/// A number of the kernels and one of the outputs as positions.
fn split2(index: usize, width: usize) -> [usize; 2] {
    [index / width, index % width]
}
