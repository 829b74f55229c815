//! [`Workspace`]: all memory of a training step, whose size the compiler knows.

use core::fmt;

use crate::layer::{Input, Layer, Output};
use crate::network::inference::End;
use crate::network::{InputOf, Network};
use crate::plain::{Plain, cast};
use crate::shape::{Batch, BatchSize};
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
/// network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }
///
/// const _: () = assert!(size_of::<Workspace<Mlp, U32>>() <= 16 * 1024);
/// ```
#[repr(C)]
pub struct Workspace<N: Layer, B: BatchSize> {
    output: Batch<Output<N>, B>,
    grad_output: Batch<Output<N>, B>,
    cache: N::Cache<B>,
}

crate::plain!(Workspace<N: Layer, B: BatchSize>: N::Element { output, grad_output, cache });

impl<N: Network, B: BatchSize> Workspace<N, B> {
    /// Runs the network on a batch as it is trained and gives its outputs, sample by sample.
    ///
    /// # Panics
    ///
    /// Panics if the batch has more than `B` samples, or fewer than the network is trained on
    /// ([`Layer::SMALLEST_BATCH`]).
    pub fn forward<S: InputOf<N>>(&mut self, network: &N, input: &[Tensor<S, N::Element>]) -> &[Output<N>] {
        if N::SMALLEST_BATCH > 1 {
            let (least, found) = (N::SMALLEST_BATCH, input.len());
            assert!(
                found >= least,
                "the network is trained on at least {least} samples at once, not {found}"
            );
        }
        let output = &mut self.output[..input.len()];
        network.forward::<B>(cast(input), output, &mut self.cache);
        output
    }

    /// What the network gives for a batch when it is used, not trained: with running statistics, and
    /// without dropout. After it there is nothing to go [`backward`](Self::backward) from.
    ///
    /// # Panics
    ///
    /// Where the batch has more than `B` samples.
    pub fn infer<S: InputOf<N>>(&mut self, network: &N, input: &[Tensor<S, N::Element>]) -> &[Output<N>] {
        assert!(input.len() <= B::SIZE, "{} samples, but room for {}", input.len(), B::SIZE);
        // Each layer's output has a place here and another one for its gradient: more than inference
        // needs.
        let arena = &mut self.as_mut_slice()[..input.len() * N::ARENA];
        network.infer_in(cast(input), arena, End::Front, |_| {});
        End::Front.of(arena, input.len()).0
    }

    /// The outputs of the last [`forward`](Self::forward) of `samples` samples, and the place for
    /// the loss's gradients by them.
    ///
    /// # Panics
    ///
    /// Where `samples` is more than `B`.
    pub fn outputs(&mut self, samples: usize) -> (&[Output<N>], &mut [Output<N>]) {
        (&self.output[..samples], &mut self.grad_output[..samples])
    }

    /// Computes the gradients by the parameters from those by the outputs, after a
    /// [`forward`](Self::forward) of the same network on the same batch.
    ///
    /// # Panics
    ///
    /// Where the batch has more than `B` samples.
    pub fn backward(
        &mut self,
        network: &N,
        input: &[Input<N>],
        grad_input: Option<&mut [Input<N>]>,
        gradients: &mut N,
    ) {
        let samples = input.len();
        let (output, grad_output) = (&self.output[..samples], &mut self.grad_output[..samples]);
        network.backward::<B>(input, output, grad_output, grad_input, gradients, &mut self.cache);
    }
}

impl<N: Layer, B: BatchSize> fmt::Debug for Workspace<N, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").field("capacity", &B::SIZE).field("bytes", &size_of::<Self>()).finish()
    }
}
