//! [`Unary`]: a function of each element.

use super::function::Function;
use super::{Expression, Node, PlaceOf, Role};
use crate::loss::weighted;
use crate::plain::Plain;

/// The node that computes a [`Function`] of each element of another one.
#[derive(Clone, Copy, Debug)]
pub struct Unary<F, A> {
    function: F,
    input: A,
}

impl<F, A> Unary<F, A> {
    pub(super) fn new(function: F, input: A) -> Self {
        Self { function, input }
    }
}

graph_node!([F: Copy, A: Node] Unary<F, A>, A::Element);

impl<F: Function<A::Element>, A: Expression> Expression for Unary<F, A> {
    type Shape = A::Shape;
    type Inputs = PlaceOf<A>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
        self.input.forward(&mut place.inputs);
        for (y, x) in place.value.as_mut_slice().iter_mut().zip(place.inputs.value.as_slice()) {
            *y = self.function.value(*x);
        }
    }

    fn backward(&self, place: &mut PlaceOf<Self>) {
        // dL/dx = dL/dy · f'(x); 0 if dL/dy is 0, even if f' is infinite, as that of ln at 0
        let input = &mut place.inputs;
        let outputs = place.value.as_slice().iter().zip(place.gradient.as_slice());
        let inputs = input.gradient.as_mut_slice().iter_mut().zip(input.value.as_slice());
        for ((grad_x, x), (y, grad_y)) in inputs.zip(outputs) {
            *grad_x = weighted(*grad_y, self.function.derivative(*x, *y));
        }
        self.input.backward(input);
    }

    fn placeholders(
        &self,
        place: &mut PlaceOf<Self>,
        visit: &mut impl FnMut(Role, &mut [Self::Element], &[Self::Element]),
    ) {
        self.input.placeholders(&mut place.inputs, visit);
    }
}
