//! [`ZeroPad2d`]: zeros around an image.

use core::marker::PhantomData;

use typenum::U1;

use super::window::{self, Geometry, Plane, PoolWindow, checked, fault};
use super::{Cached, Input, Layer, Output, Released};
use crate::element::Element;
use crate::kernel::ConvolutionSizes;
use crate::plain::{Nothing, flat, flat_mut};

/// The image with `Padding` rows and columns of zeros on each side.
///
/// A [`Conv2d`](super::Conv2d) has a padding of its own, which takes no memory.
///
/// # Shapes
///
/// `input` `(C, H, W)`, `output` `(C, H + 2P, W + 2P)`. The padding is one size, `U1`, or one for height and
/// one for width, `(U1, U2)`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let pad = ZeroPad2d::<(U1, U1, U2), (U1, U0)>::zeroed();
/// let output = pad.predict(&Tensor::from([[[3.0, 5.0]]]));
/// assert_eq!(output, Tensor::from([[[0.0, 0.0], [3.0, 5.0], [0.0, 0.0]]]));
/// ```
#[doc(alias("ZeroPadding2D"))]
pub type ZeroPad2d<In, Padding, T = f32> = ZeroPad<PoolWindow<Plane, In, U1, window::Padding<Padding>>, T>;

/// What [`ZeroPad2d`] names by its sizes.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ZeroPad<G: Geometry, T: Element = f32> {
    sizes: PhantomData<(G, T)>,
}

crate::parameters!(ZeroPad<G: Geometry, T: Element>: T {} marker sizes fault fault::<G>(None));

impl<G: Geometry, T: Element> ZeroPad<G, T> {
    const SIZES: ConvolutionSizes = checked::<G>();
}

/// Calls `visit` with the place of each row of pixels, in the image and in the padded image.
fn each_row(sizes: &ConvolutionSizes, images: usize, mut visit: impl FnMut(usize, usize)) {
    let ([height, width], [padded_height, padded_width]) = (sizes.image, sizes.out);
    for image in 0..images {
        for y in 0..height {
            let padded_row = image * padded_height + y + sizes.padding[0];
            visit((image * height + y) * width, padded_row * padded_width + sizes.padding[1]);
        }
    }
}

impl<G: Geometry, T: Element> Layer for ZeroPad<G, T> {
    type In = G::In;
    type Out = G::Out;
    type Cache = Nothing<T>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        let (images, width) = (input.len() * Self::SIZES.channels, Self::SIZES.image[1]);
        let (input, output) = (flat(input), flat_mut(output));
        output.fill(T::ZERO);
        each_row(&Self::SIZES, images, |row, padded| {
            output[padded..][..width].copy_from_slice(&input[row..][..width]);
        });
    }

    fn backward(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        _gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        let Some(grad_input) = grad_input else { return };
        let (images, width) = (input.len() * Self::SIZES.channels, Self::SIZES.image[1]);
        let (grad_output, grad_input) = (flat(grad_output), flat_mut(grad_input));
        each_row(&Self::SIZES, images, |row, padded| {
            grad_input[row..][..width].copy_from_slice(&grad_output[padded..][..width]);
        });
    }
}
