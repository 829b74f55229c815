//! [`InputGradient`]: how a loss changes with the samples, and not with the weights.
//!
//! Beside the flow, after the losses: it brings a network and a loss together, as a trainer does, and changes neither.

use alloc::boxed::Box;
use core::fmt;

use crate::diagnostic::Enters;
use crate::layer::{Frozen, Input};
use crate::loss::{Answers, Loss, Target};
use crate::network::{Given, Network, Taken, Workspace};
use crate::plain::{Plain, cast, cast_mut, view};
use crate::shape::{BatchSize, Shape};
use crate::tensor::Tensor;

/// The gradient of a loss by the samples, for networks of type `N` and batches of up to `B` samples: which numbers of
/// a sample matter (saliency), in which direction a sample fools the network (adversarial examples), and what
/// physics asks for, where the input is a place or a time.
///
/// The network runs as when it is used, not as in training: with running statistics, and without dropout, as if it
/// were [`Frozen`]. Gradients by the weights are not computed. All memory is allocated in [`new`](Self::new).
///
/// Simonyan, Vedaldi and Zisserman, *Deep inside convolutional networks*, 2013. A step of the fast gradient sign method
/// (Goodfellow, Shlens and Szegedy, *Explaining and harnessing adversarial examples*, 2014), by which the network is
/// worse on a sample that looks the same:
///
/// ```
/// use dimwise::input_gradient::InputGradient;
/// use dimwise::prelude::*;
///
/// network! { type Net = [Affine<U4, U8>, Tanh<_>, Affine<_, U3>]; }
///
/// let network = Net::initialized(XavierNormal, 1);
/// let (samples, classes) = ([Tensor::from([0.1, -0.2, 0.3, 0.4])], [Class::<U3>::new(1)?]);
/// let mut gradients = [Tensor::default()];
///
/// let mut by_input = InputGradient::<Net, U1>::new();
/// let before = by_input.gradient(&network, &CrossEntropy, &samples, &classes, &mut gradients);
/// let fooling = [samples[0].zip_map(&gradients[0], |x, slope: f32| x + 0.05 * slope.signum())];
/// let after = by_input.gradient(&network, &CrossEntropy, &fooling, &classes, &mut gradients);
/// assert!(after > before);
/// # Ok::<(), dimwise::loss::ClassError>(())
/// ```
#[doc(alias("saliency", "adversarial", "FGSM", "GradientTape", "autograd"))]
pub struct InputGradient<N: Network, B: BatchSize> {
    workspace: Box<Workspace<Frozen<N>, B>>,
    /// What a layer needs that cannot leave out the gradients by its weights; zeros.
    scratch: Box<Frozen<N>>,
}

impl<N: Network, B: BatchSize> InputGradient<N, B> {
    /// Allocates all memory: a workspace, and room for the gradients by the weights, which is not touched unless the
    /// network has a layer that says nothing about how to leave them out
    /// ([`backward_frozen`](crate::layer::Layer::backward_frozen)).
    pub fn new() -> Self {
        Self { workspace: Workspace::zeroed(), scratch: Frozen::zeroed() }
    }

    /// Returns the mean loss of the samples, and writes its gradient by each sample: as the loss is a mean, each contains
    /// the factor `1 / samples`.
    ///
    /// # Panics
    ///
    /// Panics if there are more samples than `B`, or not as many targets or gradients.
    pub fn gradient<S, G, L>(
        &mut self,
        network: &N,
        loss: &L,
        samples: &[Tensor<S, N::Element>],
        targets: &[G],
        gradients: &mut [Input<N>],
    ) -> f64
    where
        S: Shape<Decimal: Enters<Taken<N>>>,
        G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
        L: Loss<N::Out, G, N::Element>,
    {
        let count = samples.len();
        assert!(count <= B::SIZE, "{count} samples, but room for {}", B::SIZE);
        assert_eq!(gradients.len(), count, "one gradient per sample");
        // The same numbers under another type.
        let network = &view::<Frozen<N>>(network.as_slice(), 1)[0];
        self.workspace.forward(network, samples);
        let (outputs, by_output) = self.workspace.outputs(count);
        let value = loss.gradient(outputs, targets, by_output);
        let samples = cast(samples);
        self.workspace.add_gradients(network, samples, Some(cast_mut(gradients)), &mut self.scratch);
        value
    }
}

impl<N: Network, B: BatchSize> Default for InputGradient<N, B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Network, B: BatchSize> fmt::Debug for InputGradient<N, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputGradient").field("capacity", &B::SIZE).finish_non_exhaustive()
    }
}
