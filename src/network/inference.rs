//! Inference: running a network with no memory for gradients.
//!
//! Of a chain of layers only two neighbouring activations are ever needed at once. So they lie at
//! the two ends of one arena, in turn, and the arena is as large as the largest two neighbours.

use alloc::boxed::Box;
use alloc::vec;
use core::fmt;

use crate::layer::{Input, Output};
use crate::network::{InputOf, Network};
use crate::plain::{Plain, cast, view_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// One end of an arena.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// The first numbers.
    Front,
    /// The last numbers.
    Back,
}

impl End {
    #[inline]
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Front => Self::Back,
            Self::Back => Self::Front,
        }
    }

    /// Room for `count` values at this end, and the rest of the arena.
    #[inline]
    pub(crate) fn of<P: Plain>(
        self,
        arena: &mut [P::Element],
        count: usize,
    ) -> (&mut [P], &mut [P::Element]) {
        let numbers = count * P::COUNT;
        match self {
            Self::Front => {
                let (values, rest) = arena.split_at_mut(numbers);
                (view_mut(values, count), rest)
            }
            Self::Back => {
                let (rest, values) = arena.split_at_mut(arena.len() - numbers);
                (view_mut(values, count), rest)
            }
        }
    }
}

/// Runs networks of type `N` on batches, in memory of its own that is allocated once.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Net = [Affine<U4, U8>, Tanh<U8>, Affine<U8, U2>]; }
/// const _: () = assert!(Predictor::<Net>::bytes(100) == 100 * (8 + 2) * 4);
///
/// let net = Net::initialized(XavierUniform, 7);
/// let mut predictor = Predictor::<Net>::new(100);
/// let samples = [Tensor::from([1.0, 2.0, 3.0, 4.0]), Tensor::default()];
/// let outputs = predictor.predict(&net, &samples);
/// assert_eq!(outputs[0], net.predict(&samples[0]));
/// ```
#[derive(Clone)]
pub struct Predictor<N: Network> {
    arena: Box<[N::Element]>,
    capacity: usize,
}

impl<N: Network> Predictor<N> {
    /// The bytes of memory that batches of up to `capacity` samples take: the two largest
    /// neighbouring activations.
    pub const fn bytes(capacity: usize) -> usize {
        capacity * N::ARENA * size_of::<N::Element>()
    }

    /// Allocates memory for batches of up to `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        Self { arena: vec![N::Element::ZERO; capacity * N::ARENA].into(), capacity }
    }

    /// What the network gives for each sample.
    ///
    /// Many samples are split over the threads of rayon's pool. Called in a task of that pool, it may run
    /// other tasks of the pool before it returns: hold no lock and no borrow of a `RefCell` over it that
    /// these want, too.
    ///
    /// # Panics
    ///
    /// Where there are more samples than the capacity.
    pub fn predict<S: InputOf<N>>(&mut self, network: &N, samples: &[Tensor<S, N::Element>]) -> &[Output<N>] {
        let count = samples.len();
        assert!(count <= self.capacity, "{count} samples, but room for {}", self.capacity);
        let arena = &mut self.arena[..count * N::ARENA];
        network.infer_in(cast(samples), arena, End::Front, |_| {});
        End::Front.of(arena, count).0
    }
}

impl<N: Network> fmt::Debug for Predictor<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predictor").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// One sample, in an arena on the stack where that is small.
pub(crate) fn predict<N: Network>(network: &N, sample: &[Input<N>]) -> Output<N> {
    if N::ARENA <= 64 {
        predict_in(network, sample, &mut [N::Element::ZERO; 64])
    } else if N::ARENA <= 1024 {
        predict_in(network, sample, &mut [N::Element::ZERO; 1024])
    } else {
        predict_in(network, sample, &mut vec![N::Element::ZERO; N::ARENA])
    }
}

fn predict_in<N: Network>(network: &N, sample: &[Input<N>], arena: &mut [N::Element]) -> Output<N> {
    let arena = &mut arena[..N::ARENA];
    network.infer_in(sample, arena, End::Front, |_| {});
    let mut output = Output::<N>::ZERO;
    output.as_mut_slice().copy_from_slice(&arena[..N::Out::LEN]);
    output
}
