//! What a node computes of numbers that are known: weights that are folded, and samples by which formulas are recognised.

use crate::graph::Node;
use crate::refusal::{Refusal, Result};
use crate::shapes::{common, is_elementwise};
use crate::tensor::{Array, BATCH, Tensor, elements, strides};

/// The output of a node, all of whose inputs are known.
pub(crate) fn evaluate(node: &Node, inputs: &[Option<&Tensor>]) -> Result<Tensor> {
    let missing = || Refusal::of(node, "it takes something that is not there, or of another type");
    let input = |index: usize| inputs.get(index).copied().flatten();
    let first = || input(0).ok_or_else(missing);
    let floats = |index: usize| match input(index) {
        Some(Tensor::Floats(array)) => Ok(array),
        _ => Err(missing()),
    };
    match &*node.operator {
        "Identity" | "Dropout" => Ok(first()?.clone()),
        "Cast" => cast(node, first()?),
        "Shape" => part_of_shape(node, first()?.dims().iter().map(|size| *size as i64).collect()),
        "ConstantOfShape" => {
            let Some(Tensor::Integers(shape)) = input(0) else { return Err(missing()) };
            let dims = dims_of(node, &shape.items)?;
            let count = elements(&dims).ok_or_else(|| too_large(node, &dims))?;
            let value = match node.tensor("value") {
                Some(tensor) => Tensor::read(tensor, std::path::Path::new(""))?,
                None => Tensor::Floats(Array::of_one(0.0)),
            };
            match value {
                Tensor::Floats(array) => {
                    let item = *array.items.first().ok_or_else(missing)?;
                    Ok(Tensor::Floats(Array { dims, items: vec![item; count] }))
                }
                Tensor::Integers(array) => {
                    let item = *array.items.first().ok_or_else(missing)?;
                    Ok(Tensor::Integers(Array { dims, items: vec![item; count] }))
                }
            }
        }
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
            let tensor = first()?;
            let dims = viewed(node, tensor.dims(), input(1))?;
            Ok(tensor.clone().with_dims(dims))
        }
        "Transpose" => {
            let tensor = first()?;
            let rank = tensor.dims().len();
            let axes = match node.ints("perm") {
                Some(axes) => {
                    axes.iter().map(|axis| axis_of(node, *axis, rank)).collect::<Result<Vec<_>>>()?
                }
                None => (0..rank).rev().collect(),
            };
            let mut sorted = axes.clone();
            sorted.sort_unstable();
            if !sorted.into_iter().eq(0..rank) {
                return Err(Refusal::of(node, format!("it moves axes to {axes:?}")));
            }
            Ok(match tensor {
                Tensor::Floats(array) => Tensor::Floats(array.transpose(&axes)),
                Tensor::Integers(array) => Tensor::Integers(array.transpose(&axes)),
            })
        }
        "Expand" => {
            let Some(Tensor::Integers(shape)) = input(1) else { return Err(missing()) };
            // The samples of which a formula is recognised are one.
            let sizes: Vec<_> =
                shape.items.iter().map(|size| if *size == BATCH { 1 } else { *size }).collect();
            let target = dims_of(node, &sizes)?;
            let dims = common(node, [first()?.dims(), &target].into_iter())?;
            let refuse = || too_large(node, &dims);
            Ok(match first()? {
                Tensor::Floats(array) => Tensor::Floats(array.broadcast(&dims).ok_or_else(refuse)?),
                Tensor::Integers(array) => Tensor::Integers(array.broadcast(&dims).ok_or_else(refuse)?),
            })
        }
        "Concat" => concat(node, inputs),
        "Gather" => gather(node, first()?, input(1)),
        "Slice" => slice(node, first()?, inputs),
        "ReduceMean" | "ReduceSum" => reduce(node, floats(0)?, input(1)),
        "InstanceNormalization" => {
            let [array, weight, bias] = [floats(0)?, floats(1)?, floats(2)?];
            let [samples, channels, rest @ ..] = &*array.dims else { return Err(missing()) };
            let epsilon = node.float("epsilon").unwrap_or(1e-5);
            let run = rest.iter().product();
            if weight.items.len() != *channels || bias.items.len() != *channels || run == 0 || *samples == 0 {
                return Err(missing());
            }
            let mut array = array.clone();
            let scales = weight.items.iter().zip(&bias.items).cycle();
            for (items, (weight, bias)) in array.items.chunks_exact_mut(run).zip(scales) {
                normalize(items, epsilon);
                items.iter_mut().for_each(|item| *item = *item * weight + bias);
            }
            Ok(Tensor::Floats(array))
        }
        "LayerNormalization" => {
            let (array, weight) = (floats(0)?, floats(1)?);
            let axis = axis_of(node, node.int("axis").unwrap_or(-1), array.dims.len())?;
            let row = &array.dims[axis..];
            let weight = weight.broadcast(row).ok_or_else(missing)?;
            let bias = match input(2) {
                Some(_) => floats(2)?.broadcast(row).ok_or_else(missing)?,
                None => weight.map(|_| 0.0),
            };
            let mut array = array.clone();
            for items in array.items.chunks_exact_mut(weight.items.len().max(1)) {
                normalize(items, node.float("epsilon").unwrap_or(1e-5));
                for (item, (weight, bias)) in items.iter_mut().zip(weight.items.iter().zip(&bias.items)) {
                    *item = *item * weight + bias;
                }
            }
            Ok(Tensor::Floats(array))
        }
        "Clip" => {
            let bound = |index, name: &str| match input(index) {
                Some(Tensor::Floats(array)) => array.items.first().copied(),
                _ => node.float(name),
            };
            let (least, most) = (bound(1, "min"), bound(2, "max"));
            Ok(Tensor::Floats(floats(0)?.map(|item| {
                let item = least.map_or(*item, |least| item.max(least));
                most.map_or(item, |most| item.min(most))
            })))
        }
        "Where" => choose(node, inputs),
        "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" | "Equal" => compare(node, inputs),
        operator if is_elementwise(operator) => elementwise(node, inputs),
        _ => Err(Refusal::of(node, "it does not depend on the network's input, and cannot be folded")),
    }
}

fn too_large(node: &Node, dims: &[usize]) -> Refusal {
    Refusal::of(node, format!("it gives the shape {dims:?}, of too many numbers or none"))
}

/// Numbers with mean 0 and variance 1.
pub(crate) fn normalize(items: &mut [f64], epsilon: f64) {
    let share = 1.0 / items.len() as f64;
    let mean = items.iter().sum::<f64>() * share;
    let variance = items.iter().map(|item| (item - mean).powi(2)).sum::<f64>() * share;
    items.iter_mut().for_each(|item| *item = (*item - mean) / (variance + epsilon).sqrt());
}

/// Of a shape what `start` and `end` say, all unless they do.
pub(crate) fn part_of_shape(node: &Node, dims: Vec<i64>) -> Result<Tensor> {
    let rank = dims.len() as i64;
    let place = |name: &str, usual: i64| {
        let said = node.int(name).unwrap_or(usual);
        (if said < 0 { said.saturating_add(rank) } else { said }).clamp(0, rank) as usize
    };
    let (start, end) = (place("start", 0), place("end", rank));
    Ok(Tensor::Integers(Array::row(dims[start..end.max(start)].to_vec())))
}

fn dims_of(node: &Node, sizes: &[i64]) -> Result<Vec<usize>> {
    let dims = sizes.iter().map(|size| usize::try_from(*size).ok()).collect::<Option<Vec<_>>>();
    dims.ok_or_else(|| Refusal::of(node, "its shape depends on the number of samples"))
}

fn axis_of(node: &Node, axis: i64, rank: usize) -> Result<usize> {
    let from_front = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
    let axis_in_range = usize::try_from(from_front).ok().filter(|axis| *axis < rank);
    axis_in_range.ok_or_else(|| Refusal::of(node, format!("there are {rank} axes, and no axis {axis}")))
}

fn cast(node: &Node, tensor: &Tensor) -> Result<Tensor> {
    use dimwise_onnx_format::element;
    match (node.int("to").unwrap_or(0) as i32, tensor) {
        (element::FLOAT | element::DOUBLE, Tensor::Integers(array)) if !array.items.contains(&BATCH) => {
            Ok(Tensor::Floats(array.map(|item| *item as f64)))
        }
        (element::FLOAT, Tensor::Floats(array)) => {
            Ok(Tensor::Floats(array.map(|item| f64::from(*item as f32))))
        }
        (element::DOUBLE, Tensor::Floats(_)) | (element::INT64 | element::INT32, Tensor::Integers(_)) => {
            Ok(tensor.clone())
        }
        (element::INT64 | element::INT32, Tensor::Floats(array)) => {
            Ok(Tensor::Integers(array.map(|item| *item as i64)))
        }
        _ => Err(Refusal::of(node, "it makes numbers of a type that is not read")),
    }
}

/// The shape of the same numbers after a view.
fn viewed(node: &Node, dims: &[usize], argument: Option<&Tensor>) -> Result<Vec<usize>> {
    let count: usize = dims.iter().product();
    let refuse = |to: &[i64]| Refusal::of(node, format!("it makes the shape {to:?} of {dims:?}"));
    match &*node.operator {
        "Flatten" => {
            let axis = node.int("axis").unwrap_or(1);
            let axis = if axis == dims.len() as i64 { dims.len() } else { axis_of(node, axis, dims.len())? };
            Ok(vec![dims[..axis].iter().product(), dims[axis..].iter().product()])
        }
        "Reshape" => {
            let Some(Tensor::Integers(target)) = argument else { return Err(refuse(&[])) };
            let target = &target.items;
            let zero_is_kept = node.int("allowzero").unwrap_or(0) == 0;
            let (mut sizes, mut open) = (Vec::new(), None);
            for (axis, size) in target.iter().enumerate() {
                match *size {
                    -1 if open.is_none() => {
                        open = Some(axis);
                        sizes.push(1);
                    }
                    0 if zero_is_kept => sizes.push(*dims.get(axis).ok_or_else(|| refuse(target))?),
                    // The samples of which a formula is recognised are one.
                    BATCH => sizes.push(1),
                    size => sizes.push(usize::try_from(size).map_err(|_| refuse(target))?),
                }
            }
            let product = elements(&sizes).ok_or_else(|| refuse(target))?;
            if let Some(axis) = open {
                sizes[axis] = count.checked_div(product).ok_or_else(|| refuse(target))?;
            }
            if elements(&sizes) == Some(count) { Ok(sizes) } else { Err(refuse(target)) }
        }
        "Squeeze" => {
            let axes = match node.integers(argument, "axes")? {
                Some(axes) => {
                    axes.iter().map(|axis| axis_of(node, *axis, dims.len())).collect::<Result<Vec<_>>>()?
                }
                None => (0..dims.len()).filter(|axis| dims[*axis] == 1).collect(),
            };
            let kept =
                dims.iter().enumerate().filter(|(axis, _)| !axes.contains(axis)).map(|(_, size)| *size);
            let kept: Vec<_> = kept.collect();
            if kept.iter().product::<usize>() == count { Ok(kept) } else { Err(refuse(&[])) }
        }
        _ => {
            let axes = node.integers(argument, "axes")?.unwrap_or_default();
            let rank = dims.len() + axes.len();
            let mut axes = axes.iter().map(|axis| axis_of(node, *axis, rank)).collect::<Result<Vec<_>>>()?;
            axes.sort_unstable();
            let mut dims = dims.to_vec();
            for axis in axes {
                if axis > dims.len() {
                    return Err(Refusal::of(node, "it gives an axis twice"));
                }
                dims.insert(axis, 1);
            }
            Ok(dims)
        }
    }
}

fn concat(node: &Node, inputs: &[Option<&Tensor>]) -> Result<Tensor> {
    let refuse = || Refusal::of(node, "it joins what does not fit");
    let tensors: Vec<_> = inputs.iter().flatten().copied().collect();
    let first = tensors.first().ok_or_else(refuse)?;
    let axis = axis_of(node, node.int("axis").unwrap_or(0), first.dims().len())?;
    let mut dims = first.dims().to_vec();
    dims[axis] = 0;
    for tensor in &tensors {
        let other = tensor.dims();
        if other.len() != dims.len() || (0..dims.len()).any(|at| at != axis && other[at] != dims[at]) {
            return Err(refuse());
        }
        dims[axis] = dims[axis].checked_add(other[axis]).ok_or_else(refuse)?;
    }
    elements(&dims).ok_or_else(|| too_large(node, &dims))?;
    let rows: usize = dims[..axis].iter().product();
    if tensors.iter().all(|tensor| matches!(tensor, Tensor::Floats(_))) {
        let arrays = tensors.iter().filter_map(|tensor| match tensor {
            Tensor::Floats(array) => Some(array),
            Tensor::Integers(_) => None,
        });
        return Ok(Tensor::Floats(Array { items: joined(&arrays.collect::<Vec<_>>(), rows), dims }));
    }
    let arrays = tensors.iter().filter_map(|tensor| match tensor {
        Tensor::Integers(array) => Some(array),
        Tensor::Floats(_) => None,
    });
    let arrays: Vec<_> = arrays.collect();
    if arrays.len() != tensors.len() {
        return Err(refuse());
    }
    Ok(Tensor::Integers(Array { items: joined(&arrays, rows), dims }))
}

/// `rows` parts of each, one after the other.
fn joined<T: Clone>(arrays: &[&Array<T>], rows: usize) -> Vec<T> {
    let mut items = Vec::new();
    for row in 0..rows {
        for array in arrays {
            let len = array.items.len() / rows;
            items.extend_from_slice(&array.items[row * len..][..len]);
        }
    }
    items
}

fn gather(node: &Node, tensor: &Tensor, indices: Option<&Tensor>) -> Result<Tensor> {
    let Some(Tensor::Integers(indices)) = indices else {
        return Err(Refusal::of(node, "it picks by what are no whole numbers"));
    };
    let axis = axis_of(node, node.int("axis").unwrap_or(0), tensor.dims().len())?;
    let size = tensor.dims()[axis];
    let picked = indices.items.iter().map(|index| axis_of(node, *index, size)).collect::<Result<Vec<_>>>()?;
    let (before, after) = (&tensor.dims()[..axis], &tensor.dims()[axis + 1..]);
    let dims = [before, &indices.dims, after].concat();
    elements(&dims).ok_or_else(|| too_large(node, &dims))?;
    Ok(tensor.select(axis, &picked).with_dims(dims))
}

fn slice(node: &Node, tensor: &Tensor, inputs: &[Option<&Tensor>]) -> Result<Tensor> {
    let argument = |index: usize, name: &str| node.integers(inputs.get(index).copied().flatten(), name);
    let starts = argument(1, "starts")?.unwrap_or_default();
    let ends = argument(2, "ends")?.unwrap_or_default();
    let axes = argument(3, "axes")?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = argument(4, "steps")?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] || steps.contains(&0) {
        return Err(Refusal::of(node, "its starts, ends, axes and steps do not belong together"));
    }
    let mut tensor = tensor.clone();
    for (place, axis) in axes.iter().enumerate() {
        let axis = axis_of(node, *axis, tensor.dims().len())?;
        let (len, step) = (tensor.dims()[axis] as i64, steps[place]);
        // Backwards, an end of -1 lies before the first.
        let (least, most) = if step > 0 { (0, len) } else { (-1, len - 1) };
        let bound =
            |index: i64| (if index < 0 { index.saturating_add(len) } else { index }).clamp(least, most);
        let (start, end) = (bound(starts[place]), bound(ends[place]));
        let picked = (0..len).map_while(|count| {
            let index = step.checked_mul(count)?.checked_add(start)?;
            (if step > 0 { index < end } else { index > end }).then_some(index as usize)
        });
        tensor = tensor.select(axis, &picked.collect::<Vec<_>>());
    }
    Ok(tensor)
}

fn reduce(node: &Node, array: &Array<f64>, axes: Option<&Tensor>) -> Result<Tensor> {
    let rank = array.dims.len();
    let axes = match node.integers(axes, "axes")? {
        Some(axes) if !axes.is_empty() => {
            axes.iter().map(|axis| axis_of(node, *axis, rank)).collect::<Result<Vec<_>>>()?
        }
        _ if node.int("noop_with_empty_axes").unwrap_or(0) != 0 => return Ok(Tensor::Floats(array.clone())),
        _ => (0..rank).collect(),
    };
    let dims: Vec<_> =
        (0..rank).map(|axis| if axes.contains(&axis) { 1 } else { array.dims[axis] }).collect();
    let (own, of_sums) = (strides(&array.dims), strides(&dims));
    let mut sums = vec![0.0; dims.iter().product()];
    for (place, item) in array.items.iter().enumerate() {
        let index =
            (0..rank).map(|axis| (place / own[axis] % array.dims[axis]).min(dims[axis] - 1) * of_sums[axis]);
        sums[index.sum::<usize>()] += item;
    }
    if node.operator == "ReduceMean" {
        let share = sums.len() as f64 / array.items.len().max(1) as f64;
        sums.iter_mut().for_each(|sum| *sum *= share);
    }
    let keeps = node.int("keepdims").unwrap_or(1) != 0;
    let kept = (0..rank).filter(|axis| keeps || !axes.contains(axis)).map(|axis| dims[axis]).collect();
    Ok(Tensor::Floats(Array { dims: kept, items: sums }))
}

fn elementwise(node: &Node, inputs: &[Option<&Tensor>]) -> Result<Tensor> {
    let tensors: Vec<_> = inputs.iter().flatten().copied().collect();
    let dims = common(node, tensors.iter().map(|tensor| tensor.dims()))?;
    let refuse = || too_large(node, &dims);
    let missing = || Refusal::of(node, "it takes something that is not there, or of another type");
    let (Some(first), rest) = (tensors.first(), tensors.get(1..).unwrap_or_default()) else {
        return Err(missing());
    };
    if let Tensor::Integers(first) = first {
        let mut all = first.broadcast(&dims).ok_or_else(refuse)?;
        for other in rest {
            let Tensor::Integers(other) = other else { return Err(missing()) };
            let other = other.broadcast(&dims).ok_or_else(refuse)?;
            for (one, other) in all.items.iter_mut().zip(&other.items) {
                let of_batch = *one == BATCH || *other == BATCH;
                let result =
                    whole(&node.operator, *one, *other).filter(|result| !of_batch && *result != BATCH);
                *one = result.ok_or_else(|| {
                    Refusal::of(node, "it computes with the number of samples, or too large numbers")
                })?;
            }
        }
        return Ok(Tensor::Integers(all));
    }
    let Tensor::Floats(first) = first else { return Err(missing()) };
    if let Some(compute) = unary(&node.operator) {
        return Ok(Tensor::Floats(first.map(|item| compute(*item))));
    }
    let mut all = first.broadcast(&dims).ok_or_else(refuse)?;
    for other in rest {
        let other = match other {
            Tensor::Floats(other) => other.broadcast(&dims),
            Tensor::Integers(other) => other.map(|item| *item as f64).broadcast(&dims),
        };
        let other = other.ok_or_else(refuse)?;
        for (one, other) in all.items.iter_mut().zip(&other.items) {
            *one = binary(&node.operator, *one, *other).ok_or_else(missing)?;
        }
    }
    Ok(Tensor::Floats(all))
}

/// 1 where what is asked holds, 0 elsewhere.
fn compare(node: &Node, inputs: &[Option<&Tensor>]) -> Result<Tensor> {
    let missing = || Refusal::of(node, "it takes something that is not there, or of another type");
    let [Some(one), Some(other)] = inputs else { return Err(missing()) };
    let dims = common(node, [one.dims(), other.dims()].into_iter())?;
    let [Some(one), Some(other)] = [one.as_floats(), other.as_floats()].map(|array| array?.broadcast(&dims))
    else {
        return Err(missing());
    };
    let holds = |one: &f64, other: &f64| match &*node.operator {
        "Greater" => one > other,
        "GreaterOrEqual" => one >= other,
        "Less" => one < other,
        "LessOrEqual" => one <= other,
        _ => one == other,
    };
    let items = one.items.iter().zip(&other.items).map(|(one, other)| holds(one, other).into()).collect();
    Ok(Tensor::Integers(Array { dims, items }))
}

fn choose(node: &Node, inputs: &[Option<&Tensor>]) -> Result<Tensor> {
    let missing = || Refusal::of(node, "it takes something that is not there, or of another type");
    let [Some(Tensor::Integers(condition)), Some(one), Some(other)] = inputs else { return Err(missing()) };
    let dims = common(node, [&*condition.dims, one.dims(), other.dims()].into_iter())?;
    let refuse = || too_large(node, &dims);
    let condition = condition.broadcast(&dims).ok_or_else(refuse)?;
    match (one, other) {
        (Tensor::Integers(one), Tensor::Integers(other)) => {
            Ok(Tensor::Integers(condition.choose(
                &one.broadcast(&dims).ok_or_else(refuse)?,
                &other.broadcast(&dims).ok_or_else(refuse)?,
            )))
        }
        (Tensor::Floats(one), Tensor::Floats(other)) => {
            Ok(Tensor::Floats(condition.choose(
                &one.broadcast(&dims).ok_or_else(refuse)?,
                &other.broadcast(&dims).ok_or_else(refuse)?,
            )))
        }
        _ => Err(missing()),
    }
}

fn whole(operator: &str, one: i64, other: i64) -> Option<i64> {
    match operator {
        "Add" | "Sum" => one.checked_add(other),
        "Sub" => one.checked_sub(other),
        "Mul" => one.checked_mul(other),
        "Div" => one.checked_div(other),
        "Mod" => one.checked_rem_euclid(other),
        "Min" => Some(one.min(other)),
        "Max" => Some(one.max(other)),
        _ => None,
    }
}

fn binary(operator: &str, one: f64, other: f64) -> Option<f64> {
    Some(match operator {
        "Add" | "Sum" => one + other,
        "Sub" => one - other,
        "Mul" => one * other,
        "Div" => one / other,
        "Pow" => one.powf(other),
        "Min" => one.min(other),
        "Max" => one.max(other),
        _ => return None,
    })
}

fn unary(operator: &str) -> Option<fn(f64) -> f64> {
    Some(match operator {
        "Neg" => |x| -x,
        "Abs" => f64::abs,
        "Sqrt" => f64::sqrt,
        "Exp" => f64::exp,
        "Log" => f64::ln,
        "Erf" => erf,
        "Reciprocal" => f64::recip,
        "Relu" => |x| x.max(0.0),
        "Sigmoid" => |x| 1.0 / (1.0 + (-x).exp()),
        "Tanh" => f64::tanh,
        "Softplus" => |x| x.max(0.0) + (-x.abs()).exp().ln_1p(),
        "Identity" => |x| x,
        _ => return None,
    })
}

/// `2/√π ∫₀ˣ e^(-t²) dt`, by a series of positive terms: Abramowitz and Stegun, *Handbook of mathematical functions*,
/// 7.1.6.
pub(crate) fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut n) = (x, x, 0.0);
    while term.abs() > 1e-17 * sum.abs() {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp()
}
