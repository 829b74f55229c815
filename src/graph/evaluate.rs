//! [`Graph`]: an expression with the memory to compute it.

use alloc::boxed::Box;
use core::fmt;

use super::{Expression, IsScalar, PlaceOf};
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A graph of type `E` with memory for the value and the gradient of each of its nodes.
///
/// The memory is allocated once, on the heap; after that, forward and backward allocate nothing.
///
/// ```
/// use dimwise::graph::{Graph, Node, Variable};
///
/// let x = Variable::new(0.5_f64);
/// let mut y = Graph::new(1.0 / ((&x * -1.0).exp() + 1.0));
/// assert_eq!(y.forward()[[]], 1.0 / (1.0 + f64::exp(-x.value()[[]])));
/// y.backward();
/// let y = y.value()[[]];
/// assert!((x.gradient()[[]] - y * (1.0 - y)).abs() < 1e-15);
/// ```
pub struct Graph<E: Expression> {
    expression: E,
    place: Box<PlaceOf<E>>,
}

impl<E: Expression> Graph<E> {
    /// The size of all values and gradients in bytes.
    ///
    /// ```
    /// use dimwise::graph::{Expression, Graph, Node, Variable};
    ///
    /// fn bytes<E: Expression>(_: &Graph<E>) -> usize {
    ///     Graph::<E>::BYTES
    /// }
    /// let x = Variable::new([1.0_f32, 2.0]);
    /// assert_eq!(bytes(&Graph::new(x.exp().sum())), 2 * 4 * (2 + 2 + 1));
    /// ```
    pub const BYTES: usize = size_of::<PlaceOf<E>>();

    /// Allocates the memory of a graph.
    ///
    /// # Panics
    ///
    /// Panics if the graph contains a placeholder: those of a [`GraphLoss`](super::GraphLoss) have a value
    /// nowhere else.
    pub fn new(expression: E) -> Self {
        let mut place = PlaceOf::<E>::zeroed();
        expression.placeholders(&mut place, &mut |_, _, _| {
            panic!("the placeholders of a loss have no value outside of it")
        });
        Self { expression, place }
    }

    /// Computes the value of each node from those of the variables, and returns that of the last one.
    pub fn forward(&mut self) -> &Tensor<E::Shape, E::Element> {
        self.expression.forward(&mut self.place);
        self.value()
    }

    /// The result of the last [`forward`](Self::forward); zeros before.
    pub fn value(&self) -> &Tensor<E::Shape, E::Element> {
        &self.place.value
    }

    /// Adds the gradient of the value, a scalar, to the gradient of each variable; called after
    /// [`forward`](Self::forward).
    ///
    /// # Panics
    ///
    /// Panics if a reference to a variable's gradient is kept.
    pub fn backward(&mut self)
    where
        E: Expression<Shape: Shape<Decimal: IsScalar>>,
    {
        self.place.gradient.as_mut_slice().fill(E::Element::ONE);
        self.expression.backward(&mut self.place);
    }

    /// [`backward`](Self::backward) from a given gradient by the graph's value.
    ///
    /// ```
    /// use dimwise::graph::{Graph, Node, Variable};
    /// use dimwise::prelude::*;
    ///
    /// let x = Variable::new([1.0, 2.0]);
    /// let mut y = Graph::new(x.square());
    /// y.forward();
    /// y.backward_from(&Tensor::from([10.0, 1.0]));
    /// assert_eq!(*x.gradient(), Tensor::from([20.0, 4.0]));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a reference to a variable's gradient is kept.
    pub fn backward_from(&mut self, gradient: &Tensor<E::Shape, E::Element>) {
        self.place.gradient.as_mut_slice().copy_from_slice(gradient.as_slice());
        self.expression.backward(&mut self.place);
    }
}

impl<E: Expression> fmt::Debug for Graph<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph")
            .field("expression", &core::any::type_name::<E>())
            .field("value", self.value())
            .finish_non_exhaustive()
    }
}
