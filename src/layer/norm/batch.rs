//! [`BatchNorm`]: each feature, or each channel, over the batch.

use core::marker::PhantomData;

use super::{BatchNormOptions, Moments};
use crate::element::Element;
use crate::layer::{Cached, Input, Layer, Output, PerBatch, Whole, WholeBatch};
use crate::parameters::Kind;
use crate::plain::Plain;
use crate::shape::{Dim, HasAxis};
use crate::tensor::Tensor;

/// `y = x̂ · weight + bias` where `x̂` has mean 0 and variance 1 over the batch: of a vector each number, of
/// an image each channel.
///
/// When the network is used, `x̂` is computed from the running mean and variance, which a training step
/// moves a tenth of the way to those of its batch ([`RunningMomentum`](super::RunningMomentum)). They are saved with the
/// weights; no optimizer touches them.
///
/// # Shapes
///
/// Input and output `S` with the channels first; the four tensors `[channels]`.
///
/// # Batches
///
/// Training takes at least two numbers of each channel: a batch of one vector is refused, by
/// [`Trainer`](crate::trainer::Trainer) with an error and by [`Workspace`](crate::network::Workspace) with a
/// panic. Leave a short last batch out where it may be one sample
/// ([`drop_last`](crate::trainer::Trainer::drop_last)).
///
/// # Memory
///
/// A training step keeps mean and variance.
///
/// # Options
///
/// [`Epsilon<N>`](super::Epsilon), 10⁻⁵ unless said, and [`RunningMomentum<Percent>`](super::RunningMomentum), 10 unless
/// said: `BatchNorm<_, (Epsilon<U3>, RunningMomentum<U1>)>`.
///
/// Ioffe and Szegedy, *Batch normalization*, 2015; Saito, *Deep Learning from Scratch*, 6.3. The
/// running variance is that of a sample (divided by `n - 1`), as in PyTorch.
///
/// ```
/// use dimwise::prelude::*;
///
/// let layer = BatchNorm::<U1>::initialized(HeNormal, 1);
/// let mut workspace = Workspace::<BatchNorm<U1>, U2>::zeroed();
/// let output = workspace.forward(&layer, &[Tensor::from([3.0]), Tensor::from([7.0])]);
/// assert!((output[0][0] + 1.0).abs() < 1e-4 && (output[1][0] - 1.0).abs() < 1e-4);
/// ```
#[doc(alias("BatchNorm1d", "BatchNorm2d", "BatchNormalization"))]
#[derive(Clone, Debug)]
#[repr(C)]
pub struct BatchNorm<S: HasAxis<0>, Options: BatchNormOptions = (), T: Element = f32> {
    /// What each channel is multiplied by.
    pub weight: Tensor<S::Size, T>,
    /// What is added to each.
    pub bias: Tensor<S::Size, T>,
    /// The mean of each channel, over all batches so far, the last ones counting most.
    pub running_mean: Tensor<S::Size, T>,
    /// The variance, likewise.
    pub running_variance: Tensor<S::Size, T>,
    options: PhantomData<Options>,
}

crate::parameters!(BatchNorm<S: HasAxis<0>, Options: BatchNormOptions, T: Element>: T {
    weight: Kind::Scale { start: 1.0 },
    bias: Kind::Bias { start: 0.0 },
    running_mean: Kind::Statistic { start: 0.0 },
    running_variance: Kind::Statistic { start: 1.0 },
} marker options fault Options::FAULT);

/// What forward leaves for backward.
#[derive(Debug)]
#[repr(C)]
pub struct BatchMoments<S: HasAxis<0>, T: Element> {
    mean: Tensor<S::Size, T>,
    /// The mean square of the distance from the mean.
    variance: Tensor<S::Size, T>,
    /// The same divided by one less: the variance of what the batch is a sample of.
    of_all: Tensor<S::Size, T>,
}

crate::plain!(BatchMoments<S: HasAxis<0>, T: Element>: T { mean, variance, of_all });

impl<S: HasAxis<0>, O: BatchNormOptions, T: Element> BatchNorm<S, O, T> {
    /// Numbers of a channel in one sample.
    const RUN: usize = match S::LEN.checked_div(S::Size::SIZE) {
        Some(run) => run,
        None => 1,
    };

    /// Scales and moves each channel of the samples, normalised by the given means and variances.
    fn apply(&self, mean: &[T], variance: &[T], input: &[Input<Self>], output: &mut [Output<Self>]) {
        let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
        for (input, output) in input.iter().zip(output) {
            for channel in 0..S::Size::SIZE {
                let moments = Moments::new(mean[channel], variance[channel], O::EPSILON);
                let (input, output) = (Self::run(input, channel), Self::run_mut(output, channel));
                for (y, x) in output.iter_mut().zip(input) {
                    *y = moments.normalized(*x) * weight[channel] + bias[channel];
                }
            }
        }
    }

    /// A channel of a sample.
    fn run(sample: &Tensor<S, T>, channel: usize) -> &[T] {
        &sample.as_slice()[channel * Self::RUN..][..Self::RUN]
    }

    fn run_mut(sample: &mut Tensor<S, T>, channel: usize) -> &mut [T] {
        &mut sample.as_mut_slice()[channel * Self::RUN..][..Self::RUN]
    }
}

impl<S: HasAxis<0>, O: BatchNormOptions, T: Element> Layer for BatchNorm<S, O, T> {
    type In = S;
    type Out = S;
    /// Mean and variance of the batch.
    type Cache = PerBatch<BatchMoments<S, T>>;
    type Placement = Whole;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: Cached<'_, Self::Cache>) {
        let BatchMoments { mean, variance, of_all } = cache.batch;
        let (mean, variance) = (mean.as_mut_slice(), variance.as_mut_slice());
        let count = input.len() * Self::RUN;
        let of_sample = T::from_f64(count as f64 / (count.max(2) - 1) as f64);
        for channel in 0..S::Size::SIZE {
            let numbers = input.iter().flat_map(|sample| Self::run(sample, channel)).copied();
            let (moments, of_batch) = Moments::of(numbers, count, O::EPSILON);
            (mean[channel], variance[channel]) = (moments.mean, of_batch);
            of_all.as_mut_slice()[channel] = of_batch * of_sample;
        }
        self.apply(mean, variance, input, output);
    }

    fn forward_frozen(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        _cache: Cached<'_, Self::Cache>,
    ) {
        self.infer(input, output);
    }

    // The running values do not depend on the input: dL/dx = weight · scale · dL/dy
    fn backward_frozen(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: &mut [Input<Self>],
        _scratch: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        let (mean, variance) = (self.running_mean.as_slice(), self.running_variance.as_slice());
        for (grads, grad_input) in grad_output.iter().zip(grad_input) {
            for channel in 0..S::Size::SIZE {
                let scale = Moments::new(mean[channel], variance[channel], O::EPSILON).scale;
                let factor = self.weight.as_slice()[channel] * scale;
                let grads = Self::run(grads, channel);
                for (grad_input, grad) in Self::run_mut(grad_input, channel).iter_mut().zip(grads) {
                    *grad_input = factor * *grad;
                }
            }
        }
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        self.apply(self.running_mean.as_slice(), self.running_variance.as_slice(), input, output);
    }

    fn backward(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        mut grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        let BatchMoments { mean, variance, .. } = cache.batch;
        let share = T::from_f64(1.0 / (input.len() * Self::RUN).max(1) as f64);
        for channel in 0..S::Size::SIZE {
            let (mean, variance) = (mean.as_slice()[channel], variance.as_slice()[channel]);
            let moments = Moments::new(mean, variance, O::EPSILON);
            let (mut along, mut sum) = (T::ZERO, T::ZERO);
            for (input, grads) in input.iter().zip(&*grad_output) {
                for (x, grad) in Self::run(input, channel).iter().zip(Self::run(grads, channel)) {
                    along += *grad * moments.normalized(*x);
                    sum += *grad;
                }
            }
            gradients.weight.as_mut_slice()[channel] += along;
            gradients.bias.as_mut_slice()[channel] += sum;
            // dL/dx = weight · scale · (dL/dy - mean(dL/dy) - x̂ · mean(dL/dy · x̂))
            let Some(grad_input) = grad_input.as_deref_mut() else { continue };
            let factor = self.weight.as_slice()[channel] * moments.scale;
            for ((input, grads), grad_input) in input.iter().zip(&*grad_output).zip(grad_input) {
                let grads = Self::run(input, channel).iter().zip(Self::run(grads, channel));
                for (grad_input, (x, grad)) in Self::run_mut(grad_input, channel).iter_mut().zip(grads) {
                    let normalized = moments.normalized(*x);
                    *grad_input = factor * (*grad - sum * share - normalized * (along * share));
                }
            }
        }
    }
}

impl<S: HasAxis<0>, O: BatchNormOptions, T: Element> WholeBatch for BatchNorm<S, O, T> {
    // One element has no variance: all would be normalised to 0, and the running variance would tell
    // nothing of the data.
    const SMALLEST_BATCH: usize = if Self::RUN > 1 { 1 } else { 2 };

    fn update_statistics(&mut self, batch: &BatchMoments<S, T>) {
        let towards = |running: &mut Tensor<S::Size, T>, seen: &Tensor<S::Size, T>| {
            for (running, seen) in running.as_mut_slice().iter_mut().zip(seen.as_slice()) {
                // The running variance of what is always the same decays.
                *running = (*running + T::from_f64(O::MOMENTUM) * (*seen - *running)).flushed();
            }
        };
        towards(&mut self.running_mean, &batch.mean);
        towards(&mut self.running_variance, &batch.of_all);
    }
}
