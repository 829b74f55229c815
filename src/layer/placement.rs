//! [`Placement`]: how a layer is run in a network, and whose memory its output lies in.
//!
//! [`Layer`] is mathematics and knows nothing of this. What runs it (a stack, a workspace, a predictor)
//! calls its placement, which calls the layer: at once, fused, or in place. The author of a layer names a
//! placement and implements the one trait that the placement asks for, if any.
//!
//! | placement | for | asks for |
//! |---|---|---|
//! | [`Released`] | a layer whose `backward` does not read the output | |
//! | [`Kept`] | a layer whose `backward` does | |
//! | [`Fusing`](super::Fusing) | one that passes finished samples on while they are cached | [`Fused`](super::Fused) |
//! | [`Whole`](super::Whole) | one that needs the batch as a whole | [`WholeBatch`](super::WholeBatch) |
//! | [`Over`](super::Over) | one that is computed in place | [`InPlace`](super::InPlace), from which all follows |
//! | `View`, `Branched`, `Stacked`, `Wrapped`, `Held` | reshapes, branches, stacks, networks, what is frozen: of this crate | |
//!
//! `FROZEN` says that a pass is that of a [`Frozen`](super::Frozen) layer, or of one inside of it. A layer
//! [`learns`] where it has parameters that are trained; before the first one that does, no gradient is computed.

use alloc::vec;

use super::arena::End;
use super::info::LayerInfo;
use super::pair::{Apart, Keeping, Overwriting, Pair, nothing};
use super::{Cache, Cached, InPlace, Input, Layer, Output};
use crate::parameters::Path;
use crate::plain::{Plain, flat, flat_mut};
use crate::shape::Shape;

/// How layer `L` is run in a network.
///
/// Not to be implemented outside of this crate: name one of those that there are.
#[diagnostic::on_unimplemented(
    message = "this layer cannot be placed so",
    label = "`Fusing` asks for `Fused`, `Whole` for `WholeBatch`, `Over` for `InPlace`; else it is `Released` or `Kept`"
)]
pub trait Placement<L: Layer>: 'static {
    /// Whether a layer computed in place may overwrite the output, after a layer that lends its own so.
    #[doc(hidden)]
    type LendsAfter<Before: Lends>: Lends;
    /// How the layer shares memory with the one before it.
    #[doc(hidden)]
    type After<Init: Layer<Element = L::Element>>: Pair<Init, L>;

    /// Room for the gradients of a backward pass, per sample: the one by the output, and those inside of which two
    /// neighbours are needed at once. At least as large as [`ARENA`](Self::ARENA).
    #[doc(hidden)]
    type Grads: Plain<Element = L::Element>;
    /// The elements that inference needs room for, per sample: the output, and what is computed before it.
    #[doc(hidden)]
    const ARENA: usize = L::Out::LEN;
    /// The fewest samples that it is trained on.
    #[doc(hidden)]
    const SMALLEST_BATCH: usize = 1;
    /// Whether a sample's pass depends on the batch that it is in.
    #[doc(hidden)]
    const SEES_BATCH: bool = false;
    /// Whether a batch may be cut in parts that go through the layer one by one: it needs no batch as a
    /// whole, and its weights, which are read anew for each part, are few beside the activations.
    #[doc(hidden)]
    const CUTS: bool = L::COUNT <= MOST_WEIGHTS && L::COUNT <= 8 * (L::In::LEN + L::Out::LEN);

    /// [`Layer::forward`], or [`Layer::forward_frozen`], then `finish` on all samples: where the layer can, on some of
    /// them while they are cached, before the next ones.
    #[doc(hidden)]
    fn forward_then<const FROZEN: bool>(
        layer: &L,
        input: &[Input<L>],
        output: &mut [Output<L>],
        cache: Cached<'_, L::Cache>,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        if FROZEN {
            layer.forward_frozen(input, output, cache);
        } else {
            layer.forward(input, output, cache);
        }
        finish(output);
    }

    /// The numbers that weights take which are laid out once for inference, by [`pack`](Self::pack): 0 where a layer
    /// computes with them as they are.
    #[doc(hidden)]
    const PACKED: usize = 0;

    /// Lays the weights out for inference in [`PACKED`](Self::PACKED) numbers.
    #[doc(hidden)]
    fn pack(_layer: &L, _packed: &mut [L::Element]) {}

    /// [`Layer::infer`] in an arena of [`ARENA`](Self::ARENA) elements per sample, into that end of it, then
    /// `finish`. `packed` is what [`pack`](Self::pack) has written, or nothing.
    #[doc(hidden)]
    fn infer_in(
        layer: &L,
        _packed: &[L::Element],
        input: &[Input<L>],
        arena: &mut [L::Element],
        end: End,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        let output = end.of(arena, input.len()).0;
        layer.infer(input, output);
        finish(output);
    }

    /// [`Layer::backward`], or [`Layer::backward_frozen`] where `grad_input` is asked for, in an arena of
    /// [`Grads`](Self::Grads) for each sample, at that end of which the gradient by the output lies.
    #[doc(hidden)]
    fn backward_in<const FROZEN: bool>(
        layer: &L,
        input: &[Input<L>],
        output: &[Output<L>],
        (arena, end): (&mut [L::Element], End),
        grad_input: Option<&mut [Input<L>]>,
        gradients: &mut L,
        cache: Cached<'_, L::Cache>,
    ) {
        let grad_output = end.of(arena, input.len()).0;
        if !FROZEN {
            layer.backward(input, output, grad_output, grad_input, gradients, cache);
        } else if let Some(grad_input) = grad_input {
            layer.backward_frozen(input, output, grad_output, grad_input, gradients, cache);
        }
    }

    /// Moves statistics by what the last pass kept of its batch.
    #[doc(hidden)]
    fn update_statistics(_layer: &mut L, _batch: &<L::Cache as Cache>::Batch) {}

    /// Visits every single layer below `path`: itself, or those inside of it.
    #[doc(hidden)]
    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        visit(LayerInfo::of::<L>(path));
    }

    /// [`visit_layers`](Self::visit_layers) as one link of a stack, or as several links where the value is a
    /// stack itself; returns the number of links.
    #[doc(hidden)]
    fn visit_links(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) -> usize {
        Self::visit_layers(&path.index(0), visit);
        1
    }
}

/// Weights up to which a batch goes through in parts: a quarter of a megabyte stays in the second-level
/// cache.
const MOST_WEIGHTS: usize = 1 << 16;

/// What two layers have of what both have packed, the first one `first` numbers: of nothing, nothing.
#[inline]
pub(super) fn packed_of<T>(packed: &[T], first: usize) -> (&[T], &[T]) {
    packed.split_at(first.min(packed.len()))
}

/// Whether training changes any number of a layer by its gradient.
pub(super) const fn learns<L: Layer>() -> bool {
    L::COUNT > L::STATISTICS
}

/// [`Layer::infer`] of a layer made of others: [`Placement::infer_in`], in an arena made for it.
pub(crate) fn infer_in_own_arena<L: Layer>(layer: &L, input: &[Input<L>], output: &mut [Output<L>]) {
    let mut arena = vec![L::Element::ZERO; <L::Placement as Placement<L>>::ARENA * input.len()];
    L::Placement::infer_in(layer, &[], input, &mut arena, End::Front, nothing);
    flat_mut(output).copy_from_slice(&arena[..input.len() * L::Out::LEN]);
}

/// [`Layer::backward`] of a layer made of others: [`Placement::backward_in`], in an arena made for it.
pub(crate) fn backward_in_own_arena<const FROZEN: bool, L: Layer>(
    layer: &L,
    input: &[Input<L>],
    output: &[Output<L>],
    grad_output: &[Output<L>],
    grad_input: Option<&mut [Input<L>]>,
    gradients: &mut L,
    cache: Cached<'_, L::Cache>,
) {
    let mut arena = vec![L::Element::ZERO; <L::Placement as Placement<L>>::Grads::COUNT * input.len()];
    arena[..input.len() * L::Out::LEN].copy_from_slice(flat(grad_output));
    let arena = (&mut *arena, End::Front);
    L::Placement::backward_in::<FROZEN>(layer, input, output, arena, grad_input, gradients, cache);
}

/// `backward` does not read the output: a layer after it may overwrite it.
#[derive(Clone, Copy, Debug)]
pub struct Released;

impl<L: Layer> Placement<L> for Released {
    type LendsAfter<Before: Lends> = Yes;
    type After<Init: Layer<Element = L::Element>> = Apart;
    type Grads = Output<L>;
}

/// `backward` reads the output.
#[derive(Clone, Copy, Debug)]
pub struct Kept;

impl<L: Layer> Placement<L> for Kept {
    type LendsAfter<Before: Lends> = No;
    type After<Init: Layer<Element = L::Element>> = Apart;
    type Grads = Output<L>;
}

/// Whether an output may be overwritten, [`Yes`] or [`No`], and so how a layer computed in place lies over it.
#[doc(hidden)]
pub trait Lends: 'static {
    type Pair<Init: Layer, Last: InPlace<Element = Init::Element>>: Pair<Init, Last>;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Yes;
impl Lends for Yes {
    type Pair<Init: Layer, Last: InPlace<Element = Init::Element>> = Overwriting;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct No;
impl Lends for No {
    type Pair<Init: Layer, Last: InPlace<Element = Init::Element>> = Keeping;
}
