//! [`Reduce`]: all elements of a node as one.

use core::fmt::Debug;

use super::{Expression, Node, PlaceOf, Role};
use crate::element::Element;
use crate::plain::Plain;
use crate::tensor::best::argmax;

/// A function of all elements of a node.
pub trait Reduction<T>: Copy + Debug {
    /// The value: one element.
    fn value(self, x: &[T]) -> T;

    /// Computes the gradient by each element of `x` from the one by the value: writes all of `grad_x`.
    fn backward(self, x: &[T], grad_y: T, grad_x: &mut [T]);
}

/// `Σ xᵢ`.
#[derive(Clone, Copy, Debug)]
pub struct SumAll;

impl<T: Element> Reduction<T> for SumAll {
    fn value(self, x: &[T]) -> T {
        x.iter().copied().sum()
    }

    // dL/dxᵢ = dL/dy
    fn backward(self, _: &[T], grad_y: T, grad_x: &mut [T]) {
        grad_x.fill(grad_y);
    }
}

/// `Σ xᵢ / n`; NaN if there are no elements.
#[derive(Clone, Copy, Debug)]
pub struct MeanAll;

impl<T: Element> Reduction<T> for MeanAll {
    fn value(self, x: &[T]) -> T {
        SumAll.value(x) / T::from_f64(x.len() as f64)
    }

    // dL/dxᵢ = dL/dy / n
    fn backward(self, x: &[T], grad_y: T, grad_x: &mut [T]) {
        grad_x.fill(grad_y / T::from_f64(x.len() as f64));
    }
}

/// The largest element, NaN if one is NaN; the lowest finite number if there are no elements.
#[derive(Clone, Copy, Debug)]
pub struct MaximumAll;

impl<T: Element> Reduction<T> for MaximumAll {
    fn value(self, x: &[T]) -> T {
        if x.is_empty() { T::MIN } else { x[argmax(x)] }
    }

    // dL/dxᵢ = dL/dy for the largest element, the first one of equals; 0 for the others
    fn backward(self, x: &[T], grad_y: T, grad_x: &mut [T]) {
        grad_x.fill(T::ZERO);
        if let Some(grad_largest) = grad_x.get_mut(argmax(x)) {
            *grad_largest = grad_y;
        }
    }
}

/// The node that reduces all elements of another node to a scalar.
#[derive(Clone, Copy, Debug)]
pub struct Reduce<R, A> {
    reduction: R,
    input: A,
}

impl<R, A> Reduce<R, A> {
    pub(super) fn new(reduction: R, input: A) -> Self {
        Self { reduction, input }
    }
}

graph_node!([R: Copy, A: Node] Reduce<R, A>, A::Element);

impl<R: Reduction<A::Element>, A: Expression> Expression for Reduce<R, A> {
    type Shape = ();
    type Inputs = PlaceOf<A>;

    fn forward(&self, place: &mut PlaceOf<Self>) {
        self.input.forward(&mut place.inputs);
        place.value[[]] = self.reduction.value(place.inputs.value.as_slice());
    }

    fn backward(&self, place: &mut PlaceOf<Self>) {
        let input = &mut place.inputs;
        let grad_input = input.gradient.as_mut_slice();
        self.reduction.backward(input.value.as_slice(), place.gradient[[]], grad_input);
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
