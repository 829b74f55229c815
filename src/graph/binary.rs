//! [`Binary`]: a function of each pair of elements.

use super::function::Function2;
use super::{Expression, Inputs, Node, PlaceOf, Role};
use crate::loss::weighted;
use crate::plain::Plain;
use crate::shape::Shape;

/// The node that computes a [`Function2`] of each pair of elements, one of the left input and one of the
/// right; a scalar is combined with each element of the other input.
#[derive(Clone, Copy, Debug)]
pub struct Binary<F, A, B> {
    function: F,
    left: A,
    right: B,
}

impl<F, A, B> Binary<F, A, B> {
    pub(super) fn new(function: F, left: A, right: B) -> Self {
        Self { function, left, right }
    }
}

graph_node!([F: Copy, A: Node, B: Node] Binary<F, A, B>, A::Element);

impl<F: Function2<A::Element>, A: Expression, B: Beside<A>> Expression for Binary<F, A, B> {
    type Shape = B::Both;
    type Inputs = Inputs<PlaceOf<A>, PlaceOf<B>>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
        // `([(); 4], [(); 320])` is 4320 in decimal, and 4 by 320 as well: two ranks.
        const {
            let (left, right) = (A::Shape::RANK, B::Shape::RANK);
            assert!(left == right || left == 0 || right == 0, "the two sides of a node differ in rank");
        }
        let Inputs { left, right } = &mut place.inputs;
        self.left.forward(left);
        self.right.forward(right);
        let (left, right) = (left.value.as_slice(), right.value.as_slice());
        for (index, y) in place.value.as_mut_slice().iter_mut().enumerate() {
            *y = self.function.value(left[at::<A::Shape>(index)], right[at::<B::Shape>(index)]);
        }
    }

    fn backward(&self, place: &mut PlaceOf<Self>) {
        let Inputs { left, right } = &mut place.inputs;
        // dL/da = dL/dy · ∂y/∂a, dL/db = dL/dy · ∂y/∂b, 0 if dL/dy is 0; for a scalar the sum, since every y
        // depends on it.
        let (grad_left, grad_right) = (left.gradient.as_mut_slice(), right.gradient.as_mut_slice());
        grad_left.fill(Plain::ZERO);
        grad_right.fill(Plain::ZERO);
        for (index, grad_y) in place.gradient.as_slice().iter().enumerate() {
            let (a, b) = (at::<A::Shape>(index), at::<B::Shape>(index));
            let (by_left, by_right) =
                self.function.derivatives(left.value.as_slice()[a], right.value.as_slice()[b]);
            grad_left[a] += weighted(*grad_y, by_left);
            grad_right[b] += weighted(*grad_y, by_right);
        }
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

/// The position in an input of shape `S` of what goes into the result's element `index`.
#[inline]
fn at<S: Shape>(index: usize) -> usize {
    if S::RANK == 0 { 0 } else { index }
}

/// A node that can stand on the right of a node `A`: of the same shape and element type, or one of the two
/// is a scalar.
pub trait Beside<A: Expression>: Expression<Element = A::Element> {
    /// The shape of both together.
    type Both: Shape;
}

impl<A: Expression, B: Expression<Element = A::Element>> Beside<A> for B
where
    <A::Shape as Shape>::Decimal: Pairs<<B::Shape as Shape>::Decimal>,
{
    type Both = <<<A::Shape as Shape>::Decimal as Pairs<<B::Shape as Shape>::Decimal>>::Wider as Side>::Of<
        A::Shape,
        B::Shape,
    >;
}

/// Holds for the same sizes, in decimal, and where one side is a scalar.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a node has {Self} on its left, but {Right} on its right",
    label = "combines {Self} and {Right}",
    note = "both sides have one shape, or one is a scalar; `repeat` makes more of a tensor",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait Pairs<Right> {
    type Wider: Side;
}
impl<Size> Pairs<Size> for Size {
    type Wider = LeftSide;
}

/// One of the two sides of a node.
#[doc(hidden)]
pub trait Side {
    type Of<L: Shape, R: Shape>: Shape;
}
#[doc(hidden)]
#[derive(Debug)]
pub struct LeftSide;
impl Side for LeftSide {
    type Of<L: Shape, R: Shape> = L;
}
#[doc(hidden)]
#[derive(Debug)]
pub struct RightSide;
impl Side for RightSide {
    type Of<L: Shape, R: Shape> = R;
}

/// A scalar on either side. In decimal, sizes below a thousand are arrays, larger ones pairs; shapes of two or
/// more axes are tuples.
macro_rules! beside_scalars {
    ($([$($generics:tt)*] $size:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Pairs<()> for $size {
            type Wider = LeftSide;
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Pairs<$size> for () {
            type Wider = RightSide;
        }
    )*};
}
beside_scalars! {
    [const N: usize] [(); N];
    [A, B] (A, B);
    [A, B, C] (A, B, C);
    [A, B, C, D] (A, B, C, D);
    [A, B, C, D, E] (A, B, C, D, E);
    [A, B, C, D, E, F] (A, B, C, D, E, F);
}
