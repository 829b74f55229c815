//! What a layer has beside its sizes, said by name: how the compiler reads options like `Stride<U2>` or `Epsilon<U3>`.
//!
//! It goes through them one by one ([`Options`]): each takes its place in a layer's settings, where the usual one stood. So
//! their order does not matter. Which places there are, and which options take them, says the file of the layer.

use core::marker::PhantomData;

use super::leaky_relu::{self, Slope};
use super::norm::{self, Epsilon, RunningMomentum};
use super::window::{self, Dilation, ExcludePadding, Groups, OutputPadding, Padding, Stride};
use crate::diagnostic::{Fault, Rule};
use crate::element::Element;
use crate::shape::Dim;

/// What stands in a setting's place unless the option is said.
#[doc(hidden)]
#[derive(Debug)]
pub struct Usual<N>(PhantomData<N>);

/// What an option has put there.
#[doc(hidden)]
#[derive(Debug)]
pub struct Said<N>(PhantomData<N>);

/// What always stands there: the layer has no such option.
#[doc(hidden)]
#[derive(Debug)]
pub struct Absent<N>(PhantomData<N>);

/// A setting's place.
#[doc(hidden)]
pub trait Place {
    type Size;
    /// What is wrong with an option that takes it.
    const FAULT: Option<Fault>;
}
impl<N> Place for Usual<N> {
    type Size = N;
    const FAULT: Option<Fault> = None;
}
impl<N> Place for Said<N> {
    type Size = N;
    const FAULT: Option<Fault> = Some(Fault::new(Rule::SaidOnce, []));
}
impl<N> Place for Absent<N> {
    type Size = N;
    const FAULT: Option<Fault> = Some(Fault::new(Rule::HasOption, []));
}

/// Options by name: `()`, one like `Padding<U1>`, or a tuple of two to five, `(Stride<U2>, Padding<U1>)`.
///
/// What is not said is usual: a stride of 1 (the kernel, for a pooling), no padding, a dilation of 1, one group; an ε of
/// 10⁻⁵.
#[diagnostic::on_unimplemented(
    message = "this is not an option of this layer",
    label = "an option has its name: write `Stride<U2>`, `Epsilon<U3>`, or a tuple of them"
)]
pub trait Options<Before> {
    /// The settings `Before`, with these options in their places.
    #[doc(hidden)]
    type Then;
    /// An option without its name, one said twice, one that the layer has not, an element type: so the layers after this one still have
    /// a shape, and there is one message.
    #[doc(hidden)]
    const FAULT: Option<Fault>;
}

#[diagnostic::do_not_recommend]
impl<Before> Options<Before> for () {
    type Then = Before;
    const FAULT: Option<Fault> = None;
}

/// A size by itself, as other libraries take it.
#[diagnostic::do_not_recommend]
impl<N: Dim, Before> Options<Before> for N {
    type Then = Before;
    const FAULT: Option<Fault> = Some(Fault::new(Rule::HasName, []));
}

/// An element type, which stands after the options.
macro_rules! no_option {
    ($($element:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Before> Options<Before> for $element {
            type Then = Before;
            const FAULT: Option<Fault> = Some(Fault::new(Rule::ElementAfterOptions, []));
        }
    )*};
}
no_option!(f32 f64);

/// What stands behind a layer's options: its element type; or one more option, where they should be a tuple.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this is not an element type",
    label = "the elements of a tensor are `f32` or `f64`"
)]
pub trait Behind<Said> {
    /// The options, with this one if it is one.
    type Options;
    type Element: Element;
}

#[diagnostic::do_not_recommend]
impl<T: Element, Said> Behind<Said> for T {
    type Options = Said;
    type Element = T;
}

/// The options of a layer whose last two parameters are `Said` and `T`.
pub(super) type OptionsOf<Said, T> = <T as Behind<Said>>::Options;
/// The element type of such a layer.
pub(super) type ElementOf<Said, T> = <T as Behind<Said>>::Element;

/// Options that are no tuple: they count, so that the layers after this one have the shape that is meant.
#[doc(hidden)]
#[derive(Debug)]
pub struct Apart<Said, Next>(PhantomData<(Said, Next)>);

#[diagnostic::do_not_recommend]
impl<Before, Said, Next> Options<Before> for Apart<Said, Next>
where
    (Said, Next): Options<Before>,
{
    type Then = <(Said, Next) as Options<Before>>::Then;
    const FAULT: Option<Fault> = Some(Fault::new(Rule::InTuple, []));
}

impl<Before, A: Options<Before>, B: Options<A::Then>> Options<Before> for (A, B) {
    type Then = B::Then;
    const FAULT: Option<Fault> = match A::FAULT {
        Some(fault) => Some(fault),
        None => B::FAULT,
    };
}

/// More options are those before the last, and the last.
macro_rules! options {
    ($($option:ident)* | $last:ident) => {
        impl<Before, $($option,)* $last> Options<Before> for ($($option,)* $last)
        where
            (($($option,)*), $last): Options<Before>,
        {
            type Then = <(($($option,)*), $last) as Options<Before>>::Then;
            const FAULT: Option<Fault> = <(($($option,)*), $last) as Options<Before>>::FAULT;
        }
    };
}
options!(A B | C);
options!(A B C | D);
options!(A B C D | E);

/// Options of layers of another kind, which take no place: so there is one message.
macro_rules! of_others {
    (one [$($parameter:ident)*] $settings:ty: $option:ident) => {
        #[diagnostic::do_not_recommend]
        impl<N, $($parameter),*> Options<$settings> for $option<N> {
            type Then = $settings;
            const FAULT: Option<Fault> = Some(Fault::new(Rule::HasOption, []));
        }
    };
    ([$($parameter:ident)*] $settings:ty, $option:ident) => {
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> Options<$settings> for $option {
            type Then = $settings;
            const FAULT: Option<Fault> = Some(Fault::new(Rule::HasOption, []));
        }
    };
    ($parameters:tt $settings:ty: $($option:ident)*) => {
        $(of_others!(one $parameters $settings: $option);)*
    };
}
of_others!([S P D G E X] window::Settings<S, P, D, G, E, X>: Epsilon RunningMomentum Slope);
of_others!([E M] norm::Settings<E, M>: Stride Padding Dilation Groups OutputPadding Slope);
of_others!([E M] norm::Settings<E, M>, ExcludePadding);
of_others!([S] leaky_relu::Settings<S>, ExcludePadding);
of_others!([S] leaky_relu::Settings<S>: Stride Padding Dilation Groups OutputPadding Epsilon RunningMomentum);
