//! [`Repeat`]: the same tensor several times.

use core::marker::PhantomData;

use super::{Expression, Node, PlaceOf, Role};
use crate::plain::Plain;
use crate::shape::{Dim, Shape};

/// The node that repeats another one's tensor `N` times, along a new first axis.
///
/// ```
/// use dimwise::graph::{Graph, Node, Variable};
/// use dimwise::prelude::*;
///
/// let bias = Variable::new([1.0, 2.0]);
/// let mut rows = Graph::new(bias.repeat::<U3>());
/// assert_eq!(*rows.forward(), Tensor::from([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]));
/// ```
#[derive(Debug)]
pub struct Repeat<N, A> {
    input: A,
    count: PhantomData<N>,
}

impl<N, A> Repeat<N, A> {
    pub(super) fn new(input: A) -> Self {
        Self { input, count: PhantomData }
    }
}

impl<N, A: Copy> Clone for Repeat<N, A> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<N, A: Copy> Copy for Repeat<N, A> {}

graph_node!([N: Dim, A: Node] Repeat<N, A>, A::Element);

impl<N: Dim, A: Expression<Shape: Repeated>> Expression for Repeat<N, A> {
    type Shape = <A::Shape as Repeated>::Times<N>;
    type Inputs = PlaceOf<A>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
        self.input.forward(&mut place.inputs);
        let input = place.inputs.value.as_slice();
        // An empty tensor has no chunks, of any size.
        for value in place.value.as_mut_slice().chunks_mut(input.len().max(1)) {
            value.copy_from_slice(input);
        }
    }

    fn backward(&self, place: &mut PlaceOf<Self>) {
        // Each element is repeated N times: dL/dx = Σₙ dL/dyₙ
        let grad_input = place.inputs.gradient.as_mut_slice();
        grad_input.fill(Plain::ZERO);
        for gradient in place.gradient.as_slice().chunks(grad_input.len().max(1)) {
            for (sum, gradient) in grad_input.iter_mut().zip(gradient) {
                *sum += *gradient;
            }
        }
        self.input.backward(&mut place.inputs);
    }

    fn placeholders(
        &self,
        place: &mut PlaceOf<Self>,
        visit: &mut impl FnMut(Role, &mut [Self::Element], &[Self::Element]),
    ) {
        self.input.placeholders(&mut place.inputs, visit);
    }
}

/// A shape that can have one more axis.
#[diagnostic::on_unimplemented(
    message = "this node cannot have another axis",
    label = "`repeat` takes a tensor of at most five axes"
)]
pub trait Repeated: Shape {
    /// The shape with `N` as its first axis.
    type Times<N: Dim>: Shape;
}

impl Repeated for () {
    type Times<N: Dim> = N;
}
impl<A: Dim> Repeated for A {
    type Times<N: Dim> = (N, A);
}
impl<A: Dim, B: Dim> Repeated for (A, B) {
    type Times<N: Dim> = (N, A, B);
}
impl<A: Dim, B: Dim, C: Dim> Repeated for (A, B, C) {
    type Times<N: Dim> = (N, A, B, C);
}
impl<A: Dim, B: Dim, C: Dim, D: Dim> Repeated for (A, B, C, D) {
    type Times<N: Dim> = (N, A, B, C, D);
}
impl<A: Dim, B: Dim, C: Dim, D: Dim, E: Dim> Repeated for (A, B, C, D, E) {
    type Times<N: Dim> = (N, A, B, C, D, E);
}
