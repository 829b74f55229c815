//! What [`network!`](crate::network!) checks of its layers, and the layers of a stack written by hand.
//!
//! Two voices, one rule. [`network!`](crate::network!) knows the user's own words: it compares the sizes as
//! numbers, at the later layer, so the message points there and speaks in decimal (`__checked!`). A stack written by
//! hand is compared where it is used, size by size in decimal ([`Fit`](crate::diagnostic::Fit)).

use crate::diagnostic::{Fault, Rule};
use crate::layer::Layer;
use crate::network::Network;
use crate::shape::{Shape, product};

/// [`Layer`], asked for under a name that hides its impls: the compiler would list them all.
#[doc(hidden)]
pub trait IsLayer: Layer {}
#[diagnostic::do_not_recommend]
impl<L: Layer> IsLayer for L {}

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
        $crate::network::checked::Guarded<{ <$name as $crate::network::checked::Checked>::CHECKED }, $type>
    };
}

/// Checks each of a network's layers, and the sizes between each two.
#[doc(hidden)]
#[macro_export]
macro_rules! __checked {
    ($name:ident; $bits:expr; $first:ty $(, $layer:ty)*) => {
        impl $crate::network::checked::Checked for $name {
            const CHECKED: ::core::primitive::usize = {
                $crate::network::checked::sizes::<$first>();
                $($crate::network::checked::sizes::<$layer>();)*
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
            $bits; ::core::option::Option::Some(&$crate::network::checked::sizes::<$before>()); $layer
        );
        $crate::__seams!($bits; $layer $(, $rest)*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __right {
    ($bits:expr; $before:expr; $layer:ty) => {{
        // Names that no program has: its own stand in the layers' sizes.
        use $crate::{diagnostic as __rule, network::checked as __checked};
        const __FAULT: &::core::option::Option<__rule::Fault> =
            &__checked::fault($before, &__checked::sizes::<$layer>(), $bits);
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
