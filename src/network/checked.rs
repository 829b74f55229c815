//! What [`network!`](crate::network!) checks of its layers, and the layers of a stack written by hand.
//!
//! Two voices, one rule. [`network!`](crate::network!) knows the user's own words: it compares the sizes as
//! numbers, at the later layer, so the message points there and speaks in decimal (`__checked!`). A stack written by
//! hand is compared where it is used, size by size in decimal ([`Fit`](crate::diagnostic::Fit)).

use core::any::Any;

use typenum::{UInt, UTerm};

use crate::diagnostic::{Fault, Fit, Rule, ThisLayer};
use crate::element::Element;
use crate::layer::Layer;
use crate::parameters::Cast;
use crate::shape::{Dim, Shape, product};
use crate::tensor::Tensor;

/// [`Layer`], asked for under a name that hides its impls: the compiler would list them all.
#[doc(hidden)]
pub trait AnyLayer: Layer {}
#[diagnostic::do_not_recommend]
impl<L: Layer> AnyLayer for L {}

/// That what stands in the place of a layer is one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this is not a layer",
    label = "a layer implements `Layer` or `InPlace`, a network of layers is declared by `network!`"
)]
pub trait IsLayer {}

/// What stands in the place of a layer: one, or something else that people write there. So the compiler's question is
/// about [`ThisType`], where it would print the something in bits, and there is one answer.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this is not a layer",
    label = "a layer implements `Layer` or `InPlace`, a network of layers is declared by `network!`"
)]
pub trait Place {
    /// [`ThisLayer`], or [`ThisType`].
    type Holds;
    type Seams;
}
#[doc(hidden)]
#[derive(Debug)]
pub struct ThisType;
impl IsLayer for ThisLayer {}

#[diagnostic::do_not_recommend]
impl<L: Layer> Place for L {
    type Holds = ThisLayer;
    type Seams = L::Seams;
}
macro_rules! no_layer {
    ($([$($param:ident: $bound:path),*] $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($param: $bound),*> Place for $type {
            type Holds = ThisType;
            type Seams = ();
        }
    )*};
}
no_layer! {
    [S: Shape, T: Element] Tensor<S, T>;
    [] UTerm;
    [U: Any, B: Any] UInt<U, B>;
    [A: Dim, B: Dim] (A, B);
    [A: Dim, B: Dim, C: Dim] (A, B, C);
}

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

/// Asks of each of the user's types first whether it is known what it is: from [`ask`] alone, the compiler would not
/// point at the type.
#[doc(hidden)]
pub const fn place<L: Place>() {}

/// Asks then whether it is a layer, and whether the seams inside of it fit if it is a stack or a network.
#[doc(hidden)]
pub const fn ask<L: Place<Holds: IsLayer, Seams: Fit>>() {}

/// The sizes of a layer.
#[doc(hidden)]
pub const fn sizes<L: Layer>() -> Sizes {
    // A network with an error inside ends here, where the compiler knows it for an error already said.
    let _ = L::CHECKED;
    let bits = 8 * size_of::<L::Element>();
    Sizes { input: L::In::DIMS, output: L::Out::DIMS, bits, fault: L::FAULT }
}

/// Asks of a layer what [`ask`] asks, once it has the type of number that a network says for all of its layers.
#[doc(hidden)]
pub const fn ask_in<L: Cast<T, To: Place<Holds: IsLayer, Seams: Fit>>, T: Element>() {}

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

/// A network whose layers and seams have been checked: both constants are 0, or do not compile.
#[doc(hidden)]
pub trait Checked {
    /// All its layers are layers.
    const LAYERS: usize;
    /// And they fit.
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

/// Checks each of a network's layers, and the sizes between each two. A network that is generic over its type of
/// number is checked in `f64`: not in `f32`, the one of a layer that names none.
#[doc(hidden)]
#[macro_export]
macro_rules! __checked {
    ([$attributes:tt $vis:tt $name:ident [] [$element:tt $($branches:ident)*]] $($layer:tt)+) => {
        $crate::__checked!(@layers $name [$name] $element $($layer)+);
    };
    ([$attributes:tt $vis:tt $name:ident [$t:ident] $branches:tt] $($layer:tt)+) => {
        const _: () = {
            #[allow(dead_code)]
            type $t = ::core::primitive::f64;
            $crate::__checked!(@layers $name [$name<$t>] [$t] $($layer)+);
        };
    };
    (@layers $name:ident $network:tt $t:tt $([$index:tt $before:tt $blamed:tt [$layer:ty]])+) => {
        impl $crate::network::checked::Checked for $name {
            const LAYERS: ::core::primitive::usize = {
                $($crate::__ask!($t $layer);)+
                0
            };
            const CHECKED: ::core::primitive::usize = {
                $($crate::__right!($name $network $index $before $blamed [$layer]);)+
                0
            };
        }
    };
}

/// Asks whether a type is a layer.
#[doc(hidden)]
#[macro_export]
macro_rules! __ask {
    ([] $layer:ty) => {{
        $crate::network::checked::place::<$layer>();
        $crate::network::checked::ask::<$layer>()
    }};
    ([$t:ty] $layer:ty) => {
        $crate::network::checked::ask_in::<$layer, $t>()
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __right {
    ($name:ident $network:tt $index:tt $before:tt $blamed:tt $layer:tt) => {{
        // Names that no program has: its own stand in the layers' sizes.
        use $crate::diagnostic as __rule;
        const __FAULT: &::core::option::Option<__rule::Fault> = &$crate::network::checked::fault(
            $crate::__sizes_before!($name $network $before),
            &$crate::__sizes!($name $network $index),
            $crate::__sizes!($name $network 0).bits,
        );
        const __BROKEN: ::core::primitive::usize = __rule::broken(__FAULT);
        const __A: ::core::primitive::usize = __rule::size(__FAULT, 0);
        const __B: ::core::primitive::usize = __rule::size(__FAULT, 1);
        const __C: ::core::primitive::usize = __rule::size(__FAULT, 2);
        const __D: ::core::primitive::usize = __rule::size(__FAULT, 3);
        const __E: ::core::primitive::usize = __rule::size(__FAULT, 4);
        const __F: ::core::primitive::usize = __rule::size(__FAULT, 5);
        const __G: ::core::primitive::usize = __rule::size(__FAULT, 6);
        const __H: ::core::primitive::usize = __rule::size(__FAULT, 7);
        $crate::__blame!($blamed $layer);
    }};
}

/// The sizes of a layer, once all layers are layers.
#[doc(hidden)]
#[macro_export]
macro_rules! __sizes {
    ($name:ident [$network:ty] $index:tt) => {
        $crate::network::checked::sizes::<
            $crate::network::checked::Guarded<
                { <$name as $crate::network::checked::Checked>::LAYERS },
                $crate::network::LayerOf<$network, $index>,
            >,
        >()
    };
}

/// The sizes of the layer before, if there is one in the same list.
#[doc(hidden)]
#[macro_export]
macro_rules! __sizes_before {
    ($name:ident $network:tt [$before:literal]) => {
        ::core::option::Option::Some(&$crate::__sizes!($name $network $before))
    };
    ($name:ident $network:tt $before:tt) => {
        ::core::option::Option::None
    };
}

/// Asks whether a layer is right: of the type that the user wrote, or under the layer's name, where that type was put
/// together here.
#[doc(hidden)]
#[macro_export]
macro_rules! __blame {
    ([] [$layer:ty]) => {
        __rule::right::<$layer, __BROKEN, __A, __B, __C, __D, __E, __F, __G, __H>();
    };
    ([$name:ident] $layer:tt) => {
        struct $name;
        __rule::right::<$name, __BROKEN, __A, __B, __C, __D, __E, __F, __G, __H>();
    };
}
