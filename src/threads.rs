//! Threads: work is split over what it writes.
//!
//! Every element is computed by one thread, in the same order of operations however many threads there
//! are: the same seed gives the same bits on 1 and on 64 threads. Without the feature `parallel` everything
//! runs on the calling thread, and nothing is split.
#![cfg_attr(not(feature = "parallel"), allow(dead_code))]

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
    /// as much time as 16 multiply-adds of a product.
    pub(crate) const fn of_pass(count: usize) -> Self {
        Self { rows: count, row_len: 1, row_work: 16 }
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
            return split_between(threads, output, 0, work, &compute);
        }
    }
    let _ = work;
    compute(0, output);
}

/// How many threads are worth using for so many multiply-adds.
#[cfg(feature = "parallel")]
#[inline]
fn threads(work: usize) -> usize {
    let worth = work / WORTH_A_THREAD;
    if worth < 2 { 1 } else { worth.min(rayon::current_num_threads()) }
}

/// Halves the rows until there are as many parts as threads.
#[cfg(feature = "parallel")]
fn split_between<P: Splittable>(
    threads: usize,
    output: P,
    first: usize,
    work: Work,
    compute: &(impl Fn(usize, P) + Sync),
) {
    if threads < 2 {
        return compute(first, output);
    }
    let front_threads = threads / 2;
    let front_rows = (work.rows * front_threads / threads).next_multiple_of(work.grain()).min(work.rows);
    let (front_work, back_work) =
        (Work { rows: front_rows, ..work }, Work { rows: work.rows - front_rows, ..work });
    let (front, back) = output.cut(front_rows * work.row_len);
    rayon::join(
        || split_between(front_threads, front, first, front_work, compute),
        || split_between(threads - front_threads, back, first + front_rows, back_work, compute),
    );
}

/// How many threads there are.
pub(crate) fn count() -> usize {
    #[cfg(feature = "parallel")]
    let threads = rayon::current_num_threads();
    #[cfg(not(feature = "parallel"))]
    let threads = 1;
    threads
}

/// Runs a step of so many multiply-adds on rayon's threads, so that its parts need not be sent there one by
/// one.
pub(crate) fn enter<R: Send>(work: usize, step: impl FnOnce() -> R + Send) -> R {
    #[cfg(feature = "parallel")]
    if threads(work) > 1 {
        return rayon::scope(|_| step());
    }
    let _ = work;
    step()
}
