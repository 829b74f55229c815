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

// Whether both shapes fit is asked where the node is made (`Beside`), so that a mistake is one error, there.
impl<F: Function2<A::Element>, A: Expression, B: Expression<Element = A::Element>> Expression
    for Binary<F, A, B>
where
    (IndexOf<A>, IndexOf<B>): Ranks,
{
    type Shape = <(IndexOf<A>, IndexOf<B>) as Ranks>::Wider<A::Shape, B::Shape>;
    type Inputs = Inputs<PlaceOf<A>, PlaceOf<B>>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
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
pub trait Beside<A: Expression>: Expression<Element = A::Element> {}

impl<A: Expression, B: Expression<Element = A::Element>> Beside<A> for B where
    <A::Shape as Shape>::Decimal:
        Pairs<<B::Shape as Shape>::Decimal, <A::Shape as Shape>::Index, <B::Shape as Shape>::Index>
{
}

/// Holds for the same sizes, in decimal, and where one side is a scalar. The types of the indices tell the ranks.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a node has {Self} on its left, but {Right} on its right",
    label = "combines {Self} and {Right}",
    note = "both sides have one shape, or one is a scalar; `repeat` makes more of a tensor"
)]
pub trait Pairs<Right, LeftIndex, RightIndex> {}
#[diagnostic::do_not_recommend]
impl<Sizes, Index> Pairs<Sizes, Index, Index> for Sizes {}

type IndexOf<E> = <<E as Expression>::Shape as Shape>::Index;

/// Two shapes by the types of their indices, which tell the ranks: whether or not they fit, the node has a shape.
#[doc(hidden)]
pub trait Ranks {
    /// The one that is no scalar.
    type Wider<Left: Shape, Right: Shape>: Shape;
}
impl<Index> Ranks for (Index, Index) {
    type Wider<Left: Shape, Right: Shape> = Left;
}
macro_rules! ranks {
    ($($index:ty: $($other:ty),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Left, Right> Pairs<Right, [usize; 0], $index> for Left {}
        impl Ranks for ([usize; 0], $index) {
            type Wider<Left: Shape, Right: Shape> = Right;
        }
        #[diagnostic::do_not_recommend]
        impl<Left> Pairs<(), $index, [usize; 0]> for Left {}
        impl Ranks for ($index, [usize; 0]) {
            type Wider<Left: Shape, Right: Shape> = Left;
        }
        $(
            impl Ranks for ($index, $other) {
                type Wider<Left: Shape, Right: Shape> = Left;
            }
        )*
    )*};
}
ranks! {
    usize: [usize; 2], [usize; 3], [usize; 4], [usize; 5], [usize; 6];
    [usize; 2]: usize, [usize; 3], [usize; 4], [usize; 5], [usize; 6];
    [usize; 3]: usize, [usize; 2], [usize; 4], [usize; 5], [usize; 6];
    [usize; 4]: usize, [usize; 2], [usize; 3], [usize; 5], [usize; 6];
    [usize; 5]: usize, [usize; 2], [usize; 3], [usize; 4], [usize; 6];
    [usize; 6]: usize, [usize; 2], [usize; 3], [usize; 4], [usize; 5];
}
