//! Neural networks whose shapes are types: *the type is the architecture, the value is the weights.*
//!
//! Everything about a network that is known when it is written (layers, sizes) stands in its type.
//! What training changes is all that its value holds. So a wrong shape does not compile, a network is
//! one contiguous block of numbers, gradients and optimizer state have the network's own type, and
//! memory is known before the program runs.
//!
//! The README shows a whole program. The modules, in the order in which data flow (each uses only those
//! before it; below, all in their order):
//!
//! ```text
//! plain -> shape -> tensor -> parameters -> layer -> network -> loss -> optimizer -> trainer
//!   element   random            initializer           models    graph, data,  summary,
//!             kernel            diagnostic                      penalty, clip, early_stopping,
//!                                                               schedule       gradient_check, storage
//! ```
//!
//! # Where to begin
//!
//! Read `layer/affine.rs` and `layer/relu.rs`, one page of mathematics each; then `network/stack.rs`, which makes
//! one layer of two; `network/workspace.rs`, a training pass; `trainer/learner.rs`, a step. What a layer need not know
//! is beside it: `layer/placement.rs` says how it is run, `kernel` computes, `diagnostic` words what the compiler says.
//!
//! # What it takes to add
//!
//! | one more | a file of its own, and | example |
//! |---|---|---|
//! | layer | two lines in `layer/mod.rs`, a name in `prelude.rs`, a line in `tests/gradients.rs` and in the README | `layer/prelu.rs` |
//! | activation with a fast loop | the same: its loop stands in its own file | `layer/gelu.rs` |
//! | optimizer | two lines and a name in `optimizer/mod.rs`, a name in `prelude.rs`, a case in `tests/optimizers.rs` and in `tests/checkpoint.rs`, a word in the README | `optimizer/lion.rs` |
//! | loss | two lines in `loss/mod.rs`, a name in `prelude.rs`, a case in `tests/gradients.rs`, a line in the README | `loss/huber.rs` |
//! | instruction set | two lines in `kernel/vector/mod.rs` and one in the list of `kernel/instruction_set.rs` | `kernel/vector/avx2.rs` |
//!
//! A layer, an optimizer or a loss of your own program takes its own code alone (`examples/own_layer.rs`); nothing is
//! registered.
//!
//! # Traits
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
//! | [`Optimizer`](optimizer::Optimizer) | a rule that changes parameters |
//! | [`Stateful`](optimizer::Stateful) | an optimizer whose runs can be saved |
//! | [`Schedule`](schedule::Schedule) | a learning rate for each step |
//! | [`Initializer`](initializer::Initializer), [`WeightDistribution`](initializer::WeightDistribution) | a way to draw first weights |
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

#[doc(hidden)]
pub mod decimal;
#[macro_use]
pub mod plain;
pub mod element;
pub mod shape;
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
pub mod models;
pub mod loss;
pub mod graph;
pub mod data;
pub mod penalty;
pub mod clip;
pub mod schedule;
pub mod optimizer;
pub mod trainer;
pub mod summary;
pub mod early_stopping;
pub mod gradient_check;
#[cfg(any(feature = "checkpoint", feature = "npy", feature = "safetensors"))]
pub mod storage;
pub mod prelude;

/// The README's programs are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
