//! Neural networks whose shapes are types: *the type is the architecture, the value is the weights.*
//!
//! Everything about a network that is known when it is written (layers, sizes) stands in its type.
//! What training changes is all that its value holds. So a wrong shape does not compile, a network is
//! one contiguous block of numbers, gradients and optimizer state have the network's own type, and
//! memory is known before the program runs.
//!
//! ```no_run
//! use dimwise::data::Split;
//! use dimwise::prelude::*;
//!
//! network! {
//!     /// Reads a digit of 28 by 28 pixels.
//!     pub type Mlp = [Affine<U784, U50>, Relu<_>, Affine<_, U10>];
//! }
//!
//! let train = Dataset::<U784, Class<U10>>::from_idx_folder("examples/data", Split::Train)?;
//! let test = Dataset::<U784, Class<U10>>::from_idx_folder("examples/data", Split::Test)?;
//!
//! let network = Mlp::initialized(HeNormal, 1);
//! let optimizer = Sgd { learning_rate: 0.2 };
//! let mut trainer = Trainer::<Mlp, CrossEntropy, Sgd, U50>::new(network, CrossEntropy, optimizer, 1);
//! for _ in 0..2 {
//!     println!("{:?}", trainer.epoch(&train)?);
//! }
//! println!("{:?}", trainer.evaluate(&test)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What there is
//!
//! | | |
//! |---|---|
//! | [`layer`] | dense and convolutional layers, pools, norms, dropout, activations, residual blocks and branches |
//! | [`network!`] | a list of layers as a type of its own, checked at each layer; what can be done with it: [`Model`](network::Model) |
//! | [`loss`] | cross-entropy, squared errors and others; formulas of your own: [`graph`] |
//! | [`metrics`] | accuracy and others, for classes and for regressions; several at once, your own |
//! | [`optimizer`], [`schedule`] | gradient descent to Adam, Lion and L-BFGS; learning rates that change, or differ by layer |
//! | [`average`] | means of a network's weights over its training |
//! | [`trainer`], [`fit`] | steps, epochs, evaluation; many epochs in one call, with logs, checkpoints and an early end |
//! | [`input_gradient`] | the gradient of a loss by the samples: saliency, adversarial examples |
//! | [`rate_range`] | which learning rates are good, tried before |
//! | `search` | the best settings among many: random search, successive halving (feature `std`) |
//! | [`clip`], [`penalty`] | gradients that are cut, weights that cost something |
//! | [`initializer`] | first weights |
//! | [`data`] | samples and targets, in memory or not: tables, pictures, files of MNIST and numpy; [your own](guide::own_data) |
//! | `log`, `figures` | numbers of a training in CSV (feature `csv`) and for TensorBoard (`tensorboard`); pictures in SVG (`figures`) |
//! | [`tensor`] | tensors by themselves: broadcasting, products, reductions, slices, of 0 to 6 axes |
//! | `storage` | files of weights (feature `safetensors`), whole networks for other programs (`onnx`), numpy's (`npy`) |
//! | [`summary`], [`gradient_check`] | a network in a table; whether gradients are right |
//! | [`models`] | the networks of *Deep Learning from Scratch*, LeNet-5, a small ResNet |
//!
//! # The first ten minutes
//!
//! **Declare.** A size is a type: typenum names most of them, `U784`; `dim!(4320)` makes any other. A shape is a size or a
//! tuple, `(U1, U28, U28)` with the channels first. `_` in a layer's first place is what the layer before gives; what a
//! convolution or a pool has beside its sizes is said by name. Sizes that do not fit are an error at that layer.
//!
//! ```
//! use dimwise::prelude::*;
//!
//! network! {
//!     type ConvNet = [
//!         Conv2d<(U1, U28, U28), U16, U3, Padding<U1>>, Relu<_>, MaxPool2d<_, U2>,
//!         Residual<[Conv2d<_, U16, U3, Padding<U1>>, BatchNorm<_>, Relu<_>]>,
//!         Flatten<_>, Affine<_, U10>,
//!     ];
//! }
//! assert_eq!(ConvNet::PARAMETERS, 160 + 2_320 + 32 + 31_370);
//! ```
//!
//! **Train.** A [`Trainer`](trainer::Trainer) takes a network, a loss, an optimizer and a seed, which decides the order of
//! the samples; its last parameter is the largest batch. Samples and targets are a [`Dataset`](data::Dataset).
//!
//! ```
//! use dimwise::prelude::*;
//!
//! network! { type Xor = [Affine<U2, U8>, Tanh<_>, Affine<_, U2>]; }
//!
//! let samples = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Tensor::from);
//! let classes = [0, 1, 1, 0].map(|class| Class::<U2>::new(class).unwrap());
//! let data = Dataset::new(samples, classes)?;
//! let network = Xor::initialized(XavierNormal, 1);
//! let mut trainer = Trainer::<_, _, _, U4>::new(network, CrossEntropy, Adam::new(0.05), 1);
//! for _ in 0..200 {
//!     trainer.epoch(&data)?;
//! }
//! assert_eq!(trainer.evaluate(&data)?.accuracy, Some(1.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Many epochs with what belongs around them are one call, every part of which can be left out; in it are
//! [metrics], [early stopping](early_stopping), logs, checkpoints, a line in the terminal (feature `progress`) and
//! an end by Ctrl-C (`interrupt`). It gives a table of each epoch's numbers.
//!
//! ```
//! use dimwise::fit::Fit;
//! use dimwise::prelude::*;
//!
//! # network! { type Xor = [Affine<U2, U8>, Tanh<_>, Affine<_, U2>]; }
//! # let samples = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Tensor::from);
//! # let classes = [0, 1, 1, 0].map(|class| Class::<U2>::new(class).unwrap());
//! # let (data, test) = (Dataset::new(samples.clone(), classes)?, Dataset::new(samples, classes)?);
//! # let network = Xor::initialized(XavierNormal, 1);
//! # let mut trainer = Trainer::<_, _, _, U4>::new(network, CrossEntropy, Adam::new(0.05), 1);
//! let stopping = EarlyStopping::new(trainer.network(), 10).restoring();
//! let history = trainer.fit(&data, Fit::epochs(200).measured_on(&test, F1::<U2>::new()).with(stopping))?;
//! println!("{history}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pictures are samples of another shape: `Dataset::<(U1, U28, U28), Class<U10>>::from_idx_folder(…)`.
//!
//! **Predict.** `network.predict(&sample)` gives one output; [`Predictor`](network::Predictor) many, in memory that is
//! allocated once; [`PackedPredictor`](network::PackedPredictor) the same, faster, for more memory. A network lies in a
//! `Box`, since it may be large: `&*network` is the network itself.
//!
//! **Look inside.** Layers are counted from 0, activations and pools as well; or a layer has a name. After training,
//! `trainer.into_network()` gives the network back.
//!
//! ```
//! use dimwise::prelude::*;
//!
//! network! { type Net = [hidden: Affine<U4, U8>, Relu<_>, logits: Affine<_, U2>]; }
//!
//! let mut network = Net::initialized(HeNormal, 1);
//! network[Net::logits].bias[1] = 0.5;
//! network.layer_mut::<0>().bias = Tensor::default();
//! assert_eq!(network.layer::<2>().bias, Tensor::from([0.0, 0.5]));
//! assert_eq!(network.as_slice()[Net::range_of("2.bias")?], [0.0, 0.5]);
//! # Ok::<(), dimwise::parameters::NoSuchPath>(())
//! ```
//!
//! **Save.** With the feature `safetensors`, `storage::save(&*network, path)?` and `storage::load::<Xor>(path)?`;
//! [`include_weights!`] has the file in the program. A run that must survive: feature `checkpoint`.
//!
//! **To and from others.** With the feature `onnx`, `storage::onnx::export(&*network, path, Options::default())?` writes a
//! file for ONNX Runtime; the macro `onnx!` of the package `dimwise-onnx` makes a network of one, PyTorch's for example.
//!
//! **A layer of your own** is its numbers and two functions; `examples/own_layer.rs` has another one:
//!
//! ```
//! use core::marker::PhantomData;
//! use dimwise::layer::prelude::*;
//! use dimwise::layer::{FromInput, InPlace};
//! use dimwise::plain::{flat, flat_mut};
//! use dimwise::prelude::*;
//!
//! /// `y = x³`
//! #[repr(C)]
//! struct Cube<S: Shape, T: Element = f32> {
//!     shape: PhantomData<(S, T)>,
//! }
//! dimwise::parameters!(Cube<S: Shape, T: Element>: T {} marker shape);
//!
//! impl<S: Shape, T: Element> InPlace for Cube<S, T> {
//!     type Shape = S;
//!     type Derivative = FromInput;
//!
//!     fn apply(&self, values: &mut [Tensor<S, T>]) {
//!         for x in flat_mut(values) {
//!             *x = *x * *x * *x;
//!         }
//!     }
//!
//!     fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
//!         for (grad, x) in flat_mut(grads).iter_mut().zip(flat(inputs)) {
//!             *grad *= T::from_f64(3.0) * *x * *x;
//!         }
//!     }
//! }
//! network! { type Net = [Affine<U4, U3>, Cube<_>, Affine<_, U2>]; }
//! ```
//!
//! # In other words
//!
//! | PyTorch | Keras | here |
//! |---|---|---|
//! | `nn.Sequential(…)` | `Sequential([…])` | `network! { type Net = […]; }` |
//! | `nn.Linear(784, 50)` | `Dense(50)` | `Affine<U784, U50>`, `Affine<_, U50>` |
//! | `nn.Conv2d(1, 16, 3, stride=2, padding=1)` | `Conv2D(16, 3, …)` | `Conv2d<(U1, U28, U28), U16, U3, (Stride<U2>, Padding<U1>)>` |
//! | `nn.MaxPool2d(2)` | `MaxPooling2D(2)` | `MaxPool2d<_, U2>` |
//! | `nn.AdaptiveAvgPool2d(1)` | `GlobalAveragePooling2D()` | `GlobalAvgPool2d<_>` |
//! | `nn.Flatten()` | `Flatten()` | `Flatten<_>` |
//! | `nn.BatchNorm2d(16)` | `BatchNormalization()` | `BatchNorm<_>` |
//! | `nn.BatchNorm2d(16, eps=1e-3, momentum=0.01)` | `BatchNormalization(0.99, 1e-3)` | `BatchNorm<_, (Epsilon<U3>, RunningMomentum<U1>)>` |
//! | `nn.LeakyReLU(0.2)` | `LeakyReLU(0.2)` | `LeakyRelu<_, Slope<U20>>`, in percent |
//! | `nn.Dropout(0.2)` | `Dropout(0.2)` | `Dropout<_, U20>`, in percent |
//! | `nn.ReLU()`, `nn.SiLU()` | `ReLU()`, `Activation("swish")` | `Relu<_>`, `Silu<_>` |
//! | `layer.requires_grad_(False)`, `layer.eval()` | `layer.trainable = False` | `Frozen<Affine<_, U50>>`, `Frozen<[…]>` |
//! | `model.load_state_dict(…)` | `model.set_weights(…)` | `Head::copied_from(&*net)` |
//! | `x + f(x)` | `Add()([x, f(x)])` | `Residual<[…]>` |
//! | `torch.cat([f(x), g(x)], 1)` | `Concatenate()([…])` | `Parallel<[…], […], Concat>` |
//! | `nn.CrossEntropyLoss(label_smoothing=0.1)` | `CategoricalCrossentropy(from_logits=True, …)` | `CrossEntropy.smoothed(0.1)` |
//! | `nn.CrossEntropyLoss(weight=w)` | `fit(…, class_weight=w)` | `CrossEntropy.weighted([1.0, 5.0])` |
//! | `nn.BCEWithLogitsLoss(pos_weight=w)` | | `BinaryCrossEntropy.weighted([5.0])` |
//! | `(loss(y, t, reduction="none") * w).sum() / w.sum()` | `fit(…, sample_weight=w)` | `SampleWeighted(loss)`, targets `Weighted::new(t, w)` |
//! | `nn.BCEWithLogitsLoss()`, `nn.MSELoss()` | `BinaryCrossentropy(from_logits=True)`, `MeanSquaredError()` | `BinaryCrossEntropy`, `MeanSquaredError` |
//! | `torchmetrics.F1Score(…, average="macro")` | `metrics=[F1Score(average="macro")]` | `F1::<U10>::new()`, `scores.macro_mean()` |
//! | `optim.SGD(p, 0.1, momentum=0.9)` | `SGD(0.1, momentum=0.9)` | `Momentum::new(0.1, 0.9)` |
//! | `optim.AdamW(p, 1e-3)` | `AdamW(1e-3)` | `AdamW::new(1e-3, …)` |
//! | `lr_scheduler.CosineAnnealingLR` | `CosineDecay` | `Scheduled::new(optimizer, CosineDecay { … })` |
//! | `optim.AdamW([{"params": …, "lr": …}])`, `requires_grad_(False)` | `layer.trainable = False` | `Grouped::new(AdamW::new(…)).rate("0", 0.1)?.frozen("2")?` |
//! | `optim.LBFGS(p, line_search_fn="strong_wolfe")` | | `Lbfgs::new(100).minimise(…)` |
//! | `optim.swa_utils.AveragedModel` | `use_ema=True` | `average::Averaged::new(optimizer, Exponential::new(0.999))` |
//! | `nn.utils.clip_grad_norm_` | `clipnorm=1.0` | `trainer.with_clip(Clip::Norm(1.0))`, of a group `with_clip_of(Net::head, …)?` |
//! | `loss.backward()` k times, then `step()` | `gradient_accumulation_steps=k` | `trainer.with_accumulation(k)` |
//! | `nn.init.kaiming_normal_` | `HeNormal()` | `Net::initialized(HeNormal, seed)` |
//! | `torch.onnx.export(model, …)` | `model.export(…, format="onnx")` | `storage::onnx::export(&*network, path, …)`; the way back is `onnx!` of `dimwise-onnx` |
//! | `x.requires_grad_()`, `x.grad` | `GradientTape` | `InputGradient::<Net, U1>::new().gradient(…)` |
//! | `model.state_dict()` | `model.weights` | `network.as_slice()`, `Net::segments`, `Net::range_of("0.weight")` |
//! | `DataLoader(data, 50, shuffle=True)`, the loop over it | `model.fit(…, batch_size=50)` | `Trainer::<_, _, _, U50>::new(…)`, `trainer.epoch(&data)`, `trainer.fit(&data, Fit::epochs(10))` |
//! | `model.eval()`, `model(x)` | `model.predict(x)` | `network.predict(&x)` |
//! | `x.shape` | `x.shape` | the type: `Tensor<(U3, U28, U28)>` |
//! | `x.view(-1)`, `x.permute(2, 0, 1)` | `Reshape`, `Permute` | `x.reshape::<…>()`, see [`tensor`] |
//!
//! # The house
//!
//! The modules, in the order in which data flow (each uses only those before it):
//!
//! ```text
//! plain -> shape -> tensor -> parameters -> layer -> network -> loss -> optimizer -> trainer -> fit
//!   element   random            initializer           included  input_gradient, average   summary,    early_stopping,
//!             kernel            diagnostic            models    graph, data,              rate_range  search, gradient_check,
//!                                                               metrics, log,                         storage, figures
//!                                                               penalty, clip,
//!                                                               schedule
//! ```
//!
//! ## Where to begin
//!
//! Read `layer/affine.rs` and `layer/relu.rs`, one page of mathematics each; then `network/stack.rs`, which makes
//! one layer of two; `network/workspace.rs`, a training pass; `trainer/learner.rs`, a step. What a layer need not know
//! is beside it: `layer/placement.rs` says how it is run, `kernel` computes, `diagnostic` words what the compiler says.
//!
//! What the compiler says about a mistake, and what to write instead, is told in [`guide::errors`].
//!
//! ## What it takes to add
//!
//! | one more | a file of its own, and | example |
//! |---|---|---|
//! | layer | two lines in `layer/mod.rs`, a name in `prelude.rs`, a line in `tests/gradients.rs` and in the table of `layer/mod.rs`, an impl in `storage/onnx` | `layer/prelu.rs` |
//! | activation with a fast loop | the same: its loop stands in its own file | `layer/gelu.rs` |
//! | optimizer | two lines and a name in `optimizer/mod.rs`, a name in `prelude.rs`, a case in `tests/optimizers.rs` (and its numbers, `tests/reference/optimizers.py`) and in `tests/checkpoint.rs`, a line in the table of `optimizer/mod.rs` | `optimizer/lion.rs` |
//! | loss | two lines in `loss/mod.rs`, a name in `prelude.rs`, a case in `tests/gradients.rs`, a line in the table of `loss/mod.rs` | `loss/huber.rs` |
//! | metric | two lines and a line of the table in `metrics/mod.rs`, a name in `prelude.rs`, a case in `tests/metrics.rs` | `metrics/top_k.rs` |
//! | instruction set | two lines in `kernel/vector/mod.rs` and one in the list of `kernel/instruction_set.rs` | `kernel/vector/avx2.rs` |
//!
//! A layer, an optimizer or a loss of your own program takes its own code alone (`examples/own_layer.rs`); nothing is
//! registered.
//!
//! ## Traits
//!
//! | trait | is |
//! |---|---|
//! | [`Dim`](shape::Dim) | a size known to the compiler |
//! | [`Shape`](shape::Shape) | a size, or a tuple of sizes |
//! | [`Element`](element::Element) | `f32` or `f64` |
//! | [`Placed`](tensor::Placed) | a tensor by value or in a `Box`, and so what is computed from it |
//! | [`Plain`](plain::Plain) | a value that is numbers and nothing else: it has a flat view |
//! | [`Parameters`](parameters::Parameters) | a plain value made of named tensors |
//! | [`Layer`](layer::Layer), [`InPlace`](layer::InPlace) | a step of a network, forward and backward |
//! | [`Network`](network::Network), [`Model`](network::Model) | a layer whose seams all fit, and what can be done with it |
//! | [`Loss`](loss::Loss), [`Target`](loss::Target) | how wrong outputs are, and against what |
//! | [`Metric`](metrics::Metric), [`MetricOf`](metrics::MetricOf) | how well a network does, beside the loss |
//! | [`Optimizer`](optimizer::Optimizer) | a rule that changes parameters |
//! | [`ByPart`](optimizer::ByPart) | an optimizer that can change some tensors and leave others |
//! | [`Average`](average::Average) | a mean of networks |
//! | [`Stateful`](optimizer::Stateful) | an optimizer whose runs can be saved |
//! | [`Schedule`](schedule::Schedule) | a learning rate for each step |
//! | [`Initializer`](initializer::Initializer), [`WeightDistribution`](initializer::WeightDistribution) | a way to draw first weights |
//! | [`Callback`](fit::Callback), [`Log`](log::Log) | what is done beside training, and where numbers go |
//! | [`Validation`](fit::Validation), [`Saving`](fit::Saving) | what is measured after an epoch, and where a run is saved |
//! | [`Expression`](graph::Expression) | a formula whose gradients follow from it |
//!
//! What is absent is as much part of the design. Layers do not know losses; losses do not know optimizers;
//! optimizers do not know layers. No value has a shape that its type does not determine. There is no tape, no
//! device and no reference count; a computational [`graph`] is a type. `unsafe` is in two places:
//! [`plain`](mod@plain), where a value is viewed as its elements, and the kernels.
#![no_std]
// For the code that `plain!` writes, which is unsafe in every file that has a plain value. A test reads all
// files: the word itself stands in the two places alone.
#![allow(unsafe_code)]
// Tests compare with numbers that are exact.
#![cfg_attr(test, allow(clippy::float_cmp))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod decimal;
#[doc(hidden)]
pub mod implied;
#[macro_use]
pub mod plain;
pub mod element;
pub mod shape;
pub mod sizes;
mod threads;
pub mod random;
mod kernel;
pub mod tensor;
#[doc(hidden)]
pub mod diagnostic;
pub mod parameters;
pub mod initializer;
pub mod layer;
pub mod network;
#[doc(hidden)]
pub mod included;
pub mod models;
pub mod loss;
pub mod input_gradient;
pub mod graph;
pub mod data;
pub mod metrics;
#[cfg(feature = "std")]
pub mod log;
pub mod penalty;
pub mod clip;
pub mod schedule;
pub mod optimizer;
pub mod average;
pub mod trainer;
pub mod summary;
pub mod rate_range;
pub mod fit;
pub mod early_stopping;
#[cfg(feature = "std")]
pub mod search;
pub mod gradient_check;
#[cfg(any(feature = "checkpoint", feature = "npy", feature = "onnx", feature = "safetensors"))]
pub mod storage;
#[cfg(feature = "figures")]
pub mod figures;
pub mod guide;
pub mod prelude;

/// The README's programs are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
