//! Stacks, networks and branches: what is made of layers.

use alloc::string::ToString;

use super::{Attribute, Graph, ToOnnx, Value};
use crate::element::Element;
use crate::layer::{Concat, Frozen, Join, Layer, Parallel, Sum};
use crate::network::Stack;
use crate::network::wrapped::Wraps;

#[diagnostic::do_not_recommend]
impl<Init, Last> ToOnnx for Stack<Init, Last>
where
    Init: ToOnnx,
    Last: ToOnnx<Element = Init::Element>,
    Self: Layer<Element = Init::Element>,
{
    fn to_onnx(&self, graph: &mut Graph<Init::Element>, input: &Value) -> Value {
        self.links_to_onnx(graph, input).0
    }

    fn links_to_onnx(&self, graph: &mut Graph<Init::Element>, input: &Value) -> (Value, usize) {
        let (between, index) = self.init.links_to_onnx(graph, input);
        let output = graph.inside(&index.to_string(), |graph| self.last.to_onnx(graph, &between));
        (output, index + 1)
    }
}

/// What [`network!`](crate::network!) declares.
#[diagnostic::do_not_recommend]
impl<N: Wraps> ToOnnx for N
where
    N::Stack: ToOnnx,
{
    fn to_onnx(&self, graph: &mut Graph<N::Element>, input: &Value) -> Value {
        self.stack().links_to_onnx(graph, input).0
    }

    fn links_to_onnx(&self, graph: &mut Graph<N::Element>, input: &Value) -> (Value, usize) {
        if N::IS_PART {
            return self.stack().links_to_onnx(graph, input);
        }
        (graph.inside("0", |graph| self.to_onnx(graph, input)), 1)
    }
}

#[diagnostic::do_not_recommend]
impl<A, B, J> ToOnnx for Parallel<A, B, J>
where
    A: ToOnnx,
    B: ToOnnx<Element = A::Element>,
    J: JoinToOnnx + Join<A::Out, B::Out>,
{
    fn to_onnx(&self, graph: &mut Graph<A::Element>, input: &Value) -> Value {
        let first = graph.inside("first", |graph| self.first.to_onnx(graph, input));
        let second = graph.inside("second", |graph| self.second.to_onnx(graph, input));
        J::join_to_onnx(graph, &first, &second)
    }
}

// Whether it was trained, a file does not tell.
#[diagnostic::do_not_recommend]
impl<L: ToOnnx> ToOnnx for Frozen<L> {
    fn to_onnx(&self, graph: &mut Graph<L::Element>, input: &Value) -> Value {
        self.layer.to_onnx(graph, input)
    }
}

/// How the outputs of two branches become one in an ONNX graph.
#[diagnostic::on_unimplemented(
    message = "how these branches are joined in ONNX is not known",
    label = "a way of your own to join branches implements `JoinToOnnx`"
)]
pub trait JoinToOnnx {
    /// Adds the node, and gives its output.
    fn join_to_onnx<T: Element>(graph: &mut Graph<T>, first: &Value, second: &Value) -> Value;
}

impl JoinToOnnx for Sum {
    fn join_to_onnx<T: Element>(graph: &mut Graph<T>, first: &Value, second: &Value) -> Value {
        graph.node("Add", &[first, second], &[])
    }
}

impl JoinToOnnx for Concat {
    fn join_to_onnx<T: Element>(graph: &mut Graph<T>, first: &Value, second: &Value) -> Value {
        graph.node("Concat", &[first, second], &[("axis", Attribute::Int(1))])
    }
}
