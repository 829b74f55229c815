//! [`Part`]: the first layers of a deep network under a name of their own.
//!
//! The compiler proves that a stack is a layer by going down to its first layer, and gives up at a
//! depth of 128. A part stops it: that what it names is a layer is proven once, where
//! [`network!`](crate::network!) declares it. Likewise for whether there is anything to drop
//! ([`ManuallyDrop`]: never) and for the layout in memory.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;

use super::wrapped::{self, Wrapped, Wraps};
use crate::element::Element;
use crate::layer::{Cache, Cached, Input, Layer, Output, Placement};
use crate::parameters::{Parameters, Path, Segment};
use crate::shape::Shape;

/// A point in a network: nested tuples, `()`, `((),)`, count them.
pub trait Point: 'static {}
impl<P: 'static> Point for P {}

/// A network whose layers up to point `P` are a stack of their own.
///
/// What is asked of the stack is told here, by the first layer and the last one: all that names the stack makes the
/// compiler prove all of its layers anew, in each item that has generic parameters of its own.
pub trait HasPart<P: Point>: 'static {
    /// The layers up to there.
    type Stack: Layer<In = Self::In, Out = Self::Out, Element = Self::Element>;
    /// What the first layer takes, said at once: the compiler need not go down to it.
    type In: Shape;
    /// What the last layer gives, likewise.
    type Out: Shape;
    /// The first layer's type of number.
    type Element: Element;
}

/// The layers of network `N` up to point `P`. The marker comes last because the compiler asks of the last field
/// whether it is sized, and need not go down for that.
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct Part<P: Point, N: HasPart<P>> {
    stack: ManuallyDrop<N::Stack>,
    sized: PhantomData<()>,
}

crate::plain!(Part<P: Point, N: HasPart<P>>: N::Element { stack } marker sized);

impl<P: Point, N: HasPart<P>> Parameters for Part<P, N> {
    // Checked where the network is declared.
    type Seams = ();
    const STATISTICS: usize = N::Stack::STATISTICS;
    const SHAPES: u64 = N::Stack::SHAPES;

    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) {
        N::Stack::visit(path, start, visit);
    }

    fn visit_links(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) -> usize {
        N::Stack::visit_links(path, start, visit)
    }
}

/// What a part keeps of a sample; the marker as in [`Part`].
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct PartSample<P: Point, N: HasPart<P>> {
    sample: ManuallyDrop<<<N::Stack as Layer>::Cache as Cache>::Sample>,
    sized: PhantomData<()>,
}

crate::plain!(PartSample<P: Point, N: HasPart<P>>: N::Element { sample } marker sized);

/// What a part keeps of a batch; the marker as in [`Part`].
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct PartBatch<P: Point, N: HasPart<P>> {
    batch: ManuallyDrop<<<N::Stack as Layer>::Cache as Cache>::Batch>,
    sized: PhantomData<()>,
}

crate::plain!(PartBatch<P: Point, N: HasPart<P>>: N::Element { batch } marker sized);

/// The room for a part's gradients; the marker as in [`Part`].
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct PartGrads<P: Point, N: HasPart<P>> {
    grads: ManuallyDrop<<<N::Stack as Layer>::Placement as Placement<N::Stack>>::Grads>,
    sized: PhantomData<()>,
}

crate::plain!(PartGrads<P: Point, N: HasPart<P>>: N::Element { grads } marker sized);

/// What a part keeps.
#[allow(missing_debug_implementations)]
pub struct PartCache<P: Point, N: HasPart<P>>(PhantomData<(P, N)>);

impl<P: Point, N: HasPart<P>> Cache for PartCache<P, N> {
    type Element = N::Element;
    type Sample = PartSample<P, N>;
    type Batch = PartBatch<P, N>;
}

impl<P: Point, N: HasPart<P>> Layer for Part<P, N> {
    type In = N::In;
    type Out = N::Out;
    type Cache = PartCache<P, N>;
    type Placement = Wrapped;
    const MULTIPLY_ADDS: usize = N::Stack::MULTIPLY_ADDS;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: Cached<'_, Self::Cache>) {
        wrapped::forward(self, input, output, cache);
    }

    fn forward_frozen(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: Cached<'_, Self::Cache>,
    ) {
        wrapped::forward_frozen(self, input, output, cache);
    }

    fn backward_frozen(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: &mut [Input<Self>],
        scratch: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        wrapped::backward_frozen(self, input, output, grad_output, grad_input, scratch, cache);
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        wrapped::infer(self, input, output);
    }

    fn backward(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        wrapped::backward(self, input, output, grad_output, grad_input, gradients, cache);
    }
}

impl<P: Point, N: HasPart<P>> Wraps for Part<P, N> {
    type Stack = N::Stack;
    type Grads = PartGrads<P, N>;

    const IS_PART: bool = true;

    fn stack(&self) -> &N::Stack {
        &self.stack
    }

    fn stack_mut(&mut self) -> &mut N::Stack {
        &mut self.stack
    }
}

/// Asks for what the compiler works out of a part by going down through its layers: the answers are then there
/// where the whole network is asked.
pub const fn work_out<P: Point, N: HasPart<P>>() {
    let _ = [size_of::<Part<P, N>>(), size_of::<PartGrads<P, N>>()];
    let _ = [size_of::<PartSample<P, N>>(), size_of::<PartBatch<P, N>>()];
    let _ = [
        <Wrapped as Placement<Part<P, N>>>::ARENA,
        <Wrapped as Placement<Part<P, N>>>::PACKED,
        <Wrapped as Placement<Part<P, N>>>::SMALLEST_BATCH,
        <Part<P, N> as Layer>::MULTIPLY_ADDS,
        <Part<P, N> as Parameters>::STATISTICS,
    ];
    let _ = [<Wrapped as Placement<Part<P, N>>>::CUTS, <Wrapped as Placement<Part<P, N>>>::SEES_BATCH];
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    network! {
        type Rectified = [Relu<U3>];
        type Image = [Reshape<U3, (U1, U3)>];
        type Row = [Reshape<(U1, U3), U3>];
        type Nested = [Affine<U2, U3>, Rectified, Image, Row, Tanh<_>, Affine<_, U1>];
        type Flat = [
            Affine<U2, U3>, Relu<_>, Reshape<U3, (U1, U3)>, Reshape<(U1, U3), U3>, Tanh<_>, Affine<_, U1>,
        ];
    }

    #[test]
    fn a_network_of_one_activation_or_view_stands_in_another_one() {
        let nested = Nested::initialized(HeNormal, 1);
        let mut flat = Flat::zeroed();
        flat.as_mut_slice().copy_from_slice(nested.as_slice());
        let sample = Tensor::from([1.0, 2.0]);
        assert_eq!(nested.predict(&sample), flat.predict(&sample));

        let batch = ([sample.clone(), Tensor::from([-1.0, 0.5])], [Tensor::from([1.0]), Tensor::from([0.0])]);
        let sgd = Sgd { learning_rate: 0.1 };
        let mut nested = Trainer::<Nested, _, _, U2>::new(nested, MeanSquaredError, sgd, 1);
        let mut flat = Trainer::<Flat, _, _, U2>::new(flat, MeanSquaredError, sgd, 1);
        for _ in 0..3 {
            assert_eq!(nested.step(&batch.0, &batch.1), flat.step(&batch.0, &batch.1));
        }
        assert_eq!(nested.network().as_slice(), flat.network().as_slice());
    }
}
