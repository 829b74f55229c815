//! The seams of a network, where one layer's output becomes the next one's input, and what the
//! compiler says when they do not fit.
//!
//! Two voices, one rule. [`network!`](crate::network!) knows the user's own words: it compares the sizes as
//! numbers, at the later layer, so the message points there and speaks in decimal (`__checked!`). A
//! stack written by hand is compared where it is used, size by size in decimal ([`Fit`]).

use crate::layer::Layer;
use crate::network::Network;
use crate::network::fault::Fault;
use crate::network::rule::Rule;
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

/// What a layer is checked by.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Sizes {
    input: &'static [usize],
    output: &'static [usize],
    /// Of one number.
    pub bits: usize,
    fault: Option<Fault>,
}

/// The sizes of a layer. It asks of each of the user's types first whether it is a layer, and whether
/// the seams inside of it fit if it is a stack or a network.
#[doc(hidden)]
pub const fn sizes<L: Network>() -> Sizes {
    // A network with an error inside ends here, where the compiler knows it for an error already said.
    let _ = L::CHECKED;
    let bits = 8 * size_of::<L::Element>();
    Sizes { input: L::In::DIMS, output: L::Out::DIMS, bits, fault: L::FAULT }
}

/// The first rule that a layer breaks, in a network of numbers of so many bits, after the layer before it.
#[doc(hidden)]
pub const fn fault(before: Option<&Sizes>, layer: &Sizes, bits: usize) -> Option<Fault> {
    if layer.fault.is_some() {
        return layer.fault;
    }
    let elements = [product(layer.input), product(layer.output)];
    if elements[0] * elements[1] == 0 {
        return Some(Fault::new(Rule::HoldsNumbers, elements));
    }
    if layer.bits != bits {
        return Some(Fault::new(Rule::ComputesIn, [bits, layer.bits]));
    }
    match before {
        Some(before) => fault_of_seam(before.output, layer.input),
        None => None,
    }
}

const fn fault_of_seam(out: &[usize], into: &[usize]) -> Option<Fault> {
    let rank = out.len();
    if rank != into.len() {
        let sizes = [rank, product(out), into.len(), product(into)];
        return Some(Fault::new(Rule::TakesRank, sizes));
    }
    let rule = match rank {
        1 => Rule::TakesVector,
        2 => Rule::TakesMatrix,
        3 => Rule::TakesRank3,
        4 => Rule::TakesRank4,
        // Said without the user's own words, by `Fit`.
        _ => return None,
    };
    let (mut sizes, mut fits, mut axis) = ([0; 8], true, 0);
    while axis < rank {
        (sizes[axis], sizes[rank + axis]) = (out[axis], into[axis]);
        fits = fits && out[axis] == into[axis];
        axis += 1;
    }
    if fits { None } else { Some(Fault::new(rule, sizes)) }
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

/// Checks each of a network's layers, and the sizes between each two.
#[doc(hidden)]
#[macro_export]
macro_rules! __checked {
    ($name:ident; $bits:expr; $first:ty $(, $layer:ty)*) => {
        impl $crate::network::seam::Checked for $name {
            const CHECKED: ::core::primitive::usize = {
                $crate::network::seam::sizes::<$first>();
                $($crate::network::seam::sizes::<$layer>();)*
                $crate::__right!($bits; ::core::option::Option::None; $first);
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
        $crate::__right!(
            $bits; ::core::option::Option::Some(&$crate::network::seam::sizes::<$before>()); $layer
        );
        $crate::__seams!($bits; $layer $(, $rest)*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __right {
    ($bits:expr; $before:expr; $layer:ty) => {{
        // Names that no program has: its own stand in the layers' sizes.
        use $crate::network::{fault as __fault, rule as __rule, seam as __seam};
        const __FAULT: &::core::option::Option<__fault::Fault> =
            &__seam::fault($before, &__seam::sizes::<$layer>(), $bits);
        const __BROKEN: ::core::primitive::usize = __rule::broken(__FAULT);
        const __A: ::core::primitive::usize = __rule::size(__FAULT, 0);
        const __B: ::core::primitive::usize = __rule::size(__FAULT, 1);
        const __C: ::core::primitive::usize = __rule::size(__FAULT, 2);
        const __D: ::core::primitive::usize = __rule::size(__FAULT, 3);
        const __E: ::core::primitive::usize = __rule::size(__FAULT, 4);
        const __F: ::core::primitive::usize = __rule::size(__FAULT, 5);
        const __G: ::core::primitive::usize = __rule::size(__FAULT, 6);
        const __H: ::core::primitive::usize = __rule::size(__FAULT, 7);
        __rule::right::<$layer, __BROKEN, __A, __B, __C, __D, __E, __F, __G, __H>();
    }};
}
