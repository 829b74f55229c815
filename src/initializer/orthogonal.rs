//! [`Orthogonal`]: weights that rotate, and so keep lengths.

use alloc::vec;
use alloc::vec::Vec;

use super::{Initializer, Weights};
use crate::element::Element;
use crate::random::Random;

/// A random matrix with `WᵀW = gain² · I`, or `WWᵀ` if it has fewer rows than columns: for deep and for
/// recurrent networks.
///
/// The rows of the matrix are the tensor's first axis, its columns all others: inputs by outputs of an
/// [`Affine`](crate::layer::Affine), filters by all that they sum over of a
/// [`Conv2d`](crate::layer::Conv2d). All such matrices are equally likely. While it draws, it needs
/// memory for the tensor's elements in `f64`.
///
/// Saxe et al., *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*, 2014.
///
/// ```
/// use dimwise::initializer::Orthogonal;
/// use dimwise::prelude::*;
///
/// let layer = Affine::<U1, U3, f64>::initialized(Orthogonal { gain: 2.0 }, 1);
/// let length: f64 = layer.weight.as_slice().iter().map(|weight| weight * weight).sum();
/// assert!((length - 4.0).abs() < 1e-14);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Orthogonal {
    /// The factor of all lengths; 1, or √2 before a ReLU.
    pub gain: f64,
}

impl Initializer for Orthogonal {
    fn fill<T: Element>(&self, weights: Weights<'_, T>, random: &mut Random) {
        let rows = weights.dims[0].max(1);
        let cols = weights.numbers.len() / rows;
        let (count, len) = (rows.min(cols), rows.max(cols));
        let vectors = orthonormal(count, len, random);
        for (index, weight) in weights.numbers.iter_mut().enumerate() {
            let (row, col) = (index / cols, index % cols);
            let (vector, at) = if rows <= cols { (row, col) } else { (col, row) };
            *weight = T::from_f64(self.gain * vectors[vector * len + at]);
        }
    }
}

/// Returns `count` orthonormal vectors of `len` elements: normally distributed ones, each less its projections
/// onto those before it (Gram and Schmidt).
fn orthonormal(count: usize, len: usize, random: &mut Random) -> Vec<f64> {
    let mut vectors = vec![0.0; count * len];
    for index in 0..count {
        let (before, rest) = vectors.split_at_mut(index * len);
        let vector = &mut rest[..len];
        vector.fill_with(|| random.normal());
        // Twice: if little is left of a vector, much of that is rounding error.
        for _ in 0..2 {
            for other in before.chunks_exact(len) {
                let along = dot(other, vector);
                vector.iter_mut().zip(other).for_each(|(number, other)| *number -= along * other);
            }
        }
        let length = Element::sqrt(dot(vector, vector));
        vector.iter_mut().for_each(|number| *number /= length);
    }
    vectors
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[cfg(test)]
mod tests {
    use crate::initializer::Orthogonal;
    use crate::prelude::*;

    /// How far the products of a matrix's rows are from those of unit vectors, times `gain²`.
    #[track_caller]
    fn assert_orthonormal(vectors: &[f64], count: usize, gain: f64) {
        let len = vectors.len() / count;
        for (i, left) in vectors.chunks_exact(len).enumerate() {
            for (j, right) in vectors.chunks_exact(len).enumerate() {
                let expected = if i == j { gain * gain } else { 0.0 };
                let product = super::dot(left, right);
                assert!((product - expected).abs() < 5e-15, "{i} · {j} is {product}");
            }
        }
    }

    #[test]
    fn rows_or_columns_are_at_right_angles() {
        let wide = Affine::<U20, U30, f64>::initialized(Orthogonal { gain: 1.0 }, 1);
        assert_orthonormal(wide.weight.as_slice(), 20, 1.0);
        assert!(wide.bias.as_slice().iter().all(|bias| *bias == 0.0));
        let tall = Affine::<U30, U20, f64>::initialized(Orthogonal { gain: 1.5 }, 1);
        let weight = tall.weight.as_slice();
        let columns: alloc::vec::Vec<f64> =
            (0..600).map(|index| weight[index % 30 * 20 + index / 30]).collect();
        assert_orthonormal(&columns, 20, 1.5);
        let square = Affine::<U64, U64, f64>::initialized(Orthogonal { gain: 1.0 }, 1);
        assert_orthonormal(square.weight.as_slice(), 64, 1.0);
        let kernels = Conv2d::<(U3, U8, U8), U6, U3, (), f64>::initialized(Orthogonal { gain: 1.0 }, 1);
        assert_orthonormal(kernels.weight.as_slice(), 6, 1.0);
    }

    #[test]
    fn weights_are_on_no_side() {
        let layer = Affine::<U100, U100, f64>::initialized(Orthogonal { gain: 1.0 }, 3);
        let weights = layer.weight.as_slice();
        // Each has mean 0 and variance 1/100.
        assert!((weights.iter().sum::<f64>() / 1e4).abs() < 0.004);
        let diagonal: f64 = (0..100).map(|at| weights[101 * at]).sum();
        assert!(diagonal.abs() < 4.0, "{diagonal}");
    }
}
