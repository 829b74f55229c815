//! Every refusal, by a graph that gets it; the macro lists them all.

use std::path::Path;

use dimwise_onnx_format::{
    self as format, Attribute, Dimension, Graph, Model, Node, OperatorSet, Shape, Tensor, TensorType, Type,
    ValueInfo,
};

use crate::import;

fn value(name: &str, sizes: &[i64]) -> ValueInfo {
    let batch = Dimension { dim_value: None, dim_param: Some("batch".into()) };
    let sizes = sizes.iter().map(|size| Dimension { dim_value: Some(*size), dim_param: None });
    let shape = Some(Shape { dim: [batch].into_iter().chain(sizes).collect() });
    let tensor_type = Some(TensorType { elem_type: format::element::FLOAT, shape });
    ValueInfo { name: name.into(), r#type: Some(Type { tensor_type }) }
}

/// A graph from `x`, a sample of these sizes, to `y`.
fn graph(sizes: &[i64]) -> Model {
    let graph = Graph { input: vec![value("x", sizes)], output: vec![value("y", &[])], ..Default::default() };
    let opset = OperatorSet { domain: String::new(), version: 17 };
    Model { ir_version: 8, graph: Some(graph), opset_import: vec![opset], ..Default::default() }
}

/// Adds a node, called as what it gives.
fn node(
    mut model: Model,
    operator: &str,
    inputs: &[&str],
    output: &str,
    attributes: Vec<Attribute>,
) -> Model {
    model.graph.as_mut().unwrap().node.push(Node {
        input: inputs.iter().map(|name| (*name).into()).collect(),
        output: vec![output.into()],
        name: output.into(),
        op_type: operator.into(),
        attribute: attributes,
        domain: String::new(),
    });
    model
}

/// One node from `x` to `y`.
fn single(sizes: &[i64], operator: &str, inputs: &[&str], attributes: Vec<Attribute>) -> Model {
    node(graph(sizes), operator, inputs, "y", attributes)
}

/// Adds a tensor of ones.
fn ones(mut model: Model, name: &str, dims: &[i64]) -> Model {
    let count = dims.iter().product::<i64>() as usize;
    model.graph.as_mut().unwrap().initializer.push(Tensor {
        name: name.into(),
        dims: dims.to_vec(),
        data_type: format::element::FLOAT,
        float_data: vec![1.0; count],
        ..Default::default()
    });
    model
}

/// Adds whole numbers.
fn integers(mut model: Model, name: &str, numbers: &[i64]) -> Model {
    model.graph.as_mut().unwrap().initializer.push(Tensor {
        name: name.into(),
        dims: vec![numbers.len() as i64],
        data_type: format::element::INT64,
        int64_data: numbers.to_vec(),
        ..Default::default()
    });
    model
}

fn int(name: &str, i: i64) -> Attribute {
    Attribute { name: name.into(), i: Some(i), ..Default::default() }
}

fn ints(name: &str, ints: &[i64]) -> Attribute {
    Attribute { name: name.into(), ints: ints.to_vec(), ..Default::default() }
}

fn float(name: &str, f: f32) -> Attribute {
    Attribute { name: name.into(), f: Some(f), ..Default::default() }
}

fn text(name: &str, s: &str) -> Attribute {
    Attribute { name: name.into(), s: Some(s.into()), ..Default::default() }
}

/// The file is refused with this message, which the macro lists.
#[track_caller]
fn refused(model: Model, expected: &str) {
    let refusal = import(&model.to_bytes(), Path::new("")).expect_err(expected).to_string();
    assert_eq!(refusal, expected);
    // In Markdown, what stands in brackets is a link.
    let table = include_str!("../../../src/lib.rs").replace("\\[", "[").replace("\\]", "]");
    assert!(table.contains(&format!("| {expected} |")), "not in the table: {expected}");
}

#[test]
fn what_is_no_network() {
    let error = import(b"no such file", Path::new("")).unwrap_err().to_string();
    assert!(error.starts_with("not an ONNX file: "), "{error}");
    refused(
        Model { opset_import: vec![], ..graph(&[3]) },
        "the file does not say the version of its operators",
    );
    refused(Model { graph: None, ..graph(&[3]) }, "the file has no graph");

    let mut two = graph(&[3]);
    two.graph.as_mut().unwrap().input.push(value("z", &[3]));
    refused(two, "a network has one input, found `x`, `z`");
    let mut none = graph(&[3]);
    none.graph.as_mut().unwrap().output.clear();
    refused(none, "a network has one output, found none");

    let with_type = |change: fn(&mut TensorType)| {
        let mut model = graph(&[3]);
        change(model.graph.as_mut().unwrap().input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap());
        model
    };
    refused(with_type(|tensor| tensor.elem_type = 10), "input `x`: its numbers are neither f32 nor f64");
    refused(with_type(|tensor| tensor.shape = None), "input `x`: its shape is not said");
    let open = with_type(|tensor| tensor.shape.as_mut().unwrap().dim[1].dim_value = None);
    refused(open, "input `x`: the shape of a sample, all axes but the first, must be said in numbers");

    refused(graph(&[3]), "no node gives the output `y`");
    refused(ones(graph(&[3]), "y", &[3]), "the output does not depend on the input");
}

#[test]
fn tensors_that_are_none() {
    let mut short = ones(graph(&[3]), "w", &[2]);
    short.graph.as_mut().unwrap().initializer[0].float_data.pop();
    refused(short, "tensor `w`: expected 2 numbers for its shape [2], found 1");
    let mut raw = ones(graph(&[3]), "w", &[2]);
    raw.graph.as_mut().unwrap().initializer[0].raw_data = vec![0; 4];
    refused(raw, "tensor `w`: expected 8 bytes for its shape [2], found 4");
    let mut half = ones(graph(&[3]), "w", &[2]);
    half.graph.as_mut().unwrap().initializer[0].data_type = 10;
    refused(
        half,
        "tensor `w`: numbers of type 10; those of type 1, 6, 7, 9 and 11 are read: f32, i32, i64, bool and f64",
    );
    let mut huge = ones(graph(&[3]), "w", &[2]);
    huge.graph.as_mut().unwrap().initializer[0].dims = vec![1 << 40, 1 << 40];
    refused(huge, "tensor `w`: its shape [1099511627776, 1099511627776] is none");
    let mut outside = ones(graph(&[3]), "w", &[2]);
    let tensor = &mut outside.graph.as_mut().unwrap().initializer[0];
    tensor.data_location = 1;
    tensor.external_data = vec![format::Entry { key: "location".into(), value: "../weights".into() }];
    refused(
        outside,
        "tensor `w`: its numbers are in another file, whose place is no path below the folder of this one",
    );
}

#[test]
fn nodes_that_are_not_known() {
    refused(single(&[3], "LSTM", &["x"], vec![]), "node `y` (LSTM): there is no layer for this operator");
    refused(
        single(&[3], "Relu", &["x"], vec![int("speed", 1)]),
        "node `y` (Relu): its attribute `speed` is not known",
    );
    refused(
        single(&[3], "Relu", &["z"], vec![]),
        "node `y` (Relu): it takes `z`, which nothing before it gives",
    );
    refused(
        node(node(graph(&[3]), "Relu", &["x"], "a", vec![]), "MatMul", &["x", "a"], "y", vec![]),
        "node `y` (MatMul): only its first input can depend on the network's",
    );
}

#[test]
fn products() {
    refused(
        ones(single(&[3], "Gemm", &["x", "w"], vec![int("transA", 1)]), "w", &[3, 2]),
        "node `y` (Gemm): its transA exchanges the batch and the numbers of a sample",
    );
    refused(
        ones(single(&[3], "Gemm", &["x", "w"], vec![]), "w", &[4, 2]),
        "node `y` (Gemm): its weights take 4 inputs, but it is given 3",
    );
    refused(
        ones(single(&[2, 3], "MatMul", &["x", "w"], vec![]), "w", &[3, 2]),
        "node `y` (MatMul): it takes samples of shape [2, 3]; an affine layer takes a vector",
    );
}

#[test]
fn windows() {
    refused(
        ones(single(&[1, 4, 4], "Conv", &["x", "w"], vec![]), "w", &[2, 1, 5, 5]),
        "node `y` (Conv): its window covers 5 pixels of 4",
    );
    refused(
        ones(single(&[3, 4, 4], "Conv", &["x", "w"], vec![int("group", 2)]), "w", &[2, 1, 3, 3]),
        "node `y` (Conv): 3 channels in 2 groups beside kernels of shape [2, 1, 3, 3]",
    );
    refused(
        ones(single(&[1, 4, 4, 4], "Conv", &["x", "w"], vec![]), "w", &[2, 1, 3, 3, 3]),
        "node `y` (Conv): over 3 axes; there are layers over sequences and images",
    );
    refused(
        ones(
            single(
                &[1, 8, 8],
                "Conv",
                &["x", "w"],
                vec![ints("dilations", &[2, 2]), ints("pads", &[0, 0, 1, 0])],
            ),
            "w",
            &[2, 1, 3, 3],
        ),
        "node `y` (Conv): its padding of 0 before and 1 after axis 2 is not alike",
    );
    let kernel = || ints("kernel_shape", &[3, 3]);
    let pool = |attributes: Vec<Attribute>, operator: &str| single(&[1, 8, 8], operator, &["x"], attributes);
    refused(
        pool(vec![kernel(), ints("dilations", &[2, 2])], "MaxPool"),
        "node `y` (MaxPool): its dilations are [2, 2]; our poolings have none",
    );
    refused(
        pool(vec![kernel(), ints("pads", &[0, 0, 1, 1])], "MaxPool"),
        "node `y` (MaxPool): its padding of [0, 0] before and [1, 1] after is not alike",
    );
    refused(
        pool(vec![kernel(), ints("pads", &[2, 2, 2, 2])], "MaxPool"),
        "node `y` (MaxPool): its padding [2, 2] is more than half of its window [3, 3]",
    );
    refused(
        pool(vec![kernel(), ints("strides", &[2, 2]), int("ceil_mode", 1)], "MaxPool"),
        "node `y` (MaxPool): ceil_mode gives windows that lie outside of the image in part; there is no such layer",
    );
    refused(
        pool(vec![kernel(), ints("strides", &[2])], "MaxPool"),
        "node `y` (MaxPool): its strides are [2], beside an input of 2 axes",
    );
}

#[test]
fn padding() {
    let pad = |pads: &[i64], attributes| {
        integers(single(&[1, 4, 4], "Pad", &["x", "p", "v"], attributes), "p", pads)
    };
    let zeros = |model: Model| {
        let mut model = ones(model, "v", &[1]);
        model.graph.as_mut().unwrap().initializer[1].float_data = vec![0.0];
        model
    };
    refused(
        zeros(pad(&[0, 0, 1, 1, 0, 0, 1, 1], vec![text("mode", "reflect")])),
        "node `y` (Pad): its mode is `reflect`; there is a layer that pads with zeros",
    );
    refused(
        ones(pad(&[0, 0, 1, 1, 0, 0, 1, 1], vec![]), "v", &[1]),
        "node `y` (Pad): it pads with 1; there is a layer that pads with zeros",
    );
    refused(
        zeros(pad(&[0, 0, 1, 0, 0, 0, 0, 0], vec![])),
        "node `y` (Pad): it pads more on one side than on the other, and no convolution follows that could",
    );
    refused(zeros(pad(&[1, 0, 0, 0, 0, 0, 0, 0], vec![])), "node `y` (Pad): it goes over the batch");
}

#[test]
fn norms_and_activations() {
    let norm = |attributes| ones(single(&[2, 3], "LayerNormalization", &["x", "w"], attributes), "w", &[3]);
    refused(
        norm(vec![int("axis", 1), float("epsilon", 2e-6)]),
        "node `y` (LayerNormalization): its epsilon is 0.000002; that of our norms is 1, 0.1, 0.01 and so on, down to 1e-20",
    );
    refused(
        norm(vec![int("axis", -1)]),
        "node `y` (LayerNormalization): it normalises a part of each sample; ours the whole",
    );
    let batch_norm =
        single(&[3], "BatchNormalization", &["x", "w", "w", "w", "w"], vec![int("training_mode", 1)]);
    refused(ones(batch_norm, "w", &[3]), "node `y` (BatchNormalization): it is in training mode");
    let short = single(&[3], "BatchNormalization", &["x", "w", "w", "w", "w"], vec![]);
    refused(ones(short, "w", &[2]), "node `y` (BatchNormalization): its scale has 2 numbers for 3 channels");
    refused(
        single(&[3], "Elu", &["x"], vec![float("alpha", 0.5)]),
        "node `y` (Elu): its alpha is 0.5; our Elu has 1",
    );
    refused(
        single(&[3], "Gelu", &["x"], vec![text("approximate", "fast")]),
        "node `y` (Gelu): its approximate is `fast`; ours is exact, or with tanh",
    );
    refused(
        single(&[2, 3], "Softmax", &["x"], vec![int("axis", 1)]),
        "node `y` (Softmax): it does not go along the last axis; ours does",
    );
    refused(
        ones(single(&[2, 3], "PRelu", &["x", "w"], vec![]), "w", &[2, 3]),
        "node `y` (PRelu): its slope has the shape [2, 3], not one for each channel",
    );
}

#[test]
fn views() {
    refused(
        integers(single(&[2, 3], "Reshape", &["x", "s"], vec![]), "s", &[-1, 3]),
        "node `y` (Reshape): it makes the shape [-1, 3] of [2, 3] beside the batch",
    );
    refused(
        single(&[2, 3], "Flatten", &["x"], vec![int("axis", 2)]),
        "node `y` (Flatten): it flattens from axis 2 on, not each sample",
    );
    refused(
        single(&[2, 3], "Transpose", &["x"], vec![ints("perm", &[0, 2, 1])]),
        "node `y` (Transpose): it moves the axes to [0, 2, 1]; there is no layer for this operator",
    );
    refused(
        single(&[2, 3], "Cast", &["x"], vec![int("to", 11)]),
        "node `y` (Cast): it makes numbers of another type; a network has one",
    );
}

/// Means over other axes than those of images may have the shape that those would have.
#[test]
fn means_of_channels() {
    refused(
        single(&[3, 3], "ReduceMean", &["x"], vec![ints("axes", &[1]), int("keepdims", 0)]),
        "node `y` (ReduceMean): there is no layer for this operator",
    );
}

#[test]
fn branches() {
    let two =
        |sizes: &[i64]| node(node(graph(sizes), "Relu", &["x"], "a", vec![]), "Tanh", &["x"], "b", vec![]);
    refused(
        node(two(&[2, 3]), "Concat", &["a", "b"], "y", vec![int("axis", 2)]),
        "node `y` (Concat): it joins along axis 2; there is a layer for axis 1, the channels",
    );
    refused(
        ones(node(two(&[2, 3]), "Concat", &["a", "w"], "y", vec![int("axis", 1)]), "w", &[1, 2, 3]),
        "node `y` (Concat): it joins the samples with numbers of the file",
    );
    refused(
        node(two(&[3]), "Mul", &["a", "b"], "y", vec![]),
        "node `y` (Mul): it joins branches; there are layers that add them or concatenate them",
    );
    let pooled = node(graph(&[2, 3, 3]), "GlobalMaxPool", &["x"], "a", vec![]);
    refused(
        node(pooled, "Add", &["a", "x"], "y", vec![]),
        "node `y` (Add): it adds samples of shape [2, 1, 1] to others, of shape [2, 3, 3]",
    );
    // Both branches end in what both of two others feed.
    let crossed = node(
        node(two(&[3]), "Concat", &["a", "b"], "c", vec![int("axis", 1)]),
        "Sum",
        &["a", "b"],
        "d",
        vec![],
    );
    refused(
        node(crossed, "Concat", &["c", "d"], "y", vec![int("axis", 1)]),
        "node `a` (Relu): two branches share it beside other nodes; there is no layer for such a graph",
    );
    // A skip connection that ends inside of another one's branch.
    let inner = node(two(&[3]), "Tanh", &["a"], "c", vec![]);
    let inner = node(inner, "Concat", &["c", "b"], "d", vec![int("axis", 1)]);
    let inner = node(inner, "Concat", &["a", "b"], "e", vec![int("axis", 1)]);
    let error = import(&node(inner, "Add", &["d", "e"], "y", vec![]).to_bytes(), Path::new(""))
        .unwrap_err()
        .to_string();
    assert!(error.contains("two branches share it"), "{error}");
}

#[test]
fn numbers_that_no_layer_takes_in() {
    let mut zero = ones(single(&[3], "Mul", &["x", "w"], vec![]), "w", &[3]);
    zero.graph.as_mut().unwrap().initializer[0].float_data[1] = 0.0;
    refused(zero, "node `y` (Mul): it multiplies by 0; no layer does");
    refused(
        ones(single(&[3], "Div", &["w", "x"], vec![]), "w", &[3]),
        "node `y` (Div): it divides by what depends on the input; there is no layer for this operator",
    );
}

#[test]
fn too_many_layers() {
    let mut model = graph(&[3]);
    for layer in 0..257 {
        let input = if layer == 0 { "x".into() } else { format!("v{layer}") };
        let output = if layer == 256 { "y".into() } else { format!("v{}", layer + 1) };
        model = node(model, "Relu", &[&input], &output, vec![]);
    }
    refused(model, "a network has at most 256 layers one after the other, this one has 257");
}

/// What a file of another program would hardly say.
#[test]
fn contradictions() {
    refused(single(&[1; 7], "Relu", &["x"], vec![]), "a sample of 7 axes; shapes have at most 6");
    let conv =
        |attributes| ones(single(&[1, 4, 4], "Conv", &["x", "w", "b"], attributes), "w", &[2, 1, 3, 3]);
    refused(ones(conv(vec![text("auto_pad", "ODD")]), "b", &[2]), "node `y` (Conv): its auto_pad is `ODD`");
    refused(ones(conv(vec![int("group", 0)]), "b", &[2]), "node `y` (Conv): its group is 0");
    refused(ones(conv(vec![]), "b", &[3]), "node `y` (Conv): its bias has 3 numbers for 2 channels");
    refused(
        ones(conv(vec![ints("kernel_shape", &[5, 5])]), "b", &[2]),
        "node `y` (Conv): its kernel has the shape [3, 3]",
    );
    refused(
        ones(
            single(&[1, 2, 2], "ConvTranspose", &["x", "w"], vec![ints("pads", &[2, 2, 2, 2])]),
            "w",
            &[1, 1, 3, 3],
        ),
        "node `y` (ConvTranspose): its padding 4 leaves nothing of 4 pixels",
    );
    let gemm = ones(single(&[3], "Gemm", &["x", "w", "c"], vec![]), "w", &[3, 2]);
    refused(ones(gemm, "c", &[3]), "node `y` (Gemm): its summand has the shape [3], for 2 outputs");
    refused(
        ones(single(&[3], "Reshape", &["x", "s"], vec![]), "s", &[2]),
        "node `y` (Reshape): the shape that it gives is not known before the program runs",
    );
    refused(
        integers(single(&[2, 3], "Squeeze", &["x", "a"], vec![]), "a", &[1]),
        "node `y` (Squeeze): it takes away an axis of 2 numbers",
    );
    refused(
        single(&[2, 3], "Flatten", &["x"], vec![int("axis", 9)]),
        "node `y` (Flatten): it flattens from axis 9 on, not each sample",
    );
    refused(
        single(&[2, 3], "Softmax", &["x"], vec![int("axis", 5)]),
        "node `y` (Softmax): samples of 2 axes have no axis 5",
    );
    refused(
        node(node(graph(&[2, 3]), "Flatten", &["x"], "a", vec![]), "Add", &["x", "a"], "y", vec![]),
        "node `y` (Add): samples of 1 axes beside others of 2",
    );
    refused(
        ones(single(&[2, 3], "Add", &["x", "w"], vec![]), "w", &[4]),
        "node `y` (Add): a size of 3 beside one of 4",
    );
    refused(
        ones(single(&[3], "Add", &["x", "w"], vec![]), "w", &[2, 1, 3]),
        "node `y` (Add): numbers of shape [2, 1, 3] beside samples of 1 axes",
    );
}

#[test]
fn what_cannot_be_folded() {
    let shape = node(graph(&[2, 3]), "Shape", &["x"], "s", vec![]);
    refused(
        node(node(shape, "Add", &["s", "s"], "t", vec![]), "Reshape", &["x", "t"], "y", vec![]),
        "node `t` (Add): it computes with the number of samples, or too large numbers",
    );
    refused(
        node(ones(graph(&[3]), "w", &[3, 3]), "Gemm", &["w", "w"], "v", vec![]),
        "node `v` (Gemm): it does not depend on the network's input, and cannot be folded",
    );
    let grown = integers(graph(&[3]), "s", &[1 << 30, 1 << 30]);
    refused(
        node(grown, "ConstantOfShape", &["s"], "v", vec![]),
        "node `v` (ConstantOfShape): it gives the shape [1073741824, 1073741824], of too many numbers or none",
    );
    refused(
        node(integers(graph(&[3]), "s", &[2]), "Squeeze", &["s", "s"], "v", vec![]),
        "node `v` (Squeeze): there are 1 axes, and no axis 2",
    );
    refused(
        node(ones(graph(&[3]), "w", &[2]), "Mul", &["w", "u"], "v", vec![]),
        "node `v` (Mul): it takes `u`, which nothing before it gives",
    );
}
