//! The operators that are read, with every attribute that each may have.

/// Whether operators of this domain are those of ONNX itself.
pub(crate) fn is_own(domain: &str) -> bool {
    matches!(domain, "" | "ai.onnx")
}

/// The attributes of an operator, if it is one that is read.
pub(crate) fn attributes(operator: &str) -> Option<&'static [&'static str]> {
    let known: &[&str] = match operator {
        "Gemm" => &["alpha", "beta", "transA", "transB"],
        "Conv" => &["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"],
        "ConvTranspose" => &[
            "auto_pad",
            "dilations",
            "group",
            "kernel_shape",
            "output_padding",
            "output_shape",
            "pads",
            "strides",
        ],
        "MaxPool" => {
            &["auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"]
        }
        "AveragePool" => {
            &["auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"]
        }
        // The momentum is of no use but in training, where ours stands.
        "BatchNormalization" => &["epsilon", "momentum", "training_mode"],
        "LayerNormalization" => &["axis", "epsilon", "stash_type"],
        "GroupNormalization" => &["epsilon", "num_groups", "stash_type"],
        "InstanceNormalization" => &["epsilon"],
        "LeakyRelu" | "Elu" | "Swish" => &["alpha"],
        "Gelu" => &["approximate"],
        "Softmax" | "LogSoftmax" | "Flatten" | "Concat" | "Gather" => &["axis"],
        "Dropout" => &["ratio", "seed"],
        "Reshape" => &["allowzero"],
        "Squeeze" | "Unsqueeze" => &["axes"],
        "Transpose" => &["perm"],
        "Pad" => &["mode", "pads", "value"],
        "ReduceMean" | "ReduceSum" => &["axes", "keepdims", "noop_with_empty_axes"],
        "Clip" => &["max", "min"],
        "Cast" => &["saturate", "to"],
        "Constant" => &["value", "value_float", "value_floats", "value_int", "value_ints"],
        "ConstantOfShape" => &["value"],
        "Shape" => &["end", "start"],
        "Slice" => &["axes", "ends", "starts"],
        "MatMul" | "GlobalAveragePool" | "GlobalMaxPool" | "Relu" | "PRelu" | "Softplus" | "Sigmoid"
        | "Tanh" | "Identity" | "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Min" | "Max" | "Sum" | "Neg"
        | "Abs" | "Sqrt" | "Exp" | "Log" | "Erf" | "Reciprocal" | "Expand" | "Where" | "Greater"
        | "GreaterOrEqual" | "Less" | "LessOrEqual" | "Equal" => &[],
        // Of whole numbers, which are no samples.
        "Mod" => &["fmod"],
        _ => return None,
    };
    Some(known)
}
