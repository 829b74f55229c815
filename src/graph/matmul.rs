//! [`Matmul`]: the product of matrices.

use super::{Expression, Inputs, Node, PlaceOf, Role};
use crate::decimal::Unlike;
use crate::kernel::{self, DenseSizes, InstructionSet};
use crate::plain::Plain;
use crate::shape::{Dim, Shape};

/// The node that is `left · right`: `(M, K)` times `(K, N)` is `(M, N)`, `K` times `(K, N)` is `N`.
#[derive(Clone, Copy, Debug)]
pub struct Matmul<A, B> {
    left: A,
    right: B,
}

impl<A, B> Matmul<A, B> {
    pub(super) fn new(left: A, right: B) -> Self {
        Self { left, right }
    }
}

graph_node!([A: Node, B: Node] Matmul<A, B>, A::Element);

impl<A, B> Matmul<A, B>
where
    A: Expression<Shape: MatrixLeft>,
    B: Expression<Element = A::Element>,
{
    const SIZE: DenseSizes = DenseSizes {
        rows: A::Shape::ROWS,
        inner: <A::Shape as MatrixLeft>::Inner::SIZE,
        cols: <B::Shape as Shape>::Last::SIZE,
    };
}

// Whether the sizes fit is asked where the node is made (`Node::matmul`), so that a mistake is one error, there.
impl<A, B> Expression for Matmul<A, B>
where
    A: Expression<Shape: MatrixLeft>,
    B: Expression<Element = A::Element>,
{
    type Shape = <A::Shape as MatrixLeft>::Times<<B::Shape as Shape>::Last>;
    type Inputs = Inputs<PlaceOf<A>, PlaceOf<B>>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
        let Inputs { left, right } = &mut place.inputs;
        self.left.forward(left);
        self.right.forward(right);
        let value = place.value.as_mut_slice();
        if value.is_empty() {
            return;
        }
        let (left, right) = (left.value.as_slice(), right.value.as_slice());
        kernel::forward(InstructionSet::best(), Self::SIZE, left, right, None, value);
    }

    fn backward(&self, place: &mut PlaceOf<Self>) {
        let Inputs { left, right } = &mut place.inputs;
        let grad = place.gradient.as_slice();
        // Y = A · B: dL/dA = dL/dY · Bᵀ, dL/dB = Aᵀ · dL/dY
        let (grad_left, grad_right) = (left.gradient.as_mut_slice(), right.gradient.as_mut_slice());
        let set = InstructionSet::best();
        kernel::input_gradient(set, Self::SIZE, grad, right.value.as_slice(), grad_left);
        grad_right.fill(Plain::ZERO);
        kernel::add_weight_gradient(set, Self::SIZE, 0, left.value.as_slice(), grad, grad_right);
        self.left.backward(left);
        self.right.backward(right);
    }

    fn placeholders(
        &self,
        place: &mut PlaceOf<Self>,
        visit: &mut impl FnMut(Role, &mut [Self::Element], &[Self::Element]),
    ) {
        self.left.placeholders(&mut place.inputs.left, visit);
        self.right.placeholders(&mut place.inputs.right, visit);
    }
}

/// The shape of a left factor: a matrix, or a vector, which is one row.
#[diagnostic::on_unimplemented(
    message = "this node is no left factor of a matrix product",
    label = "`matmul` multiplies a vector or a matrix by a matrix"
)]
pub trait MatrixLeft: Shape {
    /// The length of a row.
    type Inner: Dim;
    /// The shape of the product with a matrix of `N` columns.
    type Times<N: Dim>: Shape;
    /// The number of rows.
    const ROWS: usize;
}

#[diagnostic::do_not_recommend]
impl<K: Dim> MatrixLeft for K {
    type Inner = K;
    type Times<N: Dim> = N;
    const ROWS: usize = 1;
}

#[diagnostic::do_not_recommend]
impl<M: Dim, K: Dim> MatrixLeft for (M, K) {
    type Inner = K;
    type Times<N: Dim> = (M, N);
    const ROWS: usize = M::SIZE;
}

/// The index of a matrix, the right factor.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a node of {Sizes} is no right factor of a matrix product",
    label = "`matmul` multiplies a vector or a matrix by a matrix"
)]
pub trait IsMatrix<Sizes> {}
#[diagnostic::do_not_recommend]
impl<Sizes> IsMatrix<Sizes> for [usize; 2] {}

/// The number of rows of a right factor, in decimal.
pub(super) type InnerOf<B> = <<<B as Expression>::Shape as Shape>::First as Shape>::Decimal;

/// Holds for the same size, in decimal: the row of a left factor and the column of a right one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a matrix product has rows of {Self} on its left, but {Rows} rows on its right",
    label = "rows of {Self} times {Rows} rows"
)]
pub trait RowsOf<Rows> {}
#[diagnostic::do_not_recommend]
impl<Size> RowsOf<Size> for Size {}
#[diagnostic::do_not_recommend]
impl<Size> RowsOf<Unlike<Size>> for Size {}
