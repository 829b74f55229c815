//! [`network!`](crate::network!), which declares a network, and [`Network`], which it is.
//!
//! Fifth in the flow: a network is a stack of layers, itself a layer, and one flat block of
//! numbers. It knows the order of its layers and nothing of losses or optimizers.

#[doc(hidden)]
pub mod checked;
#[doc(hidden)]
pub mod imported;
mod inference;
#[doc(hidden)]
pub mod layers;
mod model;
#[doc(hidden)]
pub mod part;
mod stack;
mod workspace;
#[doc(hidden)]
pub mod wrapped;

pub use inference::{PackedPredictor, Predictor};
#[doc(hidden)]
pub use layers::HasBranch;
pub use layers::{At, HasLayer, LayerOf};
pub use model::Model;
#[doc(hidden)]
pub use stack::Four;
pub use stack::Stack;
pub(crate) use workspace::Room;
pub use workspace::Workspace;

use crate::diagnostic::{Enters, Fit};
use crate::layer::Layer;
use crate::shape::Shape;

/// A layer, or a stack of layers whose shapes all fit: what can be trained and run.
///
/// Nobody implements it: every layer has it, every network that [`network!`](crate::network!)
/// declares, and every [`Stack`] written by hand whose seams fit.
#[diagnostic::on_unimplemented(
    message = "this is not a network (one in a `Box` is given as `&*network`)",
    label = "a network is declared by `network!`, a layer implements `Layer` or `InPlace`"
)]
pub trait Network: Layer<Seams: Fit> {}

impl<L: checked::AnyLayer<Seams: Fit>> Network for L {}

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
/// `_` in a layer's first place is what the layer before it gives: a size is written where it says something. One that is
/// written is compared.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! {
///     type Classifier = [
///         Conv2d<(U1, U28, U28), U30, U5>, Relu<_>, MaxPool2d<_, U2>, Flatten<_>,
///         Affine<_, U100>, Relu<_>, Affine<_, U10>,
///     ];
/// }
/// assert_eq!(Classifier::PARAMETERS, 780 + 432_100 + 1_010);
/// ```
///
/// Attributes and visibility are passed through. The type of number, `f32` unless told, is said once for all layers
/// ([`Cast`](crate::parameters::Cast)); with a parameter the network is generic over it:
///
/// ```
/// use dimwise::prelude::*;
///
/// network! {
///     type Double: f64 = [Affine<U2, U3>, Sigmoid<_>, Affine<_, U1>];
///     type Xor<T> = [Affine<U2, U3>, Sigmoid<_>, Affine<_, U1>];
/// }
/// assert_eq!(size_of::<Double>(), 2 * size_of::<Xor>());
/// assert_eq!(size_of::<Double>(), size_of::<Xor<f64>>());
/// ```
///
/// A network is a layer, so it can stand in another one; its layers are then found under its index
/// (`1.0.weight`). Branches are networks, by name or written in place:
///
/// ```
/// use dimwise::prelude::*;
///
/// network! {
///     type Hidden = [Affine<U8, U8>, Tanh<_>];
///     type Net = [
///         Affine<U4, U8>, Hidden, Hidden,
///         Residual<[Affine<_, U16>, Relu<_>, Affine<_, U8>]>,
///         Parallel<Hidden, [Affine<_, U2>], Concat>,
///     ];
/// }
/// assert_eq!(<Net as Layer>::Out::DIMS, [10]);
/// ```
///
/// A layer is reached by its index ([`Model::layer`]), or by a name:
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Net = [hidden: Affine<U4, U8>, Relu<_>, logits: Affine<_, U2>]; }
/// let mut net = Net::initialized(HeNormal, 1);
/// net[Net::logits].bias = Tensor::from([0.5, -0.5]);
/// assert_eq!(net[Net::logits].bias, net.layer::<2>().bias);
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
/// `_` in the first layer is an error: write what it takes. A network has at most 256 layers. A crate whose networks have
/// more than 88 layers needs `#![recursion_limit = "256"]` for release builds,
/// as the compiler then says.
#[macro_export]
macro_rules! network {
    () => {};
    (
        $(#[$attribute:meta])* $vis:vis type $name:ident $(<$element:ident>)? = [$($layers:tt)+];
        $($more:tt)*
    ) => {
        $crate::__numbered_layers!(
            [$($layers)+]
            [
                [$(#[$attribute])*] [$vis] $name [$($element)?]
                [[$($element)?] __Branches1 __Branches2 __Branches3 __Branches4 __Branches5 __Branches6]
            ]
            []
        );
        $crate::network!($($more)*);
    };
    (
        $(#[$attribute:meta])* $vis:vis type $name:ident: $element:ty = [$($layers:tt)+];
        $($more:tt)*
    ) => {
        $crate::__numbered_layers!(
            [$($layers)+]
            [
                [$(#[$attribute])*] [$vis] $name []
                [[$element] __Branches1 __Branches2 __Branches3 __Branches4 __Branches5 __Branches6]
            ]
            []
        );
        $crate::network!($($more)*);
    };
}

/// Declares the network of layers that [`__layers!`] has read, `[index before blamed type]` each.
#[doc(hidden)]
#[macro_export]
macro_rules! __network {
    ($network:tt [$([$index:tt $before:tt $blamed:tt $type:tt])+]) => {
        $($crate::__layer!($network $index $before $type);)+
        $crate::__checked!($network $([$index $before $blamed $type])+);
        $crate::__stack_of!($network $($index)+);
    };
}

/// Nests the layers of these indices into a stack, then declares the struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __stack_of {
    ($network:tt $first:tt $($index:tt)*) => {
        $crate::__stack!($network (); $first; $crate::__layer_of!($network $first); $($index)*);
    };
}

/// Nests the layers into a stack, then declares the struct. After every 16 layers, and after the
/// last one, the stack so far becomes a [`Part`](crate::network::part::Part): so the compiler's
/// recursion stays shallow, and the struct is made of one type that is a layer in any case, even
/// where one of the user's is not.
#[doc(hidden)]
#[macro_export]
macro_rules! __stack {
    ($network:tt $point:ty; $last:tt; $stack:ty;) => {
        $crate::__network_part!($network $point; $last; $stack);
        $crate::__network_struct!($network $crate::__part_of!($network $point));
    };
    (
        $network:tt $point:ty; $last:tt; $stack:ty;
        $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt
        $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $($rest:tt)+
    ) => {
        $crate::__network_part!(
            $network $point; $p;
            $crate::__nest!($network $stack; $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p)
        );
        $crate::__stack!($network ($point,); $p; $crate::__part_of!($network $point); $($rest)+);
    };
    // Four at a time, and one at a time: each step is a level of the compiler's recursion.
    ($network:tt $point:ty; $last:tt; $stack:ty; $a:tt $b:tt $c:tt $d:tt $($rest:tt)*) => {
        $crate::__stack!(
            $network $point; $d; $crate::__nest!($network $stack; $a $b $c $d); $($rest)*
        );
    };
    ($network:tt $point:ty; $last:tt; $stack:ty; $next:tt $($rest:tt)*) => {
        $crate::__stack!($network $point; $next; $crate::__nest!($network $stack; $next); $($rest)*);
    };
}

/// The layers of these indices upon a stack.
#[doc(hidden)]
#[macro_export]
macro_rules! __nest {
    ($network:tt $stack:ty;) => { $stack };
    ($network:tt $stack:ty; $a:tt $b:tt $c:tt $d:tt $($rest:tt)*) => {
        $crate::__nest!(
            $network $crate::network::Four<
                $stack,
                $crate::__layer_of!($network $a), $crate::__layer_of!($network $b),
                $crate::__layer_of!($network $c), $crate::__layer_of!($network $d),
            >;
            $($rest)*
        )
    };
    ($network:tt $stack:ty; $next:tt $($rest:tt)*) => {
        $crate::__nest!(
            $network $crate::network::Stack<$stack, $crate::__layer_of!($network $next)>; $($rest)*
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __network_part {
    ([$attributes:tt $vis:tt $name:ident [$($t:ident)?] $branches:tt] $point:ty; $last:tt; $stack:ty) => {
        impl<$($t: $crate::element::Element)?> $crate::network::part::HasPart<$point> for $name<$($t)?> {
            type Stack = $crate::__if_checked!($name, $stack);
            type In = <$crate::__if_checked!(
                $name, $crate::network::LayerOf<$name<$($t)?>, 0>
            ) as $crate::layer::Layer>::In;
            type Out = <$crate::__if_checked!(
                $name, $crate::network::LayerOf<$name<$($t)?>, $last>
            ) as $crate::layer::Layer>::Out;
            type Element = <$crate::__if_checked!(
                $name, $crate::network::LayerOf<$name<$($t)?>, 0>
            ) as $crate::plain::Plain>::Element;
        }
        const _: () = $crate::network::part::work_out::<$point, $name>();
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __part_of {
    ([$attributes:tt $vis:tt $name:ident [$($t:ident)?] $branches:tt] $point:ty) => {
        $crate::network::part::Part<$point, $name<$($t)?>>
    };
}

/// The struct around the whole stack, whose traits are all passed on.
#[doc(hidden)]
#[macro_export]
macro_rules! __network_struct {
    ([[$($attribute:tt)*] [$vis:vis] $name:ident [$($t:ident)?] $branches:tt] $stack:ty) => {
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
            const SHAPES: ::core::primitive::u64 = <$stack as $crate::parameters::Parameters>::SHAPES;

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

            fn forward_frozen(
                &self,
                input: &[$crate::layer::Input<Self>],
                output: &mut [$crate::layer::Output<Self>],
                cache: $crate::layer::Cached<'_, Self::Cache>,
            ) {
                $crate::network::wrapped::forward_frozen(self, input, output, cache);
            }

            fn backward_frozen(
                &self,
                input: &[$crate::layer::Input<Self>],
                output: &[$crate::layer::Output<Self>],
                grad_output: &mut [$crate::layer::Output<Self>],
                grad_input: &mut [$crate::layer::Input<Self>],
                scratch: &mut Self,
                cache: $crate::layer::Cached<'_, Self::Cache>,
            ) {
                $crate::network::wrapped::backward_frozen(
                    self, input, output, grad_output, grad_input, scratch, cache,
                );
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

        impl<$($t: $crate::element::Element,)? __U: $crate::element::Element>
            $crate::parameters::Cast<__U> for $name<$($t)?>
        {
            type To = $crate::__network_in!($name [$($t)?] __U);
        }

        impl<$($t: $crate::element::Element,)? const __INDEX: ::core::primitive::usize>
            ::core::ops::Index<$crate::network::At<__INDEX>> for $name<$($t)?>
        where
            Self: $crate::network::HasLayer<__INDEX, Layer: $crate::plain::Plain<Element = <Self as $crate::plain::Plain>::Element>>,
        {
            type Output = $crate::network::LayerOf<Self, __INDEX>;

            fn index(&self, _at: $crate::network::At<__INDEX>) -> &Self::Output {
                $crate::network::layers::layer(self)
            }
        }

        impl<$($t: $crate::element::Element,)? const __INDEX: ::core::primitive::usize>
            ::core::ops::IndexMut<$crate::network::At<__INDEX>> for $name<$($t)?>
        where
            Self: $crate::network::HasLayer<__INDEX, Layer: $crate::plain::Plain<Element = <Self as $crate::plain::Plain>::Element>>,
        {
            fn index_mut(&mut self, _at: $crate::network::At<__INDEX>) -> &mut Self::Output {
                $crate::network::layers::layer_mut(self)
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

/// The network in another type of number, if it has a parameter for it.
#[doc(hidden)]
#[macro_export]
macro_rules! __network_in {
    ($name:ident [] $element:ident) => {
        $name
    };
    ($name:ident [$t:ident] $element:ident) => {
        $name<$element>
    };
}
