//! Which layer of ours a node is.

use std::ops::RangeInclusive;

use crate::graph::{Graph, Node};
use crate::refusal::{Refusal, Result};
use crate::shapes::{groups, of_sample, padding, sample_axis};
use crate::step::{Linear, Step, push};
use crate::tensor::{Array, Tensor};
use crate::windows::Windows;
use crate::write::{shape, size};

/// ε of our norms.
const EPSILON: f64 = 1e-5;

/// Adds what a node is, which takes one value that depends on the input, of shape `sample`.
pub(crate) fn add_layer(graph: &Graph, index: usize, sample: &[usize], steps: &mut Vec<Step>) -> Result<()> {
    let node = &graph.nodes[index];
    let reader = Of { graph, node, sample };
    let out = graph.sample(node.output).unwrap_or_default();
    let other = |layer: String| Ok(Step::Other { layer, numbers: Vec::new() });
    let step = match &*node.operator {
        "Gemm" => reader.affine(),
        "MatMul" => reader.product(),
        "Conv" => reader.convolution(steps),
        "ConvTranspose" => reader.convolution_back(out),
        "MaxPool" => reader.pool("Max"),
        "AveragePool" => reader.pool("Avg"),
        "GlobalMaxPool" => {
            let kernel = shape(&sample[1..])?;
            let axes = reader.axes(sample.len() - 1)?;
            other(format!("::dimwise::layer::MaxPool{axes}<{}, {kernel}, ()", shape(sample)?))
        }
        "GlobalAveragePool" => return reader.global(out, steps),
        "ReduceMean" if reader.goes_over_all_but_channels()? => return reader.global(out, steps),
        "BatchNormalization" => reader.batch_norm(),
        "LayerNormalization" => reader.layer_norm(),
        "InstanceNormalization" => reader.group_norm(sample.first().copied().unwrap_or(1)),
        "GroupNormalization" => {
            let groups = node.int("num_groups").unwrap_or(0);
            reader.group_norm(usize::try_from(groups).unwrap_or(0))
        }
        "Relu" | "Softplus" | "Sigmoid" | "Tanh" => {
            other(format!("::dimwise::layer::{}<{}", node.operator, shape(sample)?))
        }
        "Elu" => {
            let alpha = node.float("alpha").unwrap_or(1.0);
            if alpha != 1.0 {
                return Err(Refusal::of(node, format!("its alpha is {alpha}; our Elu has 1")));
            }
            other(format!("::dimwise::layer::Elu<{}", shape(sample)?))
        }
        "Swish" => {
            let alpha = node.float("alpha").unwrap_or(1.0);
            if alpha != 1.0 {
                return Err(Refusal::of(node, format!("its alpha is {alpha}; our Silu has 1")));
            }
            other(format!("::dimwise::layer::Silu<{}", shape(sample)?))
        }
        "Gelu" => {
            let layer = match &*node.text("approximate").unwrap_or_default() {
                "" | "none" => "Gelu",
                "tanh" => "GeluTanh",
                approximate => {
                    let why = format!("its approximate is `{approximate}`; ours is exact, or with tanh");
                    return Err(Refusal::of(node, why));
                }
            };
            other(format!("::dimwise::layer::{layer}<{}", shape(sample)?))
        }
        "LeakyRelu" => {
            let slope = node.float("alpha").unwrap_or(0.01);
            reader.leaky(slope)
        }
        "PRelu" => reader.prelu(),
        "Softmax" | "LogSoftmax" => {
            let is_new = graph.context.opset >= 13;
            let axis = node.int("axis").unwrap_or(if is_new { -1 } else { 1 });
            let axis = sample_axis(node, axis, sample.len())?;
            if axis + 1 != sample.len() {
                return Err(Refusal::of(node, "it does not go along the last axis; ours does"));
            }
            other(format!("::dimwise::layer::{}<{}", node.operator, shape(sample)?))
        }
        "Flatten" | "Reshape" | "Squeeze" | "Unsqueeze" | "Transpose" => {
            push(steps, Step::Reshape { from: sample.to_vec(), to: out.to_vec() });
            return Ok(());
        }
        "Pad" => {
            let [before, after] = padding(
                node,
                graph.known(node, 1),
                graph.known(node, 2),
                graph.known(node, 3),
                sample.len(),
            )?;
            if before.iter().chain(&after).all(|size| *size == 0) {
                return Ok(());
            }
            Ok(Step::Pad { dims: sample.to_vec(), before, after, node: index })
        }
        "Dropout" => {
            if graph
                .known(node, 2)
                .is_some_and(|mode| matches!(mode, Tensor::Integers(array) if array.items.contains(&1)))
            {
                return Err(Refusal::of(node, "it is in training mode"));
            }
            return Ok(());
        }
        "Cast" => {
            let to = node.int("to").unwrap_or(0) as i32;
            use dimwise_onnx_format::element;
            if to != if graph.is_double { element::DOUBLE } else { element::FLOAT } {
                return Err(Refusal::of(node, "it makes numbers of another type; a network has one"));
            }
            return Ok(());
        }
        "Identity" => return Ok(()),
        "Sum" | "Min" | "Max" if node.inputs.len() == 1 => return Ok(()),
        "Add" | "Sub" | "Mul" | "Div" | "Sum" => return reader.linear(steps),
        _ => Err(Refusal::of(node, "there is no layer for this operator")),
    }?;
    push(steps, step);
    Ok(())
}

/// A node that takes samples of a shape.
struct Of<'a> {
    graph: &'a Graph,
    node: &'a Node,
    sample: &'a [usize],
}

impl Of<'_> {
    fn refuse<T>(&self, why: impl Into<String>) -> Result<T> {
        Err(Refusal::of(self.node, why))
    }

    /// The numbers of an input that must be known.
    fn floats(&self, input: usize, what: &str) -> Result<&Array<f64>> {
        match self.graph.known(self.node, input) {
            Some(Tensor::Floats(array)) => Ok(array),
            _ => self.refuse(format!("its {what} is not known before the program runs")),
        }
    }

    /// The numbers of an input that may be missing.
    fn floats_if_any(&self, input: usize, what: &str) -> Result<Option<&Array<f64>>> {
        match self.node.inputs.get(input) {
            Some(Some(_)) => self.floats(input, what).map(Some),
            _ => Ok(None),
        }
    }

    /// As many numbers as `count`, one for each channel, or one for all.
    fn row(&self, input: usize, what: &str, count: usize) -> Result<Vec<f64>> {
        let array = self.floats(input, what)?;
        match array.items.len() {
            len if len == count => Ok(array.items.clone()),
            1 => Ok(vec![array.items[0]; count]),
            len => self.refuse(format!("its {what} has {len} numbers for {count} channels")),
        }
    }

    fn axes(&self, axes: usize) -> Result<&'static str> {
        match axes {
            1 => Ok("1d"),
            2 => Ok("2d"),
            _ => self.refuse(format!("over {axes} axes; there are layers over sequences and images")),
        }
    }

    /// `alpha · x · A + beta · c`
    fn affine(&self) -> Result<Step> {
        if self.node.int("transA").unwrap_or(0) != 0 {
            return self.refuse("its transA exchanges the batch and the numbers of a sample");
        }
        let weight = self.floats(1, "weight")?;
        let is_turned = self.node.int("transB").unwrap_or(0) != 0;
        let weight = if is_turned { weight.transpose(&[1, 0]) } else { weight.clone() };
        let (inputs, outputs) = (weight.dims[0], weight.dims[1]);
        let alpha = self.node.float("alpha").unwrap_or(1.0);
        let beta = self.node.float("beta").unwrap_or(1.0);
        let weight = weight.items.iter().map(|weight| alpha * weight).collect();
        let bias = match self.floats_if_any(2, "summand")? {
            Some(bias) => {
                let dims = of_sample(&bias.dims, 1);
                let row =
                    dims.and_then(|dims| Array { dims, items: bias.items.clone() }.broadcast(&[outputs]));
                match row {
                    Some(row) => row.items.iter().map(|bias| beta * bias).collect(),
                    None => {
                        return self.refuse(format!(
                            "its summand has the shape {:?}, for {outputs} outputs",
                            bias.dims
                        ));
                    }
                }
            }
            None => vec![0.0; outputs],
        };
        Ok(Step::Affine { inputs, outputs, weight, bias })
    }

    fn product(&self) -> Result<Step> {
        let weight = self.floats(1, "weight")?;
        let (inputs, outputs) = (weight.dims[0], weight.dims[1]);
        Ok(Step::Affine { inputs, outputs, weight: weight.items.clone(), bias: vec![0.0; outputs] })
    }

    fn bias(&self, filters: usize) -> Result<Vec<f64>> {
        match self.node.inputs.get(2) {
            Some(Some(_)) => self.row(2, "bias", filters),
            _ => Ok(vec![0.0; filters]),
        }
    }

    fn convolution(&self, steps: &mut Vec<Step>) -> Result<Step> {
        let weight = self.floats(1, "weight")?;
        let mut windows = Windows::forward(self.node, &self.sample[1..], &weight.dims[2..])?;
        let mut sample = self.sample.to_vec();
        // Zeros before it are its own.
        let pads_image =
            |step: &mut Step| matches!(step, Step::Pad { before, after, .. } if before[0] + after[0] == 0);
        if let Some(Step::Pad { dims, before, after, .. }) = steps.pop_if(pads_image) {
            sample = dims;
            for axis in 0..windows.kernel.len() {
                windows.before[axis] += before[axis + 1];
                windows.after[axis] += after[axis + 1];
            }
        }
        let filters = weight.dims[0];
        let weight = self.symmetric(&mut windows, weight)?;
        let layer = format!(
            "::dimwise::layer::Conv{}<{}, {}, {}, {}",
            self.axes(windows.kernel.len())?,
            shape(&sample)?,
            size(filters)?,
            sides(&windows.kernel)?,
            options(&[
                ("Stride", &windows.stride, 1),
                ("Padding", &windows.before, 0),
                ("Dilation", &windows.dilation, 1),
                ("Groups", &[groups(self.node)?], 1),
            ])?
        );
        Ok(Step::Convolution { layer, weight: weight.items, bias: self.bias(filters)? })
    }

    /// Ours pad alike on both sides: where a file does not, the kernel becomes larger by zeros on the side with less.
    fn symmetric(&self, windows: &mut Windows, weight: &Array<f64>) -> Result<Array<f64>> {
        let mut weight = weight.clone();
        for axis in 0..windows.kernel.len() {
            let (before, after) = (windows.before[axis], windows.after[axis]);
            let difference = before.abs_diff(after);
            if difference == 0 {
                continue;
            }
            if !difference.is_multiple_of(windows.dilation[axis]) || difference > MOST_ZEROS {
                let why = format!(
                    "its padding of {before} before and {after} after axis {} is not alike",
                    axis + 2
                );
                return self.refuse(why);
            }
            let more = difference / windows.dilation[axis];
            weight = enlarged(&weight, axis + 2, more, before < after);
            windows.kernel[axis] += more;
            (windows.before[axis], windows.after[axis]) = (before.max(after), before.max(after));
        }
        Ok(weight)
    }

    fn convolution_back(&self, out: &[usize]) -> Result<Step> {
        let mut weight = self.floats(1, "weight")?.clone();
        let mut windows = Windows::back(self.node, &self.sample[1..], &weight.dims[2..])?;
        let axes = windows.kernel.len();
        let mut added = windows.added.clone();
        for (axis, added) in added.iter_mut().enumerate() {
            let (before, after, dilation) =
                (windows.before[axis], windows.after[axis], windows.dilation[axis]);
            // What is not cut off after is added there. Where more is cut off after, the kernel becomes larger by
            // zeros, which are cut off before.
            let missing = after.saturating_sub(before + *added).div_ceil(dilation);
            let more = (*added + before + missing * dilation).checked_sub(after);
            let Some(more) = more.filter(|more| missing <= MOST_ZEROS && *more < windows.stride[axis]) else {
                let why = format!(
                    "its padding of {before} before and {after} after axis {} is not alike, at an output padding of {}",
                    axis + 2,
                    *added
                );
                return self.refuse(why);
            };
            weight = enlarged(&weight, axis + 2, missing, true);
            windows.kernel[axis] += missing;
            windows.before[axis] += missing * dilation;
            *added = more;
        }
        let groups = groups(self.node)?;
        let (channels, of_group) = (weight.dims[0], weight.dims[1]);
        let taps = windows.kernel.iter().product::<usize>();
        // From `(channels, filters of a group, …)` to `(filters, channels of a group, …)`, turned by half a turn.
        let in_group = channels / groups;
        let mut turned = Vec::with_capacity(weight.items.len());
        for group in 0..groups {
            for filter in 0..of_group {
                for channel in 0..in_group {
                    let start = ((group * in_group + channel) * of_group + filter) * taps;
                    turned.extend(weight.items[start..][..taps].iter().rev());
                }
            }
        }
        let layer = format!(
            "::dimwise::layer::ConvTranspose{}<{}, {}, {}, {}",
            self.axes(axes)?,
            shape(self.sample)?,
            size(out[0])?,
            sides(&windows.kernel)?,
            options(&[
                ("Stride", &windows.stride, 1),
                ("Padding", &windows.before, 0),
                ("Dilation", &windows.dilation, 1),
                ("Groups", &[groups], 1),
                ("OutputPadding", &added, 0),
            ])?
        );
        Ok(Step::Convolution { layer, weight: turned, bias: self.bias(out[0])? })
    }

    fn pool(&self, kind: &str) -> Result<Step> {
        let kernel = self.node.ints("kernel_shape").unwrap_or_default();
        let kernel: Vec<_> = kernel.iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect();
        let windows = Windows::forward(self.node, &self.sample[1..], &kernel)?;
        if windows.dilation.iter().any(|dilation| *dilation != 1) {
            return self.refuse(format!("its dilations are {:?}; our poolings have none", windows.dilation));
        }
        if windows.before != windows.after {
            let why = format!(
                "its padding of {:?} before and {:?} after is not alike",
                windows.before, windows.after
            );
            return self.refuse(why);
        }
        let is_padded = windows.before.iter().any(|size| *size > 0);
        let excludes = kind == "Avg" && is_padded && self.node.int("count_include_pad").unwrap_or(0) == 0;
        if windows.before.iter().zip(&kernel).any(|(padding, kernel)| 2 * padding > *kernel) {
            return self.refuse(format!(
                "its padding {:?} is more than half of its window {kernel:?}",
                windows.before
            ));
        }
        let stride = if windows.stride == kernel { vec![0; kernel.len()] } else { windows.stride };
        let layer = format!(
            "::dimwise::layer::{kind}Pool{}<{}, {}, {}",
            self.axes(kernel.len())?,
            shape(self.sample)?,
            sides(&kernel)?,
            options(&[
                ("Stride", &stride, 0),
                ("Padding", &windows.before, 0),
                ("ExcludePadding", &[usize::from(excludes)], 0),
            ])?
        );
        Ok(Step::Other { layer, numbers: Vec::new() })
    }

    fn goes_over_all_but_channels(&self) -> Result<bool> {
        let axes = self.node.integers(self.graph.known(self.node, 1), "axes")?.unwrap_or_default();
        let rank = self.sample.len();
        let mut axes =
            axes.iter().map(|axis| sample_axis(self.node, *axis, rank)).collect::<Result<Vec<_>>>()?;
        axes.sort_unstable();
        Ok(rank > 1 && axes.into_iter().eq(1..rank))
    }

    /// The mean of each channel.
    fn global(&self, out: &[usize], steps: &mut Vec<Step>) -> Result<()> {
        let axes = self.axes(self.sample.len() - 1)?;
        let layer = format!("::dimwise::layer::GlobalAvgPool{axes}<{}", shape(self.sample)?);
        push(steps, Step::Other { layer, numbers: Vec::new() });
        push(steps, Step::Reshape { from: vec![self.sample[0]], to: out.to_vec() });
        Ok(())
    }

    fn channels(&self) -> Result<usize> {
        match self.sample.first() {
            Some(channels) => Ok(*channels),
            None => self.refuse("it takes samples without channels"),
        }
    }

    fn batch_norm(&self) -> Result<Step> {
        if self.node.int("training_mode").unwrap_or(0) != 0 {
            return self.refuse("it is in training mode");
        }
        let channels = self.channels()?;
        let weight = self.row(1, "scale", channels)?;
        let bias = self.row(2, "bias", channels)?;
        let mut rest = self.row(3, "mean", channels)?;
        // An ε that is no power of ten is part of the variance.
        let (options, more) = match options_of(self.epsilon()) {
            Some(options) => (options, 0.0),
            None => ("()".into(), self.epsilon() - EPSILON),
        };
        rest.extend(self.row(4, "variance", channels)?.iter().map(|variance| variance + more));
        let layer = format!("::dimwise::layer::BatchNorm<{}, {options}", shape(self.sample)?);
        Ok(Step::Norm { layer, dims: vec![channels], weight, bias, rest })
    }

    fn epsilon(&self) -> f64 {
        self.node.float("epsilon").unwrap_or(EPSILON)
    }

    /// The options of a norm with the node's ε.
    fn options_of_norm(&self) -> Result<String> {
        match options_of(self.epsilon()) {
            Some(options) => Ok(options),
            None => self.refuse(format!(
                "its epsilon is {}; that of our norms is 1, 0.1, 0.01 and so on, down to 1e-20",
                self.epsilon() as f32
            )),
        }
    }

    fn layer_norm(&self) -> Result<Step> {
        let options = self.options_of_norm()?;
        let axis = sample_axis(self.node, self.node.int("axis").unwrap_or(-1), self.sample.len())?;
        if self.sample[..axis].iter().any(|size| *size > 1) {
            return self.refuse("it normalises a part of each sample; ours the whole");
        }
        let all = |array: &Array<f64>| array.broadcast(self.sample).map(|array| array.items);
        let weight = all(self.floats(1, "scale")?);
        let bias = match self.floats_if_any(2, "bias")? {
            Some(bias) => all(bias),
            None => Some(vec![0.0; self.sample.iter().product()]),
        };
        let (Some(weight), Some(bias)) = (weight, bias) else {
            return self.refuse(format!("its scale or bias does not fit samples of shape {:?}", self.sample));
        };
        let layer = format!("::dimwise::layer::LayerNorm<{}, {options}", shape(self.sample)?);
        Ok(Step::Norm { layer, dims: self.sample.to_vec(), weight, bias, rest: Vec::new() })
    }

    fn group_norm(&self, groups: usize) -> Result<Step> {
        let options = self.options_of_norm()?;
        let channels = self.channels()?;
        if groups == 0 || channels % groups != 0 {
            return self.refuse(format!("{channels} channels in {groups} groups"));
        }
        // Before opset 21 each group had its scale.
        let each = |input: usize, what: &str| {
            let row = self.floats(input, what)?;
            if row.items.len() == groups && groups != channels {
                return Ok((0..channels).map(|channel| row.items[channel / (channels / groups)]).collect());
            }
            self.row(input, what, channels)
        };
        let (weight, bias) = (each(1, "scale")?, each(2, "bias")?);
        let (sample, groups) = (shape(self.sample)?, size(groups)?);
        let layer = format!("::dimwise::layer::GroupNorm<{sample}, {groups}, {options}");
        Ok(Step::Norm { layer, dims: vec![channels], weight, bias, rest: Vec::new() })
    }

    fn leaky(&self, slope: f64) -> Result<Step> {
        if let Some(percent) =
            (0..=100_usize).find(|percent| (*percent as f64 / 100.0) as f32 == slope as f32)
        {
            let options = if percent == 1 {
                "()".into()
            } else {
                format!("::dimwise::layer::Slope<{}>", size(percent)?)
            };
            let layer = format!("::dimwise::layer::LeakyRelu<{}, {options}", shape(self.sample)?);
            return Ok(Step::Other { layer, numbers: Vec::new() });
        }
        // A slope that is no whole percent is one that can be learned.
        let numbers = vec![slope; self.channels()?];
        Ok(Step::Other { layer: format!("::dimwise::layer::PRelu<{}", shape(self.sample)?), numbers })
    }

    fn prelu(&self) -> Result<Step> {
        let slope = self.floats(1, "slope")?;
        let dims: Vec<_> =
            self.sample.iter().enumerate().map(|(axis, size)| if axis == 0 { *size } else { 1 }).collect();
        let of_channels = of_sample(&slope.dims, self.sample.len())
            .and_then(|dims_of| Array { dims: dims_of, items: slope.items.clone() }.broadcast(&dims));
        match of_channels {
            Some(array) if !dims.is_empty() => {
                let layer = format!("::dimwise::layer::PRelu<{}", shape(self.sample)?);
                Ok(Step::Other { layer, numbers: array.items })
            }
            _ => self.refuse(format!("its slope has the shape {:?}, not one for each channel", slope.dims)),
        }
    }

    /// Numbers that are added, or multiplied with: part of the layer before, or one of their own.
    fn linear(&self, steps: &mut Vec<Step>) -> Result<()> {
        let graph = self.graph;
        let Some(place) = (0..2).find(|input| graph.known(self.node, *input).is_some()) else {
            return self.refuse("it takes one value twice; there is no layer for this operator");
        };
        if self.node.inputs.len() != 2 {
            return self.refuse("it takes more than two values");
        }
        let array = self.floats(place, "number")?;
        let Some(dims) = of_sample(&array.dims, self.sample.len()) else {
            return self.refuse(format!(
                "numbers of shape {:?} beside samples of shape {:?}",
                array.dims, self.sample
            ));
        };
        let array = Array { dims, items: array.items.clone() };
        let negative = array.map(|item| -item);
        let minus = Array::of_one(-1.0);
        let parts = match (&*self.node.operator, place) {
            ("Add" | "Sum", _) => vec![Linear::Summand(&array)],
            ("Mul", _) => vec![Linear::Factor(&array)],
            ("Sub", 1) => vec![Linear::Summand(&negative)],
            ("Sub", _) => vec![Linear::Factor(&minus), Linear::Summand(&array)],
            ("Div", 1) => vec![Linear::Divisor(&array)],
            _ => {
                return self
                    .refuse("it divides by what depends on the input; there is no layer for this operator");
            }
        };
        for part in parts {
            if steps.last_mut().is_some_and(|last| last.fold(part, self.sample)) {
                continue;
            }
            let count = self.sample.iter().product();
            let (mean, deviation) = (vec![0.0; count], vec![1.0; count]);
            let mut own = Step::Standardize { dims: self.sample.to_vec(), mean, deviation };
            if !own.fold(part, self.sample) {
                return self.refuse("it multiplies by 0; no layer does");
            }
            push(steps, own);
        }
        Ok(())
    }
}

/// The most zeros by which a kernel becomes larger along an axis.
const MOST_ZEROS: usize = 64;

/// Kernels with `more` zeros along an axis, before or after.
fn enlarged(weight: &Array<f64>, axis: usize, more: usize, is_before: bool) -> Array<f64> {
    let mut dims = weight.dims.clone();
    dims[axis] += more;
    let run: usize = weight.dims[axis..].iter().product();
    let zeros = vec![0.0; more * weight.dims[axis + 1..].iter().product::<usize>()];
    let mut items = Vec::new();
    for kernel in weight.items.chunks_exact(run.max(1)) {
        let parts = if is_before { [&zeros, kernel] } else { [kernel, &*zeros] };
        parts.iter().for_each(|part| items.extend_from_slice(part));
    }
    Array { dims, items }
}

/// One size where all are the same, else one for each axis.
fn sides(sizes: &[usize]) -> Result<String> {
    match sizes {
        [one, other] if one == other => size(*one),
        sizes => shape(sizes),
    }
}

/// The options that say other than what is usual.
fn options(options: &[(&str, &[usize], usize)]) -> Result<String> {
    let said = options.iter().filter(|(_, sizes, usual)| sizes.iter().any(|size| size != usual));
    let said = said.map(|(name, sizes, _)| match *name {
        // It is said, or not.
        "ExcludePadding" => Ok(format!("::dimwise::layer::{name}")),
        _ => Ok(format!("::dimwise::layer::{name}<{}>", sides(sizes)?)),
    });
    let said = said.collect::<Result<Vec<_>>>()?;
    Ok(match &*said {
        [one] => one.clone(),
        _ => format!("({})", said.join(", ")),
    })
}

/// The ε that a norm can have, as powers of ten.
pub(crate) const EXPONENTS: RangeInclusive<i32> = 0..=20;

/// The options of a norm whose ε is this one, if there are some; a file's is an `f32`.
fn options_of(epsilon: f64) -> Option<String> {
    let mut exponents = EXPONENTS;
    exponents.find(|exponent| 10_f64.powi(-exponent) as f32 == epsilon as f32).map(norm_options)
}

/// The options of a norm whose ε is ten to the power of minus this.
pub(crate) fn norm_options(exponent: i32) -> String {
    match exponent {
        5 => "()".into(),
        _ => format!("::dimwise::layer::Epsilon<::dimwise::sizes::U{exponent}>"),
    }
}
