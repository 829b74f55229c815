//! How a batch is cut in training: into shards, which threads take, and these into parts, which stay cached.
//!
//! A step forks and joins once: each shard of the batch goes through forward pass, loss and backward pass by itself,
//! and adds to gradients of its own, which are added up at the end. So threads meet once and not at each operation,
//! which a small network does not pay for. Gradients of its own cost a shard memory, and time to clear and to add
//! them: so a network is cut into as many shards as the work is worth against its parameters, and a large one into
//! none; its operations are split, each by itself ([`threads`](crate::threads)).
//!
//! Within a shard, and on one thread as well, a network whose weights stay in the second-level cache goes over the
//! samples in parts, whose activations and gradients do, too: all parts have them in the same memory.
//!
//! Shards and parts follow from the types and from the number of samples, never from that of threads: no sum
//! depends on who computes it. A network with a layer that sees the batch as a whole, or a loss that does, is not
//! cut.

use core::marker::PhantomData;
use core::ops::Range;

use crate::element::Element;
use crate::layer::{Cache, Input, Layer, Placement};
use crate::loss::{Loss, TargetOf};
use crate::network::{Network, Room};
use crate::plain::{Plain, Two, flat_mut};
use crate::shape::Shape;
use crate::threads::{self, Work, split};

/// Gradients of a shard, and what its layers keep beside those of each sample.
pub(super) type Shard<N> = Two<N, <<N as Layer>::Cache as Cache>::Batch>;

/// How batches of a network are cut.
pub(super) struct Cut<N>(PhantomData<N>);

/// The most shards.
const MOST_SHARDS: usize = 16;

/// The parameters from which on gradients of its own are too much for a shard.
const MOST_PARAMETERS: usize = 1 << 17;

/// The work of a shard, in multiply-adds, from which on it is worth a thread: some ten microseconds.
const WORTH_A_SHARD: usize = 1 << 19;

/// The work of a batch, in multiply-adds, from which on its operations are worth a thread, each by itself: some
/// hundred microseconds.
const WORTH_SPLITTING: usize = 1 << 23;

/// The multiply-adds for each parameter from which on a shard is worth its gradients, where one more thread can
/// take it.
const WORTH_A_PARAMETER: usize = 52;

/// The multiply-adds for each parameter from which on clearing and adding its gradients is nothing beside them.
const MUCH_FOR_A_PARAMETER: usize = 512;

/// The multiply-adds that an element of an activation takes as long as, in both passes.
const OF_AN_ELEMENT: usize = 16;

/// The parameters up to which they stay in the second-level cache beside a part: a quarter of a megabyte.
const MOST_CACHED: usize = 1 << 16;

/// The elements of a part's activations and gradients.
const PART: usize = 1 << 15;

/// The multiply-adds for each parameter that a part has at least, since it goes through all of them.
const OF_A_PART: usize = 512;

impl<N: Network> Cut<N> {
    /// The elements that a sample's activations take.
    const ACTIVATIONS: usize = <N::Cache as Cache>::Sample::COUNT + N::Out::LEN;

    /// The work of a sample's step, in multiply-adds.
    const WORK: usize = 3 * N::MULTIPLY_ADDS + OF_AN_ELEMENT * Self::ACTIVATIONS + 1;

    /// The shards of a batch: a power of two, so that they are shared evenly.
    pub(super) const fn shards(samples: usize) -> usize {
        if <N::Placement as Placement<N>>::SEES_BATCH || N::COUNT > MOST_PARAMETERS {
            return 1;
        }
        let many = Self::worth(samples, MUCH_FOR_A_PARAMETER);
        let few = if Self::worth(samples, WORTH_A_PARAMETER) < 2 { 1 } else { 2 };
        let most = if many > few { many } else { few };
        1 << (if most < MOST_SHARDS { most } else { MOST_SHARDS }).ilog2()
    }

    /// The shards that each have at least so many multiply-adds for each parameter.
    const fn worth(samples: usize, of_a_parameter: usize) -> usize {
        let for_parameters = of_a_parameter * N::COUNT;
        let least = if for_parameters > WORTH_A_SHARD { for_parameters } else { WORTH_A_SHARD };
        Self::WORK.saturating_mul(samples) / least
    }

    /// Whether a batch that is not cut is worth sharing each of its operations.
    fn splits(samples: usize) -> bool {
        Self::WORK * samples >= WORTH_SPLITTING
    }

    /// The samples of a part.
    const PART: usize = {
        let numbers = Self::ACTIVATIONS + N::In::LEN + <N::Placement as Placement<N>>::Grads::COUNT;
        let (cached, least) = (PART / numbers, (OF_A_PART * N::COUNT / Self::WORK).next_multiple_of(8));
        if N::COUNT > MOST_CACHED || <N::Placement as Placement<N>>::SEES_BATCH {
            usize::MAX
        } else if cached > least {
            cached
        } else if least > 8 {
            least
        } else {
            8
        }
    };
}

/// What a batch is differentiated by.
pub(super) struct Pass<'a, N: Network, L, G> {
    pub(super) network: &'a N,
    pub(super) loss: &'a L,
    pub(super) input: &'a [Input<N>],
    pub(super) targets: &'a [G],
    /// How much they count together.
    pub(super) weight: f64,
}

impl<N: Network, L: Loss<N::Out, G, N::Element>, G: TargetOf<N::Out>> Pass<'_, N, L, G> {
    /// Writes the gradients of the batch's loss to `gradients` and returns the loss.
    pub(super) fn differentiate(&self, room: Room<'_, N>, gradients: &mut N, shards: &mut [Shard<N>]) -> f64 {
        let samples = self.input.len();
        let others = if self.loss.is_mean_of_samples() { Cut::<N>::shards(samples) - 1 } else { 0 };
        if others > 0 {
            let (shards, mut losses) = (&mut shards[..others], [0.0; MOST_SHARDS]);
            self.each_shard(room, gradients, shards, &mut losses);
            add_up(gradients, shards);
            losses.iter().sum()
        } else if Cut::<N>::splits(samples) {
            self.shard(0..samples, room, gradients)
        } else {
            threads::alone(|| self.shard(0..samples, room, gradients))
        }
    }

    /// The losses of all shards, and their gradients, each in memory of its own.
    fn each_shard(
        &self,
        room: Room<'_, N>,
        gradients: &mut N,
        others: &mut [Shard<N>],
        losses: &mut [f64; MOST_SHARDS],
    ) {
        let (samples, shards) = (self.input.len(), others.len() + 1);
        let (mut memory, mut first) = (Some((room, gradients)), 0);
        let mut others = others.iter_mut();
        let tasks = losses.iter_mut().zip(1..=shards).map_while(|(loss, shard)| {
            let (range, (room, gradients)) = (first..samples * shard / shards, memory.take()?);
            first = range.end;
            let Some(Two { first: next_gradients, second: batch }) = others.next() else {
                return Some((loss, range, room, gradients));
            };
            let (room, next_room) = room.cut(range.len(), batch);
            memory = Some((next_room, next_gradients));
            Some((loss, range, room, gradients))
        });
        threads::each(shards, tasks, |(loss, range, room, gradients)| {
            *loss = self.shard(range, room, gradients);
        });
    }

    /// One shard: its share of the loss, and its gradients.
    fn shard(&self, samples: Range<usize>, mut room: Room<'_, N>, gradients: &mut N) -> f64 {
        gradients.as_mut_slice().fill(N::Element::ZERO);
        let mut loss = 0.0;
        let len = if self.loss.is_mean_of_samples() { Cut::<N>::PART } else { usize::MAX };
        for start in samples.clone().step_by(len) {
            let part = start..samples.end.min(start.saturating_add(len));
            let memory = room.part(start - samples.start..part.end - samples.start);
            loss += self.add_part(part, memory, gradients);
        }
        loss
    }

    /// Adds the gradients of some samples' share of the loss; returns this share.
    fn add_part(&self, samples: Range<usize>, mut room: Room<'_, N>, gradients: &mut N) -> f64 {
        let (input, targets) = (&self.input[samples.clone()], &self.targets[samples]);
        // Where none of the batch counts, its loss is 0, as are those of its parts.
        let share = if self.weight == 0.0 { 0.0 } else { self.loss.weight(targets) / self.weight };
        room.forward(self.network, input);
        let (outputs, grads) = room.outputs();
        let loss = self.loss.gradient(outputs, targets, grads);
        if share < 1.0 {
            let share = N::Element::from_f64(share);
            flat_mut(grads).iter_mut().for_each(|grad| *grad *= share);
        }
        room.add_gradients(self.network, input, None, gradients);
        share * loss
    }
}

/// Adds the gradients of all shards to those of the first.
fn add_up<N: Network>(gradients: &mut N, shards: &[Shard<N>]) {
    let work = Work { row_work: 8 * shards.len(), ..Work::of_pass(N::COUNT) };
    split(gradients.as_mut_slice(), work, |first, gradients| {
        for shard in shards {
            let others = &shard.first.as_slice()[first..];
            gradients.iter_mut().zip(others).for_each(|(sum, other)| *sum += *other);
        }
    });
}
