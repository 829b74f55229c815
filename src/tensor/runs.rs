//! How the elements of a large tensor correspond to those of a small one, which is repeated along its missing
//! axes: the one loop behind broadcasting (small to large) and reductions (large to small).
//!
//! Neighbouring axes that are both shared, or both repeated, are one. The last of them is a *run*:
//! contiguous elements of the large tensor that correspond to as many contiguous ones of the small one, or to
//! a single one. All of it is known when the program is built.

use core::marker::PhantomData;

use crate::shape::{MOST_AXES, Shape};

/// An axis, or several neighbouring ones that are all shared or all repeated.
#[derive(Clone, Copy)]
struct AxisGroup {
    size: usize,
    shared: bool,
}

/// The loop over two shapes.
#[derive(Clone, Copy)]
pub(super) struct Runs {
    /// All but the last, the innermost first.
    outer: [AxisGroup; MOST_AXES],
    outer_len: usize,
    /// Numbers of the large tensor in a run.
    pub(super) len: usize,
    /// Whether a run corresponds to as many elements of the small tensor, or to one.
    pub(super) shared: bool,
    /// How many runs there are.
    pub(super) count: usize,
}

impl Runs {
    /// The axes are aligned at the last; those that are missing in the small shape, or 1, repeat.
    const fn new(large: &[usize], small: &[usize]) -> Self {
        let mut outer = [AxisGroup { size: 1, shared: true }; MOST_AXES];
        let mut runs = Self { outer, outer_len: 0, len: 1, shared: true, count: 1 };
        // Groups found so far, the run among them.
        let mut groups = 0;
        let mut back = 1;
        while back <= large.len() {
            let size = large[large.len() - back];
            let shared = back <= small.len() && small[small.len() - back] == size;
            back += 1;
            if size == 1 {
                continue;
            }
            if groups == 0 {
                (runs.len, runs.shared) = (size, shared);
                groups = 1;
            } else if groups == 1 && runs.shared == shared {
                runs.len *= size;
            } else if groups > 1 && outer[groups - 2].shared == shared {
                outer[groups - 2].size *= size;
                runs.count *= size;
            } else {
                outer[groups - 1] = AxisGroup { size, shared };
                runs.count *= size;
                groups += 1;
            }
        }
        runs.outer = outer;
        runs.outer_len = if groups > 0 { groups - 1 } else { 0 };
        runs
    }

    /// The position at which a run begins in the small tensor; in the large one it is `run * len`.
    #[inline(always)]
    pub(super) fn small_start(&self, mut run: usize) -> usize {
        let mut start = 0;
        let mut stride = if self.shared { self.len } else { 1 };
        let mut group = 0;
        while group < self.outer_len {
            let AxisGroup { size, shared } = self.outer[group];
            if shared {
                start += run % size * stride;
                stride *= size;
            }
            run /= size;
            group += 1;
        }
        start
    }
}

/// The [`Runs`] of two shapes.
pub(super) struct RunsOver<Large, Small>(PhantomData<(Large, Small)>);

impl<Large: Shape, Small: Shape> RunsOver<Large, Small> {
    pub(super) const RUNS: Runs = Runs::new(Large::DIMS, Small::DIMS);
}
