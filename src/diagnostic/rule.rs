//! The rules that the layers of a network keep, and what the compiler says about one that breaks a rule.
//!
//! Each rule is a trait with the sizes as const parameters, so that a message can print them in decimal; it holds
//! for every layer as long as the broken rule is none, or another one. rustc blames the type argument of [`right`],
//! which [`network!`](crate::network!) fills with the user's own tokens.
//!
//! All rules are asked for at once, of the same sizes: the compiler takes time for each type that is written and
//! for each constant, not for a trait that holds.

use super::Fault;

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs, but the layer before it gives {OUT}",
    label = "takes {IN}, gets {OUT}"
)]
pub trait TakesVector<const BROKEN: usize, const OUT: usize, const IN: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB} inputs, but the layer before it gives {A}x{B}",
    label = "takes {INA}x{INB}, gets {A}x{B}"
)]
pub trait TakesMatrix<const BROKEN: usize, const A: usize, const B: usize, const INA: usize, const INB: usize>
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC} inputs, but the layer before it gives {A}x{B}x{C}",
    label = "takes {INA}x{INB}x{INC}, gets {A}x{B}x{C}"
)]
pub trait TakesRank3<
    const BROKEN: usize,
    const A: usize,
    const B: usize,
    const C: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
>
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC}x{IND} inputs, but the layer before it gives {A}x{B}x{C}x{D}",
    label = "takes {INA}x{INB}x{INC}x{IND}, gets {A}x{B}x{C}x{D}"
)]
pub trait TakesRank4<
    const BROKEN: usize,
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

/// Two ranks that differ, said with both element counts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs of rank {INRANK}, but the layer before it gives {OUT} of rank {OUTRANK}",
    label = "takes rank {INRANK}, gets rank {OUTRANK}",
    note = "`Flatten` makes a vector of any shape, `Reshape` any shape of as many elements"
)]
pub trait TakesRank<
    const BROKEN: usize,
    const OUTRANK: usize,
    const OUT: usize,
    const INRANK: usize,
    const IN: usize,
>
{
}

/// A layer whose numbers have another number of bits than the network's.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "element type mismatch: this layer computes in f{IN}, but the network in f{NETWORK}",
    label = "computes in f{IN}, not f{NETWORK}",
    note = "a network says it once for all layers, `type Net: f64 = [..]`, or each layer as its last parameter, `Relu<U50, f64>`; `f32` where it is left out"
)]
pub trait ComputesIn<const BROKEN: usize, const NETWORK: usize, const IN: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a window of {KH}x{KW} does not fit: it reaches over {RH}x{RW} pixels, but the padded image has {H}x{W}",
    label = "reaches over {RH}x{RW} pixels of {H}x{W}"
)]
pub trait WindowFits<
    const BROKEN: usize,
    const KH: usize,
    const KW: usize,
    const RH: usize,
    const RW: usize,
    const H: usize,
    const W: usize,
>
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "kernel, stride and dilation are at least 1, but here they are {KH}x{KW}, {SH}x{SW} and {DH}x{DW}",
    label = "has a size of zero: kernel {KH}x{KW}, stride {SH}x{SW}, dilation {DH}x{DW}"
)]
pub trait WindowMoves<
    const BROKEN: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const DH: usize,
    const DW: usize,
>
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "{G} groups do not divide {C} channels and {F} filters into equal parts",
    label = "{G} groups for {C} channels and {F} filters"
)]
pub trait GroupsDivide<const BROKEN: usize, const G: usize, const C: usize, const F: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the padding of a pooling is at most half of its window, but here it is {PH}x{PW} of {KH}x{KW}",
    label = "pads {PH}x{PW} pixels, but its window has {KH}x{KW}"
)]
pub trait PadsHalf<const BROKEN: usize, const PH: usize, const PW: usize, const KH: usize, const KW: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a layer takes at least one number and gives at least one, but this one takes {IN} and gives {OUT}",
    label = "takes {IN} numbers, gives {OUT}"
)]
pub trait HoldsNumbers<const BROKEN: usize, const IN: usize, const OUT: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a reshape keeps all elements, but this one goes from {FROM} to {TO}",
    label = "from {FROM} to {TO} elements"
)]
pub trait Reshapes<const BROKEN: usize, const FROM: usize, const TO: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a dropout leaves out at most 100 percent, but this one {PERCENT}",
    label = "leaves out {PERCENT} percent"
)]
pub trait LeavesOut<const BROKEN: usize, const PERCENT: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`Epsilon<N>` is 10 to the power of -N, with an N of at most 20, but here of {EXPONENT}",
    label = "its ε would be 10 to the power of -{EXPONENT}"
)]
pub trait IsEpsilon<const BROKEN: usize, const EXPONENT: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `RunningMomentum` is at most 100 percent, but this one {PERCENT}",
    label = "moves running values by {PERCENT} percent"
)]
pub trait MovesStatistics<const BROKEN: usize, const PERCENT: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "of {COVERED} rows or columns {CUT} cannot be cut off and {EXTRA} added: something must be left, and fewer be added than the stride, {STRIDE}",
    label = "cuts {CUT} off {COVERED}, adds {EXTRA} at a stride of {STRIDE}"
)]
pub trait LeavesPixels<
    const BROKEN: usize,
    const COVERED: usize,
    const CUT: usize,
    const EXTRA: usize,
    const STRIDE: usize,
>
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this layer takes a vector, but its input has {IN} numbers of rank {RANK}",
    label = "takes a vector: write `Flatten<_>` before it, which makes one of the {IN} numbers"
)]
pub trait IsVector<const BROKEN: usize, const IN: usize, const RANK: usize> {}

/// The input of a convolution or a pooling, of another rank.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this layer takes an image `(channels, height, width)`, but its input has {IN} numbers of rank {RANK}",
    label = "its first parameter is the whole shape of its input: `(channels, height, width)`"
)]
pub trait TakesImage<const BROKEN: usize, const IN: usize, const RANK: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this layer takes a sequence `(channels, length)`, but its input has {IN} numbers of rank {RANK}",
    label = "its first parameter is the whole shape of its input: `(channels, length)`"
)]
pub trait TakesSequence<const BROKEN: usize, const IN: usize, const RANK: usize> {}

/// An option that is a size by itself.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this is not an option of this layer",
    label = "an option has its name: write `Stride<U2>`, `Epsilon<U3>`, or a tuple of them"
)]
pub trait HasName<const BROKEN: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the same option is said twice",
    label = "say each option once: `(Stride<U2>, Padding<U1>)`"
)]
pub trait SaidOnce<const BROKEN: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this layer has no such option",
    label = "a pooling has `Stride` and `Padding`, a convolution also `Dilation` and `Groups`, a transposed one `OutputPadding`, too; a norm has `Epsilon`, `BatchNorm` also `RunningMomentum`; a `LeakyRelu` has `Slope`"
)]
pub trait HasOption<const BROKEN: usize> {}

/// Several sizes in the place of one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "filters, kernel and options of this layer are not all sizes",
    label = "each is one size, `U5`; kernel and options over images can be a pair for height and width, `(U5, U3)`"
)]
pub trait AreSizes<const BROKEN: usize> {}

/// Options of a convolution or a pooling one after the other.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the options of a layer stand in one place",
    label = "write the options as a tuple: `(Stride<U2>, Padding<U1>)`"
)]
pub trait InTuple<const BROKEN: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the element type of a layer stands after its options",
    label = "write `()` where there is no option: `MaxPool2d<_, U2, (), f64>`"
)]
pub trait ElementAfterOptions<const BROKEN: usize> {}

/// The rules by number, and for each that it holds where another one is broken.
macro_rules! rules {
    ($($number:literal $rule:ident $sizes:tt)*) => {
        /// What a layer can break.
        #[doc(hidden)]
        #[derive(Clone, Copy, Debug)]
        pub enum Rule {
            $(
                #[allow(missing_docs)]
                $rule = $number,
            )*
        }
        rules!([0] $($number $rule $sizes)*);
    };
    ([$($before:literal)*]) => {};
    ([$($before:literal)*] $number:literal $rule:ident $sizes:tt $($after:literal $next:ident $its:tt)*) => {
        $(rules!($rule $sizes holds for $before);)*
        $(rules!($rule $sizes holds for $after);)*
        rules!([$($before)* $number] $($after $next $its)*);
    };
    ($rule:ident($($size:ident)*) holds for $broken:literal) => {
        impl<L, $(const $size: usize),*> $rule<$broken, $($size),*> for L {}
    };
}
rules! {
    1 TakesVector(OUT IN)
    2 TakesMatrix(A B INA INB)
    3 TakesRank3(A B C INA INB INC)
    4 TakesRank4(A B C D INA INB INC IND)
    5 TakesRank(OUTRANK OUT INRANK IN)
    6 ComputesIn(NETWORK IN)
    7 WindowFits(KH KW RH RW H W)
    8 WindowMoves(KH KW SH SW DH DW)
    9 GroupsDivide(G C F)
    10 PadsHalf(PH PW KH KW)
    11 HoldsNumbers(IN OUT)
    12 Reshapes(FROM TO)
    13 LeavesOut(PERCENT)
    14 LeavesPixels(COVERED CUT EXTRA STRIDE)
    15 TakesImage(IN RANK)
    16 TakesSequence(IN RANK)
    17 IsVector(IN RANK)
    18 HasName()
    19 SaidOnce()
    20 HasOption()
    21 AreSizes()
    22 InTuple()
    23 ElementAfterOptions()
    24 IsEpsilon(EXPONENT)
    25 MovesStatistics(PERCENT)
}

/// The number of the rule that is broken, 0 if none is.
#[doc(hidden)]
pub const fn broken(fault: &Option<Fault>) -> usize {
    match fault {
        Some(fault) => fault.rule as usize,
        None => 0,
    }
}

/// A size that says how; 0 if no rule is broken.
#[doc(hidden)]
pub const fn size(fault: &Option<Fault>, index: usize) -> usize {
    match fault {
        Some(fault) => fault.sizes[index],
        None => 0,
    }
}

/// A layer without its sizes.
///
/// rustc blames the type argument that the bound of [`right`] names, `L`, and prints the type that fails: this one,
/// where `L` would be its sizes in bits.
#[doc(hidden)]
pub trait Named {
    type Layer;
}
impl<L> Named for L {
    type Layer = ThisLayer;
}
#[doc(hidden)]
#[derive(Debug)]
pub struct ThisLayer;

/// Compiles for a layer that breaks no rule.
#[doc(hidden)]
pub const fn right<
    L,
    const BROKEN: usize,
    const A: usize,
    const B: usize,
    const C: usize,
    const D: usize,
    const E: usize,
    const F: usize,
    const G: usize,
    const H: usize,
>()
where
    <L as Named>::Layer: TakesVector<BROKEN, A, B>
        + TakesMatrix<BROKEN, A, B, C, D>
        + TakesRank3<BROKEN, A, B, C, D, E, F>
        + TakesRank4<BROKEN, A, B, C, D, E, F, G, H>
        + TakesRank<BROKEN, A, B, C, D>
        + ComputesIn<BROKEN, A, B>
        + WindowFits<BROKEN, A, B, C, D, E, F>
        + WindowMoves<BROKEN, A, B, C, D, E, F>
        + GroupsDivide<BROKEN, A, B, C>
        + PadsHalf<BROKEN, A, B, C, D>
        + HoldsNumbers<BROKEN, A, B>
        + Reshapes<BROKEN, A, B>
        + LeavesOut<BROKEN, A>
        + LeavesPixels<BROKEN, A, B, C, D>
        + TakesImage<BROKEN, A, B>
        + TakesSequence<BROKEN, A, B>
        + IsVector<BROKEN, A, B>
        + HasName<BROKEN>
        + SaidOnce<BROKEN>
        + HasOption<BROKEN>
        + AreSizes<BROKEN>
        + InTuple<BROKEN>
        + ElementAfterOptions<BROKEN>
        + IsEpsilon<BROKEN, A>
        + MovesStatistics<BROKEN, A>,
{
}
