//! Everything a program that declares and trains a network needs: `use dimwise::prelude::*;`.

#[doc(no_inline)]
pub use crate::{
    clip::Clip,
    data::Dataset,
    dim,
    early_stopping::EarlyStopping,
    element::Element,
    initializer::{
        HeNormal, HeUniform, Initializer, LeCunNormal, LeCunUniform, Normal, Orthogonal, TruncatedNormal,
        WeightDistribution, XavierNormal, XavierUniform, Zeros,
    },
    layer::{
        Affine, AvgPool1d, AvgPool2d, BatchNorm, Concat, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d,
        Dilation, Dropout, Elu, Flatten, FromInput, FromOutput, Gelu, GlobalAvgPool1d, GlobalAvgPool2d,
        GroupNorm, Groups, Identity, InPlace, Layer, LayerNorm, LeakyRelu, LogSoftmax, MaxPool1d, MaxPool2d,
        OutputPadding, PRelu, Padding, Parallel, Relu, Reshape, Residual, Sigmoid, Silu, Softmax, Softplus,
        Stride, Sum, Tanh, ZeroPad2d,
    },
    loss::{
        BinaryCrossEntropy, Class, CrossEntropy, Hinge, Huber, KlDivergence, Loss, MeanAbsoluteError,
        MeanSquaredError, NegativeLogLikelihood, SmoothedCrossEntropy, SumSquaredError, Target,
    },
    network,
    network::{Model as _, Network, Predictor, Stack, Workspace},
    optimizer::{
        AdaGrad, Adam, AdamW, LearningRate, Lion, Momentum, Nesterov, Optimizer, RmsProp, Scheduled, Sgd,
        WeightDecay,
    },
    parameters::{Kind, Parameters},
    penalty::Penalty,
    plain::{Plain, flat, flat_mut},
    schedule::{CosineDecay, ExponentialDecay, OneCycle, Schedule, StepDecay, WarmUp},
    shape::{Axis, Batch, BatchSize, Dim, Keep, Shape},
    summary::Summarize as _,
    tensor::{
        Axes as _, Broadcast as _, Compare as _, Functions as _, IntoShape as _, Joining as _, Products as _,
        Reductions as _, Slicing as _, Tensor,
    },
    trainer::Trainer,
};
#[doc(no_inline)]
pub use typenum::consts::*;
