//! Everything a program that declares and trains a network needs: `use dimwise::prelude::*;`.

#[doc(no_inline)]
pub use crate::{
    clip::Clip,
    data::Dataset,
    dim,
    dim::{Batch, Dim},
    element::Element,
    initializer::{HeNormal, HeUniform, Initializer, Normal, XavierNormal, XavierUniform, Zeros},
    layer::{
        Activation, Affine, AvgPool2d, BatchNorm, Concat, Conv2d, ConvTranspose2d, Dropout, Elu, Flatten,
        Gelu, GlobalAvgPool2d, GroupNorm, Identity, Layer, LayerNorm, LeakyRelu, LogSoftmax, MaxPool2d,
        Parallel, Relu, Reshape, Residual, Sigmoid, Silu, Softmax, Softplus, Sum, Tanh, ZeroPad2d,
    },
    loss::{Class, CrossEntropy, Loss, MeanSquaredError, Target},
    network,
    network::{Network, Predictor, Stack, Workspace},
    optimizer::{
        AdaGrad, Adam, AdamW, LearningRate, Lion, Momentum, Nesterov, Optimizer, RmsProp, Sgd, WeightDecay,
    },
    parameters::{Kind, Parameters},
    penalty::Penalty,
    plain::Plain,
    shape::Shape,
    tensor::Tensor,
    trainer::Trainer,
};
#[doc(no_inline)]
pub use typenum::consts::*;
