//! What a convolution or a pooling has beside its sizes, said by name: [`Stride`], [`Padding`], [`Dilation`],
//! [`Groups`], [`OutputPadding`], [`ExcludePadding`].
//!
//! The compiler goes through the options one by one ([`Options`]): each takes its place in the [`Settings`], where
//! the usual one stood. So their order does not matter.

use core::marker::PhantomData;

use typenum::{U0, U1};

use crate::diagnostic::Fault;
use crate::layer::options::{Absent, Apart, Behind, Options, Place, Said, Usual};

/// How far it is from one window to the next: 1 for a convolution, the kernel for a pooling, unless said.
///
/// A convolution or a pooling of stride `S` gives every `S`-th of the outputs it would give with a stride of 1:
/// `H' = floor((H + 2P - D(h - 1) - 1) / S) + 1`. A transposed convolution makes the image about `S` times as large.
///
/// One size for height and width, `Stride<U2>`, or one for each, `Stride<(U2, U1)>`.
///
/// ```
/// use dimwise::prelude::*;
///
/// type Halved = Conv2d<(U3, U28, U28), U8, U2, Stride<U2>>;
/// assert_eq!(<Halved as Layer>::Out::DIMS, [8, 14, 14]);
/// type Flatter = MaxPool2d<(U3, U28, U28), U2, Stride<(U2, U1)>>;
/// assert_eq!(<Flatter as Layer>::Out::DIMS, [3, 14, 27]);
/// ```
#[derive(Debug)]
pub struct Stride<N>(PhantomData<N>);

/// How many zeros lie around an image, on each of its sides: none unless said.
///
/// A convolution or a pooling sees an image of `H + 2P`, so its output is larger by `2P / S`; the padding of a
/// pooling is never the largest. A kernel of 3 with a padding of 1 keeps the image's size. A transposed
/// convolution leaves `P` out on each side of what it gives, so that it leads back from a padded image.
///
/// One size for height and width, `Padding<U1>`, or one for each, `Padding<(U2, U1)>`.
///
/// ```
/// use dimwise::prelude::*;
///
/// type Same = Conv2d<(U3, U28, U28), U8, U3, Padding<U1>>;
/// assert_eq!(<Same as Layer>::Out::DIMS, [8, 28, 28]);
/// type Wider = Conv2d<(U3, U28, U28), U8, U1, Padding<(U0, U2)>>;
/// assert_eq!(<Wider as Layer>::Out::DIMS, [8, 28, 32]);
/// ```
#[derive(Debug)]
pub struct Padding<N>(PhantomData<N>);

/// How far it is from one number of a kernel to the next: 1 unless said.
///
/// A kernel of `h` covers `D(h - 1) + 1` pixels of the image, with as many weights.
///
/// One size for height and width, `Dilation<U2>`, or one for each, `Dilation<(U2, U1)>`.
///
/// Yu and Koltun, *Multi-scale context aggregation by dilated convolutions*, 2015.
///
/// ```
/// use dimwise::prelude::*;
///
/// // As far as a kernel of 5.
/// type Dilated = Conv2d<(U3, U28, U28), U8, U3, Dilation<U2>>;
/// assert_eq!(<Dilated as Layer>::Out::DIMS, [8, 24, 24]);
/// assert_eq!(Dilated::PARAMETERS, 8 * 3 * 3 * 3 + 8);
/// ```
#[derive(Debug)]
pub struct Dilation<N>(PhantomData<N>);

/// How many equal parts the channels are in, each with filters of its own that see no others: 1 unless said.
///
/// The kernels are `(F, C / G, h, w)`: `G` times fewer weights. `G` divides the channels and the filters; as many
/// groups as channels make a depthwise convolution.
///
/// Krizhevsky et al., *ImageNet classification with deep convolutional neural networks*, 2012.
///
/// ```
/// use dimwise::prelude::*;
///
/// type Depthwise = Conv2d<(U16, U8, U8), U16, U3, (Groups<U16>, Padding<U1>)>;
/// assert_eq!(<Depthwise as Layer>::Out::DIMS, [16, 8, 8]);
/// assert_eq!(Depthwise::PARAMETERS, 16 * 3 * 3 + 16);
/// ```
#[derive(Debug)]
pub struct Groups<N>(PhantomData<N>);

/// How many rows and columns a transposed convolution adds after the last ones: none unless said, and fewer than its
/// stride.
///
/// `H' = (H - 1)S + D(h - 1) + 1 + E - 2P`: it chooses among the sizes that a convolution brings to the same one.
///
/// One size for height and width, `OutputPadding<U1>`, or one for each, `OutputPadding<(U1, U0)>`.
///
/// ```
/// use dimwise::prelude::*;
///
/// // A convolution of stride 2 brings 13 and 14 pixels to 7.
/// type To13 = ConvTranspose2d<(U8, U7, U7), U4, U3, (Stride<U2>, Padding<U1>)>;
/// assert_eq!(<To13 as Layer>::Out::DIMS, [4, 13, 13]);
/// type To14 = ConvTranspose2d<(U8, U7, U7), U4, U3, (Stride<U2>, Padding<U1>, OutputPadding<U1>)>;
/// assert_eq!(<To14 as Layer>::Out::DIMS, [4, 14, 14]);
/// ```
#[derive(Debug)]
pub struct OutputPadding<N>(PhantomData<N>);

/// The mean of an [`AvgPool2d`](crate::layer::AvgPool2d) or [`AvgPool1d`](crate::layer::AvgPool1d) goes over the numbers of
/// the image alone: the zeros of the padding do not count. They do unless this is said.
///
/// ```
/// use dimwise::prelude::*;
///
/// let image = Tensor::from([[3.0, 6.0, 9.0]]);
/// let all = AvgPool1d::<(U1, U3), U3, (Stride<U1>, Padding<U1>)>::zeroed();
/// assert_eq!(all.predict(&image), Tensor::from([[3.0, 6.0, 5.0]]));
/// let own = AvgPool1d::<(U1, U3), U3, (Stride<U1>, Padding<U1>, ExcludePadding)>::zeroed();
/// assert_eq!(own.predict(&image), Tensor::from([[4.5, 6.0, 7.5]]));
/// ```
#[derive(Debug)]
pub struct ExcludePadding;

/// All that options can say; in each place [`Usual`], [`Said`] or [`Absent`] while they are read, then the size.
#[doc(hidden)]
#[derive(Debug)]
pub struct Settings<Stride, Padding, Dilation, Groups, OutputPadding, ExcludePadding>(
    PhantomData<(Stride, Padding, Dilation, Groups, OutputPadding, ExcludePadding)>,
);

/// An option takes the place between those before it and those after it.
macro_rules! option {
    ($option:ident [$($before:ident)*] [$($after:ident)*]) => {
        impl<N, Usual: Place, $($before,)* $($after),*>
            Options<Settings<$($before,)* Usual, $($after),*>> for $option<N>
        {
            type Then = Settings<$($before,)* Said<N>, $($after),*>;
            const FAULT: Option<Fault> = Usual::FAULT;
        }

        #[diagnostic::do_not_recommend]
        impl<N, Said> Behind<Said> for $option<N> {
            type Options = Apart<Said, Self>;
            type Element = f32;
        }
    };
}
option!(Stride [] [P D G E X]);
option!(Padding [S] [D G E X]);
option!(Dilation [S P] [G E X]);
option!(Groups [S P D] [E X]);
option!(OutputPadding [S P D G] [X]);

#[diagnostic::do_not_recommend]
impl<Said> Behind<Said> for ExcludePadding {
    type Options = Apart<Said, Self>;
    type Element = f32;
}

impl<S, P, D, G, E, X: Place> Options<Settings<S, P, D, G, E, X>> for ExcludePadding {
    type Then = Settings<S, P, D, G, E, Said<U1>>;
    const FAULT: Option<Fault> = X::FAULT;
}

/// [`Settings`] whose places are filled.
#[doc(hidden)]
pub trait Settled {
    /// The numbers.
    type InPlane;
    /// The same in images of one row, over whose height nothing moves.
    type InLine;
}

impl<S: Place, P: Place, D: Place, G: Place, E: Place, X: Place> Settled for Settings<S, P, D, G, E, X> {
    type InPlane = Settings<S::Size, P::Size, D::Size, G::Size, E::Size, X::Size>;
    type InLine = Settings<(U1, S::Size), (U0, P::Size), (U1, D::Size), G::Size, (U0, E::Size), X::Size>;
}

/// What a layer has where no option is said.
pub(super) type OfConvolution = Settings<Usual<U1>, Usual<U0>, Usual<U1>, Usual<U1>, Absent<U0>, Absent<U0>>;
pub(super) type OfTransposed = Settings<Usual<U1>, Usual<U0>, Usual<U1>, Usual<U1>, Usual<U0>, Absent<U0>>;
pub(super) type OfPool<Kernel> =
    Settings<Usual<Kernel>, Usual<U0>, Absent<U1>, Absent<U1>, Absent<U0>, Absent<U0>>;
pub(super) type OfMean<Kernel> =
    Settings<Usual<Kernel>, Usual<U0>, Absent<U1>, Absent<U1>, Absent<U0>, Usual<U0>>;
