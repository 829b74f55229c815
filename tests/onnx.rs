//! Networks exported as ONNX: the library's models, and what a file says.
//!
//! That the files compute what we compute, ONNX Runtime decides: see `exported`.
#![cfg_attr(not(debug_assertions), recursion_limit = "256")]

mod exported;

use dimwise::models::{DeepConvNet, LeNet5, NeuralNet, ResNet, SimpleConvNet, TwoLayerNet};
use dimwise::prelude::*;
use dimwise::storage::onnx::{self, OnnxError, Options};
use dimwise_onnx_format as format;
use exported::export;

const AS_IT_IS: Options = Options { softmax: false };

macro_rules! models {
    ($($test:ident $model:ty;)*) => {
        $(#[test]
        fn $test() {
            export::<$model>(concat!("model_", stringify!($test)), AS_IT_IS);
        })*
    };
}
models! {
    two_layer_net TwoLayerNet;
    neural_net NeuralNet;
    simple_conv_net SimpleConvNet;
    deep_conv_net DeepConvNet;
    le_net_5 LeNet5;
    res_net ResNet;
}

network! {
    type Small<T> = [Affine<U3, U4, T>, Tanh<U4, T>, Identity<U4, T>, Affine<U4, U2, T>];
    type Rows<T> = [Reshape<U6, (U2, U3), T>, Tanh<(U2, U3), T>];
    type Number<T> = [LayerNorm<(), (), T>, Softmax<(), T>, Flatten<(), T>, Affine<U1, U2, T>];
    type Nothing<T> = [Identity<U3, T>, Dropout<U3, U50, T>];
    type Inner<T> = [Affine<U4, U4, T>, Relu<U4, T>];
    type Nested<T> = [Inner<T>, Residual<Inner<T>>, Inner<T>];
}

#[test]
fn softmax_on_request() {
    export::<Small>("softmax", Options { softmax: true });
    export::<Rows>("softmax_of_rows", Options { softmax: true });
    export::<Number>("softmax_of_a_number", Options { softmax: true });
}

#[test]
fn what_writes_no_node() {
    export::<Nothing>("nothing", AS_IT_IS);
}

#[test]
fn numbers_of_64_bits() {
    export::<Small<f64>>("double_small", AS_IT_IS);
    export::<TwoLayerNet<f64>>("double_two_layer_net", AS_IT_IS);
    export::<Number<f64>>("double_number", AS_IT_IS);
}

macro_rules! hundred_layers {
    ($($layers:ident)*) => {
        network! { type Deep = [Affine<U4, U8>, $(Tanh<U8>, Affine<U8, U8>, $layers<U8>, LayerNorm<U8>,)* Affine<U8, U2>]; }
    };
}
hundred_layers!(Relu Elu Gelu Silu Relu Elu Gelu Silu Relu Elu Gelu Silu Relu Elu Gelu Silu Relu Elu Gelu Silu Relu Elu Gelu Silu Relu);

#[test]
fn a_hundred_layers() {
    export::<Deep>("deep", AS_IT_IS);
}

#[test]
fn weights_are_named_by_their_paths() {
    let network = Nested::<f32>::initialized(HeNormal, 1);
    let graph =
        format::Model::from_bytes(&onnx::to_bytes(&*network, AS_IT_IS).unwrap()).unwrap().graph.unwrap();
    let mut found = graph.initializer.iter();
    Nested::<f32>::segments(|segment| {
        let tensor = found.next().unwrap();
        assert_eq!(tensor.name, segment.path.to_string());
        let dims: Vec<_> = tensor.dims.iter().map(|size| *size as usize).collect();
        assert_eq!(dims, segment.dims, "{}", tensor.name);
        let bytes: Vec<_> =
            network.as_slice()[segment.range()].iter().flat_map(|number| number.to_le_bytes()).collect();
        assert_eq!(tensor.raw_data, bytes, "{}", tensor.name);
    });
    assert!(found.next().is_none());
    assert_eq!(graph.input[0].name, "input");
    assert_eq!(graph.output[0].name, "output");
    let dims = |info: &format::ValueInfo| {
        info.r#type.clone().unwrap().tensor_type.unwrap().shape.unwrap().dim[0].dim_param.clone()
    };
    assert_eq!(dims(&graph.input[0]).as_deref(), Some("batch"));
    assert_eq!(dims(&graph.output[0]).as_deref(), Some("batch"));
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let network = Small::<f32>::initialized(HeNormal, 1);
    let path = std::env::temp_dir().join("dimwise-no-such-folder/net.onnx");
    let error = onnx::export(&*network, &path, AS_IT_IS).unwrap_err();
    assert!(error.to_string().starts_with(path.to_str().unwrap()), "{error}");
    assert!(matches!(error, OnnxError::Io { .. }));
}
