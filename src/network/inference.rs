//! Inference: running a network with no memory for gradients.

use alloc::boxed::Box;
use alloc::vec;
use core::fmt;

use crate::diagnostic::Enters;
use crate::layer::{CACHE_LINE, End, Input, Layer, Output, Placement, nothing};
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
        self.run(network, &[], cast(samples))
    }

    /// [`predict`](Self::predict) with what the network's weights are laid out in, or with nothing.
    fn run(&mut self, network: &N, packed: &[N::Element], samples: &[Input<N>]) -> &[Output<N>] {
        let count = samples.len();
        assert!(count <= self.capacity, "{count} samples, but room for {}", self.capacity);
        infer(network, packed, samples, &mut self.arena[..count * arena::<N>()])
    }
}

impl<N: Network> fmt::Debug for Predictor<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predictor").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// A [`Predictor`] of one network, whose large dense weights it copies once into the order in which products of many
/// samples read them.
///
/// It pays where many batches go through a network that no longer changes: 128 samples through 784-512-512-10 take 5 %
/// less time. The borrow keeps the network from being changed meanwhile. The outputs are the same, bit for bit, and a
/// single sample takes as long as without it. For what the copies take see [`bytes`](Self::bytes): where each byte counts,
/// use a [`Predictor`].
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Net = [Affine<U100, U200>, Relu<_>, Affine<_, U10>]; }
///
/// let net = Net::initialized(HeNormal, 7);
/// let samples = vec![Tensor::<U100>::filled_with(|| 0.5); 32];
/// let mut packed = PackedPredictor::new(&*net, 32);
/// assert_eq!(packed.predict(&samples), Predictor::new(32).predict(&net, &samples));
/// ```
pub struct PackedPredictor<'n, N: Network> {
    network: &'n N,
    predictor: Predictor<N>,
    /// What the placement has packed begins on a cache line in here, which the heap does not give. (So it is never cloned:
    /// the copy would begin elsewhere.)
    packed: Box<[N::Element]>,
}

impl<'n, N: Network> PackedPredictor<'n, N> {
    /// The bytes of memory that it takes for batches of up to `capacity` samples: a [`Predictor`]'s, and a copy of each
    /// dense weight that is packed (from 64 inputs and 128 outputs on, in `f32`), up to a cache line.
    pub const fn bytes(capacity: usize) -> usize {
        Predictor::<N>::bytes(capacity) + Self::ROOM * size_of::<N::Element>()
    }

    /// The elements that are packed.
    const PACKED: usize = <N::Placement as Placement<N>>::PACKED;

    /// The elements that there is room for.
    const ROOM: usize =
        if Self::PACKED == 0 { 0 } else { Self::PACKED + CACHE_LINE / size_of::<N::Element>() - 1 };

    /// Packs a network's weights, and allocates memory for batches of up to `capacity` samples.
    pub fn new(network: &'n N, capacity: usize) -> Self {
        let mut packed: Box<[_]> = vec![N::Element::ZERO; Self::ROOM].into();
        let start = Self::start(&packed);
        N::Placement::pack(network, &mut packed[start..][..Self::PACKED]);
        Self { network, predictor: Predictor::new(capacity), packed }
    }

    /// The first element of `memory` that lies on a cache line.
    fn start(memory: &[N::Element]) -> usize {
        memory.as_ptr().align_offset(CACHE_LINE).min(Self::ROOM - Self::PACKED)
    }

    /// Returns the network's output for each sample: see [`Predictor::predict`].
    ///
    /// # Panics
    ///
    /// Panics if there are more samples than the capacity.
    pub fn predict<S: Shape<Decimal: Enters<Taken<N>>>>(
        &mut self,
        samples: &[Tensor<S, N::Element>],
    ) -> &[Output<N>] {
        let packed = &self.packed[Self::start(&self.packed)..][..Self::PACKED];
        self.predictor.run(self.network, packed, cast(samples))
    }

    /// The network.
    pub fn network(&self) -> &'n N {
        self.network
    }
}

impl<N: Network> fmt::Debug for PackedPredictor<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedPredictor").field("capacity", &self.predictor.capacity).finish_non_exhaustive()
    }
}

/// The elements that one sample takes: the two largest neighbouring activations.
pub(super) const fn arena<N: Layer>() -> usize {
    <N::Placement as Placement<N>>::ARENA
}

/// The network's output for each sample, in an arena of [`arena`] elements a sample; `packed` is what its weights are
/// laid out in, or nothing.
///
/// Threads share the samples once, and not at each layer.
pub(super) fn infer<'a, N: Layer>(
    network: &N,
    packed: &[N::Element],
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
        threads::alone(|| infer_share(network, packed, input, arena));
        return End::Front.of(arena, samples).0;
    }
    let start = |share| samples * share / threads;
    let (mut inputs, mut arenas) = (input, &mut *arena);
    let shares = (0..threads).map_while(|share| {
        let count = start(share + 1) - start(share);
        Some((inputs.split_off(..count)?, arenas.split_off_mut(..count * each)?))
    });
    threads::each(threads, shares, |(input, arena)| infer_share(network, packed, input, arena));
    for share in 1..threads {
        let (from, outputs) = (start(share) * each, (start(share + 1) - start(share)) * N::Out::LEN);
        arena.copy_within(from..from + outputs, start(share) * N::Out::LEN);
    }
    End::Front.of(arena, samples).0
}

/// The outputs of some samples at the front of their arena: part by part where activations stay cached so, all in the
/// memory behind the outputs.
fn infer_share<N: Layer>(network: &N, packed: &[N::Element], input: &[Input<N>], arena: &mut [N::Element]) {
    let (samples, each) = (input.len(), self::arena::<N>());
    let part = (PART / each.max(1)).max(LEAST_PART);
    if N::COUNT > MOST_CACHED || samples <= part || samples * (each - N::Out::LEN) < part * each {
        return N::Placement::infer_in(network, packed, input, arena, End::Front, nothing);
    }
    let (outputs, room) = End::Front.of::<Output<N>>(arena, samples);
    for (input, outputs) in input.chunks(part).zip(outputs.chunks_mut(part)) {
        N::Placement::infer_in(network, packed, input, &mut room[..input.len() * each], End::Front, nothing);
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
    // A type with room enough, so that no more is zeroed than that.
    type Room<N> = <<N as Layer>::Placement as Placement<N>>::Grads;
    if const { Room::<N>::COUNT <= 1024 } {
        let mut room = Room::<N>::ZERO;
        predict_in(network, sample, room.as_mut_slice())
    } else {
        predict_in(network, sample, &mut vec![N::Element::ZERO; arena::<N>()])
    }
}

fn predict_in<N: Network>(network: &N, sample: &[Input<N>], arena: &mut [N::Element]) -> Output<N> {
    let arena = &mut arena[..self::arena::<N>()];
    N::Placement::infer_in(network, &[], sample, arena, End::Front, nothing);
    let mut output = Output::<N>::ZERO;
    output.as_mut_slice().copy_from_slice(&arena[..N::Out::LEN]);
    output
}
