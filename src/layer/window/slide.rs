//! The sizes that windows make, worked out by the compiler: one axis at a time.
//!
//! The arithmetic never fails, so that what is impossible (a kernel larger than the image, a stride of zero,
//! groups that divide nothing) becomes some number, and [`Fault`](crate::diagnostic::Fault) tells it in decimal.

use core::marker::PhantomData;
use core::ops::{Add, Div, Mul, Sub};

use typenum::{Diff, Max, Maximum, Prod, Quot, Sum, U1};

use super::Settings;
use crate::diagnostic::{Fault, Rule};
use crate::kernel::ConvolutionSizes;
use crate::shape::Dim;

/// One size for height and width, `U5`, or one for each, `(U5, U3)`.
#[diagnostic::on_unimplemented(
    message = "this is not a size, nor a pair of sizes",
    label = "height and width are one size, `U5`, or a pair, `(U5, U3)`"
)]
pub trait Sides: Send + Sync + 'static {
    /// Along the height.
    type Height: Dim;
    /// Along the width.
    type Width: Dim;
    /// Both as numbers.
    const SIDES: [usize; 2] = [Self::Height::SIZE, Self::Width::SIZE];
    /// Sizes of more axes than there are.
    #[doc(hidden)]
    const FAULT: Option<Fault> = None;
}

/// One size, `U5`. Several in its place are 1, and a fault: so the layers after this one still have a shape, and there
/// is one message.
#[doc(hidden)]
pub trait Side: Send + Sync + 'static {
    type Size: Dim;
    const FAULT: Option<Fault>;
}

#[diagnostic::do_not_recommend]
impl<N: Dim> Side for N {
    type Size = N;
    const FAULT: Option<Fault> = None;
}

impl<N: Dim> Sides for N {
    type Height = N;
    type Width = N;
}

impl<H: Side, W: Side> Sides for (H, W) {
    type Height = H::Size;
    type Width = W::Size;
    const FAULT: Option<Fault> = first([H::FAULT, W::FAULT]);
}

const NOT_ALL_SIZES: Option<Fault> = Some(Fault::new(Rule::AreSizes, []));

macro_rules! too_many {
    (one: $($size:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($size: Side),*> Side for ($($size,)*) {
            type Size = U1;
            const FAULT: Option<Fault> = NOT_ALL_SIZES;
        }
    };
    (pair: $($size:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($size: Side),*> Sides for ($($size,)*) {
            type Height = U1;
            type Width = U1;
            const FAULT: Option<Fault> = NOT_ALL_SIZES;
        }
        too_many!(one: $($size)*);
    };
}
too_many!(one: A B);
too_many!(pair: A B C);
too_many!(pair: A B C D);

/// The first fault of several.
const fn first<const COUNT: usize>(faults: [Option<Fault>; COUNT]) -> Option<Fault> {
    let mut index = 0;
    while index < COUNT {
        if faults[index].is_some() {
            return faults[index];
        }
        index += 1;
    }
    None
}

/// `floor((N + 2P - D(K - 1) - 1) / S) + 1` for `(N, K, S, P, D)`; 1 where the kernel does not fit.
#[doc(hidden)]
pub trait Slide {
    type Out: Dim;
}

/// `A - B`, or 0.
type Rest<A, B> = Diff<Maximum<A, B>, B>;
/// `K - 1`, or 0.
type Before<K> = Rest<K, U1>;
/// The pixels that a kernel covers: `D(K - 1) + 1`.
type Reach<K, D> = Sum<Prod<Before<K>, D>, U1>;
/// The pixels with the padding on both sides.
type Padded<N, P> = Sum<N, Sum<P, P>>;
/// The positions of a kernel, at a stride of 0 taken as 1.
type Positions<N, K, S, P, D> = Sum<Quot<Rest<Padded<N, P>, Reach<K, D>>, Maximum<S, U1>>, U1>;

impl<N, K, S, P, D> Slide for (N, K, S, P, D)
where
    P: Add<P>,
    N: Add<Sum<P, P>>,
    K: Max<U1>,
    Maximum<K, U1>: Sub<U1>,
    Before<K>: Mul<D>,
    Prod<Before<K>, D>: Add<U1>,
    Padded<N, P>: Max<Reach<K, D>>,
    Maximum<Padded<N, P>, Reach<K, D>>: Sub<Reach<K, D>>,
    S: Max<U1>,
    Rest<Padded<N, P>, Reach<K, D>>: Div<Maximum<S, U1>>,
    Quot<Rest<Padded<N, P>, Reach<K, D>>, Maximum<S, U1>>: Add<U1>,
    Positions<N, K, S, P, D>: Dim,
{
    type Out = Positions<N, K, S, P, D>;
}

/// The channels of one group: `C / G`, at 0 groups taken as 1.
#[doc(hidden)]
pub trait Share {
    type Each: Dim;
}

impl<C, G> Share for (C, G)
where
    G: Max<U1>,
    C: Div<Maximum<G, U1>>,
    Quot<C, Maximum<G, U1>>: Dim,
{
    type Each = Quot<C, Maximum<G, U1>>;
}

/// `(N - 1)S + D(K - 1) + 1 + E - 2P` for `(N, K, S, P, E, D)`; 0 where there would be less.
#[doc(hidden)]
pub trait SlideBack {
    type Out: Dim;
}

/// What a kernel covers in all its positions, and the pixels added after.
type Covered<N, K, S, E, D> = Sum<Prod<Before<N>, S>, Sum<Reach<K, D>, E>>;

impl<N, K, S, P, E, D> SlideBack for (N, K, S, P, E, D)
where
    N: Max<U1>,
    Maximum<N, U1>: Sub<U1>,
    Before<N>: Mul<S>,
    K: Max<U1>,
    Maximum<K, U1>: Sub<U1>,
    Before<K>: Mul<D>,
    Prod<Before<K>, D>: Add<U1>,
    Reach<K, D>: Add<E>,
    Prod<Before<N>, S>: Add<Sum<Reach<K, D>, E>>,
    P: Add<P>,
    Covered<N, K, S, E, D>: Max<Sum<P, P>>,
    Maximum<Covered<N, K, S, E, D>, Sum<P, P>>: Sub<Sum<P, P>>,
    Rest<Covered<N, K, S, E, D>, Sum<P, P>>: Dim,
{
    type Out = Rest<Covered<N, K, S, E, D>, Sum<P, P>>;
}

/// The sizes along one axis: of the image, the kernel, the stride, the padding, the dilation.
type Tall<H, K, S, P, D> =
    (H, <K as Sides>::Height, <S as Sides>::Height, <P as Sides>::Height, <D as Sides>::Height);
type Wide<W, K, S, P, D> =
    (W, <K as Sides>::Width, <S as Sides>::Width, <P as Sides>::Width, <D as Sides>::Width);

/// The same, with what is added after it.
type TallBack<H, K, S, P, E, D> = (
    H,
    <K as Sides>::Height,
    <S as Sides>::Height,
    <P as Sides>::Height,
    <E as Sides>::Height,
    <D as Sides>::Height,
);
type WideBack<W, K, S, P, E, D> = (
    W,
    <K as Sides>::Width,
    <S as Sides>::Width,
    <P as Sides>::Width,
    <E as Sides>::Width,
    <D as Sides>::Width,
);

/// All sizes of windows on images `(channels, height, width)`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "filters, kernel and options of this layer are not all sizes",
    label = "each is one size, `U5`; kernel and options over images can be a pair for height and width, `(U5, U3)`"
)]
pub trait Sizes: Send + Sync + 'static {
    type Channels: Dim;
    type Filters: Dim;
    /// Of the output.
    type Height: Dim;
    type Width: Dim;
    /// Channels that a filter sees.
    type Each: Dim;
    type Kernel: Sides;
    const EXCLUDES_PADDING: bool;
    const SIZES: ConvolutionSizes;
    /// What is no size.
    const FAULT: Option<Fault>;
}

/// Windows from an image of shape `In` to `Filters` channels.
#[doc(hidden)]
#[derive(Debug)]
pub struct There<In, Filters, Kernel, Settings>(PhantomData<(In, Filters, Kernel, Settings)>);

#[diagnostic::do_not_recommend]
impl<C, H, W, F, K, S, P, D, G, E, X> Sizes for There<(C, H, W), F, K, Settings<S, P, D, G, E, X>>
where
    C: Dim,
    H: Dim,
    W: Dim,
    F: Side,
    K: Sides,
    S: Sides,
    P: Sides,
    D: Sides,
    G: Side,
    E: Sides,
    X: Dim,
    Tall<H, K, S, P, D>: Slide,
    Wide<W, K, S, P, D>: Slide,
    (C, G::Size): Share,
{
    type Channels = C;
    type Filters = F::Size;
    type Height = <Tall<H, K, S, P, D> as Slide>::Out;
    type Width = <Wide<W, K, S, P, D> as Slide>::Out;
    type Each = <(C, G::Size) as Share>::Each;
    type Kernel = K;
    const EXCLUDES_PADDING: bool = X::SIZE != 0;
    const SIZES: ConvolutionSizes = ConvolutionSizes {
        channels: C::SIZE,
        filters: F::Size::SIZE,
        groups: G::Size::SIZE,
        image: [H::SIZE, W::SIZE],
        kernel: K::SIDES,
        out: [Self::Height::SIZE, Self::Width::SIZE],
        stride: S::SIDES,
        padding: P::SIDES,
        dilation: D::SIDES,
    };
    const FAULT: Option<Fault> =
        first([F::FAULT, K::FAULT, S::FAULT, P::FAULT, D::FAULT, G::FAULT, E::FAULT]);
}

/// Windows that lead from what comes out, `Filters` channels, back to an image of shape `In`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Back<In, Filters, Kernel, Settings>(PhantomData<(In, Filters, Kernel, Settings)>);

#[diagnostic::do_not_recommend]
impl<C, H, W, F, K, S, P, D, G, E, X> Sizes for Back<(C, H, W), F, K, Settings<S, P, D, G, E, X>>
where
    C: Dim,
    H: Dim,
    W: Dim,
    F: Side,
    K: Sides,
    S: Sides,
    P: Sides,
    D: Sides,
    G: Side,
    E: Sides,
    X: Dim,
    TallBack<H, K, S, P, E, D>: SlideBack,
    WideBack<W, K, S, P, E, D>: SlideBack,
    (C, G::Size): Share,
{
    type Channels = C;
    type Filters = F::Size;
    type Height = <TallBack<H, K, S, P, E, D> as SlideBack>::Out;
    type Width = <WideBack<W, K, S, P, E, D> as SlideBack>::Out;
    type Each = <(C, G::Size) as Share>::Each;
    type Kernel = K;
    const EXCLUDES_PADDING: bool = X::SIZE != 0;
    const SIZES: ConvolutionSizes = ConvolutionSizes {
        channels: F::Size::SIZE,
        filters: C::SIZE,
        groups: G::Size::SIZE,
        image: [Self::Height::SIZE, Self::Width::SIZE],
        kernel: K::SIDES,
        out: [H::SIZE, W::SIZE],
        stride: S::SIDES,
        padding: P::SIDES,
        dilation: D::SIDES,
    };
    const FAULT: Option<Fault> =
        first([F::FAULT, K::FAULT, S::FAULT, P::FAULT, D::FAULT, G::FAULT, E::FAULT]);
}
