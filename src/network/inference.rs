//! Inference: running a network with no memory for gradients.

use alloc::boxed::Box;
use alloc::vec;
use core::fmt;

use crate::diagnostic::Enters;
use crate::layer::{End, Input, Layer, Output, Placement, nothing};
use crate::network::{Network, Taken};
use crate::plain::{Plain, cast, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;
use crate::threads;

/// Runs networks of type `N` on batches, in memory of its own that is allocated once.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Net = [Affine<U4, U8>, Tanh<_>, Affine<_, U2>]; }
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
        capacity * arena::<N>() * size_of::<N::Element>()
    }

    /// Allocates memory for batches of up to `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        Self { arena: vec![N::Element::ZERO; capacity * arena::<N>()].into(), capacity }
    }

    /// Returns the network's output for each sample.
    ///
    /// Many samples are split over the threads of rayon's pool. Called in a task of that pool, it may run
    /// other tasks of the pool before it returns: hold no lock and no borrow of a `RefCell` over it that
    /// these want, too.
    ///
    /// # Panics
    ///
    /// Panics if there are more samples than the capacity.
    pub fn predict<S: Shape<Decimal: Enters<Taken<N>>>>(
        &mut self,
        network: &N,
        samples: &[Tensor<S, N::Element>],
    ) -> &[Output<N>] {
        let count = samples.len();
        assert!(count <= self.capacity, "{count} samples, but room for {}", self.capacity);
        infer(network, cast(samples), &mut self.arena[..count * arena::<N>()])
    }
}

impl<N: Network> fmt::Debug for Predictor<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predictor").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// The elements that one sample takes: the two largest neighbouring activations.
pub(super) const fn arena<N: Layer>() -> usize {
    <N::Placement as Placement<N>>::ARENA
}

/// The network's output for each sample, in an arena of [`arena`] elements a sample.
///
/// Threads share the samples once, and not at each layer.
pub(super) fn infer<'a, N: Layer>(
    network: &N,
    input: &[Input<N>],
    arena: &'a mut [N::Element],
) -> &'a [Output<N>] {
    let (samples, each) = (input.len(), self::arena::<N>());
    let work = (N::MULTIPLY_ADDS + OF_AN_ELEMENT * each) * samples;
    let threads = match work / WORTH_A_THREAD {
        0 | 1 => 1,
        many => many.min(samples).min(threads::count()),
    };
    if threads < 2 {
        threads::alone(|| infer_share(network, input, arena));
        return End::Front.of(arena, samples).0;
    }
    let start = |share| samples * share / threads;
    let (mut inputs, mut arenas) = (input, &mut *arena);
    let shares = (0..threads).map_while(|share| {
        let count = start(share + 1) - start(share);
        Some((inputs.split_off(..count)?, arenas.split_off_mut(..count * each)?))
    });
    threads::each(threads, shares, |(input, arena)| infer_share(network, input, arena));
    for share in 1..threads {
        let (from, outputs) = (start(share) * each, (start(share + 1) - start(share)) * N::Out::LEN);
        arena.copy_within(from..from + outputs, start(share) * N::Out::LEN);
    }
    End::Front.of(arena, samples).0
}

/// The outputs of some samples at the front of their arena: part by part where activations stay cached so, all in the
/// memory behind the outputs.
fn infer_share<N: Layer>(network: &N, input: &[Input<N>], arena: &mut [N::Element]) {
    let (samples, each) = (input.len(), self::arena::<N>());
    let part = (PART / each.max(1)).max(LEAST_PART);
    if N::COUNT > MOST_CACHED || samples <= part || samples * (each - N::Out::LEN) < part * each {
        return N::Placement::infer_in(network, input, arena, End::Front, nothing);
    }
    let (outputs, room) = End::Front.of::<Output<N>>(arena, samples);
    for (input, outputs) in input.chunks(part).zip(outputs.chunks_mut(part)) {
        N::Placement::infer_in(network, input, &mut room[..input.len() * each], End::Front, nothing);
        let outputs = flat_mut(outputs);
        outputs.copy_from_slice(&room[..outputs.len()]);
    }
}

/// Multiply-adds from which on another thread is worth waking it: some 30 microseconds.
const WORTH_A_THREAD: usize = 1 << 20;

/// Multiply-adds that an element of an activation takes as long as.
const OF_AN_ELEMENT: usize = 8;

/// The parameters up to which they stay in the second-level cache beside a part.
const MOST_CACHED: usize = 1 << 16;

/// Elements of a part, which stay in the second-level cache.
const PART: usize = 1 << 15;

/// The fewest samples of a part.
const LEAST_PART: usize = 16;

/// One sample, in an arena on the stack where that is small.
pub(crate) fn predict<N: Network>(network: &N, sample: &[Input<N>]) -> Output<N> {
    if arena::<N>() <= 64 {
        predict_in(network, sample, &mut [N::Element::ZERO; 64])
    } else if arena::<N>() <= 1024 {
        predict_in(network, sample, &mut [N::Element::ZERO; 1024])
    } else {
        predict_in(network, sample, &mut vec![N::Element::ZERO; arena::<N>()])
    }
}

fn predict_in<N: Network>(network: &N, sample: &[Input<N>], arena: &mut [N::Element]) -> Output<N> {
    let arena = &mut arena[..self::arena::<N>()];
    N::Placement::infer_in(network, sample, arena, End::Front, nothing);
    let mut output = Output::<N>::ZERO;
    output.as_mut_slice().copy_from_slice(&arena[..N::Out::LEN]);
    output
}
