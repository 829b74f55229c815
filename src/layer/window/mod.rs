//! Windows that go over images: the sizes of convolutions and poolings, worked out by the compiler.
//!
//! A layer is generic over one [`Geometry`]; the files here are the only ones that spell out the type arithmetic
//! behind it. What is impossible (a kernel larger than the image, a stride of zero, groups that divide nothing, an
//! input that is no image) reaches [`fault`], which tells it in decimal.

mod settings;
mod slide;
mod space;

pub(super) use settings::Settings;
pub use settings::{Dilation, ExcludePadding, Groups, OutputPadding, Padding, Stride};
pub use slide::Sides;
pub use space::{Line, Plane, Space};

use core::marker::PhantomData;

use self::settings::{OfConvolution, OfMean, OfPool, OfTransposed, Settled};
use self::slide::{Back, Sizes, There};
use self::space::AsImage;
use crate::diagnostic::Fault;
use crate::kernel::{ConvolutionSizes, Windows};
use crate::layer::Options;
use crate::shape::{AxisAt, Dim, Shape};

/// How a layer's windows lie on its images: [`Window`], [`PoolWindow`], [`MeanWindow`], [`WindowBack`].
#[diagnostic::on_unimplemented(
    message = "this does not say how windows lie on images",
    label = "a layer's windows are a `Window`, a `PoolWindow`, a `MeanWindow` or a `WindowBack`"
)]
pub trait Geometry: Send + Sync + 'static {
    /// An image that comes in, `(channels, height, width)`, or a sequence, `(channels, length)`.
    type In: Shape;
    /// What goes out: `(filters, height, width)`, or `(filters, length)`.
    type Out: Shape;
    /// Of the input.
    type Channels: Dim;
    /// Channels of the output.
    type Filters: Dim;
    /// The kernels: `(filters, channels of a group, height, width)`, or `(filters, channels of a group, length)`.
    type Weight: Shape;
    /// All sizes as numbers.
    #[doc(hidden)]
    const SIZES: ConvolutionSizes;
    /// Whether the zeros of the padding are left out of a mean.
    #[doc(hidden)]
    const EXCLUDES_PADDING: bool;
    /// An input that is no image, or no sequence; an option that is none; several sizes for one.
    #[doc(hidden)]
    const FAULT_OF_INPUT: Option<Fault>;
}

/// A convolution's windows of size `Kernel` on samples of shape `In`, which give `Filters` channels.
#[derive(Debug)]
pub struct Window<Space, In, Filters, Kernel, Options>(PhantomData<(Space, In, Filters, Kernel, Options)>);

/// A pooling's windows of size `Kernel`, on each channel of a sample of shape `In` by itself.
#[derive(Debug)]
pub struct PoolWindow<Space, In, Kernel, Options>(PhantomData<(Space, In, Kernel, Options)>);

/// A [`PoolWindow`] whose numbers' mean is taken: it may leave the padding out.
#[derive(Debug)]
pub struct MeanWindow<Space, In, Kernel, Options>(PhantomData<(Space, In, Kernel, Options)>);

/// A transposed convolution's windows: those of the convolution that leads back, from what comes out to what comes in.
#[derive(Debug)]
pub struct WindowBack<Space, In, Filters, Kernel, Options>(
    PhantomData<(Space, In, Filters, Kernel, Options)>,
);

/// Windows as the layers name them: what stands in their parameters, and the sizes that follow from it.
#[doc(hidden)]
pub trait Named: Send + Sync + 'static {
    type Space: Space;
    type In: Shape;
    type Sizes: Sizes;
    const FAULT_OF_OPTIONS: Option<Fault>;
}

impl<X: Space, In: AsImage, F, K, O> Named for Window<X, In, F, K, O>
where
    O: Options<OfConvolution, Then: Settled>,
    There<X::Image<In>, F, X::Kernel<K>, X::Settings<O::Then>>: Sizes,
    Self: Send + Sync + 'static,
{
    type Space = X;
    type In = In;
    type Sizes = There<X::Image<In>, F, X::Kernel<K>, X::Settings<O::Then>>;
    const FAULT_OF_OPTIONS: Option<Fault> = O::FAULT;
}

impl<X: Space, In: AsImage, K, O> Named for PoolWindow<X, In, K, O>
where
    O: Options<OfPool<K>, Then: Settled>,
    There<X::Image<In>, <In as AxisAt<0>>::Size, X::Kernel<K>, X::Settings<O::Then>>: Sizes,
    Self: Send + Sync + 'static,
{
    type Space = X;
    type In = In;
    type Sizes = There<X::Image<In>, <In as AxisAt<0>>::Size, X::Kernel<K>, X::Settings<O::Then>>;
    const FAULT_OF_OPTIONS: Option<Fault> = O::FAULT;
}

impl<X: Space, In: AsImage, K, O> Named for MeanWindow<X, In, K, O>
where
    O: Options<OfMean<K>, Then: Settled>,
    There<X::Image<In>, <In as AxisAt<0>>::Size, X::Kernel<K>, X::Settings<O::Then>>: Sizes,
    Self: Send + Sync + 'static,
{
    type Space = X;
    type In = In;
    type Sizes = There<X::Image<In>, <In as AxisAt<0>>::Size, X::Kernel<K>, X::Settings<O::Then>>;
    const FAULT_OF_OPTIONS: Option<Fault> = O::FAULT;
}

impl<X: Space, In: AsImage, F, K, O> Named for WindowBack<X, In, F, K, O>
where
    O: Options<OfTransposed, Then: Settled>,
    Back<X::Image<In>, F, X::Kernel<K>, X::Settings<O::Then>>: Sizes,
    Self: Send + Sync + 'static,
{
    type Space = X;
    type In = In;
    type Sizes = Back<X::Image<In>, F, X::Kernel<K>, X::Settings<O::Then>>;
    const FAULT_OF_OPTIONS: Option<Fault> = O::FAULT;
}

/// The height and the width of a kernel.
type Height<S> = <<S as Sizes>::Kernel as Sides>::Height;
type Width<S> = <<S as Sizes>::Kernel as Sides>::Width;

impl<N: Named> Geometry for N {
    type In = N::In;
    type Out = <N::Space as Space>::Out<
        <N::Sizes as Sizes>::Filters,
        <N::Sizes as Sizes>::Height,
        <N::Sizes as Sizes>::Width,
    >;
    type Channels = <N::Sizes as Sizes>::Channels;
    type Filters = <N::Sizes as Sizes>::Filters;
    type Weight = <N::Space as Space>::Weight<
        <N::Sizes as Sizes>::Filters,
        <N::Sizes as Sizes>::Each,
        Height<N::Sizes>,
        Width<N::Sizes>,
    >;
    const SIZES: ConvolutionSizes = <N::Sizes as Sizes>::SIZES;
    const EXCLUDES_PADDING: bool = <N::Sizes as Sizes>::EXCLUDES_PADDING;
    const FAULT_OF_INPUT: Option<Fault> = match (N::FAULT_OF_OPTIONS, <N::Sizes as Sizes>::FAULT) {
        (Some(fault), _) | (None, Some(fault)) => Some(fault),
        (None, None) => fault_of_input::<N::Space, N::In>(),
    };
}

/// That of an input that has another rank than the layer's space.
pub(crate) const fn fault_of_input<X: Space, In: Shape>() -> Option<Fault> {
    if In::RANK == X::RANK { None } else { Some(Fault::new(X::RULE, [In::LEN, In::RANK])) }
}

/// The fault of the input, or of the sizes, which mean nothing without it.
pub(crate) const fn fault<G: Geometry>(of_sizes: Option<Fault>) -> Option<Fault> {
    if G::FAULT_OF_INPUT.is_some() { G::FAULT_OF_INPUT } else { of_sizes }
}

/// The last guard, when the program is built: `cargo check` sees the fault before, through
/// [`network!`](crate::network!).
pub(crate) const fn checked<G: Geometry>() -> ConvolutionSizes {
    assert!(G::FAULT_OF_INPUT.is_none(), "an input of another rank than the layer's");
    assert!(G::SIZES.possible(), "a window that does not fit its image, or groups that do not divide");
    G::SIZES
}

/// The windows of a pooling, over each channel by itself.
pub(crate) const fn windows<G: Geometry>() -> Windows {
    let ConvolutionSizes { image, kernel, out, stride, padding, .. } = checked::<G>();
    assert!(Fault::of_pool(G::SIZES).is_none(), "the padding of a pooling is at most half of its window");
    Windows { image, kernel, out, stride, padding }
}
