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
        Affine, AvgPool2d, BatchNorm, Concat, Conv2d, ConvTranspose2d, Dropout, Elu, Flatten, FromInput,
        FromOutput, Gelu, GlobalAvgPool2d, GroupNorm, Identity, InPlace, Layer, LayerNorm, LeakyRelu,
        LogSoftmax, MaxPool2d, PRelu, Parallel, Relu, Reshape, Residual, Sigmoid, Silu, Softmax, Softplus,
        Sum, Tanh, ZeroPad2d,
    },
    loss::{
        BinaryCrossEntropy, Class, CrossEntropy, Hinge, Huber, KlDivergence, Loss, MeanAbsoluteError,
        MeanSquaredError, NegativeLogLikelihood, SmoothedCrossEntropy, SumSquaredError, Target, TargetOf,
    },
    network,
    network::{InputOf, Model as _, Network, Predictor, Stack, Workspace},
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
