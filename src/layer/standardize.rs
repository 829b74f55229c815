//! [`Standardize`]: each number with mean 0 and deviation 1 over the data.

use super::{FromOutput, InPlace};
use crate::element::Element;
use crate::parameters::Kind;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `y = (x - mean) / deviation`, each number of a sample by its own mean and deviation over the data, which
/// [`fit`](Self::fit) learns before training.
///
/// As a network's first layer it takes samples as they were measured, in training and afterwards; it is saved and
/// loaded with the network. No training changes it. Where it has not learnt, it gives what it takes.
///
/// # Shapes
///
/// Input, output, `mean` and `deviation` all `S`.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Net = [Standardize<U2>, Affine<_, U8>, Relu<_>, Affine<_, U3>]; }
///
/// let samples = [[10.0, 0.1], [20.0, 0.3]].map(Tensor::<U2>::from);
/// let mut network = Net::initialized(HeNormal, 1);
/// network.layer_mut::<0>().fit(&samples);
/// assert_eq!(network.layer::<0>().mean, Tensor::from([15.0, 0.2]));
/// ```
#[doc(alias("StandardScaler", "Normalization"))]
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Standardize<S: Shape, T: Element = f32> {
    /// What is subtracted: the mean over the samples.
    pub mean: Tensor<S, T>,
    /// What is divided by: the root of the mean square of the distance from it, 1 where that is 0.
    pub deviation: Tensor<S, T>,
}

crate::parameters!(Standardize<S: Shape, T: Element>: T {
    mean: Kind::Statistic { start: 0.0 },
    deviation: Kind::Statistic { start: 1.0 },
});

impl<S: Shape, T: Element> Standardize<S, T> {
    /// Learns mean and deviation of these samples, a [`Dataset`](crate::data::Dataset)'s for example. Take those that
    /// the network is trained on, without those that it is tested with.
    ///
    /// Both are summed up in `f64`, divided by the number of samples. A number that is the same in all samples, to
    /// rounding, is not divided; nothing is learnt from no samples.
    pub fn fit(&mut self, samples: &(impl AsRef<[Tensor<S, T>]> + ?Sized)) {
        let samples = samples.as_ref();
        let count = samples.len().max(1) as f64;
        let numbers = self.mean.as_mut_slice().iter_mut().zip(self.deviation.as_mut_slice());
        for (index, (mean, deviation)) in numbers.enumerate() {
            let values = samples.iter().map(|sample| sample.as_slice()[index].to_f64());
            let center = values.clone().sum::<f64>() / count;
            let variance = values.map(|x| (x - center) * (x - center)).sum::<f64>() / count;
            let spread = Element::sqrt(variance);
            // What is this small is what rounding leaves of a number that is always the same.
            let is_constant = spread <= center.abs() * T::EPSILON.to_f64() || T::from_f64(spread) == T::ZERO;
            *mean = T::from_f64(center);
            *deviation = if is_constant { T::ONE } else { T::from_f64(spread) };
        }
    }
}

impl<S: Shape, T: Element> InPlace for Standardize<S, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        for sample in values {
            let learnt = self.mean.as_slice().iter().zip(self.deviation.as_slice());
            for (x, (mean, deviation)) in sample.as_mut_slice().iter_mut().zip(learnt) {
                *x = (*x - *mean) / *deviation;
            }
        }
    }

    // dy/dx = 1 / deviation
    fn differentiate(&self, _outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _gradients: &mut Self) {
        for sample in grads {
            for (grad, deviation) in sample.as_mut_slice().iter_mut().zip(self.deviation.as_slice()) {
                *grad /= *deviation;
            }
        }
    }
}
