//! The shape of one sample of what a node gives.

use crate::graph::{Context, Node, Value};
use crate::refusal::{Refusal, Result};
use crate::tensor::{BATCH, Tensor};
use crate::windows::Windows;

/// The shape that a node gives, at least one of whose inputs depends on the network's.
pub(crate) fn shape_of(node: &Node, inputs: &[Option<&Value>], context: Context) -> Result<Vec<usize>> {
    let refuse = |why: String| Refusal::of(node, why);
    let known = |input: usize| match inputs.get(input) {
        Some(Some(Value::Known(tensor))) => Some(tensor),
        _ => None,
    };
    let first = match inputs.first() {
        Some(Some(Value::Sample(dims))) => dims,
        _ if is_elementwise(&node.operator) => return broadcast(node, inputs),
        _ if node.operator == "Concat" => {
            return Err(refuse("it joins the samples with numbers of the file".into()));
        }
        _ => return Err(refuse("only its first input can depend on the network's".into())),
    };
    let others_depend = inputs.iter().skip(1).flatten().any(|value| matches!(value, Value::Sample(_)));
    if others_depend && !is_elementwise(&node.operator) && node.operator != "Concat" {
        return Err(refuse("only its first input can depend on the network's".into()));
    }
    match &*node.operator {
        "Gemm" | "MatMul" => {
            let [_] = first[..] else {
                return Err(refuse(format!(
                    "it takes samples of shape {first:?}; an affine layer takes a vector"
                )));
            };
            let weight = known(1).map(Tensor::dims).unwrap_or_default();
            let [inputs, outputs] = *weight else {
                return Err(refuse(format!("its weights have the shape {weight:?}")));
            };
            let is_turned = node.int("transB").unwrap_or(0) != 0;
            let [inputs, outputs] = if is_turned { [outputs, inputs] } else { [inputs, outputs] };
            if first[0] != inputs {
                return Err(refuse(format!(
                    "its weights take {inputs} inputs, but it is given {}",
                    first[0]
                )));
            }
            Ok(vec![outputs])
        }
        "Conv" | "ConvTranspose" => convolution(node, first, known(1)),
        "MaxPool" | "AveragePool" => {
            let Some((channels, image)) = first.split_first() else {
                return Err(refuse("it takes samples without axes".into()));
            };
            let kernel = node.ints("kernel_shape").unwrap_or_default();
            let kernel: Vec<_> = kernel.iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect();
            let windows = Windows::forward(node, image, &kernel)?;
            Ok([&[*channels], &*windows.out].concat())
        }
        "GlobalAveragePool" | "GlobalMaxPool" => {
            if first.len() < 2 {
                return Err(refuse(format!("it takes samples of shape {first:?}, of no image")));
            }
            Ok(first.iter().enumerate().map(|(axis, size)| if axis == 0 { *size } else { 1 }).collect())
        }
        "ReduceMean" | "ReduceSum" => {
            let axes = node.integers(known(1), "axes")?.unwrap_or_default();
            if axes.is_empty() {
                return Err(refuse("it goes over the batch".into()));
            }
            let axes =
                axes.iter().map(|axis| sample_axis(node, *axis, first.len())).collect::<Result<Vec<_>>>()?;
            let keeps = node.int("keepdims").unwrap_or(1) != 0;
            let sizes = first.iter().enumerate().filter(|(axis, _)| keeps || !axes.contains(axis));
            Ok(sizes.map(|(axis, size)| if axes.contains(&axis) { 1 } else { *size }).collect())
        }
        "Flatten" => {
            let axis = node.int("axis").unwrap_or(1);
            let axis = if axis < 0 { axis + first.len() as i64 + 1 } else { axis };
            if axis != 1 {
                return Err(refuse(format!("it flattens from axis {axis} on, not each sample")));
            }
            Ok(vec![first.iter().product()])
        }
        "Reshape" => {
            let Some(Tensor::Integers(target)) = known(1) else {
                return Err(refuse("the shape that it gives is not known before the program runs".into()));
            };
            let zero_is_kept = node.int("allowzero").unwrap_or(0) == 0;
            let dims = reshape(first, &target.items, zero_is_kept, context.batch);
            dims.ok_or_else(|| {
                refuse(format!("it makes the shape {} of {first:?} beside the batch", said(&target.items)))
            })
        }
        "Expand" => {
            let Some(Tensor::Integers(target)) = known(1) else {
                return Err(refuse("the shape that it gives is not known before the program runs".into()));
            };
            let sizes =
                target.items.len().checked_sub(first.len() + 1).map(|more| target.items.split_at(more));
            let refuse = || {
                refuse(format!("it makes the shape {} of {first:?} beside the batch", said(&target.items)))
            };
            match sizes {
                Some(([], [batch, sizes @ ..]))
                    if *batch == BATCH || *batch == 1 || Some(*batch) == context.batch =>
                {
                    let grown =
                        first.iter().zip(sizes).map(|(size, target)| match usize::try_from(*target) {
                            Ok(target) if *size == 1 || target == 1 || target == *size => {
                                Ok(*size.max(&target))
                            }
                            _ => Err(refuse()),
                        });
                    grown.collect()
                }
                _ => Err(refuse()),
            }
        }
        "Squeeze" => {
            let axes = node.integers(known(1), "axes")?;
            let axes = match axes {
                Some(axes) => axes
                    .iter()
                    .map(|axis| sample_axis(node, *axis, first.len()))
                    .collect::<Result<Vec<_>>>()?,
                None if context.batch == Some(1) => {
                    return Err(refuse(
                        "it does not say which axes it takes away, and the batch is of one sample".into(),
                    ));
                }
                None => (0..first.len()).filter(|axis| first[*axis] == 1).collect(),
            };
            if let Some(axis) = axes.iter().find(|axis| first[**axis] != 1) {
                return Err(refuse(format!("it takes away an axis of {} numbers", first[*axis])));
            }
            Ok(first
                .iter()
                .enumerate()
                .filter(|(axis, _)| !axes.contains(axis))
                .map(|(_, size)| *size)
                .collect())
        }
        "Unsqueeze" => {
            let axes = node.integers(known(1), "axes")?.unwrap_or_default();
            let rank = first.len() + axes.len();
            let mut axes =
                axes.iter().map(|axis| sample_axis(node, *axis, rank)).collect::<Result<Vec<_>>>()?;
            axes.sort_unstable();
            let mut dims = first.clone();
            for axis in axes {
                if axis > dims.len() {
                    return Err(refuse("it gives an axis twice".into()));
                }
                dims.insert(axis, 1);
            }
            Ok(dims)
        }
        "Transpose" => {
            let rank = first.len() as i64 + 1;
            let reversed: Vec<_> = (0..rank).rev().collect();
            let axes = node.ints("perm").unwrap_or(&reversed);
            let mut sorted = axes.to_vec();
            sorted.sort_unstable();
            if !sorted.iter().copied().eq(0..rank) || axes[0] != 0 {
                return Err(refuse(format!("it moves the axes to {axes:?}, that of the batch too")));
            }
            let order = axes[1..].iter().map(|axis| (*axis - 1) as usize);
            let moved: Vec<_> = order.clone().filter(|axis| first[*axis] > 1).collect();
            if !moved.is_sorted() {
                return Err(refuse(format!(
                    "it moves the axes to {axes:?}; there is no layer for this operator"
                )));
            }
            Ok(order.map(|axis| first[axis]).collect())
        }
        "Pad" => {
            let [before, after] = padding(node, known(1), known(2), known(3), first.len())?;
            Ok(first
                .iter()
                .zip(before.iter().zip(&after))
                .map(|(size, (before, after))| size + before + after)
                .collect())
        }
        "Concat" => {
            let axis = sample_axis(node, node.int("axis").unwrap_or(0), first.len())?;
            if axis != 0 {
                return Err(refuse(format!(
                    "it joins along axis {}; there is a layer for axis 1, the channels",
                    axis + 1
                )));
            }
            let mut sum = 0;
            for value in inputs.iter().flatten() {
                match value {
                    Value::Sample(dims) if dims.len() == first.len() && dims[1..] == first[1..] => {
                        sum += dims[0]
                    }
                    Value::Sample(dims) => {
                        return Err(refuse(format!("it joins the shapes {first:?} and {dims:?}")));
                    }
                    Value::Known(_) => {
                        return Err(refuse("it joins the samples with numbers of the file".into()));
                    }
                }
            }
            Ok([&[sum], &first[1..]].concat())
        }
        "BatchNormalization"
        | "LayerNormalization"
        | "GroupNormalization"
        | "InstanceNormalization"
        | "PRelu"
        | "Dropout"
        | "Softmax"
        | "LogSoftmax"
        | "Gelu"
        | "Elu"
        | "LeakyRelu"
        | "Swish"
        | "Clip"
        | "Cast" => Ok(first.clone()),
        operator if is_elementwise(operator) => broadcast(node, inputs),
        _ => Err(refuse("there is no layer for this operator".into())),
    }
}

/// Computed number by number, with shapes that are broadcast.
pub(crate) fn is_elementwise(operator: &str) -> bool {
    matches!(
        operator,
        "Add"
            | "Sub"
            | "Mul"
            | "Div"
            | "Pow"
            | "Min"
            | "Max"
            | "Sum"
            | "Neg"
            | "Abs"
            | "Sqrt"
            | "Exp"
            | "Log"
            | "Erf"
            | "Reciprocal"
            | "Relu"
            | "Sigmoid"
            | "Tanh"
            | "Softplus"
            | "Identity"
            | "Where"
            | "Greater"
            | "GreaterOrEqual"
            | "Less"
            | "LessOrEqual"
            | "Equal"
            | "Mod"
    )
}

fn broadcast(node: &Node, inputs: &[Option<&Value>]) -> Result<Vec<usize>> {
    let ranks = inputs.iter().flatten().filter_map(|value| match value {
        Value::Sample(dims) => Some(dims.len()),
        Value::Known(_) => None,
    });
    let rank = ranks.clone().max().unwrap_or(0);
    let shapes = inputs.iter().flatten().map(|value| match value {
        Value::Sample(dims) if dims.len() == rank => Ok(dims.clone()),
        Value::Sample(dims) => {
            Err(Refusal::of(node, format!("samples of {} axes beside others of {rank}", dims.len())))
        }
        Value::Known(tensor) => of_sample(tensor.dims(), rank).ok_or_else(|| {
            Refusal::of(node, format!("numbers of shape {:?} beside samples of {rank} axes", tensor.dims()))
        }),
    });
    let shapes = shapes.collect::<Result<Vec<_>>>()?;
    common(node, shapes.iter().map(Vec::as_slice))
}

/// The shape that shapes are broadcast to.
pub(crate) fn common<'a>(
    node: &Node,
    shapes: impl Iterator<Item = &'a [usize]> + Clone,
) -> Result<Vec<usize>> {
    let rank = shapes.clone().map(<[usize]>::len).max().unwrap_or(0);
    let mut dims = vec![1; rank];
    for shape in shapes {
        let missing = rank - shape.len();
        for (one, other) in dims[missing..].iter_mut().zip(shape) {
            if *one != *other && *one != 1 && *other != 1 {
                return Err(Refusal::of(node, format!("a size of {one} beside one of {other}")));
            }
            *one = if *one == 1 { *other } else { *one };
        }
    }
    Ok(dims)
}

/// A known tensor's shape beside samples of `rank` axes: without the batch's, along which it is the same.
pub(crate) fn of_sample(dims: &[usize], rank: usize) -> Option<Vec<usize>> {
    match dims.len().checked_sub(rank) {
        None | Some(0) => Some(dims.to_vec()),
        Some(more) => dims[..more].iter().all(|size| *size == 1).then(|| dims[more..].to_vec()),
    }
}

/// An axis of a tensor as one of a sample, of `rank` axes.
pub(crate) fn sample_axis(node: &Node, axis: i64, rank: usize) -> Result<usize> {
    let from_front = if axis < 0 { axis.saturating_add(rank as i64 + 1) } else { axis };
    match usize::try_from(from_front) {
        Ok(0) => Err(Refusal::of(node, "it goes over the batch")),
        Ok(axis) if axis <= rank => Ok(axis - 1),
        _ => Err(Refusal::of(node, format!("samples of {rank} axes have no axis {axis}"))),
    }
}

/// Zeros before and after each axis of a sample.
pub(crate) fn padding(
    node: &Node,
    pads: Option<&Tensor>,
    value: Option<&Tensor>,
    axes: Option<&Tensor>,
    rank: usize,
) -> Result<[Vec<usize>; 2]> {
    let mode = node.text("mode").unwrap_or_default();
    if !matches!(&*mode, "" | "constant") {
        return Err(Refusal::of(
            node,
            format!("its mode is `{mode}`; there is a layer that pads with zeros"),
        ));
    }
    let number = match value {
        Some(Tensor::Floats(array)) => array.items.first().copied(),
        _ => node.float("value"),
    };
    if let Some(number) = number.filter(|number| *number != 0.0) {
        return Err(Refusal::of(
            node,
            format!("it pads with {number}; there is a layer that pads with zeros"),
        ));
    }
    let pads = node.integers(pads, "pads")?.unwrap_or_default();
    let refuse = || Refusal::of(node, format!("its pads are {pads:?}, beside samples of {rank} axes"));
    let axes = match axes {
        Some(Tensor::Integers(array)) => array.items.clone(),
        _ => (0..=rank as i64).collect(),
    };
    if pads.len() != 2 * axes.len() || pads.iter().any(|size| !(0..1 << 24).contains(size)) {
        return Err(refuse());
    }
    let mut sides = [vec![0; rank], vec![0; rank]];
    for (place, axis) in axes.iter().enumerate() {
        let sizes = [pads[place], pads[place + axes.len()]];
        if sizes == [0, 0] {
            continue;
        }
        let axis = sample_axis(node, *axis, rank)?;
        for (side, size) in sides.iter_mut().zip(sizes) {
            side[axis] = size as usize;
        }
    }
    Ok(sides)
}

fn convolution(node: &Node, first: &[usize], weight: Option<&Tensor>) -> Result<Vec<usize>> {
    let refuse = |why: String| Refusal::of(node, why);
    let weight = weight.map(Tensor::dims).unwrap_or_default();
    let ([channels, image @ ..], [one, other, kernel @ ..]) = (first, weight) else {
        return Err(refuse(format!("samples of shape {first:?} beside kernels of shape {weight:?}")));
    };
    let groups = groups(node)?;
    let is_back = node.operator == "ConvTranspose";
    let filters = if is_back { other.checked_mul(groups) } else { Some(*one) };
    let taken = if is_back { Some(*one) } else { other.checked_mul(groups) };
    let filters = filters.filter(|filters| {
        *filters > 0 && taken == Some(*channels) && filters % groups == 0 && channels % groups == 0
    });
    let Some(filters) = filters else {
        return Err(refuse(format!(
            "{channels} channels in {groups} groups beside kernels of shape {weight:?}"
        )));
    };
    let windows =
        if is_back { Windows::back(node, image, kernel) } else { Windows::forward(node, image, kernel) }?;
    Ok([&[filters], &*windows.out].concat())
}

/// The groups of a convolution.
pub(crate) fn groups(node: &Node) -> Result<usize> {
    let groups = node.int("group").unwrap_or(1);
    usize::try_from(groups)
        .ok()
        .filter(|groups| *groups > 0)
        .ok_or_else(|| Refusal::of(node, format!("its group is {groups}")))
}

/// The shape of a sample after a reshape to `target`, if that keeps the batch's axis and all numbers.
fn reshape(from: &[usize], target: &[i64], zero_is_kept: bool, batch: Option<i64>) -> Option<Vec<usize>> {
    let (first, rest) = target.split_first()?;
    let is_batch = *first == BATCH || Some(*first) == batch || (*first == 0 && zero_is_kept);
    let len: usize = from.iter().product();
    let (mut dims, mut open) = (Vec::new(), None);
    for (axis, size) in rest.iter().enumerate() {
        match size {
            -1 if is_batch && open.is_none() => {
                open = Some(axis);
                dims.push(1);
            }
            0 if zero_is_kept => dims.push(*from.get(axis)?),
            _ => dims.push(usize::try_from(*size).ok().filter(|size| *size > 0)?),
        }
    }
    let product = dims.iter().try_fold(1, |product: usize, size| product.checked_mul(*size))?;
    if let Some(axis) = open {
        dims[axis] = len / product;
        return len.is_multiple_of(product).then_some(dims);
    }
    ((is_batch || *first == -1) && product == len).then_some(dims)
}

/// A shape in a message.
fn said(target: &[i64]) -> String {
    let sizes: Vec<_> =
        target.iter().map(|size| if *size == BATCH { "batch".into() } else { size.to_string() }).collect();
    format!("[{}]", sizes.join(", "))
}
