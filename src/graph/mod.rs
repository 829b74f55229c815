//! Computational graphs as types: [`Variable`]s, the [`Node`]s made of them, and the [`Graph`] that
//! computes a value forward and all gradients backward.
//!
//! For formulas of your own, which no layer computes, and for losses ([`GraphLoss`]). It follows
//! chapter 5 of *Deep Learning from Scratch* (Saito). A graph knows tensors; it knows no layers, no
//! networks and no optimizers.
//!
//! # A graph
//!
//! Two apples at 100 yen each, and 10 % tax: the book draws it as circles and arrows, numbers go from
//! the left to the right. Here it is written as the formula that it is:
//!
//! ```
//! use dimwise::graph::{Graph, Variable};
//!
//! let (price, count, tax) = (Variable::new(100.0_f64), Variable::new(2.0_f64), Variable::new(1.1_f64));
//! let mut total = Graph::new(&price * &count * &tax);
//! assert!((total.forward()[[]] - 220.0).abs() < 1e-9);
//! total.backward();
//! assert!((price.gradient()[[]] - 2.2).abs() < 1e-9);
//! assert!((count.gradient()[[]] - 110.0).abs() < 1e-9);
//! assert!((tax.gradient()[[]] - 200.0).abs() < 1e-9);
//! ```
//!
//! A yen more for an apple costs 2.2 yen in the end: that is what a derivative says.
//!
//! # Local derivatives
//!
//! A node knows nothing of the graph around it. Forward, it computes its value from those of its inputs.
//! Backward, it receives the gradient: how the result of the graph changes with the node's value. It multiplies
//! the gradient by its **local derivative** by each input, for `a · b` that is `b` for the one and `a` for the
//! other, and passes the products on to its inputs, which do the same.
//!
//! # The chain rule
//!
//! That the result is right is the chain rule: in `z = g(y)`, `y = f(x)`, the derivative is
//! `dz/dx = dz/dy · dy/dx`, a product of local derivatives along the path. If several paths lead from
//! `x` to the result, because `x` is used more than once, their products are added: so every node *adds* to
//! the gradient of a variable.
//!
//! ```
//! use dimwise::graph::{Graph, Node, Variable};
//!
//! // z = x² + 3x, dz/dx = 2x + 3
//! let x = Variable::new(5.0);
//! let mut z = Graph::new(x.square() + &x * 3.0);
//! assert_eq!(z.forward()[[]], 40.0);
//! z.backward();
//! assert_eq!(x.gradient()[[]], 13.0);
//! ```
//!
//! # The graph is a type
//!
//! The type of `&x * &w + &b` is `Binary<Add, Binary<Mul, &Variable, &Variable>, &Variable>`: the whole
//! graph. So the compiler checks the shape of every node, and names in decimal two that do not fit;
//! it knows how much memory the values and the gradients take ([`Graph::BYTES`]), which is reserved once,
//! when the graph is made; and forward and backward are two plain recursions over that type, without a
//! tape, without a list of nodes, and without an allocation.
//!
//! A node is a small value that can be copied; used twice, it stands in the graph twice. A variable
//! stands in it by reference, so that it has one value and one gradient wherever it is used.
//!
//! # Adding a node
//!
//! Functions of your own go into a graph by [`Node::apply`] (of one element), [`Node::combine`] (of two) and
//! [`Node::reduce`] (of all). In this module, any other node is a struct that holds its inputs, with
//! `graph_node!`, which gives it the operators, and [`Expression`], as in `repeat.rs`; and a line in
//! `tests/graph.rs`.

#[macro_use]
mod operator;
mod binary;
mod evaluate;
pub mod function;
mod loss;
mod matmul;
mod place;
mod reduce;
mod repeat;
mod unary;
mod variable;

pub use binary::{Beside, Binary};
pub use evaluate::Graph;
pub use loss::{GraphLoss, Numbers, OutputNode, Placeholder, Role, TargetNode};
use matmul::{InnerOf, IsMatrix, RowsOf};
pub use matmul::{Matmul, MatrixLeft};
pub use place::{Inputs, Place, PlaceOf};
pub use reduce::{MaximumAll, MeanAll, Reduce, Reduction, SumAll};
pub use repeat::{Repeat, Repeated};
pub use unary::Unary;
pub use variable::{Constant, Variable, constant};

use function::{Exp, HyperbolicTangent, Larger, Ln, Logistic, Power, Rectifier, Sqrt, Square, Weigh};

use crate::element::Element;
use crate::plain::Plain;
use crate::shape::{Dim, Shape};

/// A node of a graph: a variable, or what is computed from other nodes.
///
/// Nodes are combined by `+ - * /` with other nodes and with numbers, and by these methods. Both sides of an
/// operator have the same shape, or one side is a scalar, which is then combined with each element of the
/// other.
///
/// ```
/// use dimwise::graph::{Graph, Node, Variable};
///
/// let (x, w, b) = (Variable::new([1.0, 2.0]), Variable::new([0.5, -1.0]), Variable::new(2.0));
/// let mut y = Graph::new((&x * &w).sum() + &b);
/// assert_eq!(y.forward()[[]], 0.5);
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not a node of a graph",
    label = "nodes are `&variable`, `constant(&tensor)` and what is computed from them"
)]
pub trait Node: Copy {
    /// The type of the elements.
    type Element: Element;

    /// `function` of each element: for functions of your own.
    ///
    /// [`Function`](function::Function) shows one.
    fn apply<F: function::Function<Self::Element>>(self, function: F) -> Unary<F, Self>
    where
        Self: Expression,
    {
        Unary::new(function, self)
    }

    /// `function` of each pair of elements: for functions of your own.
    fn combine<F: function::Function2<Self::Element>, R: Beside<Self>>(
        self,
        function: F,
        right: R,
    ) -> Binary<F, Self, R>
    where
        Self: Expression,
    {
        Binary::new(function, self, right)
    }

    /// `reduction` of all elements: for reductions of your own.
    ///
    /// ```
    /// use dimwise::graph::{Graph, Node, Reduction, Variable};
    ///
    /// /// `x₀`.
    /// #[derive(Clone, Copy, Debug)]
    /// struct First;
    ///
    /// impl Reduction<f64> for First {
    ///     fn value(self, x: &[f64]) -> f64 {
    ///         x[0]
    ///     }
    ///     fn backward(self, _x: &[f64], grad_y: f64, grad_x: &mut [f64]) {
    ///         grad_x.fill(0.0);
    ///         grad_x[0] = grad_y;
    ///     }
    /// }
    ///
    /// let x = Variable::new([5.0, 6.0]);
    /// let mut first = Graph::new(x.reduce(First));
    /// assert_eq!(first.forward()[[]], 5.0);
    /// ```
    fn reduce<R: Reduction<Self::Element>>(self, reduction: R) -> Reduce<R, Self>
    where
        Self: Expression,
    {
        Reduce::new(reduction, self)
    }

    /// `eˣ` of each element.
    fn exp(self) -> Unary<Exp, Self>
    where
        Self: Expression,
    {
        Unary::new(Exp, self)
    }

    /// The natural logarithm of each element.
    fn ln(self) -> Unary<Ln, Self>
    where
        Self: Expression,
    {
        Unary::new(Ln, self)
    }

    /// `x²` of each element.
    fn square(self) -> Unary<Square, Self>
    where
        Self: Expression,
    {
        Unary::new(Square, self)
    }

    /// `xⁿ` of each element, with a whole `n` of either sign. (Where `x > 0`, `(x.ln() * p).exp()` takes any
    /// power `p`.)
    fn power(self, exponent: i32) -> Unary<Power, Self>
    where
        Self: Expression,
    {
        Unary::new(Power(exponent), self)
    }

    /// The square root of each element.
    fn sqrt(self) -> Unary<Sqrt, Self>
    where
        Self: Expression,
    {
        Unary::new(Sqrt, self)
    }

    /// The hyperbolic tangent of each element.
    fn tanh(self) -> Unary<HyperbolicTangent, Self>
    where
        Self: Expression,
    {
        Unary::new(HyperbolicTangent, self)
    }

    /// `max(0, x)` of each element.
    fn relu(self) -> Unary<Rectifier, Self>
    where
        Self: Expression,
    {
        Unary::new(Rectifier, self)
    }

    /// `1 / (1 + e⁻ˣ)` of each element.
    fn sigmoid(self) -> Unary<Logistic, Self>
    where
        Self: Expression,
    {
        Unary::new(Logistic, self)
    }

    /// The product with another node, a logarithm, in which `0 · ∞` is 0: an outcome without probability counts
    /// for nothing. (With `*` it is NaN, as everywhere.)
    ///
    /// ```
    /// use dimwise::graph::{Graph, Node, Variable, constant};
    /// use dimwise::prelude::*;
    ///
    /// let target = Tensor::from([1.0_f64, 0.0]);
    /// let probabilities = Variable::new(Tensor::from([1.0, 0.0]));
    /// let mut loss = Graph::new(-constant(&target).weigh((&probabilities).ln()).sum());
    /// assert_eq!(loss.forward()[[]], 0.0);
    /// loss.backward();
    /// assert_eq!(*probabilities.gradient(), Tensor::from([-1.0, 0.0]));
    /// ```
    fn weigh<R: Beside<Self>>(self, logarithm: R) -> Binary<Weigh, Self, R>
    where
        Self: Expression,
    {
        Binary::new(Weigh, self, logarithm)
    }

    /// The larger of each pair of elements, NaN if one of them is. The gradient goes to the larger one, to the
    /// first if they are equal.
    fn maximum<R: Beside<Self>>(self, other: R) -> Binary<Larger, Self, R>
    where
        Self: Expression,
    {
        Binary::new(Larger, self, other)
    }

    /// The sum of all elements: a scalar.
    fn sum(self) -> Reduce<SumAll, Self>
    where
        Self: Expression,
    {
        Reduce::new(SumAll, self)
    }

    /// The mean of all elements: a scalar.
    fn mean(self) -> Reduce<MeanAll, Self>
    where
        Self: Expression,
    {
        Reduce::new(MeanAll, self)
    }

    /// The largest of all elements, NaN if one of them is: a scalar. The gradient goes to the largest one, to the
    /// first if several are equal.
    fn max(self) -> Reduce<MaximumAll, Self>
    where
        Self: Expression,
    {
        Reduce::new(MaximumAll, self)
    }

    /// The matrix product: `(M, K)` times `(K, N)` is `(M, N)`, and a vector `K` times `(K, N)` is `N`.
    fn matmul<R>(self, right: R) -> Matmul<Self, R>
    where
        Self: Expression<Shape: MatrixLeft<Inner: Shape<Decimal: RowsOf<InnerOf<R>>>>>,
        R: Expression<Element = Self::Element>,
        <R::Shape as Shape>::Index: IsMatrix<<R::Shape as Shape>::Decimal>,
    {
        Matmul::new(self, right)
    }

    /// Repeats the tensor `N` times along a new first axis: a bias for each sample of a batch.
    fn repeat<N: Dim>(self) -> Repeat<N, Self>
    where
        Repeat<N, Self>: Expression,
    {
        Repeat::new(self)
    }
}

/// A node whose shapes all fit: what can be computed.
///
/// A node's [`Place`] is its memory: its value, its gradient, and the places of its inputs.
#[diagnostic::on_unimplemented(
    message = "this is not a graph that can be computed",
    label = "no node: nodes are `&variable`, `constant(&tensor)` and what is computed from them"
)]
pub trait Expression: Node {
    /// The shape of the value.
    type Shape: Shape;
    /// The places of the inputs: [`Nothing`](crate::plain::Nothing) if there are none, one [`Place`], or two as
    /// [`Inputs`].
    type Inputs: Plain<Element = Self::Element>;

    /// Lets the inputs compute their values, and computes `place.value` from them.
    fn forward(&self, place: &mut PlaceOf<Self>);

    /// Computes the inputs' gradients from `place.gradient`, the gradient of the graph's result by this node's
    /// value, and lets the inputs go on.
    ///
    /// Overwrites the inputs' gradients; only variables accumulate theirs.
    fn backward(&self, place: &mut PlaceOf<Self>);

    /// Visits the placeholders of a loss: each has its role, its value and its gradient.
    #[doc(hidden)]
    fn placeholders(
        &self,
        place: &mut PlaceOf<Self>,
        visit: &mut impl FnMut(Role, &mut [Self::Element], &[Self::Element]),
    );
}

/// A graph whose result is a scalar: its gradient needs no further argument.
pub trait Scalar: Expression<Shape: Shape<Decimal: IsScalar>> {}

#[diagnostic::do_not_recommend]
impl<E: Expression<Shape: Shape<Decimal: IsScalar>>> Scalar for E {}

/// Holds for the shape `()`, in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the result of this graph is a tensor of {Self}, not a scalar",
    label = "only a scalar has a gradient: end the graph with `sum` or `mean`"
)]
pub trait IsScalar {}
#[diagnostic::do_not_recommend]
impl IsScalar for () {}
