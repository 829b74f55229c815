//! [`Place`]: the memory of a node.

use super::Expression;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// The memory of a node: its value, its gradient, and the places of its inputs.
///
/// A plain value, whose size the compiler knows: the places of a whole graph are one block of elements.
#[derive(Debug)]
#[repr(C)]
pub struct Place<S: Shape, T: Element, I: Plain<Element = T>> {
    /// What `forward` computed.
    pub value: Tensor<S, T>,
    /// The gradient of the graph's result by the value.
    pub gradient: Tensor<S, T>,
    /// The places of the node's inputs.
    pub inputs: I,
}

crate::plain!(Place<S: Shape, T: Element, I: Plain<Element = T>>: T { value, gradient, inputs });

/// The place of a node of type `E`.
pub type PlaceOf<E> = Place<<E as Expression>::Shape, <E as super::Node>::Element, <E as Expression>::Inputs>;

/// The places of two inputs.
#[derive(Debug)]
#[repr(C)]
pub struct Inputs<L: Plain, R: Plain<Element = L::Element>> {
    /// The place of the input on the left.
    pub left: L,
    /// The place of the input on the right.
    pub right: R,
}

crate::plain!(Inputs<L: Plain, R: Plain<Element = L::Element>>: L::Element { left, right });
