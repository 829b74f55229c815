//! [`Part`]: the first layers of a deep network under a name of their own.
//!
//! The compiler proves that a stack is a layer by going down to its first layer, and gives up at a
//! depth of 128. A part stops it: that what it names is a layer is proven once, where
//! [`network!`](crate::network!) declares it. Likewise for whether there is anything to drop
//! ([`ManuallyDrop`]: never) and for the layout in memory.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;

use crate::dim::Dim;
use crate::element::Element;
use crate::layer::{Kept, Layer, LayerInfo, Placement, PlacementRules};
use crate::parameters::{Parameters, Path, Segment};
use crate::shape::Shape;

/// A point in a network: nested tuples, `()`, `((),)`, count them.
pub trait Point: 'static {}
impl<P: 'static> Point for P {}

/// A network whose layers up to point `P` are a stack of their own.
///
/// What is asked of the stack is told here, by the first layer and the last one: all that names the stack has the
/// compiler prove all of its layers anew, in each item that has generic parameters of its own.
pub trait HasPart<P: Point>: 'static {
    /// The layers up to there; the one place where they are proven to be a layer.
    type Stack: Layer<In = Self::In, Out = Self::Out, Element = Self::Element>;
    /// What the first layer takes.
    type In: Shape;
    /// What the last layer gives.
    type Out: Shape;
    /// Who may overwrite it: [`PlacementAfterAny`].
    type Placement: Placement;
    /// The type of their numbers.
    type Element: Element;
}

/// The placement of a stack whose last layer is `Last`, told without the layers before it: as if they were
/// [`Kept`].
pub type PlacementAfterAny<Last> = <<Last as Layer>::Placement as PlacementRules>::OfStack<Kept>;

/// The layers of network `N` up to point `P`. The marker comes last because the compiler asks of the last
/// field whether it is sized, at each method that is called, and need not go down for that.
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

    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) {
        N::Stack::visit(path, start, visit);
    }

    fn visit_links(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) -> usize {
        N::Stack::visit_links(path, start, visit)
    }
}

impl<P: Point, N: HasPart<P>> Layer for Part<P, N> {
    crate::__pass_on!(N::Stack, N::In, N::Out, N::Placement, PartCache<P, N, __Batch>, cache);

    fn visit_layer_links(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) -> usize {
        N::Stack::visit_layer_links(path, visit)
    }
}

/// What a part keeps between forward and backward. The marker comes last as in [`Part`].
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct PartCache<P: Point, N: HasPart<P>, B: Dim> {
    cache: ManuallyDrop<<N::Stack as Layer>::Cache<B>>,
    sized: PhantomData<()>,
}

crate::plain!(PartCache<P: Point, N: HasPart<P>, B: Dim>: N::Element { cache } marker sized);

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    network! {
        type Rectified = [Relu<U3>];
        type Image = [Reshape<U3, (U1, U3)>];
        type Row = [Reshape<(U1, U3), U3>];
        type Nested = [Affine<U2, U3>, Rectified, Image, Row, Tanh<U3>, Affine<U3, U1>];
        type Flat = [
            Affine<U2, U3>, Relu<U3>, Reshape<U3, (U1, U3)>, Reshape<(U1, U3), U3>, Tanh<U3>, Affine<U3, U1>,
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
