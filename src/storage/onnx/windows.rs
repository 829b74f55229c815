//! Convolutions, poolings and padding.

use alloc::vec::Vec;

use super::graph::signed;
use super::{Attribute, Graph, ToOnnx, Value};
use crate::element::Element;
use crate::kernel::ConvolutionSizes;
use crate::layer::{
    AvgPool, Convolution, ConvolutionTranspose, Geometry, GlobalAvgPool, MaxPool, Space, ZeroPad,
};
use crate::plain::Plain;
use crate::shape::{HasAxis, Shape};

/// The sides that samples of shape `S` have: of a sequence, which is computed as an image of one row, the width.
fn sides<S: Shape>(sides: &[usize; 2]) -> &[usize] {
    &sides[3 - S::RANK..]
}

/// What windows are told by: their size, stride and padding.
fn windows<S: Shape>(sizes: &ConvolutionSizes) -> Vec<(&'static str, Attribute<'static>)> {
    let ConvolutionSizes { kernel, stride, padding, .. } = sizes;
    // On both sides: first before each axis, then after each.
    let pads = sides::<S>(padding).repeat(2);
    [("kernel_shape", sides::<S>(kernel)), ("strides", sides::<S>(stride)), ("pads", &pads)]
        .map(|(name, sizes)| (name, Attribute::sizes(sizes)))
        .into()
}

/// What the windows of a convolution are told by: also dilation and groups.
fn convolution<S: Shape>(sizes: &ConvolutionSizes) -> Vec<(&'static str, Attribute<'static>)> {
    let mut settings = windows::<S>(sizes);
    settings.push(("dilations", Attribute::sizes(sides::<S>(&sizes.dilation))));
    settings.push(("group", Attribute::Int(signed(sizes.groups))));
    settings
}

impl<G: Geometry, T: Element> ToOnnx for Convolution<G, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let (weight, bias) = (graph.tensor("weight", &self.weight), graph.tensor("bias", &self.bias));
        graph.node("Conv", &[input, &weight, &bias], &convolution::<G::In>(&G::SIZES))
    }
}

impl<G: Geometry, T: Element> ToOnnx for ConvolutionTranspose<G, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        // The sizes are those of the convolution that leads back.
        let sizes = &G::SIZES;
        let added = [0, 1].map(|axis| {
            let reach = sizes.dilation[axis] * (sizes.kernel[axis] - 1) + 1;
            sizes.image[axis] + 2 * sizes.padding[axis] - ((sizes.out[axis] - 1) * sizes.stride[axis] + reach)
        });
        let mut settings = convolution::<G::In>(sizes);
        settings.push(("output_padding", Attribute::sizes(sides::<G::In>(&added))));
        let (channels, filters) = (sizes.filters, sizes.channels / sizes.groups);
        let dims: Vec<_> = [channels, filters].iter().chain(sides::<G::In>(&sizes.kernel)).copied().collect();
        let weight = graph.numbers("weight", &dims, &turned(sizes, self.weight.as_slice()));
        let bias = graph.tensor("bias", &self.bias);
        graph.node("ConvTranspose", &[input, &weight, &bias], &settings)
    }
}

/// The kernels `(filters, channels of a group, …)` turned by half a turn, as `(channels, filters of a group, …)`.
fn turned<T: Element>(sizes: &ConvolutionSizes, weight: &[T]) -> Vec<T> {
    let taps = sizes.kernel.iter().product::<usize>();
    let (filters, channels) = (sizes.channels / sizes.groups, sizes.filters / sizes.groups);
    let mut turned = Vec::with_capacity(weight.len());
    for group in weight.chunks_exact((filters * channels * taps).max(1)) {
        for channel in 0..channels {
            for filter in 0..filters {
                let kernel = &group[(filter * channels + channel) * taps..][..taps];
                turned.extend(kernel.iter().rev());
            }
        }
    }
    turned
}

impl<G: Geometry, T: Element> ToOnnx for MaxPool<G, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        graph.node("MaxPool", &[input], &windows::<G::In>(&G::SIZES))
    }
}

impl<G: Geometry, T: Element> ToOnnx for AvgPool<G, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let mut settings = windows::<G::In>(&G::SIZES);
        // The divisor is the window's size everywhere, or the number of its pixels.
        settings.push(("count_include_pad", Attribute::Int(i64::from(!G::EXCLUDES_PADDING))));
        graph.node("AveragePool", &[input], &settings)
    }
}

impl<X: Space, In: HasAxis<0>, T: Element> ToOnnx for GlobalAvgPool<X, In, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let means = graph.node("GlobalAveragePool", &[input], &[]);
        graph.node("Flatten", &[&means], &[("axis", Attribute::Int(1))])
    }
}

impl<G: Geometry, T: Element> ToOnnx for ZeroPad<G, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let padding = sides::<G::In>(&G::SIZES.padding).iter().map(|size| signed(*size));
        // Batch and channels have none.
        let one_side: Vec<_> = [0, 0].into_iter().chain(padding).collect();
        let pads = graph.integers("pads", &one_side.repeat(2));
        graph.node("Pad", &[input, &pads], &[])
    }
}
