//! [`Graph`]: what a file computes, with all that is known already worked out.

use std::collections::HashMap;
use std::path::Path;

use dimwise_onnx_format::{self as format, element};

use crate::evaluate::evaluate;
use crate::operators;
use crate::refusal::{Refusal, Result};
use crate::shapes::shape_of;
use crate::tensor::{Array, BATCH, Tensor, elements};

/// The network of a file: nodes in an order in which they can be computed.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) values: Vec<Value>,
    /// Which node gives a value.
    pub(crate) giver: Vec<Option<usize>>,
    pub(crate) input: usize,
    pub(crate) output: usize,
    /// Whether numbers are `f64`.
    pub(crate) is_double: bool,
    pub(crate) context: Context,
}

/// What the meaning of a node depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    /// The version of the operators.
    pub(crate) opset: i64,
    /// The number of samples, where the file says one. It is left free all the same.
    pub(crate) batch: Option<i64>,
}

/// An operation; values are numbers into [`Graph::values`].
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) operator: String,
    pub(crate) inputs: Vec<Option<usize>>,
    pub(crate) output: usize,
    attributes: Vec<format::Attribute>,
}

/// What is known of a value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// All.
    Known(Tensor),
    /// It depends on the network's input: the shape of one sample.
    Sample(Vec<usize>),
}

impl Node {
    fn attribute(&self, name: &str) -> Option<&format::Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.attribute(name).map(|attribute| attribute.i.unwrap_or(0))
    }

    pub(crate) fn float(&self, name: &str) -> Option<f64> {
        self.attribute(name).map(|attribute| attribute.f.unwrap_or(0.0).into())
    }

    pub(crate) fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attribute(name).map(|attribute| &*attribute.ints)
    }

    pub(crate) fn floats(&self, name: &str) -> Option<&[f32]> {
        self.attribute(name).map(|attribute| &*attribute.floats)
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = self.attribute(name)?.s.as_deref().unwrap_or_default();
        Some(String::from_utf8_lossy(text).into_owned())
    }

    pub(crate) fn tensor(&self, name: &str) -> Option<&format::Tensor> {
        self.attribute(name)?.t.as_ref()
    }

    /// The numbers of an input, or of the attribute that it was in older opsets.
    pub(crate) fn integers(&self, input: Option<&Tensor>, attribute: &str) -> Result<Option<Vec<i64>>> {
        match input {
            Some(Tensor::Integers(array)) => Ok(Some(array.items.clone())),
            Some(Tensor::Floats(_)) => {
                Err(Refusal::of(self, format!("`{attribute}` is of no whole numbers")))
            }
            None => Ok(self.ints(attribute).map(<[i64]>::to_vec)),
        }
    }
}

impl Graph {
    /// Reads a file that lies in `folder`.
    pub(crate) fn read(bytes: &[u8], folder: &Path) -> Result<Self> {
        let model = format::Model::from_bytes(bytes)
            .map_err(|error| Refusal::of_file(format!("not an ONNX file: {error}")))?;
        let opset = model.opset_import.iter().find(|set| operators::is_own(&set.domain));
        let opset =
            opset.ok_or_else(|| Refusal::of_file("the file does not say the version of its operators"))?;
        let graph = model.graph.ok_or_else(|| Refusal::of_file("the file has no graph"))?;
        Reader::new(graph.initializer, opset.version, folder)?.read(&graph.input, graph.node, &graph.output)
    }

    /// The shape of one sample of a value that depends on the input.
    pub(crate) fn sample(&self, value: usize) -> Option<&[usize]> {
        match &self.values[value] {
            Value::Sample(dims) => Some(dims),
            Value::Known(_) => None,
        }
    }

    /// The tensor of a node's input, if it is known.
    pub(crate) fn known(&self, node: &Node, input: usize) -> Option<&Tensor> {
        match &self.values[(*node.inputs.get(input)?)?] {
            Value::Known(tensor) => Some(tensor),
            Value::Sample(_) => None,
        }
    }

    /// A node's inputs that depend on the network's.
    pub(crate) fn samples<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = usize> + 'a {
        node.inputs.iter().flatten().copied().filter(|value| self.sample(*value).is_some())
    }
}

struct Reader<'a> {
    names: HashMap<String, usize>,
    nodes: Vec<Node>,
    values: Vec<Value>,
    giver: Vec<Option<usize>>,
    opset: i64,
    folder: &'a Path,
}

impl<'a> Reader<'a> {
    fn new(initializers: Vec<format::Tensor>, opset: i64, folder: &'a Path) -> Result<Self> {
        let (names, nodes, values, giver) = (HashMap::new(), Vec::new(), Vec::new(), Vec::new());
        let mut reader = Self { names, nodes, values, giver, opset, folder };
        for tensor in initializers {
            let value = Value::Known(Tensor::read(&tensor, folder)?);
            reader.add(tensor.name, value, None);
        }
        Ok(reader)
    }

    /// Adds a value under its name; a name that was there means the later one.
    fn add(&mut self, name: String, value: Value, giver: Option<usize>) -> usize {
        let index = self.values.len();
        self.values.push(value);
        self.giver.push(giver);
        self.names.insert(name, index);
        index
    }

    fn read(
        mut self,
        inputs: &[format::ValueInfo],
        nodes: Vec<format::Node>,
        outputs: &[format::ValueInfo],
    ) -> Result<Graph> {
        // Older files list the weights among the inputs, too.
        let inputs: Vec<_> = inputs.iter().filter(|input| !self.names.contains_key(&input.name)).collect();
        let [input] = inputs[..] else {
            let names: Vec<_> = inputs.iter().map(|input| &*input.name).collect();
            return Err(Refusal::of_file(format!("a network has one input, found {}", list(&names))));
        };
        let [output] = outputs else {
            let names: Vec<_> = outputs.iter().map(|output| &*output.name).collect();
            return Err(Refusal::of_file(format!("a network has one output, found {}", list(&names))));
        };
        let (batch, dims, is_double) = read_input(input)?;
        let input = self.add(input.name.clone(), Value::Sample(dims), None);
        let context = Context { opset: self.opset, batch };
        for node in nodes {
            self.read_node(node, context)?;
        }
        let Some(output) = self.names.get(&output.name).copied() else {
            return Err(Refusal::of_file(format!("no node gives the output `{}`", output.name)));
        };
        if matches!(self.values[output], Value::Known(_)) {
            return Err(Refusal::of_file("the output does not depend on the input"));
        }
        let Self { nodes, values, giver, .. } = self;
        Ok(Graph { nodes, values, giver, input, output, is_double, context })
    }

    fn read_node(&mut self, node: format::Node, context: Context) -> Result<()> {
        let first = node.output.first().cloned().unwrap_or_default();
        let mut read = Node {
            name: if node.name.is_empty() { first.clone() } else { node.name },
            operator: node.op_type,
            inputs: Vec::new(),
            output: self.values.len(),
            attributes: node.attribute,
        };
        if !operators::is_own(&node.domain) {
            read.operator = format!("{}.{}", node.domain, read.operator);
        }
        let known = operators::attributes(&read.operator)
            .ok_or_else(|| Refusal::of(&read, "there is no layer for this operator"))?;
        if let Some(other) = read.attributes.iter().find(|attribute| !known.contains(&&*attribute.name)) {
            let why = format!("its attribute `{}` is not known", other.name);
            return Err(Refusal::of(&read, why));
        }
        for name in node.input {
            let value = match self.names.get(&name) {
                _ if name.is_empty() => None,
                Some(value) => Some(*value),
                None => {
                    return Err(Refusal::of(
                        &read,
                        format!("it takes `{name}`, which nothing before it gives"),
                    ));
                }
            };
            read.inputs.push(value);
        }
        let value = self.value(&read, context)?;
        // Masks and statistics, which are of use in training.
        for name in node.output.iter().skip(1).filter(|name| !name.is_empty()) {
            self.names.remove(name);
        }
        let index = self.nodes.len();
        self.add(first, value, Some(index));
        self.nodes.push(read);
        Ok(())
    }

    fn value(&self, node: &Node, context: Context) -> Result<Value> {
        if node.operator == "Constant" {
            return constant(node, self.folder).map(Value::Known);
        }
        let inputs: Vec<_> = node.inputs.iter().map(|input| input.map(|input| &self.values[input])).collect();
        if node.operator == "Shape"
            && let Some(Some(Value::Sample(dims))) = inputs.first()
        {
            let sizes = dims.iter().map(|size| *size as i64);
            let all = [BATCH].into_iter().chain(sizes).collect();
            return crate::evaluate::part_of_shape(node, all).map(Value::Known);
        }
        if inputs.iter().flatten().any(|value| matches!(value, Value::Sample(_))) {
            return shape_of(node, &inputs, context).and_then(|dims| {
                elements(&dims).filter(|count| *count > 0).ok_or_else(|| {
                    Refusal::of(node, format!("it gives the shape {dims:?}, of too many numbers or none"))
                })?;
                Ok(Value::Sample(dims))
            });
        }
        let known: Vec<_> = inputs
            .iter()
            .map(|value| match value {
                Some(Value::Known(tensor)) => Some(tensor),
                _ => None,
            })
            .collect();
        evaluate(node, &known).map(Value::Known)
    }
}

/// Number of samples if there is one, shape of a sample, whether `f64`.
fn read_input(input: &format::ValueInfo) -> Result<(Option<i64>, Vec<usize>, bool)> {
    let refuse = |why: &str| Refusal::of_file(format!("input `{}`: {why}", input.name));
    let tensor = input.r#type.as_ref().and_then(|r#type| r#type.tensor_type.as_ref());
    let tensor = tensor.ok_or_else(|| refuse("it is no tensor"))?;
    let is_double = match tensor.elem_type {
        element::FLOAT => false,
        element::DOUBLE => true,
        _ => return Err(refuse("its numbers are neither f32 nor f64")),
    };
    let dims = tensor.shape.as_ref().map_or(&[][..], |shape| &shape.dim);
    let [batch, sample @ ..] = dims else { return Err(refuse("its shape is not said")) };
    let size = |dim: &format::Dimension| {
        dim.dim_value.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0)
    };
    let sample = sample.iter().map(size).collect::<Option<Vec<_>>>();
    let sample = sample
        .ok_or_else(|| refuse("the shape of a sample, all axes but the first, must be said in numbers"))?;
    elements(&sample).ok_or_else(|| refuse("a sample has too many numbers"))?;
    Ok((batch.dim_value.filter(|size| *size > 0), sample, is_double))
}

/// The tensor that a node says.
fn constant(node: &Node, folder: &Path) -> Result<Tensor> {
    if let Some(tensor) = node.tensor("value") {
        return Tensor::read(tensor, folder).map_err(|error| Refusal::of(node, error.to_string()));
    }
    if let Some(number) = node.float("value_float") {
        return Ok(Tensor::Floats(Array::of_one(number)));
    }
    if let Some(number) = node.int("value_int") {
        return Ok(Tensor::Integers(Array::of_one(number)));
    }
    if let Some(numbers) = node.floats("value_floats") {
        return Ok(Tensor::Floats(Array::row(numbers.iter().map(|number| f64::from(*number)).collect())));
    }
    if let Some(numbers) = node.ints("value_ints") {
        return Ok(Tensor::Integers(Array::row(numbers.to_vec())));
    }
    Err(Refusal::of(node, "it says no number"))
}

/// `none`, or names in quotes.
fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".into() } else { format!("`{}`", names.join("`, `")) }
}
