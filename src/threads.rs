//! Threads: work is split over what it writes.
//!
//! Every element is computed by one thread, in the same order of operations however many threads there
//! are: the same seed gives the same bits on 1 and on 64 threads. Without the feature `parallel` everything
//! runs on the calling thread, and nothing is split.
#![cfg_attr(not(feature = "parallel"), allow(dead_code))]

#[cfg(feature = "parallel")]
use core::cell::Cell;
#[cfg(feature = "parallel")]
use std::sync::{Mutex, PoisonError};

/// The work, in multiply-adds, from which on another thread is worth waking it.
#[cfg(feature = "parallel")]
const WORTH_A_THREAD: usize = 1 << 19;

/// Rows that stay together where each is little work: about as many as a kernel computes at once.
#[cfg(feature = "parallel")]
const GRAIN: usize = 8;

/// What can be split between threads: slices, and tuples of slices that are split at the same place.
pub(crate) trait Splittable: Send + Sized {
    /// The first `count` elements, and the others.
    fn cut(self, count: usize) -> (Self, Self);
}

impl<T: Sync> Splittable for &[T] {
    fn cut(self, count: usize) -> (Self, Self) {
        self.split_at(count)
    }
}

impl<T: Send> Splittable for &mut [T] {
    fn cut(self, count: usize) -> (Self, Self) {
        self.split_at_mut(count)
    }
}

impl<A: Splittable, B: Splittable> Splittable for (A, B) {
    fn cut(self, count: usize) -> (Self, Self) {
        let ((a, c), (b, d)) = (self.0.cut(count), self.1.cut(count));
        ((a, b), (c, d))
    }
}

/// How much there is to compute.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// Rows that can be computed independently.
    pub(crate) rows: usize,
    /// Elements in a row.
    pub(crate) row_len: usize,
    /// Multiply-adds of a row.
    pub(crate) row_work: usize,
}

impl Work {
    /// One pass over `count` elements. It waits for memory more than it computes: an element takes about
    /// as much time as 8 multiply-adds of a product.
    pub(crate) const fn of_pass(count: usize) -> Self {
        Self { rows: count, row_len: 1, row_work: 8 }
    }

    /// Rows that stay together.
    #[cfg(feature = "parallel")]
    fn grain(&self) -> usize {
        if self.row_work * GRAIN >= WORTH_A_THREAD { 1 } else { GRAIN }
    }
}

/// Calls `compute` with parts of `output` that are whole rows, and the number of each part's first row:
/// all of it at once where the work is small, else one part per thread.
#[inline]
pub(crate) fn split<P: Splittable>(output: P, work: Work, compute: impl Fn(usize, P) + Sync) {
    #[cfg(feature = "parallel")]
    {
        let threads = threads(work.rows * work.row_work).min(work.rows.div_ceil(work.grain()));
        if threads > 1 {
            let (mut rest, mut first) = (Some(output), 0);
            let parts = (1..=threads).map_while(|part| {
                if first == work.rows {
                    return None;
                }
                let end = (work.rows * part / threads).next_multiple_of(work.grain()).min(work.rows);
                let (front, back) = rest.take()?.cut((end - first) * work.row_len);
                rest = Some(back);
                Some((core::mem::replace(&mut first, end), front))
            });
            return each(threads, parts, |(first, part)| compute(first, part));
        }
    }
    let _ = work;
    compute(0, output);
}

/// Calls `compute` with each of the tasks, on up to so many threads: whoever is free takes the next one. No task
/// forks again.
///
/// The calling thread takes tasks, too, so nothing waits for a thread that sleeps. Outside of rayon's pool each other
/// thread is called by a job of 16 bytes, which rayon puts on the heap.
pub(crate) fn each<T: Send>(
    threads: usize,
    tasks: impl Iterator<Item = T> + Send,
    compute: impl Fn(T) + Sync,
) {
    #[cfg(feature = "parallel")]
    if threads > 1 && count() > 1 {
        let tasks = Mutex::new(tasks);
        let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
        return share(threads.min(count()), &|| {
            let _sharing = Sharing::begin();
            while let Some(task) = next() {
                compute(task);
            }
        });
    }
    let _ = threads;
    tasks.for_each(compute);
}

/// Calls `work` on so many threads at once, of which the calling one is the first.
#[cfg(feature = "parallel")]
fn share(threads: usize, work: &(impl Fn() + Sync)) {
    if threads < 2 {
        work();
    } else if rayon::current_thread_index().is_some() {
        rayon::join(|| share(threads.div_ceil(2), work), || share(threads / 2, work));
    } else {
        // `join` would send the calling thread to sleep and wake one of the pool, which wakes another: often on the
        // same core.
        rayon::in_place_scope(|scope| {
            (1..threads).for_each(|_| scope.spawn(|_| work()));
            work();
        });
    }
}

#[cfg(feature = "parallel")]
std::thread_local! {
    static IS_SHARING: Cell<bool> = const { Cell::new(false) };
}

/// While it lives, its thread takes tasks that do not fork.
#[cfg(feature = "parallel")]
struct Sharing {
    before: bool,
}

#[cfg(feature = "parallel")]
impl Sharing {
    fn begin() -> Self {
        Self { before: IS_SHARING.replace(true) }
    }
}

#[cfg(feature = "parallel")]
impl Drop for Sharing {
    fn drop(&mut self) {
        IS_SHARING.set(self.before);
    }
}

/// How many threads are worth using for so many multiply-adds.
fn threads(work: usize) -> usize {
    #[cfg(feature = "parallel")]
    if work >= 2 * WORTH_A_THREAD {
        return (work / WORTH_A_THREAD).min(count());
    }
    let _ = work;
    1
}

/// How many threads there are to share work.
pub(crate) fn count() -> usize {
    #[cfg(feature = "parallel")]
    let threads = if IS_SHARING.get() { 1 } else { rayon::current_num_threads() };
    #[cfg(not(feature = "parallel"))]
    let threads = 1;
    threads
}

/// Calls `work`, and each operation in it on one thread: none of them is worth another one.
pub(crate) fn alone<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(feature = "parallel")]
    let _sharing = Sharing::begin();
    work()
}
