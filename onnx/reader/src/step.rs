//! [`Step`]: a layer of ours, with its weights in our order.

use crate::tensor::Array;

/// A layer of ours, or branches of layers.
#[derive(Debug)]
pub(crate) enum Step {
    /// A layer with one output for each column of a weight.
    Affine { inputs: usize, outputs: usize, weight: Vec<f64>, bias: Vec<f64> },
    /// A layer with one filter for each row of its kernels. `layer` is its type up to the element type.
    Convolution { layer: String, weight: Vec<f64>, bias: Vec<f64> },
    /// A norm: `dims` is the shape of weight and bias; `rest` are its other numbers.
    Norm { layer: String, dims: Vec<usize>, weight: Vec<f64>, bias: Vec<f64>, rest: Vec<f64> },
    /// `(x - mean) / deviation`, each number by itself.
    Standardize { dims: Vec<usize>, mean: Vec<f64>, deviation: Vec<f64> },
    /// A layer without weights that are scaled.
    Other { layer: String, numbers: Vec<f64> },
    /// Zeros before and after each axis of samples of shape `dims`: a layer, or part of the convolution after it.
    Pad { dims: Vec<usize>, before: Vec<usize>, after: Vec<usize>, node: usize },
    /// The same numbers under another shape.
    Reshape { from: Vec<usize>, to: Vec<usize> },
    /// Two branches, of which one at most is empty.
    Branches { first: Vec<Step>, second: Vec<Step>, join: Join, dims: Vec<usize> },
}

/// How branches become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    Sum,
    Concat,
}

/// `y = factor · x`, `y = x / divisor` or `y = x + summand`
#[derive(Clone, Copy, Debug)]
pub(crate) enum Linear<'a> {
    Factor(&'a Array<f64>),
    Divisor(&'a Array<f64>),
    Summand(&'a Array<f64>),
}

impl Step {
    /// Whether the step's own numbers can take this in, for outputs of shape `sample`; then they have.
    pub(crate) fn fold(&mut self, linear: Linear<'_>, sample: &[usize]) -> bool {
        let is_affine = matches!(self, Self::Affine { .. });
        let (Linear::Factor(array) | Linear::Divisor(array) | Linear::Summand(array)) = linear;
        let channels: Vec<_> =
            sample.iter().enumerate().map(|(axis, size)| if axis == 0 { *size } else { 1 }).collect();
        let (weight, bias, dims) = match self {
            Self::Affine { weight, bias, .. } | Self::Convolution { weight, bias, .. } => {
                (weight, bias, channels)
            }
            Self::Norm { weight, bias, dims, .. } if dims == sample => (weight, bias, sample.to_vec()),
            Self::Norm { weight, bias, .. } => (weight, bias, channels),
            Self::Standardize { mean, deviation, .. } => {
                return array
                    .broadcast(sample)
                    .is_some_and(|array| standardize(linear, &array.items, mean, deviation));
            }
            _ => return false,
        };
        // The same along all axes but that of the channels.
        let Some(numbers) = array.broadcast(&dims) else { return false };
        let numbers = &numbers.items;
        // Of an affine layer, each row has one weight for each output; of others, each output has a run of weights.
        let run = if is_affine { 1 } else { weight.len() / bias.len().max(1) };
        let change: fn(&mut f64, f64) = match linear {
            Linear::Summand(_) => |bias, number| *bias += number,
            Linear::Factor(_) => |number, factor| *number *= factor,
            Linear::Divisor(_) => |number, divisor| *number /= divisor,
        };
        bias.iter_mut().zip(numbers).for_each(|(bias, number)| change(bias, *number));
        if !matches!(linear, Linear::Summand(_)) {
            let places = weight.iter_mut().enumerate();
            places.for_each(|(place, weight)| change(weight, numbers[place / run % numbers.len()]));
        }
        true
    }
}

/// What `(x - mean) / deviation` becomes, unless that is no such formula.
fn standardize(linear: Linear<'_>, numbers: &[f64], mean: &mut [f64], deviation: &mut [f64]) -> bool {
    if !matches!(linear, Linear::Summand(_)) && numbers.contains(&0.0) {
        return false;
    }
    for ((mean, deviation), number) in mean.iter_mut().zip(deviation).zip(numbers) {
        match linear {
            Linear::Factor(_) => *deviation /= number,
            Linear::Divisor(_) => *deviation *= number,
            Linear::Summand(_) => *mean -= number * *deviation,
        }
    }
    true
}

/// Adds a step; views that follow each other become one, or none.
pub(crate) fn push(steps: &mut Vec<Step>, step: Step) {
    let Step::Reshape { from, to } = step else { return steps.push(step) };
    let from = match steps.pop_if(|last| matches!(last, Step::Reshape { .. })) {
        Some(Step::Reshape { from, .. }) => from,
        _ => from,
    };
    if from != to {
        steps.push(Step::Reshape { from, to });
    }
}
