//! Networks of [dimwise](../dimwise) from ONNX files, when the program is compiled.
//!
//! ```
//! use dimwise::prelude::*;
//! use dimwise_onnx::onnx;
//!
//! onnx!("tests/models/mlp.onnx" as pub type Model);
//!
//! // Where it lies in the program; `Model::pretrained()` is a copy to be trained.
//! let model: &'static Model = Model::included();
//! let scores: Tensor<U3> = model.predict(&Tensor::from([1.0, 2.0, 3.0, 4.0]));
//! # let _ = scores;
//! assert_eq!(Model::PARAMETERS, 4 * 80 + 80 + 80 * 3 + 3);
//! ```
//!
//! `Model` is what [`network!`](../dimwise/macro.network.html) makes of the same layers: its shapes are types, so a sample of
//! another size does not compile, and what is wrong is said in decimal. It is trained, saved, exported, and part of other
//! networks as any other one. Its weights are in the program: nothing is read or parsed when it runs.
//!
//! # The file
//!
//! One input and one output of `f32` or of `f64`, whose first axis is the batch, be its size said or not; all others are
//! said. Weights are in it, or in files beside it, as PyTorch writes large ones. `torch.onnx.export` writes such files, the
//! newer exporter and the older one.
//!
//! | operators | become |
//! |---|---|
//! | `Gemm`, `MatMul` | `Affine` |
//! | `Conv`, `ConvTranspose` over one axis or two | `Conv1d`, `Conv2d`, `ConvTranspose1d`, `ConvTranspose2d`. Padding that is not alike on both sides makes the kernel larger, by zeros |
//! | `MaxPool`, `AveragePool`, `GlobalMaxPool`, `GlobalAveragePool`, `ReduceMean` over all axes of an image | poolings, those of `count_include_pad=0` with `ExcludePadding` |
//! | `Pad` | part of the convolution after it, or `ZeroPad2d` |
//! | `BatchNormalization` | `BatchNorm`; an ε that is no power of ten becomes part of the variance |
//! | `LayerNormalization`, `GroupNormalization`, `InstanceNormalization` | `LayerNorm`, `GroupNorm` |
//! | `Relu`, `LeakyRelu`, `PRelu`, `Elu`, `Softplus`, `Sigmoid`, `Tanh`, `Gelu`, `Swish`, `Softmax`, `LogSoftmax` | those; a `LeakyRelu` whose slope is no whole percent is a `PRelu`, a `Gelu` of `approximate="tanh"` a `GeluTanh` |
//! | `Flatten`, `Reshape`, `Squeeze`, `Unsqueeze`, `Transpose` of axes of size 1 | `Reshape`, or nothing |
//! | `Add`, `Sub`, `Mul`, `Div` with numbers of the file | part of the layer before, or `Standardize` |
//! | `Add`, `Sum`, `Concat` of branches | `Parallel`, also with `Identity` for a skip connection |
//! | `Identity`, `Dropout`, `Cast` to the same type | nothing |
//! | arithmetic, comparisons, `Where`, `Clip`, reductions | what they compute together, if that is `Silu`, `Gelu`, `GeluTanh`, `Softplus`, `Relu`, `Sigmoid`, `Tanh`, `Elu`, `LeakyRelu`, `LayerNorm`, `GroupNorm`, `Softmax` or `LogSoftmax` |
//! | what does not depend on the input | is computed when the program is compiled |
//!
//! Every attribute counts; one that is not known is refused. The momentum of `BatchNormalization` is of training, where ours
//! stands.
//!
//! # What is refused
//!
//! A compile error at the file's name says why, with the node's name and its operator where it is one node's fault (here `y`).
//!
//! | message | what helps |
//! |---|---|
//! | not an ONNX file: … | |
//! | the file does not say the version of its operators | |
//! | the file has no graph | |
//! | a network has one input, found `x`, `z` | cut the graph |
//! | a network has one output, found none | cut the graph |
//! | input `x`: its numbers are neither f32 nor f64 | |
//! | input `x`: its shape is not said | export with an example input |
//! | input `x`: the shape of a sample, all axes but the first, must be said in numbers | let the batch alone be dynamic |
//! | no node gives the output `y` | |
//! | the output does not depend on the input | |
//! | tensor `w`: expected 2 numbers for its shape \[2\], found 1 | |
//! | tensor `w`: expected 8 bytes for its shape \[2\], found 4 | |
//! | tensor `w`: numbers of type 10; those of type 1, 6, 7, 9 and 11 are read: f32, i32, i64, bool and f64 | export in `f32` |
//! | tensor `w`: its shape \[1099511627776, 1099511627776\] is none | |
//! | tensor `w`: its numbers are in another file, whose place is no path below the folder of this one | |
//! | node `y` (LSTM): there is no layer for this operator | |
//! | node `y` (ReduceMean): there is no layer for this operator | over all axes but the channels there is |
//! | node `y` (Relu): its attribute `speed` is not known | |
//! | node `y` (Relu): it takes `z`, which nothing before it gives | |
//! | node `y` (MatMul): only its first input can depend on the network's | |
//! | node `y` (Gemm): its transA exchanges the batch and the numbers of a sample | |
//! | node `y` (Gemm): its weights take 4 inputs, but it is given 3 | |
//! | node `y` (MatMul): it takes samples of shape \[2, 3\]; an affine layer takes a vector | a `Conv` with a kernel of 1 |
//! | node `y` (Conv): its window covers 5 pixels of 4 | |
//! | node `y` (Conv): 3 channels in 2 groups beside kernels of shape \[2, 1, 3, 3\] | |
//! | node `y` (Conv): over 3 axes; there are layers over sequences and images | |
//! | node `y` (Conv): its padding of 0 before and 1 after axis 2 is not alike | a dilation of 1 |
//! | node `y` (MaxPool): its dilations are \[2, 2\]; our poolings have none | |
//! | node `y` (MaxPool): its padding of \[0, 0\] before and \[1, 1\] after is not alike | |
//! | node `y` (MaxPool): its padding \[2, 2\] is more than half of its window \[3, 3\] | |
//! | node `y` (MaxPool): ceil_mode gives windows that lie outside of the image in part; there is no such layer | `ceil_mode=False` |
//! | node `y` (MaxPool): its strides are \[2\], beside an input of 2 axes | |
//! | node `y` (Pad): its mode is `reflect`; there is a layer that pads with zeros | |
//! | node `y` (Pad): it pads with 1; there is a layer that pads with zeros | |
//! | node `y` (Pad): it pads more on one side than on the other, and no convolution follows that could | |
//! | node `y` (Pad): it goes over the batch | |
//! | node `y` (LayerNormalization): its epsilon is 0.000002; that of our norms is 1, 0.1, 0.01 and so on, down to 1e-20 | `eps=1e-6` |
//! | node `y` (LayerNormalization): it normalises a part of each sample; ours the whole | |
//! | node `y` (BatchNormalization): it is in training mode | `model.eval()` |
//! | node `y` (BatchNormalization): its scale has 2 numbers for 3 channels | |
//! | node `y` (Elu): its alpha is 0.5; our Elu has 1 | |
//! | node `y` (Gelu): its approximate is `fast`; ours is exact, or with tanh | |
//! | node `y` (Softmax): it does not go along the last axis; ours does | |
//! | node `y` (PRelu): its slope has the shape \[2, 3\], not one for each channel | |
//! | node `y` (Reshape): it makes the shape \[-1, 3\] of \[2, 3\] beside the batch | let it keep the batch's axis |
//! | node `y` (Flatten): it flattens from axis 2 on, not each sample | |
//! | node `y` (Transpose): it moves the axes to \[0, 2, 1\]; there is no layer for this operator | |
//! | node `y` (Cast): it makes numbers of another type; a network has one | |
//! | node `y` (Concat): it joins along axis 2; there is a layer for axis 1, the channels | |
//! | node `y` (Concat): it joins the samples with numbers of the file | |
//! | node `y` (Mul): it joins branches; there are layers that add them or concatenate them | |
//! | node `y` (Add): it adds samples of shape \[2, 1, 1\] to others, of shape \[2, 3, 3\] | |
//! | node `a` (Relu): two branches share it beside other nodes; there is no layer for such a graph | |
//! | node `y` (Mul): it multiplies by 0; no layer does | |
//! | node `y` (Div): it divides by what depends on the input; there is no layer for this operator | |
//! | a sample of 7 axes; shapes have at most 6 | |
//! | node `y` (Conv): its auto_pad is `ODD` | |
//! | node `y` (Conv): its group is 0 | |
//! | node `y` (Conv): its bias has 3 numbers for 2 channels | |
//! | node `y` (Conv): its kernel has the shape \[3, 3\] | |
//! | node `y` (ConvTranspose): its padding 4 leaves nothing of 4 pixels | |
//! | node `y` (Gemm): its summand has the shape \[3\], for 2 outputs | |
//! | node `y` (Reshape): the shape that it gives is not known before the program runs | |
//! | node `y` (Squeeze): it takes away an axis of 2 numbers | |
//! | node `y` (Flatten): it flattens from axis 9 on, not each sample | |
//! | node `y` (Softmax): samples of 2 axes have no axis 5 | |
//! | node `y` (Add): samples of 1 axes beside others of 2 | |
//! | node `y` (Add): a size of 3 beside one of 4 | |
//! | node `y` (Add): numbers of shape \[2, 1, 3\] beside samples of 1 axes | |
//! | node `t` (Add): it computes with the number of samples, or too large numbers | |
//! | node `v` (Gemm): it does not depend on the network's input, and cannot be folded | |
//! | node `v` (ConstantOfShape): it gives the shape \[1073741824, 1073741824\], of too many numbers or none | |
//! | node `v` (Squeeze): there are 1 axes, and no axis 2 | |
//! | node `v` (Mul): it takes `u`, which nothing before it gives | |
//! | a network has at most 256 layers one after the other, this one has 257 | |

extern crate proc_macro;

mod request;

use proc_macro::TokenStream;

use request::Request;

/// Declares a network as an ONNX file says it, with the functions `pretrained` and `included` that give it with the
/// file's weights.
///
/// The path is relative to the folder of the package's `Cargo.toml`. Attributes and visibility are passed through; cargo
/// compiles anew when the file changes.
///
/// ```
/// use dimwise::prelude::*;
///
/// dimwise_onnx::onnx!(
///     /// Tells three kinds of flowers apart.
///     "tests/models/mlp.onnx" as pub(crate) type Flowers
/// );
///
/// // Imported weights are a start: other classes, the same first layers.
/// network! { type Mine = [Affine<U4, U80>, Relu<_>, Affine<_, U5>]; }
/// let mut mine = Mine::initialized(HeNormal, 1);
/// let first = Mine::range_of("0")?;
/// mine.as_mut_slice()[first.clone()].copy_from_slice(&Flowers::pretrained().as_slice()[first]);
/// # Ok::<(), dimwise::parameters::NoSuchPath>(())
/// ```
///
/// # Errors
///
/// A file that cannot be imported is an error at its name; [the table](self#what-is-refused) lists them.
#[proc_macro]
pub fn onnx(input: TokenStream) -> TokenStream {
    match Request::read(input) {
        Ok(request) => request.expand(),
        Err(error) => error,
    }
}
