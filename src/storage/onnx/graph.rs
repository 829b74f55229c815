//! [`Graph`]: the nodes and the weights of a network, as layers write them.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

use dimwise_onnx_format as format;

use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// An ONNX graph that is being written: each layer adds its nodes and its weights.
///
/// Its numbers are of type `T`. Names begin with the layer's path in the network, as in
/// [`Segment::path`](crate::parameters::Segment::path).
#[derive(Debug)]
pub struct Graph<T: Element> {
    nodes: Vec<format::Node>,
    tensors: Vec<format::Tensor>,
    names: BTreeSet<String>,
    /// Of the layer that is written.
    path: String,
    element: PhantomData<T>,
}

/// What a node takes or gives, by its name in the [`Graph`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

/// A setting of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// A whole number.
    Int(i64),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// A number.
    Float(f32),
    /// A text.
    Text(&'a str),
}

/// The format counts in `i64`, and no size is larger.
pub(super) fn signed(size: usize) -> i64 {
    size.try_into().expect("a size of a type fits into 63 bits")
}

impl Attribute<'_> {
    /// Sizes as whole numbers.
    pub(super) fn sizes(sizes: &[usize]) -> Self {
        Self::Ints(sizes.iter().map(|size| signed(*size)).collect())
    }

    fn named(&self, name: &str) -> format::Attribute {
        let attribute = format::Attribute { name: name.to_owned(), ..Default::default() };
        match self {
            Self::Int(i) => format::Attribute { i: Some(*i), r#type: format::attribute::INT, ..attribute },
            Self::Ints(ints) => {
                format::Attribute { ints: ints.clone(), r#type: format::attribute::INTS, ..attribute }
            }
            Self::Float(f) => {
                format::Attribute { f: Some(*f), r#type: format::attribute::FLOAT, ..attribute }
            }
            Self::Text(text) => format::Attribute {
                s: Some(text.as_bytes().to_vec()),
                r#type: format::attribute::STRING,
                ..attribute
            },
        }
    }
}

impl<T: Element> Graph<T> {
    /// How the format calls the type of the numbers.
    const ELEMENT: i32 =
        if size_of::<T>() == size_of::<f32>() { format::element::FLOAT } else { format::element::DOUBLE };

    pub(super) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            tensors: Vec::new(),
            names: BTreeSet::new(),
            path: String::new(),
            element: PhantomData,
        }
    }

    /// The name of what the network takes.
    pub(super) fn input(&mut self) -> Value {
        Value(self.name("input"))
    }

    /// Adds an operation, and gives its first output.
    ///
    /// The operators are those of [opset 17](https://onnx.ai/onnx/operators/); the first axis of what goes in and of
    /// what comes out is the batch.
    pub fn node(&mut self, operator: &str, inputs: &[&Value], attributes: &[(&str, Attribute<'_>)]) -> Value {
        let name = self.name(operator);
        self.nodes.push(format::Node {
            input: inputs.iter().map(|value| value.0.clone()).collect(),
            output: [name.clone()].into(),
            name: name.clone(),
            op_type: operator.to_owned(),
            attribute: attributes.iter().map(|(name, attribute)| attribute.named(name)).collect(),
            domain: String::new(),
        });
        Value(name)
    }

    /// Adds a tensor of the layer.
    pub fn tensor<S: Shape>(&mut self, name: &str, tensor: &Tensor<S, T>) -> Value {
        self.numbers(name, S::DIMS, tensor.as_slice())
    }

    /// Adds a tensor of any shape.
    ///
    /// # Panics
    ///
    /// Panics if the shape does not hold as many numbers.
    pub fn numbers(&mut self, name: &str, dims: &[usize], numbers: &[T]) -> Value {
        assert_eq!(dims.iter().product::<usize>(), numbers.len(), "the numbers of shape {dims:?}");
        let mut bytes = Vec::with_capacity(size_of_val(numbers));
        numbers.iter().for_each(|number| number.write_le(&mut bytes));
        self.add(name, Self::ELEMENT, dims, bytes)
    }

    /// Adds whole numbers, as some operators take for a shape.
    pub fn integers(&mut self, name: &str, integers: &[i64]) -> Value {
        let bytes = integers.iter().flat_map(|integer| integer.to_le_bytes()).collect();
        self.add(name, format::element::INT64, &[integers.len()], bytes)
    }

    /// Gives a value's numbers, of each sample, another shape.
    pub fn reshape<S: Shape>(&mut self, value: &Value) -> Value {
        self.reshape_to(value, S::DIMS)
    }

    pub(super) fn reshape_to(&mut self, value: &Value, dims: &[usize]) -> Value {
        // 0 stands for the size of the same axis before: that of the batch.
        let shape: Vec<_> = [0].into_iter().chain(dims.iter().map(|size| signed(*size))).collect();
        let shape = self.integers("shape", &shape);
        self.node("Reshape", &[value, &shape], &[])
    }

    /// Writes a layer that is inside of this one: its names begin with `name`, as a segment's path does.
    pub fn inside<R>(&mut self, name: &str, write: impl FnOnce(&mut Self) -> R) -> R {
        let outside = self.path.clone();
        self.path = if outside.is_empty() { name.to_owned() } else { format!("{outside}.{name}") };
        let result = write(self);
        self.path = outside;
        result
    }

    fn add(&mut self, name: &str, data_type: i32, dims: &[usize], raw_data: Vec<u8>) -> Value {
        let name = self.name(name);
        let dims = dims.iter().map(|size| signed(*size)).collect();
        self.tensors.push(format::Tensor {
            name: name.clone(),
            data_type,
            dims,
            raw_data,
            ..Default::default()
        });
        Value(name)
    }

    /// A name that nothing has yet.
    fn name(&mut self, name: &str) -> String {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        let others = (2..).map(|number| format!("{path}_{number}"));
        let free = [path.clone()].into_iter().chain(others).find(|name| !self.names.contains(name));
        let free = free.expect("there are more numbers than names");
        self.names.insert(free.clone());
        free
    }

    /// The whole file: a network from samples of shape `In` to samples of shape `Out`, any number of them.
    pub(super) fn finish<In: Shape, Out: Shape>(mut self, input: Value, output: Value) -> format::Model {
        // Layers that change nothing write no node.
        let output = if output == input { self.node("Identity", &[&input], &[]) } else { output };
        for node in &mut self.nodes {
            for name in node.input.iter_mut().chain(&mut node.output).filter(|name| **name == output.0) {
                "output".clone_into(name);
            }
        }
        let graph = format::Graph {
            node: self.nodes,
            name: "network".to_owned(),
            initializer: self.tensors,
            input: [info::<In>(&input.0, Self::ELEMENT)].into(),
            output: [info::<Out>("output", Self::ELEMENT)].into(),
        };
        format::Model {
            ir_version: IR_VERSION,
            producer_name: env!("CARGO_PKG_NAME").to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            graph: Some(graph),
            opset_import: [format::OperatorSet { domain: String::new(), version: OPSET }].into(),
        }
    }
}

/// The version of the format, and of its operators: those of 2022, which is what most programs read.
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;

fn info<S: Shape>(name: &str, elem_type: i32) -> format::ValueInfo {
    let batch = format::Dimension { dim_value: None, dim_param: Some("batch".to_owned()) };
    let sizes =
        S::DIMS.iter().map(|size| format::Dimension { dim_value: Some(signed(*size)), dim_param: None });
    let shape = format::Shape { dim: [batch].into_iter().chain(sizes).collect() };
    let tensor_type = format::TensorType { elem_type, shape: Some(shape) };
    format::ValueInfo { name: name.to_owned(), r#type: Some(format::Type { tensor_type: Some(tensor_type) }) }
}
