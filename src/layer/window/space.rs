//! What windows go over: images, [`Plane`], or sequences, [`Line`], which are images of one row.

use typenum::U1;

use super::settings::Settled;
use crate::diagnostic::Rule;
use crate::shape::{Dim, HasAxis, Shape};

/// How many axes a layer's samples have beside their channels: [`Plane`] or [`Line`].
///
/// Every size is worked out on images; this says what of them the layer's own shapes have.
pub trait Space: Send + Sync + 'static {
    /// The rank of a sample.
    #[doc(hidden)]
    const RANK: usize;
    /// The rule that a sample of another rank breaks.
    #[doc(hidden)]
    const RULE: Rule;
    /// A sample as an image.
    #[doc(hidden)]
    type Image<In: AsImage>;
    /// A kernel, and settings, as those of images.
    #[doc(hidden)]
    type Kernel<Size>;
    #[doc(hidden)]
    type Settings<Said: Settled>;
    /// Shapes of outputs and of kernels.
    #[doc(hidden)]
    type Out<Filters: Dim, Height: Dim, Width: Dim>: Shape;
    #[doc(hidden)]
    type Weight<Filters: Dim, Each: Dim, Height: Dim, Width: Dim>: Shape;
}

/// Images: `(channels, height, width)`.
#[derive(Clone, Copy, Debug)]
pub struct Plane;

/// Sequences: `(channels, length)`.
#[derive(Clone, Copy, Debug)]
pub struct Line;

impl Space for Plane {
    const RANK: usize = 3;
    const RULE: Rule = Rule::TakesImage;
    type Image<In: AsImage> = In::Plane;
    type Kernel<Size> = Size;
    type Settings<Said: Settled> = Said::InPlane;
    type Out<Filters: Dim, Height: Dim, Width: Dim> = (Filters, Height, Width);
    type Weight<Filters: Dim, Each: Dim, Height: Dim, Width: Dim> = (Filters, Each, Height, Width);
}

impl Space for Line {
    const RANK: usize = 2;
    const RULE: Rule = Rule::TakesSequence;
    type Image<In: AsImage> = In::Line;
    type Kernel<Size> = (U1, Size);
    type Settings<Said: Settled> = Said::InLine;
    type Out<Filters: Dim, Height: Dim, Width: Dim> = (Filters, Width);
    type Weight<Filters: Dim, Each: Dim, Height: Dim, Width: Dim> = (Filters, Each, Width);
}

/// Any shape as an image, also where it is none: so a wrong input is one message, [`Space::RULE`], and all that
/// follows from it has its sizes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the input of this layer is not a shape",
    label = "its first parameter is the shape of its input: `(channels, height, width)`, or `(channels, length)`"
)]
pub trait AsImage: HasAxis<0> {
    type Plane;
    type Line;
}

#[diagnostic::do_not_recommend]
impl<N: Dim> AsImage for N {
    type Plane = (N, U1, U1);
    type Line = (N, U1, U1);
}

#[diagnostic::do_not_recommend]
impl<A: Dim, B: Dim> AsImage for (A, B) {
    type Plane = (A, B, U1);
    type Line = (A, U1, B);
}

macro_rules! as_image {
    ($($more:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<A: Dim, B: Dim, C: Dim, $($more: Dim),*> AsImage for (A, B, C, $($more),*) {
            type Plane = (A, B, C);
            type Line = (A, U1, B);
        }
    };
}
as_image!();
as_image!(D);
as_image!(D E);
as_image!(D E F);
