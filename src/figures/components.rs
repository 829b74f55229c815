//! [`projected`]: samples in two dimensions.

use alloc::vec;
use alloc::vec::Vec;

use crate::element::Element;
use crate::plain::Plain;
use crate::random::Random;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// Samples along their first two principal components, with the share of the variance that each one has.
pub(super) struct Projected {
    pub(super) points: Vec<[f64; 2]>,
    pub(super) shares: [f64; 2],
}

/// As often the plane is turned towards the largest variances; it stops where it is turned no more.
const MOST_TURNS: usize = 300;

/// Projects samples to the two directions in which they vary most.
///
/// By orthogonal iteration: two vectors are multiplied by the covariance, which is never computed itself, and made
/// orthogonal again, until they stay. (Pearson, *On lines and planes of closest fit*, 1901; Golub and Van Loan, *Matrix
/// computations*, 8.2.4.)
pub(super) fn projected<S: Shape, T: Element>(samples: &[&Tensor<S, T>]) -> Projected {
    let centred = centred(samples);
    let rows = || centred.chunks(S::LEN.max(1));
    let total: f64 = centred.iter().map(|x| x * x).sum();
    let mut random = Random::new(1);
    let mut axes: [Vec<f64>; 2] = core::array::from_fn(|_| (0..S::LEN).map(|_| random.normal()).collect());
    orthonormalize(&mut axes);
    for _ in 0..MOST_TURNS {
        let mut turned = [vec![0.0; S::LEN], vec![0.0; S::LEN]];
        for row in rows() {
            for (turned, axis) in turned.iter_mut().zip(&axes) {
                let along = dot(row, axis);
                turned.iter_mut().zip(row).for_each(|(sum, x)| *sum += along * x);
            }
        }
        orthonormalize(&mut turned);
        let stays = turned.iter().zip(&axes).all(|(turned, axis)| dot(turned, axis).abs() > 1.0 - 1e-12);
        axes = turned;
        if stays {
            break;
        }
    }
    // An axis has two directions: the one whose largest part is positive.
    for axis in &mut axes {
        let largest = axis.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
        if largest < 0.0 {
            axis.iter_mut().for_each(|part| *part = -*part);
        }
    }
    let points: Vec<_> = rows().map(|row| [0, 1].map(|axis: usize| dot(row, &axes[axis]))).collect();
    let shares = [0, 1].map(|axis: usize| {
        let variance: f64 = points.iter().map(|point| point[axis] * point[axis]).sum();
        if total > 0.0 { variance / total } else { 0.0 }
    });
    Projected { points, shares }
}

/// All samples less their mean.
fn centred<S: Shape, T: Element>(samples: &[&Tensor<S, T>]) -> Vec<f64> {
    let mut mean = vec![0.0; S::LEN];
    for sample in samples {
        mean.iter_mut().zip(sample.as_slice()).for_each(|(sum, x)| *sum += x.to_f64() / samples.len() as f64);
    }
    let distances = |sample: &&Tensor<S, T>| {
        sample.as_slice().iter().zip(&mean).map(|(x, mean)| x.to_f64() - mean).collect::<Vec<_>>()
    };
    samples.iter().flat_map(distances).collect()
}

/// Makes the vectors as long as 1, and the second orthogonal to the first (Gram and Schmidt). What has no length stays 0.
fn orthonormalize([first, second]: &mut [Vec<f64>; 2]) {
    normalize(first);
    // Twice is enough: after one time, rounding may have left a part of the first.
    for _ in 0..2 {
        let along = dot(first, second);
        second.iter_mut().zip(&*first).for_each(|(x, y)| *x -= along * y);
    }
    normalize(second);
}

fn normalize(vector: &mut [f64]) {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    /// Six samples around a mean, along three orthogonal directions: 3, 2 and 1 to either side.
    #[test]
    fn the_two_largest_variances_are_found() {
        let directions = [[0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5], [0.5, 0.5, -0.5, -0.5]];
        let samples: Vec<Tensor<U4, f64>> = [(0, 3.0), (0, -3.0), (1, 2.0), (1, -2.0), (2, 1.0), (2, -1.0)]
            .iter()
            .map(|&(direction, along): &(usize, f64)| {
                Tensor::from(directions[direction].map(|part: f64| 100.0 + along * part))
            })
            .collect();
        let Projected { points, shares } = projected(&samples.iter().collect::<Vec<_>>());
        assert!((shares[0] - 9.0 / 14.0).abs() < 1e-9 && (shares[1] - 4.0 / 14.0).abs() < 1e-9, "{shares:?}");
        let expected = [[3.0, 0.0], [-3.0, 0.0], [0.0, 2.0], [0.0, -2.0], [0.0, 0.0], [0.0, 0.0]];
        for (point, expected) in points.iter().zip(expected) {
            // The sign of the second is free: all its parts are as large.
            assert!((point[0] - expected[0]).abs() < 1e-5, "{points:?}");
            assert!((point[1].abs() - expected[1].abs()).abs() < 1e-5, "{points:?}");
        }
    }

    #[test]
    fn what_does_not_vary_is_a_point() {
        let same = Tensor::from([1.0, 2.0]);
        let Projected { points, shares } = projected(&[&same, &same]);
        assert_eq!((points, shares), ([[0.0; 2]; 2].into(), [0.0; 2]));
        let number = [[1.0], [3.0]].map(Tensor::<U1>::from);
        let Projected { points, shares } = projected(&number.iter().collect::<Vec<_>>());
        assert_eq!((points, shares), ([[-1.0, 0.0], [1.0, 0.0]].into(), [1.0, 0.0]));
    }
}
