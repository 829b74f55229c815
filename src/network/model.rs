//! [`Model`]: what can be done with a network.

use alloc::boxed::Box;
use core::slice::from_ref;

use super::{HasLayer, LayerOf, Taken, inference, layers};
use crate::diagnostic::{Enters, Fit};
use crate::initializer::{self, Initializer};
use crate::layer::{Layer, Output, Placement};
use crate::plain::{Plain, cast};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// What can be done with every network: it is initialized, and predicts.
///
/// Nobody implements it: every layer has it. Its functions ask for the seams of a [`Network`](super::Network), so that
/// one whose shapes do not fit is refused in decimal.
pub trait Model: Layer {
    /// The number of parameters, without those of [`Frozen`](crate::layer::Frozen) layers.
    const PARAMETERS: usize = Self::COUNT - Self::STATISTICS;

    /// The fewest samples that it is trained on: more than 1 where a layer needs a batch as a whole.
    const SMALLEST_BATCH: usize = <Self::Placement as Placement<Self>>::SMALLEST_BATCH;

    /// Returns the network's output for one sample.
    ///
    /// Needs no more memory than the two largest neighbouring activations: on the stack up to 1024
    /// elements, else on the heap. For many samples, or without the heap, see
    /// [`Predictor`](crate::network::Predictor).
    ///
    /// One sample is computed on the calling thread alone, which never waits for others: it may be called
    /// in a task of rayon's pool with a lock held.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U3>, Tanh<_>, Affine<_, U2>]; }
    /// let net = Net::initialized(XavierUniform, 7);
    /// let output: Tensor<U2> = net.predict(&Tensor::from([1.0, 2.0, 3.0, 4.0]));
    /// # let _ = output;
    /// ```
    #[doc(alias("call", "__call__"))]
    fn predict<S: Shape<Decimal: Enters<Taken<Self>>>>(
        &self,
        sample: &Tensor<S, Self::Element>,
    ) -> Output<Self>
    where
        Self: Layer<Seams: Fit>,
    {
        inference::predict(self, cast(from_ref(sample)))
    }

    /// Returns a network with weights drawn by `initializer` from `seed`, and biases of zero.
    ///
    /// # Panics
    ///
    /// Panics if the initialiser makes an exception for a layer that the network does not have.
    ///
    /// # Examples
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U3>, Tanh<_>, Affine<_, U2>]; }
    /// assert_eq!(Net::initialized(XavierUniform, 7), Net::initialized(XavierUniform, 7));
    /// ```
    #[doc(alias("new"))]
    fn initialized(initializer: impl Initializer, seed: u64) -> Box<Self>
    where
        Self: Layer<Seams: Fit>,
    {
        let mut network = Self::zeroed();
        initializer::initialize(&mut *network, initializer, seed);
        network
    }

    /// Returns a network with the numbers of another one that has the same tensors, one after the other: the same layers,
    /// of which others are [`Frozen`](crate::layer::Frozen), or other activations between them.
    ///
    /// A network of other tensors does not compile.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! {
    ///     type Net = [Affine<U4, U3>, Relu<_>, Affine<_, U2>];
    ///     type Head = [Frozen<[Affine<U4, U3>, Relu<_>]>, Affine<_, U2>];
    /// }
    /// let net = Net::initialized(HeNormal, 7);
    /// assert_eq!(Head::copied_from(&*net).as_slice(), net.as_slice());
    /// ```
    ///
    /// ```compile_fail
    /// # use dimwise::prelude::*;
    /// let net = Affine::<U4, U3>::initialized(HeNormal, 7);
    /// let other = Affine::<U3, U4>::copied_from(&*net);
    /// ```
    #[doc(alias("load_state_dict", "set_weights"))]
    fn copied_from<M: Layer<Element = Self::Element>>(network: &M) -> Box<Self> {
        const { assert!(Self::SHAPES == M::SHAPES, "the tensors of these two networks differ") };
        let mut copied = Self::zeroed();
        copied.as_mut_slice().copy_from_slice(network.as_slice());
        copied
    }

    /// The layer of this index, counted from 0, with its own type.
    ///
    /// A layer that [`network!`](crate::network!) gives a name is found by it, too: `network[Mlp::hidden]`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U3>, PRelu<_>, Affine<_, U2>]; }
    /// let net = Net::initialized(XavierUniform, 7);
    /// assert_eq!(net.layer::<1>().weight[0], 0.25);
    /// ```
    fn layer<const INDEX: usize>(&self) -> &LayerOf<Self, INDEX>
    where
        Self: HasLayer<INDEX, Layer: Plain<Element = Self::Element>>,
    {
        layers::layer(self)
    }

    /// The layer of this index, to be changed.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U3>, PRelu<_>, Affine<_, U2>]; }
    /// let mut net = Net::initialized(XavierUniform, 7);
    /// net.layer_mut::<2>().bias = Tensor::from([0.1, 0.9]);
    /// assert_eq!(net.layer::<2>().bias[1], 0.9);
    /// ```
    fn layer_mut<const INDEX: usize>(&mut self) -> &mut LayerOf<Self, INDEX>
    where
        Self: HasLayer<INDEX, Layer: Plain<Element = Self::Element>>,
    {
        layers::layer_mut(self)
    }
}

#[diagnostic::do_not_recommend]
impl<L: Layer> Model for L {}
