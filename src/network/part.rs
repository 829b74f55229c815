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
use crate::layer::{Layer, LayerInfo, Placement, PlacementRules};
use crate::parameters::{Parameters, Path, Segment};
use crate::shape::Shape;

/// A point in a network: nested tuples, `()`, `((),)`, count them.
pub trait Point: 'static {}
impl<P: 'static> Point for P {}

/// A network whose layers up to point `P` are a stack of their own.
pub trait HasPart<P: Point>: 'static {
    /// The layers up to there.
    type Stack: Layer<In = Self::In, Out = Self::Out, Element = Self::Element>;
    /// What the first layer takes, said at once: the compiler need not go down to it.
    type In: Shape;
    /// What the last layer gives, likewise.
    type Out: Shape;
    /// Who may overwrite it.
    type Placement: Placement;
    /// The first layer's type of number.
    type Element: Element;
}

/// The layers of network `N` up to point `P`.
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

/// What a part keeps between forward and backward. The marker comes last because the compiler asks
/// of the last field whether it is sized, and need not go down for that.
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct PartCache<P: Point, N: HasPart<P>, B: Dim> {
    cache: ManuallyDrop<<N::Stack as Layer>::Cache<B>>,
    sized: PhantomData<()>,
}

crate::plain!(PartCache<P: Point, N: HasPart<P>, B: Dim>: N::Element { cache } marker sized);

/// The placement of a stack that ends so, told by its last layer alone.
pub type PlacementOf<Last> = <<Last as Layer>::Placement as PlacementRules>::OfStack<crate::layer::Kept>;
