//! Everything a program that declares and trains a network needs: `use dimwise::prelude::*;`.

#[doc(no_inline)]
pub use crate::{
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
    optimizer::{AdaGrad, Adam, AdamW, LearningRate, Lion, Momentum, Nesterov, Optimizer, RmsProp, Sgd},
    parameters::{Kind, Parameters},
    plain::Plain,
    shape::{Axis, Keep, Shape},
    tensor::{
        Axes as _, Broadcast as _, Compare as _, Functions as _, IntoShape as _, Joining as _, Products as _,
        Reductions as _, Slicing as _, Tensor,
    },
    trainer::Trainer,
};
#[doc(no_inline)]
pub use typenum::consts::*;
