//! The messages of an ONNX file, as far as dimwise writes and reads them.
//!
//! They are those of [`onnx.proto`](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), annotated by hand, so that
//! no `protoc` is needed: the numbers are the format, the names are for us. A field that is not listed is skipped when a
//! file is read.
//!
//! Both sides of dimwise use it: the library, which exports networks, and `dimwise-onnx`, which imports them.

pub use prost::DecodeError;
use prost::Message;

/// A whole file.
#[derive(Clone, PartialEq, Message)]
pub struct Model {
    /// The version of the format.
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    /// The program that wrote it.
    #[prost(string, tag = "2")]
    pub producer_name: String,
    /// That program's version.
    #[prost(string, tag = "3")]
    pub producer_version: String,
    /// The network.
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    /// The versions of the operators.
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
}

/// The version of a set of operators.
#[derive(Clone, PartialEq, Message)]
pub struct OperatorSet {
    /// Whose operators: those of ONNX itself have an empty name.
    #[prost(string, tag = "1")]
    pub domain: String,
    /// The version.
    #[prost(int64, tag = "2")]
    pub version: i64,
}

/// A network: nodes, each after those that it takes something from.
#[derive(Clone, PartialEq, Message)]
pub struct Graph {
    /// What is computed.
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    /// The network's name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Tensors that are known: weights.
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    /// What comes in.
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfo>,
    /// What goes out.
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfo>,
}

/// One operation.
#[derive(Clone, PartialEq, Message)]
pub struct Node {
    /// The names of what it takes; an empty one is left out.
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    /// The names of what it gives.
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    /// The node's own name; may be empty.
    #[prost(string, tag = "3")]
    pub name: String,
    /// Which operation: `Gemm`, `Conv`.
    #[prost(string, tag = "4")]
    pub op_type: String,
    /// What it is told beside its inputs.
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
    /// Whose operation: those of ONNX itself have an empty name.
    #[prost(string, tag = "7")]
    pub domain: String,
}

/// A setting of a node.
#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    /// The setting's name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// A number.
    #[prost(float, optional, tag = "2")]
    pub f: Option<f32>,
    /// A whole number.
    #[prost(int64, optional, tag = "3")]
    pub i: Option<i64>,
    /// A text.
    #[prost(bytes = "vec", optional, tag = "4")]
    pub s: Option<Vec<u8>>,
    /// A tensor.
    #[prost(message, optional, tag = "5")]
    pub t: Option<Tensor>,
    /// Numbers.
    #[prost(float, repeated, packed = "false", tag = "7")]
    pub floats: Vec<f32>,
    /// Whole numbers.
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    /// Which of these it is: one of [`attribute`].
    #[prost(int32, tag = "20")]
    pub r#type: i32,
}

/// What an [`Attribute`] is.
pub mod attribute {
    /// A number, in `f`.
    pub const FLOAT: i32 = 1;
    /// A whole number, in `i`.
    pub const INT: i32 = 2;
    /// A text, in `s`.
    pub const STRING: i32 = 3;
    /// Whole numbers, in `ints`.
    pub const INTS: i32 = 7;
}

/// Numbers of a shape.
#[derive(Clone, PartialEq, Message)]
pub struct Tensor {
    /// The shape.
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    /// The type of the numbers: one of [`element`].
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    /// Numbers of type `f32`.
    #[prost(float, repeated, tag = "4")]
    pub float_data: Vec<f32>,
    /// Numbers of type `i32`, and of the shorter ones.
    #[prost(int32, repeated, tag = "5")]
    pub int32_data: Vec<i32>,
    /// Numbers of type `i64`.
    #[prost(int64, repeated, tag = "7")]
    pub int64_data: Vec<i64>,
    /// The tensor's name.
    #[prost(string, tag = "8")]
    pub name: String,
    /// Numbers of any type as bytes, the lowest first.
    #[prost(bytes = "vec", tag = "9")]
    pub raw_data: Vec<u8>,
    /// Numbers of type `f64`.
    #[prost(double, repeated, tag = "10")]
    pub double_data: Vec<f64>,
    /// Where else the bytes are: `location`, `offset`, `length`.
    #[prost(message, repeated, tag = "13")]
    pub external_data: Vec<Entry>,
    /// 1 if the bytes are in another file.
    #[prost(int32, tag = "14")]
    pub data_location: i32,
}

/// The types of numbers, as the format counts them.
pub mod element {
    /// `f32`
    pub const FLOAT: i32 = 1;
    /// `i32`
    pub const INT32: i32 = 6;
    /// `i64`
    pub const INT64: i32 = 7;
    /// `bool`
    pub const BOOL: i32 = 9;
    /// `f64`
    pub const DOUBLE: i32 = 11;
}

/// A key and its text.
#[derive(Clone, PartialEq, Message)]
pub struct Entry {
    /// The key.
    #[prost(string, tag = "1")]
    pub key: String,
    /// The text.
    #[prost(string, tag = "2")]
    pub value: String,
}

/// What comes in or goes out.
#[derive(Clone, PartialEq, Message)]
pub struct ValueInfo {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its type.
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<Type>,
}

/// The type of a value, if it is a tensor.
#[derive(Clone, PartialEq, Message)]
pub struct Type {
    /// The tensor's type.
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

/// The type of a tensor.
#[derive(Clone, PartialEq, Message)]
pub struct TensorType {
    /// The type of the numbers: one of [`element`].
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    /// The shape.
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

/// A shape, some of whose sizes may not be known.
#[derive(Clone, PartialEq, Message)]
pub struct Shape {
    /// The sizes.
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// A size: a number, a name for one that is not known, or neither.
#[derive(Clone, PartialEq, Message)]
pub struct Dimension {
    /// The number.
    #[prost(int64, optional, tag = "1")]
    pub dim_value: Option<i64>,
    /// The name.
    #[prost(string, optional, tag = "2")]
    pub dim_param: Option<String>,
}

impl Model {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// How many bytes the file has.
    pub fn len_in_bytes(&self) -> usize {
        self.encoded_len()
    }

    /// Reads a file. What it allocates is at most in proportion to the bytes.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the bytes are no messages of these fields.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(bytes)
    }
}
