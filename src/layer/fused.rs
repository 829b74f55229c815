//! [`Fused`]: layers that pass finished samples on while they are cached.

use super::arena::End;
use super::pair::Apart;
use super::placement::{Lends, Placement, Yes};
use super::{Cached, Input, Layer, Output};

/// A layer that computes some samples after the others, keeps nothing of them, and can have each finished
/// before the next ones: what follows in place ([`InPlace`](super::InPlace)) is then computed on what is cached.
#[diagnostic::on_unimplemented(
    message = "this layer has no fused path",
    label = "`Fusing` is the placement of layers that implement `Fused`"
)]
pub trait Fused: Layer {
    /// [`Layer::forward`], and `finish` on all samples, some at a time.
    fn forward_fused(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Output<Self>]) + Sync,
    );
}

/// The placement of a [`Fused`] layer; its `backward` does not read the output.
#[derive(Clone, Copy, Debug)]
pub struct Fusing;

impl<L: Fused> Placement<L> for Fusing {
    type LendsAfter<Before: Lends> = Yes;
    type After<Init: Layer<Element = L::Element>> = Apart;
    type Grads = Output<L>;

    fn forward_then<const FROZEN: bool>(
        layer: &L,
        input: &[Input<L>],
        output: &mut [Output<L>],
        _cache: Cached<'_, L::Cache>,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        layer.forward_fused(input, output, finish);
    }

    fn infer_in(
        layer: &L,
        input: &[Input<L>],
        arena: &mut [L::Element],
        end: End,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        layer.forward_fused(input, end.of(arena, input.len()).0, finish);
    }
}
