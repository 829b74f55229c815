//! The networks of *Deep Learning from Scratch* (Saito), and two more for images of 28 by 28 pixels.
//!
//! Beside the flow: each is what [`network!`](crate::network!) makes of a list of layers, to be used, or copied and
//! changed. All are generic over the type of number, `f32` unless told.

use crate::layer::{
    Affine, AvgPool2d, BatchNorm, Conv2d, Dropout, Flatten, GlobalAvgPool2d, MaxPool2d, Padding, Relu,
    Residual, Sigmoid, Stride, Tanh,
};
use crate::network;
use crate::sizes::{U1, U2, U3, U5, U6, U10, U16, U28, U30, U32, U50, U64, U84, U100, U120, U784};

/// A convolution of 3×3 that keeps the image's size, or divides it by `S`.
type Conv3x3<In, Filters, S = U1> = Conv2d<In, Filters, U3, (Stride<S>, Padding<U1>)>;

network! {
    /// 784-50-10 with ReLU: reads a digit of 28 by 28 pixels.
    ///
    /// Saito, *Deep Learning from Scratch*, 4.5 and 5.7.
    ///
    /// ```
    /// use dimwise::models::TwoLayerNet;
    /// use dimwise::prelude::*;
    ///
    /// let network = TwoLayerNet::initialized(HeNormal, 1);
    /// let logits: Tensor<U10> = network.predict(&Tensor::<U784>::default());
    /// # assert_eq!(TwoLayerNet::<f32>::PARAMETERS, 39_760); let _ = logits;
    /// ```
    pub type TwoLayerNet<T> = [Affine<U784, U50>, Relu<_>, Affine<_, U10>];

    /// 784-50-100-10 with the logistic function: the network that chapter 3 uses.
    ///
    /// Saito, *Deep Learning from Scratch*, 3.6.
    ///
    /// ```
    /// use dimwise::models::NeuralNet;
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(NeuralNet::<f32>::PARAMETERS, 39_250 + 5_100 + 1_010);
    /// ```
    pub type NeuralNet<T> = [
        Affine<U784, U50>, Sigmoid<_>, Affine<_, U100>, Sigmoid<_>, Affine<_, U10>,
    ];

    /// 30 convolutions of 5×5, pooling, 100 hidden, 10.
    ///
    /// Saito, *Deep Learning from Scratch*, 7.5.
    ///
    /// ```
    /// use dimwise::models::SimpleConvNet;
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(SimpleConvNet::<f32>::PARAMETERS, 780 + 432_100 + 1_010);
    /// ```
    pub type SimpleConvNet<T> = [
        Conv2d<(U1, U28, U28), U30, U5>,
        Relu<_>,
        MaxPool2d<_, U2>,
        Flatten<_>,
        Affine<_, U100>,
        Relu<_>,
        Affine<_, U10>,
    ];

    /// Six convolutions of 3×3 (16, 16, 32, 32, 64, 64) with a pooling after each two, 50 hidden, 10, and
    /// dropout after each of these two.
    ///
    /// Saito, *Deep Learning from Scratch*, 8.1.
    ///
    /// ```
    /// use dimwise::models::DeepConvNet;
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(DeepConvNet::<f32>::PARAMETERS, 123_552);
    /// ```
    pub type DeepConvNet<T> = [
        Conv3x3<(U1, U28, U28), U16>, Relu<_>,
        Conv3x3<_, U16>, Relu<_>,
        MaxPool2d<_, U2>,
        Conv3x3<_, U32>, Relu<_>,
        // The padding of 2 makes 16 of 14, which can be halved twice more.
        Conv2d<_, U32, U3, Padding<U2>>, Relu<_>,
        MaxPool2d<_, U2>,
        Conv3x3<_, U64>, Relu<_>,
        Conv3x3<_, U64>, Relu<_>,
        MaxPool2d<_, U2>,
        Flatten<_>,
        Affine<_, U50>, Relu<_>, Dropout<_, U50>,
        Affine<_, U10>, Dropout<_, U50>,
    ];

    /// Two convolutions of 5×5 with mean pooling, 120, 84, 10, with tanh.
    ///
    /// LeCun et al., *Gradient-based learning applied to document recognition*, 1998; its second
    /// convolution here sees all channels.
    ///
    /// ```
    /// use dimwise::models::LeNet5;
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(LeNet5::<f32>::PARAMETERS, 61_706);
    /// ```
    pub type LeNet5<T> = [
        Conv2d<(U1, U28, U28), U6, U5, Padding<U2>>, Tanh<_>,
        AvgPool2d<_, U2>,
        Conv2d<_, U16, U5>, Tanh<_>,
        AvgPool2d<_, U2>,
        Flatten<_>,
        Affine<_, U120>, Tanh<_>, Affine<_, U84>, Tanh<_>, Affine<_, U10>,
    ];

    /// Three residual blocks of 16, 32 and 64 channels, each channel's mean, 10.
    ///
    /// He et al., *Deep residual learning for image recognition*, 2015, at the size of a digit.
    ///
    /// ```
    /// use dimwise::models::ResNet;
    /// use dimwise::prelude::*;
    ///
    /// assert_eq!(<ResNet as Layer>::Out::DIMS, [10]);
    /// ```
    pub type ResNet<T> = [
        Conv3x3<(U1, U28, U28), U16>, BatchNorm<_>, Relu<_>,
        Residual<[
            Conv3x3<_, U16>, BatchNorm<_>, Relu<_>,
            Conv3x3<_, U16>, BatchNorm<_>,
        ]>,
        Relu<_>,
        Residual<
            [
                Conv3x3<_, U32, U2>, BatchNorm<_>, Relu<_>,
                Conv3x3<_, U32>, BatchNorm<_>,
            ],
            [Conv2d<_, U32, U1, Stride<U2>>, BatchNorm<_>],
        >,
        Relu<_>,
        Residual<
            [
                Conv3x3<_, U64, U2>, BatchNorm<_>, Relu<_>,
                Conv3x3<_, U64>, BatchNorm<_>,
            ],
            [Conv2d<_, U64, U1, Stride<U2>>, BatchNorm<_>],
        >,
        Relu<_>,
        GlobalAvgPool2d<_>,
        Affine<_, U10>,
    ];
}
