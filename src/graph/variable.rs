//! The ends of a graph on its left: [`Variable`], which gets a gradient, and [`Constant`].

use alloc::boxed::Box;
use core::cell::{Ref, RefCell};

use super::{Expression, PlaceOf, Role};
use crate::element::Element;
use crate::plain::{Nothing, Plain};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A tensor that a graph is differentiated by: it has a value, and a gradient that graphs add to.
///
/// It stands in a graph as `&variable`. Value and gradient lie on the heap, however large.
///
/// ```
/// use dimwise::graph::{Graph, Node, Variable};
///
/// let x = Variable::new([1.0, 2.0]);
/// let mut loss = Graph::new(x.square().sum());
/// for _ in 0..100 {
///     x.zero_gradient();
///     loss.forward();
///     loss.backward();
///     x.update(|value, gradient| *value -= 0.1 * gradient);
/// }
/// assert!(loss.forward()[[]] < 1e-9);
/// ```
#[derive(Debug)]
pub struct Variable<S: Shape, T: Element = f32> {
    value: RefCell<Box<Tensor<S, T>>>,
    gradient: RefCell<Box<Tensor<S, T>>>,
}

impl<S: Shape, T: Element> Variable<S, T> {
    /// A variable with this value: a tensor, a number, or nested arrays.
    pub fn new(value: impl Into<Tensor<S, T>>) -> Self {
        Self::boxed(Box::new(value.into()))
    }

    /// [`new`](Self::new) for a tensor that is large, and so on the heap.
    pub fn boxed(value: Box<Tensor<S, T>>) -> Self {
        Self { value: RefCell::new(value), gradient: RefCell::new(Tensor::zeroed()) }
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// Panics if called during an [`update`](Self::update). While the reference is kept, an update panics.
    pub fn value(&self) -> Ref<'_, Tensor<S, T>> {
        Ref::map(self.value.borrow(), |value| &**value)
    }

    /// The sum of the gradients of all backward passes since it was last set to zero.
    ///
    /// # Panics
    ///
    /// Panics if called during an [`update`](Self::update). While the reference is kept, a backward pass panics.
    pub fn gradient(&self) -> Ref<'_, Tensor<S, T>> {
        Ref::map(self.gradient.borrow(), |gradient| &**gradient)
    }

    /// Sets the gradient to zero, before a backward pass that should not be added to the last one.
    ///
    /// # Panics
    ///
    /// Panics if a reference to the gradient is kept.
    pub fn zero_gradient(&self) {
        self.gradient.borrow_mut().as_mut_slice().fill(T::ZERO);
    }

    /// Calls `change` with each element of the value and the gradient by it.
    ///
    /// # Panics
    ///
    /// Panics if a reference to the value is kept.
    pub fn update(&self, mut change: impl FnMut(&mut T, T)) {
        let (mut value, gradient) = (self.value.borrow_mut(), self.gradient.borrow());
        for (value, gradient) in value.as_mut_slice().iter_mut().zip(gradient.as_slice()) {
            change(value, *gradient);
        }
    }
}

/// Zeros.
impl<S: Shape, T: Element> Default for Variable<S, T> {
    fn default() -> Self {
        Self::boxed(Tensor::zeroed())
    }
}

graph_node!(['a, S: Shape, T: Element] &'a Variable<S, T>, T);

#[diagnostic::do_not_recommend]
impl<S: Shape, T: Element> Expression for &Variable<S, T> {
    type Shape = S;
    type Inputs = Nothing<T>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
        place.value.as_mut_slice().copy_from_slice(self.value.borrow().as_slice());
    }

    fn backward(&self, place: &mut PlaceOf<Self>) {
        // A variable that is used more than once gets the sum of the gradients of all uses.
        let mut gradient = self.gradient.borrow_mut();
        for (sum, gradient) in gradient.as_mut_slice().iter_mut().zip(place.gradient.as_slice()) {
            *sum += *gradient;
        }
    }

    fn placeholders(&self, _: &mut PlaceOf<Self>, _: &mut impl FnMut(Role, &mut [T], &[T])) {}
}

/// A tensor in a graph without a gradient: data.
///
/// ```
/// use dimwise::graph::{Graph, Node, Variable, constant};
/// use dimwise::prelude::*;
///
/// let inputs = Tensor::from([1.0, 2.0]);
/// let weight = Variable::new([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]);
/// let mut outputs = Graph::new(constant(&inputs).matmul(&weight));
/// assert_eq!(*outputs.forward(), Tensor::from([1.0, 2.0, 4.0]));
/// ```
#[derive(Debug)]
pub struct Constant<'a, S: Shape, T: Element = f32>(&'a Tensor<S, T>);

/// A tensor as a node.
pub fn constant<S: Shape, T: Element>(value: &Tensor<S, T>) -> Constant<'_, S, T> {
    Constant(value)
}

impl<S: Shape, T: Element> Clone for Constant<'_, S, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S: Shape, T: Element> Copy for Constant<'_, S, T> {}

graph_node!(['a, S: Shape, T: Element] Constant<'a, S, T>, T);

#[diagnostic::do_not_recommend]
impl<S: Shape, T: Element> Expression for Constant<'_, S, T> {
    type Shape = S;
    type Inputs = Nothing<T>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
        place.value.as_mut_slice().copy_from_slice(self.0.as_slice());
    }

    fn backward(&self, _: &mut PlaceOf<Self>) {}

    fn placeholders(&self, _: &mut PlaceOf<Self>, _: &mut impl FnMut(Role, &mut [T], &[T])) {}
}
