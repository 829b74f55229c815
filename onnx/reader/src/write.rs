//! The program text of a network, and its weights as bytes.

use std::fmt::Write as _;

use crate::graph::Graph;
use crate::refusal::{Refusal, Result};
use crate::step::{Join, Step};

/// What a file becomes.
#[derive(Debug)]
pub struct Network {
    /// The lists of layers of its branches, each after those that it is made of: `__Branch1`, `__Branch2`, …
    pub branches: Vec<String>,
    /// The list of its own layers.
    pub layers: String,
    /// Its numbers in the order of its memory, each with its lowest byte first.
    pub bytes: Vec<u8>,
    /// The name of their type.
    pub element: &'static str,
}

/// As many layers as `network!` takes.
const MOST_LAYERS: usize = 256;

impl Network {
    pub(crate) fn new(graph: &Graph, mut steps: Vec<Step>) -> Result<Self> {
        if steps.is_empty() {
            // A network has a layer.
            let dims = graph.sample(graph.input).unwrap_or_default();
            let layer = format!("::dimwise::layer::Identity<{}", shape(dims)?);
            steps.push(Step::Other { layer, numbers: Vec::new() });
        }
        let element = if graph.is_double { "f64" } else { "f32" };
        let mut network = Self { branches: Vec::new(), layers: String::new(), bytes: Vec::new(), element };
        network.layers = network.list(graph, &steps)?;
        Ok(network)
    }

    fn list(&mut self, graph: &Graph, steps: &[Step]) -> Result<String> {
        if steps.len() > MOST_LAYERS {
            return Err(Refusal::of_file(format!(
                "a network has at most {MOST_LAYERS} layers one after the other, this one has {}",
                steps.len()
            )));
        }
        let mut list = String::new();
        for step in steps {
            let layer = self.layer(graph, step)?;
            write!(list, "{layer}, ").expect("writing to memory does not fail");
        }
        Ok(list)
    }

    fn layer(&mut self, graph: &Graph, step: &Step) -> Result<String> {
        let element = self.element;
        Ok(match step {
            Step::Affine { inputs, outputs, weight, bias } => {
                self.numbers([weight, bias]);
                format!("::dimwise::layer::Affine<{}, {}, {element}>", size(*inputs)?, size(*outputs)?)
            }
            Step::Convolution { layer, weight, bias } => {
                self.numbers([weight, bias]);
                format!("{layer}, {element}>")
            }
            Step::Norm { layer, weight, bias, rest, .. } => {
                self.numbers([weight, bias, rest]);
                format!("{layer}, {element}>")
            }
            Step::Standardize { dims, mean, deviation } => {
                self.numbers([mean, deviation]);
                format!("::dimwise::layer::Standardize<{}, {element}>", shape(dims)?)
            }
            Step::Other { layer, numbers } => {
                self.numbers([numbers]);
                format!("{layer}, {element}>")
            }
            Step::Pad { dims, before, after, node } => {
                let [_, height, width] = before[..] else {
                    return Err(Refusal::of(&graph.nodes[*node], "there is a layer that pads images"));
                };
                if before[0] + after[0] > 0 || before != after {
                    let why =
                        "it pads more on one side than on the other, and no convolution follows that could";
                    return Err(Refusal::of(&graph.nodes[*node], why));
                }
                format!(
                    "::dimwise::layer::ZeroPad2d<{}, ({}, {}), {element}>",
                    shape(dims)?,
                    size(height)?,
                    size(width)?
                )
            }
            Step::Reshape { from, to } => {
                format!("::dimwise::layer::Reshape<{}, {}, {element}>", shape(from)?, shape(to)?)
            }
            Step::Branches { first, second, join, dims } => {
                // Where one branch is empty, it is the shortcut of a sum.
                let (first, second) = match join {
                    Join::Sum if first.is_empty() => (second, first),
                    _ => (first, second),
                };
                let (first, second) = (self.branch(graph, first, dims)?, self.branch(graph, second, dims)?);
                let join = match join {
                    Join::Sum => "Sum",
                    Join::Concat => "Concat",
                };
                format!("::dimwise::layer::Parallel<{first}, {second}, ::dimwise::layer::{join}>")
            }
        })
    }

    fn branch(&mut self, graph: &Graph, steps: &[Step], dims: &[usize]) -> Result<String> {
        if steps.is_empty() {
            return Ok(format!("::dimwise::layer::Identity<{}, {}>", shape(dims)?, self.element));
        }
        let list = self.list(graph, steps)?;
        self.branches.push(list);
        Ok(branch_name(self.branches.len()))
    }

    fn numbers<'a>(&mut self, slices: impl IntoIterator<Item = &'a Vec<f64>>) {
        for number in slices.into_iter().flatten() {
            match self.element {
                "f64" => self.bytes.extend(number.to_le_bytes()),
                _ => self.bytes.extend((*number as f32).to_le_bytes()),
            }
        }
    }
}

/// The name of a branch, counted from 1.
pub fn branch_name(number: usize) -> String {
    format!("__Branch{number}")
}

/// A size as a type.
pub(crate) fn size(size: usize) -> Result<String> {
    match size {
        0..=1024 => Ok(format!("::dimwise::sizes::U{size}")),
        _ if u32::try_from(size).is_ok() => Ok(format!("::dimwise::dim!({size})")),
        _ => Err(Refusal::of_file(format!("a size of {size}; sizes are below 2³²"))),
    }
}

/// A shape as a type.
pub(crate) fn shape(dims: &[usize]) -> Result<String> {
    match dims {
        [one] => size(*one),
        _ if dims.len() <= 6 => {
            let sizes = dims.iter().map(|one| size(*one)).collect::<Result<Vec<_>>>()?;
            Ok(format!("({})", sizes.join(", ")))
        }
        _ => Err(Refusal::of_file(format!("a sample of {} axes; shapes have at most 6", dims.len()))),
    }
}
