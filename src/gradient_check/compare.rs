//! The comparison of gradients with slopes, number by number.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::report::{GradientError, Report, Run};
use crate::network::Network;
use crate::parameters::Parameters;
use crate::random::Random;
use crate::shape::Shape;

/// How far a number is moved. A power of two, so that moving hardly rounds; the rule's error is its
/// square, the rounding of the loss is divided by it.
const STEP: f64 = 1.0 / 32768.0;
/// The largest relative error that passes.
const THRESHOLD: f64 = 1e-6;
/// Gradients below this (times the loss, where that is above 1) are compared by difference alone:
/// the loss is rounded, so their quotients have fewer digits.
const SMALL: f64 = 1e-3;

/// What rounding may change in sums of gradients, relative to them.
const ROUNDING: f64 = 1e-9;
/// A tensor with more numbers is sampled: one number of each of so many equal stretches.
const NUMBERS_A_TENSOR: usize = 256;

/// The numbers of one tensor in a flat slice, with a name.
pub(super) struct Stretch {
    name: String,
    dims: &'static [usize],
    start: usize,
    len: usize,
    /// Whether the numbers have a gradient; statistics have none.
    trained: bool,
}

impl Stretch {
    pub(super) fn of_inputs<N: Network>(samples: usize) -> Vec<Self> {
        Self::of_samples::<N::In>("input", samples)
    }

    pub(super) fn of_samples<S: Shape>(what: &str, samples: usize) -> Vec<Self> {
        let stretch = |sample| Self {
            name: format!("{what} of sample {sample} "),
            dims: S::DIMS,
            start: sample * S::LEN,
            len: S::LEN,
            trained: true,
        };
        (0..samples).map(stretch).collect()
    }

    pub(super) fn of_parameters<N: Parameters>() -> Vec<Self> {
        let mut stretches = Vec::new();
        N::segments(|segment| {
            let (name, len) = (format!("{}", segment.path), segment.range().len());
            let trained = segment.kind.is_trained();
            stretches.push(Self { name, dims: segment.dims, start: segment.start, len, trained });
        });
        stretches
    }

    /// `0.weight[1, 2]` for the number at `offset` of this tensor.
    fn place(&self, mut offset: usize) -> String {
        let mut axes = Vec::new();
        for size in self.dims.iter().rev() {
            axes.insert(0, offset % size);
            offset /= size;
        }
        format!("{}{axes:?}", self.name)
    }

    /// The offsets to check: all, or one of each of 256 equal parts, always the same.
    fn sample(&self) -> impl Iterator<Item = usize> + use<> {
        let (len, parts) = (self.len, self.len.min(NUMBERS_A_TENSOR));
        let mut random = Random::new(self.start as u64);
        (0..parts).map(move |part| {
            let (start, end) = (part * len / parts, (part + 1) * len / parts);
            start + random.below(end - start)
        })
    }
}

/// The comparison of gradients with slopes.
pub(super) struct Check {
    pub(super) report: Report,
    loss: f64,
}

impl Check {
    pub(super) fn new(value: f64, gradient: f64) -> Result<Self, GradientError> {
        // Not the same bits: a loss may sum in another order when it needs no gradient.
        let agree = relative_error(value, gradient, 1.0) <= THRESHOLD * THRESHOLD;
        if agree {
            Ok(Self { report: Report::default(), loss: value })
        } else {
            Err(GradientError::Loss { value, gradient })
        }
    }

    /// Compares gradients of some tensors; `moved` gives the loss where the number at an offset of
    /// the flat slice is moved by so much.
    pub(super) fn stretches(
        &mut self,
        stretches: &[Stretch],
        gradients: &[f64],
        mut moved: impl FnMut(usize, f64) -> f64,
    ) -> Result<(), GradientError> {
        for stretch in stretches.iter().filter(|stretch| stretch.trained) {
            self.report.numbers += stretch.len;
            for offset in stretch.sample() {
                let at = stretch.start + offset;
                self.slope(|| stretch.place(offset), gradients[at], |shift| moved(at, shift))?;
            }
        }
        Ok(())
    }

    fn slope(
        &mut self,
        place: impl Fn() -> String,
        analytic: f64,
        mut moved: impl FnMut(f64) -> f64,
    ) -> Result<(), GradientError> {
        self.report.checked += 1;
        let (below, above) = (moved(-STEP), moved(STEP));
        let numeric = (above - below) / (2.0 * STEP);
        let small = SMALL * self.loss.abs().max(1.0);
        let error = relative_error(analytic, numeric, small);
        // A NaN does not pass either comparison.
        if error <= THRESHOLD {
            self.report.vanishing += usize::from(analytic.abs() + numeric.abs() <= THRESHOLD * small);
            if error >= self.report.largest_error {
                self.report.largest_error = error;
                self.report.worst = place();
            }
            Ok(())
        } else if is_kink(analytic, (self.loss - below) / STEP, (above - self.loss) / STEP) {
            self.report.kinks += 1;
            Ok(())
        } else {
            Err(GradientError::Mismatch { place: place(), analytic, numeric })
        }
    }
}

/// Whether the slopes of both sides differ by far more than curvature explains, with the gradient
/// between them.
fn is_kink(gradient: f64, left: f64, right: f64) -> bool {
    let jump = (right - left).abs();
    let slack = 1e-3 * jump;
    jump > 1e-2 * (left.abs() + right.abs())
        && jump > 100.0 * STEP
        && gradient >= left.min(right) - slack
        && gradient <= left.max(right) + slack
}

/// `|a - b| / (|a| + |b|)`, or by `small` where that is larger; NaN where `a` or `b` is.
pub(super) fn relative_error(a: f64, b: f64, small: f64) -> f64 {
    (a - b).abs() / (a.abs() + b.abs()).max(small)
}

/// Two runs over the same numbers must give the same bits.
pub(super) fn check_steady(
    stretches: &[Stretch],
    first: &[f64],
    second: &[f64],
    but: Run,
) -> Result<(), GradientError> {
    for stretch in stretches {
        for offset in 0..stretch.len {
            let (first, second) = (first[stretch.start + offset], second[stretch.start + offset]);
            if first.to_bits() != second.to_bits() && !(first.is_nan() && second.is_nan()) {
                return Err(GradientError::Unsteady { place: stretch.place(offset), first, second, but });
            }
        }
    }
    Ok(())
}

/// A backward pass onto gradients that there are adds to them. What has none may be used as memory.
pub(super) fn check_added(
    stretches: &[Stretch],
    gradients: &[f64],
    before: &[f64],
    after: &[f64],
) -> Result<(), GradientError> {
    for stretch in stretches.iter().filter(|stretch| stretch.trained) {
        for offset in 0..stretch.len {
            let at = stretch.start + offset;
            let (gradient, before, after) = (gradients[at], before[at], after[at]);
            let expected = before + gradient;
            let scale = 1.0 + before.abs() + gradient.abs();
            // A NaN is not near.
            let near = (after - expected).abs() <= ROUNDING * scale;
            if !near {
                return Err(GradientError::NotAdded {
                    place: stretch.place(offset),
                    before,
                    gradient,
                    after,
                });
            }
        }
    }
    Ok(())
}
