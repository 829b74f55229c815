//! Threads: splitting work over what it writes.
//!
//! Every number is computed by one thread, in the same order of operations however many there are:
//! so the same seed gives the same bits on 1 or 64 threads. Without the feature `parallel` everything
//! runs on the thread that calls, and nothing is cut.
#![cfg_attr(not(feature = "parallel"), allow(dead_code))]

/// The work, in multiply-adds, from which on another thread is worth its wake-up call.
#[cfg(feature = "parallel")]
const WORTH_A_THREAD: usize = 1 << 19;

/// Rows that stay together where each is little work: about a kernel's tile.
#[cfg(feature = "parallel")]
const GRAIN: usize = 8;

/// What can be cut into rows: slices, and tuples of slices that are cut alike.
pub(crate) trait Rows: Send + Sized {
    /// The first `count` numbers, and the others.
    fn cut(self, count: usize) -> (Self, Self);
}

impl<T: Sync> Rows for &[T] {
    fn cut(self, count: usize) -> (Self, Self) {
        self.split_at(count)
    }
}

impl<T: Send> Rows for &mut [T] {
    fn cut(self, count: usize) -> (Self, Self) {
        self.split_at_mut(count)
    }
}

impl<A: Rows, B: Rows> Rows for (A, B) {
    fn cut(self, count: usize) -> (Self, Self) {
        let ((a, c), (b, d)) = (self.0.cut(count), self.1.cut(count));
        ((a, b), (c, d))
    }
}

/// How much there is to do.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// Rows that can be computed apart.
    pub(crate) rows: usize,
    /// Numbers in a row.
    pub(crate) row_len: usize,
    /// Multiply-adds of a row.
    pub(crate) row_work: usize,
}

#[cfg(feature = "parallel")]
impl Work {
    /// Rows that stay together.
    fn grain(&self) -> usize {
        if self.row_work * GRAIN >= WORTH_A_THREAD { 1 } else { GRAIN }
    }
}

/// Calls `compute` with stretches of rows that make up `output`, and the number of the first row of
/// each: all of it where the work is small, else one stretch a thread.
pub(crate) fn split<R: Rows>(output: R, work: Work, compute: impl Fn(usize, R) + Sync) {
    #[cfg(feature = "parallel")]
    {
        let threads = threads(work.rows * work.row_work).min(work.rows.div_ceil(work.grain()));
        if threads > 1 {
            return stretches(output, 0, work, threads, &compute);
        }
    }
    let _ = work;
    compute(0, output);
}

/// How many threads are worth using for so much work.
#[cfg(feature = "parallel")]
fn threads(work: usize) -> usize {
    let worth = work / WORTH_A_THREAD;
    if worth < 2 { 1 } else { worth.min(rayon::current_num_threads()) }
}

/// Halves the rows until there are as many stretches as threads.
#[cfg(feature = "parallel")]
fn stretches<R: Rows>(
    output: R,
    first: usize,
    work: Work,
    threads: usize,
    compute: &(impl Fn(usize, R) + Sync),
) {
    if threads < 2 {
        return compute(first, output);
    }
    let front_threads = threads / 2;
    let front_rows = (work.rows * front_threads / threads).next_multiple_of(work.grain()).min(work.rows);
    let back_rows = work.rows - front_rows;
    let (front, back) = output.cut(front_rows * work.row_len);
    rayon::join(
        || stretches(front, first, Work { rows: front_rows, ..work }, front_threads, compute),
        || {
            stretches(
                back,
                first + front_rows,
                Work { rows: back_rows, ..work },
                threads - front_threads,
                compute,
            )
        },
    );
}

/// Runs a step of so many multiply-adds where the threads are, so that its parts need not be sent
/// there one by one.
pub(crate) fn enter<R: Send>(work: usize, step: impl FnOnce() -> R + Send) -> R {
    #[cfg(feature = "parallel")]
    if threads(work) > 1 {
        return rayon::scope(|_| step());
    }
    let _ = work;
    step()
}
