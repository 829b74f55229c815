//! The seams of a network, where one layer's output becomes the next one's input, and what the
//! compiler says when they do not fit.
//!
//! Two voices, one rule. [`network!`](crate::network!) knows the user's own words: it compares the sizes as
//! numbers, at the later layer, so the message points there and speaks in decimal ([`vector`] and its like). A
//! stack written by hand is compared where it is used, size by size in decimal ([`Fit`]).

use crate::layer::Layer;
use crate::shape::Shape;

/// The seam between a layer that gives `Out` and one that takes `In`, both in decimal.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Seam<Out, In>(core::marker::PhantomData<(Out, In)>);

/// All seams inside fit.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "shape mismatch inside of this network")]
pub trait Fit {}
impl Fit for () {}
impl<A: Fit, B: Fit, C: Fit> Fit for (A, B, C) {}
impl<Out: Feeds<In>, In> Fit for Seam<Out, In> {}

/// Holds for the same sizes, in decimal: a layer's output and the next one's input.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a layer takes {In} inputs, but the layer before it gives {Self}",
    label = "a layer inside takes {In}, but gets {Self}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait Feeds<In> {}
impl<Size> Feeds<Size> for Size {}

/// Holds for the same sizes, in decimal: a sample and what a network takes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: the network takes samples of {In}, but these are of {Self}",
    label = "the network takes {In}, these are {Self}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait Enters<In> {}
impl<Size> Enters<Size> for Size {}

/// A size that layer `A` gives to layer `B`, to be compared at rank `rank`; 0 if another rank is at
/// stake, so that the comparison holds.
#[doc(hidden)]
pub const fn gives<A: Layer, B: Layer>(rank: usize, axis: usize) -> usize {
    let (out, into) = (A::Out::DIMS, B::In::DIMS);
    if out.len() == rank && into.len() == rank { out[axis] } else { 0 }
}

/// A size that layer `B` takes from layer `A`; as [`gives`].
#[doc(hidden)]
pub const fn takes<A: Layer, B: Layer>(rank: usize, axis: usize) -> usize {
    let (out, into) = (A::Out::DIMS, B::In::DIMS);
    if out.len() == rank && into.len() == rank { into[axis] } else { 0 }
}

/// Rank and number of elements on both sides where the ranks differ, else zeros.
#[doc(hidden)]
pub const fn ranks<A: Layer, B: Layer>() -> [usize; 4] {
    if A::Out::RANK == B::In::RANK { [0; 4] } else { [A::Out::RANK, A::Out::LEN, B::In::RANK, B::In::LEN] }
}

// Traits with the sizes as const parameters, so that a message can print them in decimal. Each
// holds for equal sizes only, whatever the layer. rustc blames the type argument of the function
// below it, which `network!` fills with the user's own tokens.

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs, but the layer before it gives {OUT}",
    label = "takes {IN}, gets {OUT}"
)]
pub trait TakesVector<const OUT: usize, const IN: usize> {}
impl<L, const A: usize> TakesVector<A, A> for L {}

#[doc(hidden)]
pub const fn vector<L: TakesVector<OUT, IN>, const OUT: usize, const IN: usize>() {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB} inputs, but the layer before it gives {A}x{B}",
    label = "takes {INA}x{INB}, gets {A}x{B}"
)]
pub trait TakesMatrix<const A: usize, const B: usize, const INA: usize, const INB: usize> {}
impl<L, const A: usize, const B: usize> TakesMatrix<A, B, A, B> for L {}

#[doc(hidden)]
pub const fn matrix<L, const A: usize, const B: usize, const INA: usize, const INB: usize>()
where
    L: TakesMatrix<A, B, INA, INB>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC} inputs, but the layer before it gives {A}x{B}x{C}",
    label = "takes {INA}x{INB}x{INC}, gets {A}x{B}x{C}"
)]
pub trait TakesRank3<
    const A: usize,
    const B: usize,
    const C: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
>
{
}
impl<L, const A: usize, const B: usize, const C: usize> TakesRank3<A, B, C, A, B, C> for L {}

#[doc(hidden)]
pub const fn rank3<
    L,
    const A: usize,
    const B: usize,
    const C: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
>()
where
    L: TakesRank3<A, B, C, INA, INB, INC>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC}x{IND} inputs, but the layer before it gives {A}x{B}x{C}x{D}",
    label = "takes {INA}x{INB}x{INC}x{IND}, gets {A}x{B}x{C}x{D}"
)]
pub trait TakesRank4<
    const A: usize,
    const B: usize,
    const C: usize,
    const D: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
    const IND: usize,
>
{
}
impl<L, const A: usize, const B: usize, const C: usize, const D: usize> TakesRank4<A, B, C, D, A, B, C, D>
    for L
{
}

#[doc(hidden)]
pub const fn rank4<
    L,
    const A: usize,
    const B: usize,
    const C: usize,
    const D: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
    const IND: usize,
>()
where
    L: TakesRank4<A, B, C, D, INA, INB, INC, IND>,
{
}

/// Two ranks that differ, said with both element counts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs of rank {INRANK}, but the layer before it gives {OUT} of rank {OUTRANK}",
    label = "takes rank {INRANK}, gets rank {OUTRANK}"
)]
pub trait TakesRank<const OUTRANK: usize, const OUT: usize, const INRANK: usize, const IN: usize> {}
impl<L> TakesRank<0, 0, 0, 0> for L {}

#[doc(hidden)]
pub const fn rank<L, const OUTRANK: usize, const OUT: usize, const INRANK: usize, const IN: usize>()
where
    L: TakesRank<OUTRANK, OUT, INRANK, IN>,
{
}

/// Compares the sizes between each two neighbours of a list of layers.
#[doc(hidden)]
#[macro_export]
macro_rules! __seams {
    ($last:ty) => {};
    ($before:ty, $layer:ty $(, $rest:ty)*) => {
        $crate::__seam!($before, $layer; $layer);
        $crate::__seams!($layer $(, $rest)*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __seam {
    ($a:ty, $b:ty; $blamed:ty) => {
        const _: () = {
            use $crate::network::seam::{gives, matrix, rank, rank3, rank4, ranks, takes, vector};
            vector::<$blamed, { gives::<$a, $b>(1, 0) }, { takes::<$a, $b>(1, 0) }>();
            matrix::<
                $blamed,
                { gives::<$a, $b>(2, 0) },
                { gives::<$a, $b>(2, 1) },
                { takes::<$a, $b>(2, 0) },
                { takes::<$a, $b>(2, 1) },
            >();
            rank3::<
                $blamed,
                { gives::<$a, $b>(3, 0) },
                { gives::<$a, $b>(3, 1) },
                { gives::<$a, $b>(3, 2) },
                { takes::<$a, $b>(3, 0) },
                { takes::<$a, $b>(3, 1) },
                { takes::<$a, $b>(3, 2) },
            >();
            rank4::<
                $blamed,
                { gives::<$a, $b>(4, 0) },
                { gives::<$a, $b>(4, 1) },
                { gives::<$a, $b>(4, 2) },
                { gives::<$a, $b>(4, 3) },
                { takes::<$a, $b>(4, 0) },
                { takes::<$a, $b>(4, 1) },
                { takes::<$a, $b>(4, 2) },
                { takes::<$a, $b>(4, 3) },
            >();
            rank::<
                $blamed,
                { ranks::<$a, $b>()[0] },
                { ranks::<$a, $b>()[1] },
                { ranks::<$a, $b>()[2] },
                { ranks::<$a, $b>()[3] },
            >();
        };
    };
}
