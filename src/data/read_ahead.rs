//! [`ReadAhead`]: batches that a thread gathers while the step before them goes on.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;
use std::panic::resume_unwind;
use std::sync::mpsc::channel;
use std::thread;

use super::Batches;
use super::source::{NextBatch, Part, Source, SourceError};
use crate::element::Element;
use crate::loss::Target;
use crate::plain::{flat, flat_mut, zeroed_slice};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A source that is read ahead in training; made by [`Source::read_ahead`].
///
/// # Memory
///
/// In an epoch as many batches as are read ahead, beside the trainer's own.
#[derive(Clone, Debug)]
pub struct ReadAhead<D> {
    source: D,
    batches: usize,
}

impl<D> ReadAhead<D> {
    pub(super) fn new(source: D, batches: usize) -> Self {
        assert!(batches > 0, "at least one batch is read ahead");
        Self { source, batches }
    }

    /// The source as it is.
    pub fn source(&self) -> &D {
        &self.source
    }
}

/// A batch, or the memory for one.
struct Room<S: Shape, G, T: Element> {
    samples: Box<[Tensor<S, T>]>,
    targets: Vec<G>,
}

impl<S: Shape, G: Target, T: Element, D: Source<S, G, T>> Source<S, G, T> for ReadAhead<D> {
    fn len(&self) -> usize {
        self.source.len()
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<S, T>],
        targets: &mut Vec<G>,
    ) -> Result<(), SourceError> {
        self.source.gather(indices, samples, targets)
    }

    fn part<'a>(
        &'a self,
        range: Range<usize>,
        samples: &'a mut [Tensor<S, T>],
        targets: &'a mut Vec<G>,
    ) -> Result<Part<'a, S, G, T>, SourceError> {
        self.source.part(range, samples, targets)
    }

    fn read<R>(&self, batches: &mut Batches, work: impl FnOnce(&mut NextBatch<'_, S, G, T>) -> R) -> R {
        thread::scope(|scope| {
            // Rooms go round: empty ones to the reader, full ones from it.
            let (give_empty, empty) = channel();
            let (give_full, full) = channel();
            for _ in 0..self.batches {
                let room = Room { samples: zeroed_slice(batches.size()), targets: Vec::new() };
                let _ = give_empty.send(room);
            }
            let reader = scope.spawn(move || {
                self.source.read(batches, |next| {
                    // Where the other side ended early, nobody sends or takes a room any more.
                    while let Ok(mut room) = empty.recv() {
                        let Room { samples, targets } = &mut room;
                        let read = next(samples, targets);
                        let is_last = !matches!(read, Ok(true));
                        if give_full.send((read, room)).is_err() || is_last {
                            break;
                        }
                    }
                });
            });
            let mut reader = Some(reader);
            let mut next = move |samples: &mut [Tensor<S, T>], targets: &mut Vec<G>| {
                let Ok((read, mut room)) = full.recv() else {
                    return match reader.take().map(thread::ScopedJoinHandle::join) {
                        Some(Err(panic)) => resume_unwind(panic),
                        _ => Ok(false),
                    };
                };
                if read? {
                    let count = room.targets.len();
                    flat_mut(&mut samples[..count]).copy_from_slice(flat(&room.samples[..count]));
                    core::mem::swap(targets, &mut room.targets);
                    let _ = give_empty.send(room);
                    return Ok(true);
                }
                Ok(false)
            };
            work(&mut next)
        })
    }
}
