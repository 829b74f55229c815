//! The seams of a network, where one layer's output becomes the next one's input, and what the
//! compiler says when they do not fit.
//!
//! Two voices, one rule. [`network!`](crate::network!) knows the user's own words: it compares the sizes as
//! numbers, at the later layer, so the message points there and speaks in decimal (`__checked!`). A
//! stack written by hand is compared where it is used, size by size in decimal ([`Fit`]).

use crate::layer::Layer;
use crate::network::Network;
use crate::network::fault::{Fault, GroupsDivide, HoldsNumbers, LeavesOut, LeavesPixels, PadsHalf, Reshapes, WindowFits, WindowMoves};
use crate::shape::{Shape, product};

/// The seam between a layer that gives `Out` and one that takes `In`, both in decimal.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Seam<Out, In>(core::marker::PhantomData<(Out, In)>);

/// [`Layer`], asked for under a name that hides its impls: the compiler would list them all.
#[doc(hidden)]
pub trait IsLayer: Layer {}
#[diagnostic::do_not_recommend]
impl<L: Layer> IsLayer for L {}

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

/// Two branches, by what they take, by what they give, or by all axes but the first; all in decimal.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct BranchInputs<A, B>(core::marker::PhantomData<(A, B)>);
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct BranchOutputs<A, B>(core::marker::PhantomData<(A, B)>);
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct BranchAxes<A, B>(core::marker::PhantomData<(A, B)>);
impl<A: TakesSame<B>, B> Fit for BranchInputs<A, B> {}
impl<A: GivesSame<B>, B> Fit for BranchOutputs<A, B> {}
impl<A: SameAxes<B>, B> Fit for BranchAxes<A, B> {}

/// Holds for the same sizes, in decimal: what two branches take.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch takes {Self}, but the other one {Other}",
    label = "its branches take {Self} and {Other}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait TakesSame<Other> {}
impl<Size> TakesSame<Size> for Size {}

/// Holds for the same sizes, in decimal: what two branches give.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch gives {Self}, but the other one {Other}",
    label = "its branches give {Self} and {Other}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait GivesSame<Other> {}
impl<Size> GivesSame<Size> for Size {}

/// Holds for the same sizes, in decimal: all axes but the first of what two branches give.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch gives {Self} after the first axis, but the other one {Other}",
    label = "its branches give {Self} and {Other} after the first axis",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait SameAxes<Other> {}
impl<Size> SameAxes<Size> for Size {}

/// Holds for the same sizes, in decimal: a sample and what a network takes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: the network takes samples of {In}, but these are of {Self}",
    label = "the network takes {In}, these are {Self}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait Enters<In> {}
impl<Size> Enters<Size> for Size {}

/// What the seams of a layer are compared by.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Sizes {
    input: &'static [usize],
    output: &'static [usize],
    /// Of one number.
    pub bits: usize,
    /// What cannot be in the layer.
    pub fault: Fault,
    faulty: bool,
}

impl Sizes {
    /// How many numbers come in, and how many go out.
    pub const fn elements(&self) -> [usize; 2] {
        [product(self.input), product(self.output)]
    }

    /// Whether some come in and some go out. What cannot be for another reason, which says more, does.
    pub const fn holds_numbers(&self) -> bool {
        let [input, output] = self.elements();
        self.faulty || input * output > 0
    }
}

/// The sizes of a layer. It asks of each of the user's types first whether it is a layer, and whether
/// the seams inside of it fit if it is a stack or a network.
#[doc(hidden)]
pub const fn sizes<L: Network>() -> Sizes {
    // A network with an error inside ends here, where the compiler knows it for an error already said.
    let _ = L::CHECKED;
    sizes_of_checked::<L>()
}

const fn sizes_of_checked<L: Layer>() -> Sizes {
    let fault = match L::FAULT {
        Some(fault) => fault,
        None => Fault::NONE,
    };
    let bits = 8 * size_of::<L::Element>();
    Sizes { input: L::In::DIMS, output: L::Out::DIMS, bits, fault, faulty: L::FAULT.is_some() }
}

/// A network whose layers and seams have been checked: `CHECKED` is 0, or does not compile.
#[doc(hidden)]
pub trait Checked {
    const CHECKED: usize;
}

/// `T` if the guard is 0. Where the guard does not compile, the compiler knows that all is said, and
/// keeps silent about what follows from it.
#[doc(hidden)]
pub trait Guards<T> {
    type Same;
}
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Guard<const CHECKED: usize>;
impl<T> Guards<T> for Guard<0> {
    type Same = T;
}
#[doc(hidden)]
pub type Guarded<const CHECKED: usize, T> = <Guard<CHECKED> as Guards<T>>::Same;

/// Type `$type` for network `$name`, once its layers are checked.
#[doc(hidden)]
#[macro_export]
macro_rules! __if_checked {
    ($name:ident, $type:ty) => {
        $crate::network::seam::Guarded<{ <$name as $crate::network::seam::Checked>::CHECKED }, $type>
    };
}

/// A rule holds where the problem is none, or another one.
macro_rules! holds {
    ($rule:ident $sizes:tt: $($other:literal)*) => {
        $(holds!(@ $rule $sizes $other);)*
    };
    (@ $rule:ident($($size:ident)*) $other:literal) => {
        impl<L, $(const $size: usize),*> $rule<$other, $($size),*> for L {}
    };
}
pub(crate) use holds;

// Traits with the sizes as const parameters, so that a message can print them in decimal. Each
// holds for equal sizes only, whatever the layer. rustc blames the type argument of the function
// below it, which `network!` fills with the user's own tokens.

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs, but the layer before it gives {OUT}",
    label = "takes {IN}, gets {OUT}"
)]
pub trait TakesVector<const PROBLEM: usize, const OUT: usize, const IN: usize> {}
holds!(TakesVector(OUT IN): 0 2 3 4 5 6 7 8 9 10 11 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB} inputs, but the layer before it gives {A}x{B}",
    label = "takes {INA}x{INB}, gets {A}x{B}"
)]
pub trait TakesMatrix<const PROBLEM: usize, const A: usize, const B: usize, const INA: usize, const INB: usize> {}
holds!(TakesMatrix(A B INA INB): 0 1 3 4 5 6 7 8 9 10 11 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC} inputs, but the layer before it gives {A}x{B}x{C}",
    label = "takes {INA}x{INB}x{INC}, gets {A}x{B}x{C}"
)]
pub trait TakesRank3<const PROBLEM: usize, const A: usize, const B: usize, const C: usize, const INA: usize, const INB: usize, const INC: usize> {}
holds!(TakesRank3(A B C INA INB INC): 0 1 2 4 5 6 7 8 9 10 11 12 13 14);


#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC}x{IND} inputs, but the layer before it gives {A}x{B}x{C}x{D}",
    label = "takes {INA}x{INB}x{INC}x{IND}, gets {A}x{B}x{C}x{D}"
)]
pub trait TakesRank4<const PROBLEM: usize, const A: usize, const B: usize, const C: usize, const D: usize, const INA: usize, const INB: usize, const INC: usize, const IND: usize> {}
holds!(TakesRank4(A B C D INA INB INC IND): 0 1 2 3 5 6 7 8 9 10 11 12 13 14);


/// Two ranks that differ, said with both element counts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs of rank {INRANK}, but the layer before it gives {OUT} of rank {OUTRANK}",
    label = "takes rank {INRANK}, gets rank {OUTRANK}",
    note = "`Flatten` makes a vector of any shape, `Reshape` any shape of as many elements"
)]
pub trait TakesRank<const PROBLEM: usize, const OUTRANK: usize, const OUT: usize, const INRANK: usize, const IN: usize> {}
holds!(TakesRank(OUTRANK OUT INRANK IN): 0 1 2 3 4 6 7 8 9 10 11 12 13 14);


/// A layer whose numbers have another number of bits than the network's.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "element type mismatch: this layer computes in f{IN}, but the network in f{NETWORK}",
    label = "computes in f{IN}, not f{NETWORK}",
    note = "the element type is a layer's last parameter: `Relu<U50, f64>`; `f32` where it is left out"
)]
pub trait ComputesIn<const PROBLEM: usize, const NETWORK: usize, const IN: usize> {}
holds!(ComputesIn(NETWORK IN): 0 1 2 3 4 5 7 8 9 10 11 12 13 14);


/// What is wrong with a layer, or 0, and the sizes that say so.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Problem {
    pub kind: usize,
    pub sizes: [usize; 8],
}

/// The first thing that is wrong with a layer after another one, in a network of numbers of `bits` bits.
#[doc(hidden)]
pub const fn problem(before: Option<&Sizes>, this: &Sizes, bits: usize) -> Problem {
    let fault = &this.fault;
    let window = &fault.window;
    let ([h, w], [kh, kw]) = ([window.padded(0), window.padded(1)], window.kernel);
    if this.bits != bits {
        return Problem { kind: 6, sizes: [bits, this.bits, 0, 0, 0, 0, 0, 0] };
    }
    if !window.fits() {
        return Problem { kind: 7, sizes: [kh, kw, window.reach(0), window.reach(1), h, w, 0, 0] };
    }
    if !window.moves() {
        let ([sh, sw], [dh, dw]) = (window.stride, window.dilation);
        return Problem { kind: 8, sizes: [kh, kw, sh, sw, dh, dw, 0, 0] };
    }
    if !window.divides() {
        return Problem { kind: 9, sizes: [window.groups, window.channels, window.filters, 0, 0, 0, 0, 0] };
    }
    if !fault.pool.pads_half() {
        let ([ph, pw], [kh, kw]) = (fault.pool.padding, fault.pool.kernel);
        return Problem { kind: 10, sizes: [ph, pw, kh, kw, 0, 0, 0, 0] };
    }
    if !this.holds_numbers() {
        let [input, output] = this.elements();
        return Problem { kind: 11, sizes: [input, output, 0, 0, 0, 0, 0, 0] };
    }
    if fault.elements[0] != fault.elements[1] {
        return Problem { kind: 12, sizes: [fault.elements[0], fault.elements[1], 0, 0, 0, 0, 0, 0] };
    }
    if fault.percent > 100 {
        return Problem { kind: 13, sizes: [fault.percent, 0, 0, 0, 0, 0, 0, 0] };
    }
    if fault.cut[0] + fault.cut[1] + fault.cut[2] + fault.cut[3] > 0 {
        let [covered, cut, extra, stride] = fault.cut;
        return Problem { kind: 14, sizes: [covered, cut, extra, stride, 0, 0, 0, 0] };
    }
    let mut sizes = [0; 8];
    if let Some(before) = before {
        let (out, into) = (before.output, this.input);
        if out.len() != into.len() {
            return Problem { kind: 5, sizes: [out.len(), product(out), into.len(), product(into), 0, 0, 0, 0] };
        }
        let mut same = true;
        let mut axis = 0;
        while axis < out.len() && axis < 4 {
            same = same && out[axis] == into[axis];
            (sizes[axis], sizes[out.len() + axis]) = (out[axis], into[axis]);
            axis += 1;
        }
        if !same {
            return Problem { kind: out.len(), sizes };
        }
    }
    Problem { kind: 0, sizes: [0; 8] }
}

/// Compiles where the problem is none.
#[doc(hidden)]
pub const fn right<L, const PROBLEM: usize, const A: usize, const B: usize, const C: usize, const D: usize, const E: usize, const F: usize, const G: usize, const H: usize>()
where
    L: TakesVector<PROBLEM, A, B>
        + TakesMatrix<PROBLEM, A, B, C, D>
        + TakesRank3<PROBLEM, A, B, C, D, E, F>
        + TakesRank4<PROBLEM, A, B, C, D, E, F, G, H>
        + TakesRank<PROBLEM, A, B, C, D>
        + ComputesIn<PROBLEM, A, B>
        + WindowFits<PROBLEM, A, B, C, D, E, F>
        + WindowMoves<PROBLEM, A, B, C, D, E, F>
        + GroupsDivide<PROBLEM, A, B, C>
        + PadsHalf<PROBLEM, A, B, C, D>
        + HoldsNumbers<PROBLEM, A, B>
        + Reshapes<PROBLEM, A, B>
        + LeavesOut<PROBLEM, A>
        + LeavesPixels<PROBLEM, A, B, C, D>,
{
}

/// Compares the element type of each of a network's layers and the sizes between each two.
#[doc(hidden)]
#[macro_export]
macro_rules! __checked {
    ($name:ident; $bits:expr; $first:ty $(, $layer:ty)*) => {
        impl $crate::network::seam::Checked for $name {
            const CHECKED: ::core::primitive::usize = {
                $crate::network::seam::sizes::<$first>();
                $($crate::network::seam::sizes::<$layer>();)*
                $crate::__right!($first, $crate::network::seam::problem(
                    ::core::option::Option::None,
                    &$crate::network::seam::sizes::<$first>(),
                    $bits
                ));
                $crate::__seams!($bits; $first $(, $layer)*);
                0
            };
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __seams {
    ($bits:expr; $last:ty) => {};
    ($bits:expr; $before:ty, $layer:ty $(, $rest:ty)*) => {
        $crate::__right!($layer, $crate::network::seam::problem(
            ::core::option::Option::Some(&$crate::network::seam::sizes::<$before>()),
            &$crate::network::seam::sizes::<$layer>(),
            $bits
        ));
        $crate::__seams!($bits; $layer $(, $rest)*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __right {
    ($layer:ty, $problem:expr) => {{
        // Names that no program has: its own stand in the layers' sizes.
        use $crate::network::seam as __seam;
        const __WRONG: __seam::Problem = $problem;
        const __PROBLEM: ::core::primitive::usize = __WRONG.kind;
        const __A: ::core::primitive::usize = __WRONG.sizes[0];
        const __B: ::core::primitive::usize = __WRONG.sizes[1];
        const __C: ::core::primitive::usize = __WRONG.sizes[2];
        const __D: ::core::primitive::usize = __WRONG.sizes[3];
        const __E: ::core::primitive::usize = __WRONG.sizes[4];
        const __F: ::core::primitive::usize = __WRONG.sizes[5];
        const __G: ::core::primitive::usize = __WRONG.sizes[6];
        const __H: ::core::primitive::usize = __WRONG.sizes[7];
        __seam::right::<$layer, __PROBLEM, __A, __B, __C, __D, __E, __F, __G, __H>();
    }};
}
