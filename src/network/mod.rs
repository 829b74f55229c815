//! [`network!`](crate::network!), which declares a network, and [`Network`], which it is.
//!
//! Fifth in the flow: a network is a stack of layers, itself a layer, and one flat block of
//! numbers. It knows the order of its layers and nothing of losses or optimizers.

#[doc(hidden)]
pub mod checked;
mod inference;
mod model;
#[doc(hidden)]
pub mod part;
mod stack;
mod workspace;
#[doc(hidden)]
pub mod wrapped;

pub use inference::Predictor;
pub use model::Model;
pub use stack::Stack;
pub use workspace::Workspace;

use crate::diagnostic::{Enters, Fit};
use crate::layer::Layer;
use crate::shape::Shape;

/// A layer, or a stack of layers whose shapes all fit: what can be trained and run.
///
/// Nobody implements it: every layer has it, every network that [`network!`](crate::network!)
/// declares, and every [`Stack`] written by hand whose seams fit.
#[diagnostic::on_unimplemented(
    message = "this is not a layer",
    label = "a layer implements `Layer` or `InPlace`, a network of layers is declared by `network!`",
    note = "what a `Box` holds is given by `&*network`"
)]
pub trait Network: Layer<Seams: Fit> {}

impl<L: checked::IsLayer<Seams: Fit>> Network for L {}

/// The shape of a sample that a network of type `N` takes: the bound that generic code asks for.
///
/// Functions that take samples ask for what it rests on, that the sizes are the same in decimal: so the error for
/// another shape names nothing else.
pub trait InputOf<N: Layer>: Shape<Decimal: Enters<<N::In as Shape>::Decimal>> {}

impl<S: Shape<Decimal: Enters<<N::In as Shape>::Decimal>>, N: Layer> InputOf<N> for S {}

/// The sizes of what a network takes, and of what it gives, in decimal.
#[doc(hidden)]
pub type Taken<N> = <<N as Layer>::In as Shape>::Decimal;
#[doc(hidden)]
pub type Given<N> = <<N as Layer>::Out as Shape>::Decimal;

/// Declares a network as a type of its own, checked layer by layer.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! {
///     /// Reads a digit of 28 by 28 pixels.
///     pub type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>];
/// }
/// assert_eq!(Mlp::PARAMETERS, 39_760);
/// assert_eq!(size_of::<Mlp>(), 159_040);
/// ```
///
/// Attributes and visibility are passed through. With a parameter the network is generic over its
/// element type, `f32` unless told:
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Xor<T> = [Affine<U2, U3, T>, Sigmoid<U3, T>, Affine<U3, U1, T>]; }
/// assert_eq!(size_of::<Xor<f64>>(), 2 * size_of::<Xor>());
/// ```
///
/// A network is a layer, so it can stand in another one; its layers are then found under its index
/// (`1.0.weight`):
///
/// ```
/// use dimwise::prelude::*;
///
/// network! {
///     type Hidden = [Affine<U8, U8>, Tanh<U8>];
///     type Net = [Affine<U4, U8>, Hidden, Hidden, Affine<U8, U2>];
/// }
/// ```
///
/// A large network lies in a `Box` and is copied by [`to_boxed`](crate::plain::Plain::to_boxed): the `Clone`
/// of a `Box` makes the copy on the stack first. [`clone_from`](Clone::clone_from) copies into place.
///
/// # Errors
///
/// Layers that do not fit are an error at the later layer: *this layer takes 49 inputs, but the
/// layer before it gives 50*.
///
/// A crate whose networks have more than 88 layers needs `#![recursion_limit = "256"]` for release builds,
/// as the compiler then says.
#[macro_export]
macro_rules! network {
    () => {};
    (
        $(#[$attribute:meta])* $vis:vis type $name:ident = [$first:ty $(, $layer:ty)* $(,)?];
        $($more:tt)*
    ) => {
        $crate::__checked!($name; $crate::network::checked::sizes::<$first>().bits; $first $(, $layer)*);
        $crate::__network!(
            [[$(#[$attribute])*] [$vis] $name [] $first] (); $first; $first; $($layer),*
        );
        $crate::network!($($more)*);
    };
    (
        $(#[$attribute:meta])* $vis:vis type $name:ident<$element:ident> = [$first:ty $(, $layer:ty)* $(,)?];
        $($more:tt)*
    ) => {
        const _: () = {
            // Not `f32`, which is the element type of a layer that names none: it shows here.
            #[allow(dead_code)]
            type $element = ::core::primitive::f64;
            $crate::__checked!($name; 8 * ::core::mem::size_of::<$element>(); $first $(, $layer)*);
        };
        $crate::__network!(
            [[$(#[$attribute])*] [$vis] $name [$element] $first] (); $first; $first; $($layer),*
        );
        $crate::network!($($more)*);
    };
}

/// Nests the layers into a stack, then declares the struct. After every 16 layers, and after the
/// last one, the stack so far becomes a [`Part`](crate::network::part::Part): so the compiler's
/// recursion stays shallow, and the struct is made of one type that is a layer in any case, even
/// where one of the user's is not.
#[doc(hidden)]
#[macro_export]
macro_rules! __network {
    ($network:tt $index:ty; $last:ty; $stack:ty;) => {
        $crate::__network_part!($network $index; $last; $stack);
        $crate::__network_struct!($network $crate::__part_of!($network $index));
    };
    (
        $network:tt $index:ty; $last:ty; $stack:ty;
        $a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g:ty, $h:ty,
        $i:ty, $j:ty, $k:ty, $l:ty, $m:ty, $n:ty, $o:ty, $p:ty $(, $rest:ty)+
    ) => {
        $crate::__network_part!($network $index; $p; $crate::__nest!(
            $stack; $a, $b, $c, $d, $e, $f, $g, $h, $i, $j, $k, $l, $m, $n, $o, $p
        ));
        $crate::__network!($network ($index,); $p; $crate::__part_of!($network $index); $($rest),+);
    };
    ($network:tt $index:ty; $last:ty; $stack:ty; $next:ty $(, $rest:ty)*) => {
        $crate::__network!($network $index; $next; $crate::network::Stack<$stack, $next>; $($rest),*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __nest {
    ($stack:ty;) => { $stack };
    ($stack:ty; $next:ty $(, $rest:ty)*) => {
        $crate::__nest!($crate::network::Stack<$stack, $next>; $($rest),*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __network_part {
    ([$attributes:tt $vis:tt $name:ident [$($t:ident)?] $first:ty] $index:ty; $last:ty; $stack:ty) => {
        impl<$($t: $crate::element::Element)?> $crate::network::part::HasPart<$index> for $name<$($t)?> {
            type Stack = $crate::__if_checked!($name, $stack);
            type In = <$crate::__if_checked!($name, $first) as $crate::layer::Layer>::In;
            type Out = <$crate::__if_checked!($name, $last) as $crate::layer::Layer>::Out;
            type Element = $crate::__element!([$($t)?] $crate::__if_checked!($name, $first));
        }
        const _: () = $crate::network::part::work_out::<$index, $name>();
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __part_of {
    ([$attributes:tt $vis:tt $name:ident [$($t:ident)?] $first:tt] $index:ty) => {
        $crate::network::part::Part<$index, $name<$($t)?>>
    };
}

/// The element type of a network: its parameter, or that of its first layer.
#[doc(hidden)]
#[macro_export]
macro_rules! __element {
    ([$t:ident] $first:ty) => {
        $t
    };
    ([] $first:ty) => {
        <$first as $crate::plain::Plain>::Element
    };
}

/// The struct around the whole stack, whose traits are all passed on.
#[doc(hidden)]
#[macro_export]
macro_rules! __network_struct {
    ([[$($attribute:tt)*] [$vis:vis] $name:ident [$($t:ident)?] $first:ty] $stack:ty) => {
        $($attribute)*
        #[repr(C)]
        $vis struct $name<$($t: $crate::element::Element = ::core::primitive::f32)?> {
            stack: $stack,
        }

        $crate::plain!(
            $name<$($t: $crate::element::Element)?>: <$stack as $crate::plain::Plain>::Element { stack }
        );

        #[diagnostic::do_not_recommend]
        impl<$($t: $crate::element::Element)?> $crate::parameters::Parameters for $name<$($t)?> {
            type Seams = ();
            const CHECKED: ::core::primitive::usize = ::core::mem::size_of::<$crate::__if_checked!($name, ())>();
            const STATISTICS: ::core::primitive::usize =
                <$stack as $crate::parameters::Parameters>::STATISTICS;

            fn visit(
                path: &$crate::parameters::Path<'_>,
                start: ::core::primitive::usize,
                visit: &mut dyn ::core::ops::FnMut($crate::parameters::Segment<'_>),
            ) {
                <$stack as $crate::parameters::Parameters>::visit_links(path, start, visit);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($t: $crate::element::Element)?> $crate::layer::Layer for $name<$($t)?> {
            type In = <$stack as $crate::layer::Layer>::In;
            type Out = <$stack as $crate::layer::Layer>::Out;
            type Cache = <$stack as $crate::layer::Layer>::Cache;
            type Placement = $crate::network::wrapped::Wrapped;
            const MULTIPLY_ADDS: ::core::primitive::usize = <$stack as $crate::layer::Layer>::MULTIPLY_ADDS;

            fn forward(
                &self,
                input: &[$crate::layer::Input<Self>],
                output: &mut [$crate::layer::Output<Self>],
                cache: $crate::layer::Cached<'_, Self::Cache>,
            ) {
                $crate::network::wrapped::forward(self, input, output, cache);
            }

            fn infer(&self, input: &[$crate::layer::Input<Self>], output: &mut [$crate::layer::Output<Self>]) {
                $crate::network::wrapped::infer(self, input, output);
            }

            fn backward(
                &self,
                input: &[$crate::layer::Input<Self>],
                output: &[$crate::layer::Output<Self>],
                grad_output: &mut [$crate::layer::Output<Self>],
                grad_input: ::core::option::Option<&mut [$crate::layer::Input<Self>]>,
                gradients: &mut Self,
                cache: $crate::layer::Cached<'_, Self::Cache>,
            ) {
                $crate::network::wrapped::backward(
                    self, input, output, grad_output, grad_input, gradients, cache,
                );
            }
        }

        impl<$($t: $crate::element::Element)?> $crate::network::wrapped::Wraps for $name<$($t)?> {
            type Stack = $stack;
            type Grads = <$stack as $crate::network::wrapped::Wraps>::Grads;

            fn stack(&self) -> &$stack {
                &self.stack
            }

            fn stack_mut(&mut self) -> &mut $stack {
                &mut self.stack
            }
        }

        impl<$($t: $crate::element::Element)?> ::core::clone::Clone for $name<$($t)?> {
            fn clone(&self) -> Self {
                $crate::plain::copied(self)
            }

            fn clone_from(&mut self, source: &Self) {
                $crate::plain::Plain::as_mut_slice(self)
                    .copy_from_slice($crate::plain::Plain::as_slice(source));
            }
        }

        impl<$($t: $crate::element::Element)?> ::core::cmp::PartialEq for $name<$($t)?> {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                $crate::plain::Plain::as_slice(self) == $crate::plain::Plain::as_slice(other)
            }
        }

        impl<$($t: $crate::element::Element)?> ::core::fmt::Debug for $name<$($t)?> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(::core::stringify!($name))
                    .field("parameters", &<Self as $crate::plain::Plain>::COUNT)
                    .finish()
            }
        }
    };
}
