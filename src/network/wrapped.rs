//! [`Wraps`]: a stack under a name of its own, which is what [`network!`](crate::network!) declares.

use crate::layer::{Apart, Cache, Cached, End, Input, Layer, LayerInfo, Lends, Output, Placement, Yes};
use crate::parameters::Path;
use crate::plain::{Plain, cast_mut, view, view_mut};

/// A layer that is a stack of layers under a name of its own.
pub trait Wraps: Layer {
    /// The layers.
    type Stack: Layer<In = Self::In, Out = Self::Out, Element = Self::Element>;

    /// The room for gradients of the stack.
    type Grads: Plain<Element = Self::Element>;

    /// Whether its layers count as those of the network around it, as a part's do.
    const IS_PART: bool = false;

    /// The layers of this value.
    fn stack(&self) -> &Self::Stack;

    /// The layers of this value, to be changed.
    fn stack_mut(&mut self) -> &mut Self::Stack;
}

/// The placement of what [`Wraps`] a stack.
#[derive(Clone, Copy, Debug)]
pub struct Wrapped;

/// The placement of the stack inside.
type Inside<W> = <<W as Wraps>::Stack as Layer>::Placement;

/// The cache of the stack inside.
type CacheInside<W> = <<W as Wraps>::Stack as Layer>::Cache;

impl<W: Wraps> Placement<W> for Wrapped {
    type LendsAfter<Before: Lends> = <Inside<W> as Placement<W::Stack>>::LendsAfter<Yes>;
    type After<Init: Layer<Element = W::Element>> = Apart;
    type Grads = W::Grads;

    const PACKED: usize = <Inside<W> as Placement<W::Stack>>::PACKED;
    const ARENA: usize = <Inside<W> as Placement<W::Stack>>::ARENA;
    const SMALLEST_BATCH: usize = <Inside<W> as Placement<W::Stack>>::SMALLEST_BATCH;
    const SEES_BATCH: bool = <Inside<W> as Placement<W::Stack>>::SEES_BATCH;
    const CUTS: bool = <Inside<W> as Placement<W::Stack>>::CUTS;

    fn forward_then<const FROZEN: bool>(
        network: &W,
        input: &[Input<W>],
        output: &mut [Output<W>],
        cache: Cached<'_, W::Cache>,
        finish: impl Fn(&mut [Output<W>]) + Sync,
    ) {
        Inside::<W>::forward_then::<FROZEN>(network.stack(), input, output, inside::<W>(cache), finish);
    }

    fn pack(network: &W, packed: &mut [W::Element]) {
        Inside::<W>::pack(network.stack(), packed);
    }

    fn infer_in(
        network: &W,
        packed: &[W::Element],
        input: &[Input<W>],
        arena: &mut [W::Element],
        end: End,
        finish: impl Fn(&mut [Output<W>]) + Sync,
    ) {
        Inside::<W>::infer_in(network.stack(), packed, input, arena, end, finish);
    }

    fn backward_in<const FROZEN: bool>(
        network: &W,
        input: &[Input<W>],
        output: &[Output<W>],
        arena: (&mut [W::Element], End),
        grad_input: Option<&mut [Input<W>]>,
        gradients: &mut W,
        cache: Cached<'_, W::Cache>,
    ) {
        let (cache, gradients) = (inside::<W>(cache), gradients.stack_mut());
        Inside::<W>::backward_in::<FROZEN>(
            network.stack(),
            input,
            output,
            arena,
            grad_input,
            gradients,
            cache,
        );
    }

    fn update_statistics(network: &mut W, batch: &<W::Cache as Cache>::Batch) {
        let batch = &view::<<CacheInside<W> as Cache>::Batch>(batch.as_slice(), 1)[0];
        Inside::<W>::update_statistics(network.stack_mut(), batch);
    }

    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        Inside::<W>::visit_links(path, visit);
    }

    fn visit_links(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) -> usize {
        if W::IS_PART {
            return Inside::<W>::visit_links(path, visit);
        }
        Inside::<W>::visit_links(&path.index(0), visit);
        1
    }
}

/// What a network keeps, as what its stack keeps: the same memory.
fn inside<W: Wraps>(cache: Cached<'_, W::Cache>) -> Cached<'_, CacheInside<W>> {
    Cached { samples: cast_mut(cache.samples), batch: &mut view_mut(cache.batch.as_mut_slice(), 1)[0] }
}

/// [`Layer::forward`] of the stack inside.
pub fn forward<W: Wraps>(
    network: &W,
    input: &[Input<W>],
    output: &mut [Output<W>],
    cache: Cached<'_, W::Cache>,
) {
    network.stack().forward(input, output, inside::<W>(cache));
}

/// [`Layer::infer`] of the stack inside.
pub fn infer<W: Wraps>(network: &W, input: &[Input<W>], output: &mut [Output<W>]) {
    network.stack().infer(input, output);
}

/// [`Layer::backward`] of the stack inside.
pub fn backward<W: Wraps>(
    network: &W,
    input: &[Input<W>],
    output: &[Output<W>],
    grad_output: &mut [Output<W>],
    grad_input: Option<&mut [Input<W>]>,
    gradients: &mut W,
    cache: Cached<'_, W::Cache>,
) {
    let (cache, gradients) = (inside::<W>(cache), gradients.stack_mut());
    network.stack().backward(input, output, grad_output, grad_input, gradients, cache);
}

/// [`Layer::forward_frozen`] of the stack inside.
pub fn forward_frozen<W: Wraps>(
    network: &W,
    input: &[Input<W>],
    output: &mut [Output<W>],
    cache: Cached<'_, W::Cache>,
) {
    network.stack().forward_frozen(input, output, inside::<W>(cache));
}

/// [`Layer::backward_frozen`] of the stack inside.
pub fn backward_frozen<W: Wraps>(
    network: &W,
    input: &[Input<W>],
    output: &[Output<W>],
    grad_output: &mut [Output<W>],
    grad_input: &mut [Input<W>],
    scratch: &mut W,
    cache: Cached<'_, W::Cache>,
) {
    let (cache, scratch) = (inside::<W>(cache), scratch.stack_mut());
    network.stack().backward_frozen(input, output, grad_output, grad_input, scratch, cache);
}
