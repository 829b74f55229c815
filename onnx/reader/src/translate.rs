//! From a graph to steps: chains of layers, and branches that begin at one value and end in one node.

use std::collections::BTreeMap;

use crate::graph::Graph;
use crate::layers::add_layer;
use crate::recognise::recognise;
use crate::refusal::{Refusal, Result};
use crate::step::{Join, Step, push};

/// The steps of the whole network.
pub(crate) fn translate(graph: &Graph) -> Result<Vec<Step>> {
    let mut translator = Translator { graph, done: vec![false; graph.nodes.len()] };
    translator.between(graph.input, graph.output, 0)
}

/// Branches inside of branches.
const MOST_NESTED: usize = 32;

struct Translator<'a> {
    graph: &'a Graph,
    /// Nodes that are part of a step.
    done: Vec<bool>,
}

/// A value through which all goes, and the nodes that lead to it from the one before.
pub(crate) struct Section {
    pub(crate) nodes: Vec<usize>,
    pub(crate) value: usize,
}

impl Translator<'_> {
    /// The steps from one value to another one.
    fn between(&mut self, start: usize, end: usize, depth: usize) -> Result<Vec<Step>> {
        let nodes = self.paths(start, end)?;
        if let (Some(last), true) = (nodes.last(), depth > MOST_NESTED) {
            let why = format!("it is inside of more than {MOST_NESTED} branches");
            return Err(Refusal::of(&self.graph.nodes[*last], why));
        }
        let sections = self.sections(&nodes, start);
        let (mut steps, mut value, mut place) = (Vec::new(), start, 0);
        while place < sections.len() {
            let sample = self.graph.sample(value).unwrap_or_default();
            let found = recognise(self.graph, value, &sections[place..])?;
            let taken = match found {
                Some((taken, step)) => {
                    step.into_iter().for_each(|step| push(&mut steps, step));
                    for section in &sections[place..place + taken] {
                        self.mark(&section.nodes)?;
                    }
                    taken
                }
                None => {
                    // The nodes of branches are marked where the branches are gone through.
                    let nodes = &sections[place].nodes;
                    let last = nodes[nodes.len() - 1];
                    if nodes.len() == 1 && self.graph.samples(&self.graph.nodes[last]).count() == 1 {
                        add_layer(self.graph, last, sample, &mut steps)?;
                    } else {
                        let step = self.branches(value, last, depth)?;
                        push(&mut steps, step);
                    }
                    self.mark(&[last])?;
                    1
                }
            };
            place += taken;
            value = sections[place - 1].value;
        }
        Ok(steps)
    }

    /// The branches from a value to a node that joins them.
    fn branches(&mut self, start: usize, last: usize, depth: usize) -> Result<Step> {
        let graph = self.graph;
        let node = &graph.nodes[last];
        let inputs: Vec<_> = graph.samples(node).collect();
        let join = match &*node.operator {
            "Add" | "Sum" => Join::Sum,
            "Concat" => Join::Concat,
            _ => {
                return Err(Refusal::of(
                    node,
                    "it joins branches; there are layers that add them or concatenate them",
                ));
            }
        };
        if inputs.len() < node.inputs.len() {
            return Err(Refusal::of(node, "it joins branches and numbers of the file"));
        }
        let out = graph.sample(node.output).unwrap_or_default();
        for input in &inputs {
            let dims = graph.sample(*input).unwrap_or_default();
            if join == Join::Sum && dims != out {
                return Err(Refusal::of(
                    node,
                    format!("it adds samples of shape {dims:?} to others, of shape {out:?}"),
                ));
            }
        }
        let dims = graph.sample(start).unwrap_or_default().to_vec();
        // Three branches are one, and two.
        let mut branches = Vec::new();
        for input in inputs {
            branches.push(self.between(start, input, depth + 1)?);
        }
        let mut all = branches.pop().unwrap_or_default();
        while let Some(first) = branches.pop() {
            all = vec![Step::Branches { first, second: all, join, dims: dims.clone() }];
        }
        match all.pop() {
            Some(step) if all.is_empty() => Ok(step),
            _ => Err(Refusal::of(node, "it joins nothing")),
        }
    }

    /// Each node is part of one step: one that two branches share would have its weights twice.
    fn mark(&mut self, nodes: &[usize]) -> Result<()> {
        for node in nodes {
            if std::mem::replace(&mut self.done[*node], true) {
                let why = "two branches share it beside other nodes; there is no layer for such a graph";
                return Err(Refusal::of(&self.graph.nodes[*node], why));
            }
        }
        Ok(())
    }

    /// The nodes on all ways from one value to another one, in order.
    fn paths(&self, start: usize, end: usize) -> Result<Vec<usize>> {
        let mut wanted = vec![false; self.graph.values.len()];
        wanted[end] = end != start;
        let mut nodes = Vec::new();
        for (index, node) in self.graph.nodes.iter().enumerate().rev() {
            if !wanted[node.output] {
                continue;
            }
            nodes.push(index);
            for input in self.graph.samples(node).filter(|input| *input != start) {
                if self.graph.giver[input].is_none() {
                    let why = "a branch takes a value from before the place at which it begins";
                    return Err(Refusal::of(node, why));
                }
                wanted[input] = true;
            }
        }
        nodes.reverse();
        Ok(nodes)
    }

    /// Cuts nodes in order, from a value on, wherever all goes through one value.
    fn sections(&self, nodes: &[usize], start: usize) -> Vec<Section> {
        let graph = self.graph;
        let mut uses = BTreeMap::<usize, usize>::new();
        for node in nodes {
            graph.samples(&graph.nodes[*node]).for_each(|input| *uses.entry(input).or_default() += 1);
        }
        let (mut open, mut sections, mut section) = (1_usize, Vec::new(), Vec::new());
        debug_assert!(nodes.is_empty() || uses.contains_key(&start));
        for node in nodes {
            let output = graph.nodes[*node].output;
            section.push(*node);
            for input in graph.samples(&graph.nodes[*node]) {
                if let Some(left) = uses.get_mut(&input) {
                    *left -= 1;
                    open -= usize::from(*left == 0);
                }
            }
            open += 1;
            if open == 1 {
                sections.push(Section { nodes: std::mem::take(&mut section), value: output });
            }
        }
        sections
    }
}
