//! The two loops around the microkernel (BLIS: the macrokernel).
//!
//! Loop 2 goes over the columns of the output in micropanels of NR columns, as wide as a microtile; loop 1 goes over the
//! rows of a micropanel in microtiles of MR rows.

use core::ops::Range;

use super::vector::{Apart, Number, Set, Vector};

/// A micropanel: its first column, and the column in it where its last vector begins.
#[derive(Clone, Copy)]
pub(crate) struct Micropanel {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// What is computed micropanel by micropanel (loop 2), each in microtiles of up to `MR` rows and `VECTORS` vectors.
pub(crate) trait Micropanels<T> {
    /// Computes `count` micropanels side by side, the first of which is given.
    #[inline(always)]
    fn micropanels<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        Micropanel { first, last }: Micropanel,
        count: usize,
    ) {
        for panel in 0..count {
            let first = first + panel * (last + V::LANES);
            self.micropanel::<V, MR, VECTORS>(proof, Micropanel { first, last });
        }
    }

    fn micropanel<V: Vector<T>, const MR: usize, const VECTORS: usize>(
        &mut self,
        proof: V::Proof,
        panel: Micropanel,
    );
}

/// Computes micropanels: wide ones where they are called for, narrow ones in functions that AVX2 and AVX-512 share. In
/// debug builds all in functions: without optimisation the frame of a function holds all that is inlined into it, and all
/// panels together would not fit onto a stack.
#[inline(always)]
pub(super) fn compute<T, V: Vector<T>, P: Micropanels<T>, const MR: usize, const VECTORS: usize>(
    proof: V::Proof,
    panels: &mut P,
    panel: Micropanel,
    count: usize,
) {
    if const { cfg!(debug_assertions) || VECTORS == 1 } {
        V::apart(proof, MicropanelsApart::<_, MR, VECTORS> { panels, panel, count });
    } else {
        panels.micropanels::<V, MR, VECTORS>(proof, panel, count);
    }
}

/// Micropanels as a function of its own.
struct MicropanelsApart<'p, P, const MR: usize, const VECTORS: usize> {
    panels: &'p mut P,
    panel: Micropanel,
    count: usize,
}

impl<T, P: Micropanels<T>, const MR: usize, const VECTORS: usize> Apart<T>
    for MicropanelsApart<'_, P, MR, VECTORS>
{
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<T>>(self, proof: V::Proof) {
        self.panels.micropanels::<V, MR, VECTORS>(proof, self.panel, self.count);
    }
}

/// MR of a microtile of one vector: as many sums as it takes to keep the processor busy while each addition
/// waits for the one before it.
pub(super) const TALL: usize = 12;

/// Micropanels side by side that are computed next: how many, of so many vectors of so many lanes.
struct Next {
    vectors: usize,
    lanes: usize,
    panel: Micropanel,
    count: usize,
}

/// What comes next of the columns from `first` on, in vectors of `lanes` numbers, up to `vectors` of them side by side.
/// Where the sums `continue` from what the output holds, none is computed twice.
fn next(lanes: usize, vectors: usize, cols: usize, first: usize, continues: bool) -> Next {
    let left = cols - first;
    if vectors >= 3 && left >= 3 * lanes {
        // Four vectors are two panels of two, not one of three and another one.
        let count = left / (3 * lanes) - usize::from(left % (3 * lanes) == lanes);
        if count > 0 {
            return Next { vectors: 3, lanes, panel: Micropanel { first, last: 2 * lanes }, count };
        }
    }
    if vectors >= 2 && left >= 2 * lanes {
        return Next {
            vectors: 2,
            lanes,
            panel: Micropanel { first, last: lanes },
            count: left / (2 * lanes),
        };
    }
    // Two vectors that overlap are read once and computed together, rather than one by one.
    if vectors >= 2 && left > lanes + 2 {
        return Next { vectors: 2, lanes, panel: Micropanel { first, last: left - lanes }, count: 1 };
    }
    if left >= lanes {
        return Next { vectors: 1, lanes, panel: Micropanel { first, last: 0 }, count: 1 };
    }
    // What is left is narrower than a vector: the narrowest vector that covers it, shifted to the
    // left so far that it ends where the matrix ends. Where the matrix has not as many columns,
    // the widest that it has.
    let covering = left.next_power_of_two().min(1 << cols.ilog2());
    let width = if continues { 1 << left.ilog2() } else { covering };
    let first = if width > left { cols - width } else { first };
    Next { vectors: 1, lanes: width, panel: Micropanel { first, last: 0 }, count: 1 }
}

/// Loop 2: computes some columns, up to the last one. Where the sums `continue` from what the output holds, none is computed twice.
///
/// Each width is called for in one place: panels are inlined here, and compiled for each place.
#[inline(always)]
pub(super) fn each_micropanel<
    T: Number,
    S: Set<T>,
    P: Micropanels<T>,
    const MR: usize,
    const VECTORS: usize,
>(
    set: S,
    Range { start, end: cols }: Range<usize>,
    continues: bool,
    panels: &mut P,
) {
    let full = S::Full::LANES;
    let mut col = start;
    while col < cols {
        let Next { vectors, lanes, panel, count } = next(full, VECTORS, cols, col, continues);
        match (vectors, lanes) {
            (3, _) if const { VECTORS >= 3 } => {
                compute::<T, S::Full, P, MR, 3>(set.into(), panels, panel, count)
            }
            (2, _) if const { VECTORS >= 2 } => {
                compute::<T, S::Full, P, MR, 2>(set.into(), panels, panel, count)
            }
            (_, 1) => compute::<T, S::One, P, TALL, 1>(set.into(), panels, panel, count),
            (_, 2) if const { S::Full::LANES > 2 } => {
                compute::<T, S::Two, P, TALL, 1>(set.into(), panels, panel, count)
            }
            (_, 4) if const { S::Full::LANES > 4 } => {
                compute::<T, S::Four, P, TALL, 1>(set.into(), panels, panel, count)
            }
            (_, 8) if const { S::Full::LANES > 8 } => {
                compute::<T, S::Eight, P, TALL, 1>(set.into(), panels, panel, count)
            }
            _ => compute::<T, S::Full, P, TALL, 1>(set.into(), panels, panel, count),
        }
        col = panel.first + count * (panel.last + lanes);
    }
}

/// Loop 2 for more columns than twice `VECTORS` vectors, none of which is computed twice: in the last micropanels two
/// vectors overlap, since of narrower ones there would be more code.
#[inline(always)]
pub(super) fn each_wide_micropanel<
    T: Number,
    S: Set<T>,
    P: Micropanels<T>,
    const MR: usize,
    const VECTORS: usize,
>(
    set: S,
    cols: usize,
    panels: &mut P,
) {
    let lanes = S::Full::LANES;
    let (most, mut col) = (VECTORS * lanes, 0);
    while col < cols {
        let left = cols - col;
        let width = if left >= most + lanes { most } else { left.div_ceil(left.div_ceil(2 * lanes)) };
        let panel = Micropanel { first: col, last: width - lanes };
        if const { VECTORS > 2 } && width > 2 * lanes {
            compute::<T, S::Full, P, MR, VECTORS>(set.into(), panels, panel, 1);
        } else {
            compute::<T, S::Full, P, MR, 2>(set.into(), panels, panel, 1);
        }
        col += width;
    }
}

/// What is computed microtile by microtile (loop 1), `MR` rows from `row` on.
pub(super) trait Microtiles<T> {
    fn microtile<V: Vector<T>, const MR: usize, const VECTORS: usize>(&mut self, proof: V::Proof, row: usize);
}

/// Loop 1 in microtiles of six rows and of five where these make up all rows: ten sums of two vectors still keep the
/// processor busy, the eight of four rows do not. Else [`each_microtile`].
#[inline(always)]
pub(super) fn each_tall_microtile<
    T,
    V: Vector<T>,
    X: Microtiles<T>,
    const MR: usize,
    const VECTORS: usize,
>(
    proof: V::Proof,
    rows: usize,
    tiles: &mut X,
) {
    let fives = (MR - rows % MR) % MR;
    if const { MR == 6 } && rows >= 5 * fives {
        let mut row = 0;
        while rows - row > 5 * fives {
            tiles.microtile::<V, MR, VECTORS>(proof, row);
            row += MR;
        }
        while row < rows {
            tiles.microtile::<V, 5, VECTORS>(proof, row);
            row += 5;
        }
        return;
    }
    each_microtile::<T, V, X, MR, VECTORS>(proof, rows, tiles);
}

/// Loop 1: computes all rows of a micropanel. How they are split depends on their number alone, but for narrow vectors.
#[inline(always)]
pub(super) fn each_microtile<T, V: Vector<T>, X: Microtiles<T>, const MR: usize, const VECTORS: usize>(
    proof: V::Proof,
    rows: usize,
    tiles: &mut X,
) {
    // Eight rows are two tiles of four, not one of six and one of two, which would wait for its sums.
    let last = if MR == 6 && rows > MR && rows % MR == 2 { rows - MR } else { rows };
    let mut row = 0;
    while last - row >= MR {
        tiles.microtile::<V, MR, VECTORS>(proof, row);
        row += MR;
    }
    while const { MR > 4 } && rows - row >= 4 {
        tiles.microtile::<V, 4, VECTORS>(proof, row);
        row += 4;
    }
    // Narrow panels are little work, not worth the code.
    if const { V::LANES >= 4 } && rows - row >= 2 {
        tiles.microtile::<V, 2, VECTORS>(proof, row);
        row += 2;
    }
    while rows - row >= 1 {
        tiles.microtile::<V, 1, VECTORS>(proof, row);
        row += 1;
    }
}

/// Ranges of at most `most`, at least 1, that make up a range.
pub(super) fn ranges(Range { start, end }: Range<usize>, most: usize) -> impl Iterator<Item = Range<usize>> {
    let most = most.max(1);
    (start..end).step_by(most).map(move |from| from..end.min(from + most))
}
