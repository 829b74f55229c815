//! Dense layers, norms, activations and views, one small impl each.

use alloc::vec;
use alloc::vec::Vec;

use super::{Attribute, Graph, ToOnnx, Value};
use crate::element::Element;
use crate::layer::gelu_tanh::{CUBIC, FACTOR};
use crate::layer::{
    Affine, BatchNorm, BatchNormOptions, Dropout, Elu, Gelu, GeluTanh, GroupNorm, Identity, LayerNorm,
    LeakyRelu, LeakyReluOptions, LogSoftmax, NormOptions, PRelu, Relu, Reshape, Sigmoid, Silu, Softmax,
    Softplus, Standardize, Tanh,
};
use crate::plain::Plain;
use crate::shape::{Dim, HasAxis, Shape, Vector};

impl<I: Vector, O: Dim, T: Element> ToOnnx for Affine<I, O, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let (weight, bias) = (graph.tensor("weight", &self.weight), graph.tensor("bias", &self.bias));
        graph.node("Gemm", &[input, &weight, &bias], &[])
    }
}

impl<S: HasAxis<0>, O: BatchNormOptions, T: Element> ToOnnx for BatchNorm<S, O, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let weight = graph.tensor("weight", &self.weight);
        let bias = graph.tensor("bias", &self.bias);
        let mean = graph.tensor("running_mean", &self.running_mean);
        let variance = graph.tensor("running_variance", &self.running_variance);
        graph.node("BatchNormalization", &[input, &weight, &bias, &mean, &variance], &[epsilon(O::EPSILON)])
    }
}

impl<S: Shape, O: NormOptions, T: Element> ToOnnx for LayerNorm<S, O, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let dims = axes::<S>();
        let weight = graph.numbers("weight", dims, self.weight.as_slice());
        let bias = graph.numbers("bias", dims, self.bias.as_slice());
        with_axes::<S, T>(graph, input, |graph, input| {
            let settings = [("axis", Attribute::Int(1)), epsilon(O::EPSILON)];
            graph.node("LayerNormalization", &[input, &weight, &bias], &settings)
        })
    }
}

impl<S: Shape, T: Element> ToOnnx for Standardize<S, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let (mean, deviation) =
            (graph.tensor("mean", &self.mean), graph.tensor("deviation", &self.deviation));
        let centered = graph.node("Sub", &[input, &mean], &[]);
        graph.node("Div", &[&centered, &deviation], &[])
    }
}

/// Each group is one row that is normalised; then each channel has its weight and its bias.
impl<S: HasAxis<0>, Groups: Dim, O: NormOptions, T: Element> ToOnnx for GroupNorm<S, Groups, O, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let group = S::LEN / Groups::SIZE;
        let ones = graph.numbers("ones", &[group], &vec![T::ONE; group]);
        let weight = graph.numbers("weight", &of_channels::<S>(), self.weight.as_slice());
        let bias = graph.numbers("bias", &of_channels::<S>(), self.bias.as_slice());
        let groups = graph.reshape_to(input, &[Groups::SIZE, group]);
        let settings = [("axis", Attribute::Int(2)), epsilon(O::EPSILON)];
        let normalized = graph.node("LayerNormalization", &[&groups, &ones], &settings);
        let normalized = graph.reshape::<S>(&normalized);
        let scaled = graph.node("Mul", &[&normalized, &weight], &[]);
        graph.node("Add", &[&scaled, &bias], &[])
    }
}

fn epsilon(epsilon: f64) -> (&'static str, Attribute<'static>) {
    ("epsilon", Attribute::Float(epsilon as f32))
}

/// The shape of one number for each channel, beside samples of shape `S`.
fn of_channels<S: Shape>() -> Vec<usize> {
    S::DIMS.iter().enumerate().map(|(axis, size)| if axis == 0 { *size } else { 1 }).collect()
}

impl<S: HasAxis<0>, T: Element> ToOnnx for PRelu<S, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let slope = graph.numbers("weight", &of_channels::<S>(), self.weight.as_slice());
        graph.node("PRelu", &[input, &slope], &[])
    }
}

impl<S: Shape, O: LeakyReluOptions, T: Element> ToOnnx for LeakyRelu<S, O, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        graph.node("LeakyRelu", &[input], &[("alpha", Attribute::Float(O::SLOPE as f32))])
    }
}

/// Layers that are one operator without settings.
macro_rules! operators {
    ($($layer:ident)*) => {
        $(impl<S: Shape, T: Element> ToOnnx for $layer<S, T> {
            fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
                graph.node(stringify!($layer), &[input], &[])
            }
        })*
    };
}
operators!(Relu Elu Softplus Sigmoid Tanh);

impl<S: Shape, T: Element> ToOnnx for Silu<S, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let sigmoid = graph.node("Sigmoid", &[input], &[]);
        graph.node("Mul", &[input, &sigmoid], &[])
    }
}

/// `y = x (1 + erf(x / √2)) / 2`; an operator of its own came later than the opset.
impl<S: Shape, T: Element> ToOnnx for Gelu<S, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let [root, one, half] = [("root_of_2", core::f64::consts::SQRT_2), ("one", 1.0), ("half", 0.5)]
            .map(|(name, number)| graph.numbers(name, &[], &[T::from_f64(number)]));
        let scaled = graph.node("Div", &[input, &root], &[]);
        let erf = graph.node("Erf", &[&scaled], &[]);
        let sum = graph.node("Add", &[&erf, &one], &[]);
        let product = graph.node("Mul", &[input, &sum], &[]);
        graph.node("Mul", &[&product, &half], &[])
    }
}

/// `y = x σ(√(8/π) (x + 0.044715 x³))`, which is the formula with `tanh`.
impl<S: Shape, T: Element> ToOnnx for GeluTanh<S, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        let [factor, cubic] = [("factor", FACTOR), ("cubic", CUBIC)]
            .map(|(name, number)| graph.numbers(name, &[], &[T::from_f64(number)]));
        let square = graph.node("Mul", &[input, input], &[]);
        let scaled = graph.node("Mul", &[&square, &cubic], &[]);
        let sum = graph.node("Add", &[&scaled, &factor], &[]);
        let exponent = graph.node("Mul", &[input, &sum], &[]);
        let sigmoid = graph.node("Sigmoid", &[&exponent], &[]);
        graph.node("Mul", &[input, &sigmoid], &[])
    }
}

impl<S: Shape, T: Element> ToOnnx for Softmax<S, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        along_last_axis::<S, T>("Softmax", graph, input)
    }
}

impl<S: Shape, T: Element> ToOnnx for LogSoftmax<S, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        along_last_axis::<S, T>("LogSoftmax", graph, input)
    }
}

pub(super) fn along_last_axis<S: Shape, T: Element>(
    operator: &str,
    graph: &mut Graph<T>,
    input: &Value,
) -> Value {
    with_axes::<S, T>(graph, input, |graph, input| {
        graph.node(operator, &[input], &[("axis", Attribute::Int(-1))])
    })
}

/// A sample's axes, at least one.
fn axes<S: Shape>() -> &'static [usize] {
    if S::RANK == 0 { &[1] } else { S::DIMS }
}

/// Computes along the axes of a sample: a number by itself gets one, beside that of the batch.
fn with_axes<S: Shape, T: Element>(
    graph: &mut Graph<T>,
    input: &Value,
    compute: impl FnOnce(&mut Graph<T>, &Value) -> Value,
) -> Value {
    if S::RANK > 0 {
        return compute(graph, input);
    }
    let input = graph.reshape_to(input, axes::<S>());
    let output = compute(graph, &input);
    graph.reshape::<S>(&output)
}

impl<From: Shape, To: Shape, T: Element> ToOnnx for Reshape<From, To, T> {
    fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
        if To::RANK == 1 && From::RANK > 1 {
            return graph.node("Flatten", &[input], &[("axis", Attribute::Int(1))]);
        }
        graph.reshape::<To>(input)
    }
}

impl<S: Shape, T: Element> ToOnnx for Identity<S, T> {
    fn to_onnx(&self, _graph: &mut Graph<T>, input: &Value) -> Value {
        input.clone()
    }
}

impl<S: Shape, Percent: Dim, T: Element> ToOnnx for Dropout<S, Percent, T> {
    fn to_onnx(&self, _graph: &mut Graph<T>, input: &Value) -> Value {
        input.clone()
    }
}
