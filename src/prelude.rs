//! What a program that declares and trains a network needs: `use dimwise::prelude::*;`.
//!
//! | | |
//! |---|---|
//! | sizes | `U784` ([`sizes`](crate::sizes)), `dim!(4320)` |
//! | networks | `network!`, [`Network`], [`Predictor`], [`PackedPredictor`], [`Workspace`]; what can be done with them comes along |
//! | layers | all that are listed in [`layer`](crate::layer), with the options of windows and [`Concat`] |
//! | losses, metrics, optimizers, schedules | all that are listed in [`loss`](crate::loss), [`metrics`](crate::metrics), [`optimizer`](crate::optimizer), [`schedule`](crate::schedule) |
//! | training | [`Dataset`], [`Class`], [`Trainer`], [`TrainError`], [`EarlyStopping`], [`Clip`], [`Penalty`] |
//! | first weights | [`HeNormal`], [`HeUniform`], [`XavierNormal`], [`XavierUniform`]; others in [`initializer`](crate::initializer) |
//! | tensors | [`Tensor`], [`Axis`], [`Keep`]; their operations come along |
//! | generic code | [`Dim`], [`Shape`], [`Batch`], [`BatchSize`], [`Element`], [`Layer`], [`Loss`], [`Target`], [`TargetOf`], [`InputOf`], [`Optimizer`], [`Schedule`], [`Initializer`], [`Trainable`] |
//!
//! An author of layers adds [`layer::prelude`](crate::layer::prelude).

#[doc(no_inline)]
pub use crate::{
    clip::Clip,
    data::Dataset,
    dim,
    early_stopping::EarlyStopping,
    element::Element,
    initializer::{HeNormal, HeUniform, Initializer, XavierNormal, XavierUniform},
    layer::{
        Affine, AvgPool1d, AvgPool2d, BatchNorm, Concat, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d,
        Dilation, Dropout, Elu, Epsilon, ExcludePadding, Flatten, Frozen, Gelu, GeluTanh, GlobalAvgPool1d,
        GlobalAvgPool2d, GroupNorm, Groups, Identity, Layer, LayerNorm, LeakyRelu, LogSoftmax, MaxPool1d,
        MaxPool2d, OutputPadding, PRelu, Padding, Parallel, Relu, Reshape, Residual, RunningMomentum,
        Sigmoid, Silu, Slope, Softmax, Softplus, Standardize, Stride, Tanh, ZeroPad2d,
    },
    loss::{
        BinaryCrossEntropy, Class, CrossEntropy, Hinge, Huber, KlDivergence, Loss, MeanAbsoluteError,
        MeanSquaredError, NegativeLogLikelihood, SampleWeighted, SmoothedCrossEntropy, SumSquaredError,
        Target, TargetOf, Weighted, WeightedBinaryCrossEntropy, WeightedCrossEntropy,
    },
    metrics::{
        Accuracy, ConfusionMatrix, F1, MeanLoss, Metric, MetricOf, Perplexity, Precision, R2, Recall, RocAuc,
        RootMeanSquaredError, TopK,
    },
    network,
    network::{InputOf, Model as _, Network, PackedPredictor, Predictor, Workspace},
    optimizer::{
        AdaGrad, Adafactor, Adam, AdamW, AmsGrad, CenteredRmsProp, Grouped, Lamb, Lbfgs, LearningRate, Lion,
        Momentum, Nesterov, Optimizer, RAdam, RmsProp, RmsPropMomentum, Scheduled, Sgd, WeightDecay,
    },
    parameters::Parameters as _,
    penalty::Penalty,
    plain::Plain as _,
    schedule::{CosineDecay, ExponentialDecay, OneCycle, Schedule, StepDecay, WarmUp},
    shape::{Axis, Batch, BatchSize, Dim, Keep, Shape},
    sizes::*,
    summary::Summarize as _,
    tensor::{
        Axes as _, Broadcast as _, Compare as _, Functions as _, IntoShape as _, Joining as _, Products as _,
        Reductions as _, Slicing as _, Tensor,
    },
    trainer::{TrainError, Trainable, Trainer},
};
