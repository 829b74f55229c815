//! [`Workspace`]: all memory of a training step, whose size the compiler knows.

use core::fmt;
use core::ops::Range;

use super::inference::{arena, infer};
use super::{Model, Network, Taken};
use crate::diagnostic::Enters;
use crate::layer::{Cache, Cached, End, Input, Layer, Output, Placement};
use crate::plain::{Plain, cast, flat_mut};
use crate::shape::{Batch, BatchSize, Shape};
use crate::tensor::Tensor;

/// What a network of type `N` needs to train on batches of up to `B` samples: activations, their
/// gradients and what its layers keep.
///
/// A plain value, made once ([`zeroed`](crate::plain::Plain::zeroed) on the heap, [`ZERO`](crate::plain::Plain::ZERO) in a
/// `static`). So the memory is known before the program runs, and a budget is a line of your own
/// code:
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Mlp = [Affine<U784, U50>, Relu<_>, Affine<_, U10>]; }
///
/// const _: () = assert!(size_of::<Workspace<Mlp, U32>>() <= 16 * 1024);
/// ```
#[repr(C)]
pub struct Workspace<N: Layer, B: BatchSize> {
    output: Batch<Output<N>, B>,
    /// The gradients: first those by the output, where the loss puts them.
    grads: Batch<<N::Placement as Placement<N>>::Grads, B>,
    samples: Batch<<N::Cache as Cache>::Sample, B>,
    batch: <N::Cache as Cache>::Batch,
}

crate::plain!(Workspace<N: Layer, B: BatchSize>: N::Element { output, grads, samples, batch });

impl<N: Network, B: BatchSize> Workspace<N, B> {
    /// Runs the network on a batch as in training and returns its outputs, sample by sample.
    ///
    /// # Panics
    ///
    /// Panics if the batch has more than `B` samples, or fewer than the network is trained on
    /// ([`Model::SMALLEST_BATCH`](crate::network::Model::SMALLEST_BATCH)).
    pub fn forward<S: Shape<Decimal: Enters<Taken<N>>>>(
        &mut self,
        network: &N,
        input: &[Tensor<S, N::Element>],
    ) -> &[Output<N>] {
        if N::SMALLEST_BATCH > 1 {
            let (least, found) = (N::SMALLEST_BATCH, input.len());
            assert!(
                found >= least,
                "the network is trained on at least {least} samples at once, not {found}"
            );
        }
        self.room(input.len()).forward(network, cast(input));
        &self.output[..input.len()]
    }

    /// Returns the network's outputs for a batch as in inference: with running statistics, and
    /// without dropout. After it there is nothing to go [`backward`](Self::backward) from.
    ///
    /// # Panics
    ///
    /// Panics if the batch has more than `B` samples.
    pub fn infer<S: Shape<Decimal: Enters<Taken<N>>>>(
        &mut self,
        network: &N,
        input: &[Tensor<S, N::Element>],
    ) -> &[Output<N>] {
        assert!(input.len() <= B::SIZE, "{} samples, but room for {}", input.len(), B::SIZE);
        // The gradients alone take as much as inference.
        let arena = &mut self.as_mut_slice()[..input.len() * arena::<N>()];
        infer(network, &[], cast(input), arena)
    }

    /// The outputs of the last [`forward`](Self::forward) of `samples` samples, and the place for
    /// the loss's gradients by them.
    ///
    /// # Panics
    ///
    /// Panics if `samples` is more than `B`.
    pub fn outputs(&mut self, samples: usize) -> (&[Output<N>], &mut [Output<N>]) {
        self.room(samples).into_outputs()
    }

    /// Ends a training pass: adds the gradients by the parameters to `gradients`, computed from those by the
    /// outputs, after a [`forward`](Self::forward) of the same network on the same batch; then moves the network's
    /// statistics (running means, counters) by what it has seen of the batch.
    ///
    /// So `gradients` are zeros before, unless those of several batches are to add up.
    ///
    /// # Panics
    ///
    /// Panics if the batch has more than `B` samples.
    pub fn backward(
        &mut self,
        network: &mut N,
        input: &[Input<N>],
        grad_input: Option<&mut [Input<N>]>,
        gradients: &mut N,
    ) {
        self.add_gradients(network, input, grad_input, gradients);
        self.update_statistics(network);
    }

    /// [`backward`](Self::backward) without the statistics: the network does not change.
    ///
    /// # Panics
    ///
    /// Panics if the batch has more than `B` samples.
    pub fn add_gradients(
        &mut self,
        network: &N,
        input: &[Input<N>],
        grad_input: Option<&mut [Input<N>]>,
        gradients: &mut N,
    ) {
        self.room(input.len()).add_gradients(network, input, grad_input, gradients);
    }

    /// Moves the network's statistics by the last batch.
    pub(crate) fn update_statistics(&self, network: &mut N) {
        N::Placement::update_statistics(network, &self.batch);
    }

    /// The memory of the first samples.
    pub(crate) fn room(&mut self, samples: usize) -> Room<'_, N> {
        Room {
            output: &mut self.output[..samples],
            grads: &mut self.grads[..samples],
            cache: Cached { samples: &mut self.samples[..samples], batch: &mut self.batch },
        }
    }
}

/// The memory of a training pass of some samples.
pub(crate) struct Room<'a, N: Layer> {
    output: &'a mut [Output<N>],
    grads: &'a mut [<N::Placement as Placement<N>>::Grads],
    cache: Cached<'a, N::Cache>,
}

impl<'a, N: Layer> Room<'a, N> {
    pub(crate) fn forward(&mut self, network: &N, input: &[Input<N>]) {
        network.forward(input, self.output, self.cache.part(0..input.len()));
    }

    /// The outputs, and the place for the gradients by them.
    pub(crate) fn outputs(&mut self) -> (&[Output<N>], &mut [Output<N>]) {
        self.part(0..self.output.len()).into_outputs()
    }

    fn into_outputs(self) -> (&'a [Output<N>], &'a mut [Output<N>]) {
        let samples = self.output.len();
        (self.output, End::Front.of(flat_mut(self.grads), samples).0)
    }

    pub(crate) fn add_gradients(
        &mut self,
        network: &N,
        input: &[Input<N>],
        grad_input: Option<&mut [Input<N>]>,
        gradients: &mut N,
    ) {
        let (arena, cache) = ((flat_mut(self.grads), End::Front), self.cache.part(0..input.len()));
        N::Placement::backward_in::<false>(network, input, self.output, arena, grad_input, gradients, cache);
    }

    /// The memory of the first samples, and of the others, which keep in `batch` what they keep as a whole.
    pub(crate) fn cut(self, count: usize, batch: &'a mut <N::Cache as Cache>::Batch) -> (Self, Self) {
        let (output, other_output) = self.output.split_at_mut(count);
        let (grads, other_grads) = self.grads.split_at_mut(count);
        let (samples, other_samples) = self.cache.samples.split_at_mut(count);
        (
            Self { output, grads, cache: Cached { samples, batch: self.cache.batch } },
            Self {
                output: other_output,
                grads: other_grads,
                cache: Cached { samples: other_samples, batch },
            },
        )
    }

    /// The outputs of some samples; all that is kept for their gradients lies where it does for any others.
    pub(crate) fn part(&mut self, samples: Range<usize>) -> Room<'_, N> {
        let count = samples.len();
        Room {
            output: &mut self.output[samples],
            grads: &mut self.grads[..count],
            cache: self.cache.part(0..count),
        }
    }
}

impl<N: Layer, B: BatchSize> fmt::Debug for Workspace<N, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").field("capacity", &B::SIZE).field("bytes", &size_of::<Self>()).finish()
    }
}
