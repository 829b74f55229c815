//! The networks of *Deep Learning from Scratch* (Saito), and two more for images of 28 by 28 pixels.
//!
//! Beside the flow: each is what [`network!`](crate::network!) makes of a list of layers, to be used, or copied and
//! changed. All are generic over the type of number, `f32` unless told.

use typenum::{
    U1, U2, U3, U4, U5, U6, U7, U8, U10, U12, U14, U16, U24, U28, U30, U32, U50, U64, U84, U100, U120, U400,
    U784, U1024,
};

use crate::dim;
use crate::layer::{
    Affine, AvgPool2d, BatchNorm, Conv2d, Dropout, Flatten, GlobalAvgPool2d, MaxPool2d, Padding, Relu,
    Residual, Sigmoid, Stride, Tanh,
};
use crate::network;

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
    pub type TwoLayerNet<T> = [Affine<U784, U50, T>, Relu<U50, T>, Affine<U50, U10, T>];

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
        Affine<U784, U50, T>, Sigmoid<U50, T>, Affine<U50, U100, T>, Sigmoid<U100, T>, Affine<U100, U10, T>,
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
        Conv2d<(U1, U28, U28), U30, U5, (), T>,
        Relu<(U30, U24, U24), T>,
        MaxPool2d<(U30, U24, U24), U2, (), T>,
        Flatten<(U30, U12, U12), T>,
        Affine<dim!(4320), U100, T>,
        Relu<U100, T>,
        Affine<U100, U10, T>,
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
        Conv2d<(U1, U28, U28), U16, U3, Padding<U1>, T>, Relu<(U16, U28, U28), T>,
        Conv2d<(U16, U28, U28), U16, U3, Padding<U1>, T>, Relu<(U16, U28, U28), T>,
        MaxPool2d<(U16, U28, U28), U2, (), T>,
        Conv2d<(U16, U14, U14), U32, U3, Padding<U1>, T>, Relu<(U32, U14, U14), T>,
        // The padding of 2 makes 16 of 14, which can be halved twice more.
        Conv2d<(U32, U14, U14), U32, U3, Padding<U2>, T>, Relu<(U32, U16, U16), T>,
        MaxPool2d<(U32, U16, U16), U2, (), T>,
        Conv2d<(U32, U8, U8), U64, U3, Padding<U1>, T>, Relu<(U64, U8, U8), T>,
        Conv2d<(U64, U8, U8), U64, U3, Padding<U1>, T>, Relu<(U64, U8, U8), T>,
        MaxPool2d<(U64, U8, U8), U2, (), T>,
        Flatten<(U64, U4, U4), T>,
        Affine<U1024, U50, T>, Relu<U50, T>, Dropout<U50, U50, T>,
        Affine<U50, U10, T>, Dropout<U10, U50, T>,
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
        Conv2d<(U1, U28, U28), U6, U5, Padding<U2>, T>, Tanh<(U6, U28, U28), T>,
        AvgPool2d<(U6, U28, U28), U2, (), T>,
        Conv2d<(U6, U14, U14), U16, U5, (), T>, Tanh<(U16, U10, U10), T>,
        AvgPool2d<(U16, U10, U10), U2, (), T>,
        Flatten<(U16, U5, U5), T>,
        Affine<U400, U120, T>, Tanh<U120, T>, Affine<U120, U84, T>, Tanh<U84, T>, Affine<U84, U10, T>,
    ];

    /// A residual block of 16 channels.
    pub type Block16<T> = [
        Conv2d<(U16, U28, U28), U16, U3, Padding<U1>, T>, BatchNorm<(U16, U28, U28), T>, Relu<(U16, U28, U28), T>,
        Conv2d<(U16, U28, U28), U16, U3, Padding<U1>, T>, BatchNorm<(U16, U28, U28), T>,
    ];
    /// A residual block of 32 channels that halves the image.
    pub type Block32<T> = [
        Conv2d<(U16, U28, U28), U32, U3, (Stride<U2>, Padding<U1>), T>, BatchNorm<(U32, U14, U14), T>,
        Relu<(U32, U14, U14), T>,
        Conv2d<(U32, U14, U14), U32, U3, Padding<U1>, T>, BatchNorm<(U32, U14, U14), T>,
    ];
    /// What stands beside [`Block32`].
    pub type Shortcut32<T> = [
        Conv2d<(U16, U28, U28), U32, U1, Stride<U2>, T>, BatchNorm<(U32, U14, U14), T>,
    ];
    /// A residual block of 64 channels that halves the image.
    pub type Block64<T> = [
        Conv2d<(U32, U14, U14), U64, U3, (Stride<U2>, Padding<U1>), T>, BatchNorm<(U64, U7, U7), T>,
        Relu<(U64, U7, U7), T>,
        Conv2d<(U64, U7, U7), U64, U3, Padding<U1>, T>, BatchNorm<(U64, U7, U7), T>,
    ];
    /// What stands beside [`Block64`].
    pub type Shortcut64<T> = [
        Conv2d<(U32, U14, U14), U64, U1, Stride<U2>, T>, BatchNorm<(U64, U7, U7), T>,
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
        Conv2d<(U1, U28, U28), U16, U3, Padding<U1>, T>, BatchNorm<(U16, U28, U28), T>, Relu<(U16, U28, U28), T>,
        Residual<Block16<T>>, Relu<(U16, U28, U28), T>,
        Residual<Block32<T>, Shortcut32<T>>, Relu<(U32, U14, U14), T>,
        Residual<Block64<T>, Shortcut64<T>>, Relu<(U64, U7, U7), T>,
        GlobalAvgPool2d<(U64, U7, U7), T>,
        Affine<U64, U10, T>,
    ];
}
