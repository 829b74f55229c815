//! [`R2`]: how much of the targets' variance a regression explains.

use alloc::boxed::Box;
use alloc::vec;
use core::marker::PhantomData;

use super::{Metric, MetricOf};
use crate::element::Element;
use crate::loss::{TargetOf, Values, samples};
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `1 - Σ (y - t)² / Σ (t - mean)²` of each element over all samples, and the mean of that over the elements: at
/// most 1; 0 for who always says the mean.
///
/// Of an element whose targets are all the same it is 1 if they are met, else 0; of fewer than 2 samples NaN.
/// scikit-learn's `r2_score`.
///
/// ```
/// use dimwise::metrics::{Metric, MetricOf, R2};
/// use dimwise::prelude::*;
///
/// let mut r2 = R2::new();
/// r2.update(&[[3.0], [-0.5], [2.0], [7.0]].map(Tensor::from), &[[2.5], [0.0], [2.0], [8.0]].map(Tensor::from));
/// assert!((r2.value() - 0.957).abs() < 1e-3);
/// ```
#[doc(alias("r2_score", "coefficient of determination"))]
#[derive(Clone, Debug)]
pub struct R2<S: Shape> {
    samples: usize,
    elements: Box<[Spread]>,
    shape: PhantomData<S>,
}

/// Of one element: the targets' mean, the sum of their squared distances from it, and that of the errors' squares.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    mean: f64,
    squares: f64,
    errors: f64,
}

impl<S: Shape> R2<S> {
    /// No sample yet.
    pub fn new() -> Self {
        Self { samples: 0, elements: vec![Spread::default(); S::LEN].into(), shape: PhantomData }
    }
}

impl<S: Shape> Default for R2<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl Spread {
    fn r2(&self) -> f64 {
        match (self.errors == 0.0, self.squares == 0.0) {
            (true, true) => 1.0,
            (false, true) => 0.0,
            _ => 1.0 - self.errors / self.squares,
        }
    }
}

impl<S: Shape> Metric for R2<S> {
    type Value = f64;

    fn value(&self) -> f64 {
        if self.samples < 2 {
            return f64::NAN;
        }
        self.elements.iter().map(Spread::r2).sum::<f64>() / S::LEN as f64
    }

    fn reset(&mut self) {
        *self = Self::new();
    }

    fn visit_values(&self, visit: &mut dyn FnMut(&str, f64)) {
        visit("r2", self.value());
    }
}

#[diagnostic::do_not_recommend]
impl<S: Shape, G: Values<T>, T: Element> MetricOf<S, G, T> for R2<S> {
    fn update(&mut self, outputs: &[Tensor<S, T>], targets: &[G])
    where
        G: TargetOf<S>,
    {
        samples(outputs, targets);
        for (output, target) in outputs.iter().zip(targets) {
            self.samples += 1;
            let pairs = output.as_slice().iter().zip(target.as_slice());
            for (element, (output, target)) in self.elements.iter_mut().zip(pairs) {
                let (output, target) = (output.to_f64(), target.to_f64());
                // Welford's update: no difference of large sums.
                let distance = target - element.mean;
                element.mean += distance / self.samples as f64;
                element.squares += distance * (target - element.mean);
                element.errors += (output - target) * (output - target);
            }
        }
    }
}
