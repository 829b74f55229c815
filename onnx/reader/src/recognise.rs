//! Layers that a file spells out in several nodes, recognised by what they compute.
//!
//! A formula such as `x · σ(x)` is written in many ways, in another order, with other constants. So the nodes are
//! computed, on numbers that tell all candidates apart, and what comes out is compared.

use crate::evaluate::{erf, evaluate, normalize};
use crate::graph::{Graph, Value};
use crate::layers::{EXPONENTS, norm_options};
use crate::refusal::Result;
use crate::shapes::is_elementwise;
use crate::step::Step;
use crate::tensor::{Array, Tensor};
use crate::translate::Section;
use crate::write::{shape, size};

/// The longest formula, in sections and in nodes.
const MOST_SECTIONS: usize = 12;
const MOST_NODES: usize = 40;

/// The largest sample on which a formula is tried that looks at more than one number.
const MOST_NUMBERS: usize = 1 << 20;

/// How near a value is to the formula's, beside numbers of about 1; a file's constants are rounded to `f32`.
const NEAR: f64 = 1e-6;

/// The longest formula at the beginning of these sections that is a layer, with the number of its sections; no step if it
/// changes nothing.
pub(crate) fn recognise(
    graph: &Graph,
    start: usize,
    sections: &[Section],
) -> Result<Option<(usize, Option<Step>)>> {
    let mut len = 0;
    let mut nodes = 0;
    for section in sections.iter().take(MOST_SECTIONS) {
        nodes += section.nodes.len();
        let all = section.nodes.iter().all(|node| is_part(&graph.nodes[*node].operator));
        if !all || nodes > MOST_NODES {
            break;
        }
        len += 1;
    }
    // What one node says needs no guess.
    let is_layer = |node: usize| {
        let operator = &*graph.nodes[node].operator;
        matches!(operator, "Relu" | "Softplus" | "Sigmoid" | "Tanh" | "Identity" | "Cast")
    };
    match sections.first().map(|section| &*section.nodes) {
        Some([node]) if is_layer(*node) => return Ok(None),
        _ if len == 0 => return Ok(None),
        _ => {}
    }
    let dims = graph.sample(start).unwrap_or_default();
    let sections = &sections[..len];
    let pointwise_len = sections
        .iter()
        .take_while(|section| section.nodes.iter().all(|node| is_pointwise(graph, *node)))
        .count();
    let points = Array::row([&POINTS[..], &FAR_POINTS].concat());
    let values = outputs(graph, start, &sections[..pointwise_len], points);
    let found = values
        .iter()
        .enumerate()
        .rev()
        .find_map(|(place, values)| Some((place + 1, pointwise(&values.items)?)));
    match found {
        Some((taken, Some(layer))) => {
            let options = if layer == "LeakyRelu" { ", ()" } else { "" };
            let layer = format!("::dimwise::layer::{layer}<{}{options}", shape(dims)?);
            return Ok(Some((taken, Some(Step::Other { layer, numbers: Vec::new() }))));
        }
        Some((taken, None)) => return Ok(Some((taken, None))),
        None if pointwise_len == len => return Ok(None),
        None => {}
    }
    let count: usize = dims.iter().product();
    if dims.is_empty() || count > MOST_NUMBERS {
        return Ok(None);
    }
    let sample: Vec<_> =
        (0..count).map(|place| 0.02 * POINTS[place % POINTS.len()] + 0.005 * (place as f64).sin()).collect();
    let first = Array { dims: [&[1], dims].concat(), items: sample.clone() };
    let mut found = None;
    for (taken, values) in outputs(graph, start, sections, first).into_iter().enumerate() {
        if graph.sample(sections[taken].value) == Some(dims)
            && values.items.len() == count
            && let Some(step) = of_sample(dims, &sample, &values.items)?
        {
            found = Some((taken + 1, Some(step)));
        }
    }
    Ok(found.filter(|(taken, _)| nodes_of(&sections[..*taken]).count() > 1))
}

fn nodes_of(sections: &[Section]) -> impl Iterator<Item = usize> + '_ {
    sections.iter().flat_map(|section| section.nodes.iter().copied())
}

/// Operators that formulas are made of.
fn is_part(operator: &str) -> bool {
    let others = [
        "ReduceMean",
        "ReduceSum",
        "Reshape",
        "Squeeze",
        "Unsqueeze",
        "Clip",
        "LayerNormalization",
        "InstanceNormalization",
        "Cast",
        "Expand",
    ];
    is_elementwise(operator) || others.contains(&operator)
}

/// Whether a node computes each number by itself, with numbers that are the same for all.
fn is_pointwise(graph: &Graph, node: usize) -> bool {
    let node = &graph.nodes[node];
    let known = node.inputs.iter().flatten().filter_map(|input| match &graph.values[*input] {
        Value::Known(tensor) => Some(tensor),
        Value::Sample(_) => None,
    });
    (is_elementwise(&node.operator) || matches!(&*node.operator, "Clip" | "Cast"))
        && known.map(|tensor| tensor.dims().iter().product::<usize>()).all(|count| count == 1)
}

/// What each section gives, as far as all can be computed.
fn outputs(graph: &Graph, start: usize, sections: &[Section], first: Array<f64>) -> Vec<Array<f64>> {
    let mut values = std::collections::HashMap::from([(start, Tensor::Floats(first))]);
    let mut outputs = Vec::new();
    for section in sections {
        for node in &section.nodes {
            let node = &graph.nodes[*node];
            let inputs: Vec<_> = node
                .inputs
                .iter()
                .map(|input| {
                    input.and_then(|input| match &graph.values[input] {
                        Value::Known(tensor) => Some(tensor),
                        Value::Sample(_) => values.get(&input),
                    })
                })
                .collect();
            let Ok(value) = evaluate(node, &inputs) else { return outputs };
            values.insert(node.output, value);
        }
        match values.get(&section.value) {
            Some(Tensor::Floats(array)) => outputs.push(array.clone()),
            _ => return outputs,
        }
    }
    outputs
}

fn is_near(found: &[f64], expected: impl Iterator<Item = f64>) -> bool {
    found
        .iter()
        .zip(expected)
        .all(|(found, expected)| (found - expected).abs() <= NEAR * expected.abs().max(1.0))
}

/// A formula that computes each number by itself; `None` inside if it gives what it takes.
fn pointwise(found: &[f64]) -> Option<Option<&'static str>> {
    type Compute = fn(f64) -> f64;
    let layers: [(_, Compute); 10] = [
        (None, |x| x),
        (Some("Silu"), |x| x / (1.0 + (-x).exp())),
        (Some("Gelu"), |x| 0.5 * x * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2))),
        (Some("GeluTanh"), |x| {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
            0.5 * x * (1.0 + inner.tanh())
        }),
        (Some("Softplus"), |x| x.max(0.0) + (-x.abs()).exp().ln_1p()),
        (Some("Relu"), |x| x.max(0.0)),
        (Some("Sigmoid"), |x| 1.0 / (1.0 + (-x).exp())),
        (Some("Tanh"), f64::tanh),
        (Some("Elu"), |x| if x > 0.0 { x } else { x.exp_m1() }),
        (Some("LeakyRelu"), |x| if x > 0.0 { x } else { 0.01 * x }),
    ];
    let (near, far) =
        found.split_at_checked(POINTS.len()).filter(|(_, far)| far.len() == FAR_POINTS.len())?;
    let is_same = |compute: Compute| {
        // Where a formula overflows in the file, ours does not.
        let far = far.iter().zip(FAR_POINTS).filter(|(found, _)| found.is_finite());
        is_near(near, POINTS.iter().map(|x| compute(*x)))
            && far.into_iter().all(|(found, x)| is_near(&[*found], [compute(x)].into_iter()))
    };
    layers.iter().find(|(_, compute)| is_same(*compute)).map(|(name, _)| *name)
}

/// A formula that looks at a sample as a whole, or at groups of its channels.
fn of_sample(dims: &[usize], sample: &[f64], found: &[f64]) -> Result<Option<Step>> {
    // The options with the ε that comes nearest, where one is near.
    let options_of = |group: usize| {
        let distance = |exponent: &i32| {
            let mut items = sample.to_vec();
            items.chunks_exact_mut(group).for_each(|items| normalize(items, 10_f64.powi(-exponent)));
            let is_near = is_near(found, items.iter().copied());
            let distances = items.iter().zip(found).map(|(item, found)| (item - found).abs());
            is_near.then(|| distances.fold(0.0, f64::max))
        };
        let near = EXPONENTS.filter_map(|exponent| Some((distance(&exponent)?, exponent)));
        near.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, exponent)| norm_options(exponent))
    };
    if let Some(options) = Some(sample.len()).filter(|group| *group > 1).and_then(options_of) {
        let (weight, bias) = (vec![1.0; sample.len()], vec![0.0; sample.len()]);
        let layer = format!("::dimwise::layer::LayerNorm<{}, {options}", shape(dims)?);
        return Ok(Some(Step::Norm { layer, dims: dims.to_vec(), weight, bias, rest: Vec::new() }));
    }
    let channels = dims[0];
    for groups in (2..=channels).filter(|groups| channels.is_multiple_of(*groups)) {
        let group = sample.len() / groups;
        if let Some(options) = Some(group).filter(|group| *group > 1).and_then(options_of) {
            let layer = format!("::dimwise::layer::GroupNorm<{}, {}, {options}", shape(dims)?, size(groups)?);
            let (weight, bias) = (vec![1.0; channels], vec![0.0; channels]);
            return Ok(Some(Step::Norm { layer, dims: vec![channels], weight, bias, rest: Vec::new() }));
        }
    }
    for (name, is_log) in [("Softmax", false), ("LogSoftmax", true)] {
        let rows = sample.chunks_exact(dims[dims.len() - 1].max(1));
        let expected = rows.flat_map(|row| {
            let sum: f64 = row.iter().map(|x| x.exp()).sum();
            row.iter().map(move |x| if is_log { x - sum.ln() } else { x.exp() / sum })
        });
        if is_near(found, expected) {
            let layer = format!("::dimwise::layer::{name}<{}", shape(dims)?);
            return Ok(Some(Step::Other { layer, numbers: Vec::new() }));
        }
    }
    Ok(None)
}

/// Small and large, of both signs, in no order.
const POINTS: [f64; 29] = [
    0.3, -0.7, 1.9, -2.6, 0.01, -0.02, 5.5, -4.8, 0.0, 2.3, -1.1, 0.9, -0.3, 3.1, -3.7, 1.3, -1.6, 0.6, -0.5,
    4.2, -6.1, 7.7, -8.3, 0.15, -0.11, 2.7, -2.1, 1.05, -0.93,
];

/// Where a bound shows.
const FAR_POINTS: [f64; 8] = [30.0, -30.0, 250.0, -250.0, 1e4, -1e4, 1e9, -1e9];
